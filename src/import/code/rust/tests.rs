//! Rust sources in, references out.

use pretty_assertions::assert_eq;

use super::*;
use crate::import::{code::resolve::resolve as resolve_all, progress::Unwatched};

const RUST: &Rust = &Rust;

/// Files as `== path` followed by their text; every reference between files as a line.
fn references(project: &str) -> String {
    let (sources, manifests) = project_of(project);
    let resolved = resolve_all(&sources, &manifests, &Unwatched);
    let name = |id: Option<crate::facts::FunctionId>| {
        id.map_or(String::new(), |id| format!(" {}", resolved.functions[id.index()].name))
    };
    let mut lines: Vec<String> = resolved
        .calls
        .iter()
        .filter(|call| call.from_module != call.to_module)
        .map(|call| {
            format!(
                "{}:{} {} {}{}{}",
                sources[call.from_module.index()].path,
                call.line,
                call.kind.word(),
                sources[call.to_module.index()].path,
                name(call.to_function),
                if call.certainty == crate::facts::Certainty::Exact { "" } else { " (by name)" },
            )
        })
        .collect();
    lines.sort();
    let rust = &resolved.languages["Rust"];
    for (name, _) in &rust.most_unresolved {
        lines.push(format!("lost {name}"));
    }
    lines.join("\n")
}

fn project_of(project: &str) -> (Vec<Source>, Vec<(String, String)>) {
    let mut sources = Vec::new();
    let mut manifests = Vec::new();
    for file in project.split("== ").skip(1) {
        let (path, text) = file.split_once('\n').expect("a path and a text");
        let path = path.trim().to_owned();
        if path.ends_with(".rs") {
            sources.push(Source { path, language: RUST, outline: outline(text) });
        } else {
            manifests.push((path, text.to_owned()));
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    (sources, manifests)
}

fn check(project: &str, expected: &str) {
    let expected: Vec<&str> =
        expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(references(project), expected.join("\n"));
}

#[test]
fn imports_follow_groups_globs_and_reexports() {
    check(
        "
== src/lib.rs
pub mod orders;
pub mod billing;
mod deep;
== src/orders/mod.rs
mod cart;
pub use cart::*;
pub use self::cart::Total as Sum;
== src/orders/cart.rs
pub struct Cart;
pub struct Total;
pub fn empty() -> Cart { Cart }
== src/billing.rs
use crate::orders::{self, Cart, Sum};
fn bill(_: Cart) -> Sum { orders::empty(); todo!() }
== src/deep.rs
use super::orders::*;
fn f() { empty(); }
",
        "
        src/billing.rs:1 import src/orders/cart.rs
        src/billing.rs:1 import src/orders/cart.rs
        src/billing.rs:1 import src/orders/mod.rs
        src/billing.rs:2 call src/orders/cart.rs empty
        src/billing.rs:2 type src/orders/cart.rs
        src/billing.rs:2 type src/orders/cart.rs
        src/deep.rs:1 import src/orders/mod.rs
        src/deep.rs:2 call src/orders/cart.rs empty
        src/orders/mod.rs:2 import src/orders/cart.rs
        src/orders/mod.rs:3 import src/orders/cart.rs
        ",
    );
}

#[test]
fn attributes_between_a_trait_and_its_name_do_not_hide_it() {
    check(
        "
== src/lib.rs
mod queue;
mod job;
== src/queue.rs
#[automock]
#[async_trait]
pub trait Queue { async fn take(&self) -> u8; }
pub struct Real;
== src/job.rs
use crate::queue::{MockQueue, Queue, Real};
fn run(queue: &dyn Queue) { queue.take(); }
",
        "
        src/job.rs:1 import src/queue.rs
        src/job.rs:1 import src/queue.rs
        src/job.rs:1 import src/queue.rs
        src/job.rs:2 call src/queue.rs Queue.take
        src/job.rs:2 type src/queue.rs
        ",
    );
}
