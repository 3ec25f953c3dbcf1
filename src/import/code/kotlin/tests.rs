//! Kotlin in, with Java beside it; calls out.

use pretty_assertions::assert_eq;

use super::Kotlin;
use crate::import::{
    code::{
        java::Java,
        language::Language,
        reading::lines,
        resolve::{Source, resolve},
    },
    progress::Unwatched,
};

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    let language = |path: &str| -> &'static dyn Language {
        if path.ends_with(".java") { &Java } else { &Kotlin }
    };
    let mut sources: Vec<Source> = files
        .iter()
        .map(|(path, text)| Source {
            path: (*path).to_owned(),
            language: language(path),
            outline: language(path).outline(path, text),
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// What the modules refer to, without repetitions.
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let sources = sources(files);
    let resolved = resolve(&sources, &[], &Unwatched);
    assert_eq!(lines(&sources, &resolved), expected);
}

const ORDER: (&str, &str) = (
    "Order.kt",
    "package shop\ndata class Order(val id: Long, val customer: Customer) {\n fun total(): Long = id
 val open: Boolean get() = total() > 0\n companion object { fun draft(): Order? = null }\n}
class Customer(val name: String) { fun greet() {} }\nenum class State { OPEN, SENT }",
);

#[test]
fn names_are_found_in_the_package_and_through_imports() {
    check(
        &[
            ORDER,
            ("Alias.kt", "package web\nimport shop.Order as O\nclass Alias(val order: O)"),
            ("Import.kt", "package web\nimport shop.Order\nclass Import(val order: Order?)"),
            ("None.kt", "package web\nclass None(val order: Order)"),
            ("Same.kt", "package shop\nfun same(orders: List<Order>) = 1"),
            ("Star.kt", "package web\nimport shop.*\nval state = State.OPEN"),
        ],
        &[
            "Alias.kt import Order.kt",
            "Alias.kt type Order.kt",
            "Import.kt import Order.kt",
            "Import.kt type Order.kt",
            "Same.kt type Order.kt",
            "Star.kt type Order.kt",
        ],
    );
}

#[test]
fn calls_follow_constructors_locals_and_scope_functions() {
    check(
        &[
            ORDER,
            ("Store.kt", "package shop\ninterface Store { fun find(id: Long): Order?\n fun all(): List<Order> }"),
            (
                "Desk.kt",
                "package shop\nclass Desk(private val store: Store) {\n fun run() {
  val order = store.find(1) ?: return\n  order.total()\n  store.all().filter { it.open }.forEach { o -> o.customer.greet() }
  store.find(2)?.let { it.total() }\n  Customer(\"x\").apply { greet() }\n  with(order) { total() }
  Order.draft()\n } }",
            ),
        ],
        &[
            "Desk.kt call Order.kt#Customer.greet",
            "Desk.kt call Order.kt#Customer.greet in a loop",
            "Desk.kt call Order.kt#Order.draft",
            "Desk.kt call Order.kt#Order.open in a loop",
            "Desk.kt call Order.kt#Order.total",
            "Desk.kt call Store.kt#Store.all",
            "Desk.kt call Store.kt#Store.find",
            "Desk.kt construct Order.kt#Customer.Customer",
            "Desk.kt type Order.kt",
            "Desk.kt type Store.kt",
            "Store.kt type Order.kt",
        ],
    );
}

#[test]
fn functions_outside_types_and_extensions_are_called_where_they_are_imported() {
    check(
        &[
            ORDER,
            (
                "Tools.kt",
                "package tools\nimport shop.Order\nfun Order.twice(): Long = this.total() + total()
fun plain(x: Int) = x\nval Order.half: Long get() = total()\nprivate val logger = Log()\nclass Log",
            ),
            (
                "Far.kt",
                "package web\nimport shop.Order\nprivate val logger = 1\nfun far(o: Order) { o.twice(); logger.info() }",
            ),
            (
                "Near.kt",
                "package web\nimport shop.Order\nimport tools.half\nimport tools.plain\nimport tools.twice
fun near(o: Order) { o.twice(); plain(1); o.half }",
            ),
        ],
        &[
            "Far.kt import Order.kt",
            "Far.kt type Order.kt",
            "Near.kt call Tools.kt#half",
            "Near.kt call Tools.kt#plain",
            "Near.kt call Tools.kt#twice",
            "Near.kt import Order.kt",
            "Near.kt import Tools.kt",
            "Near.kt type Order.kt",
            "Tools.kt call Order.kt#Order.total",
            "Tools.kt import Order.kt",
            "Tools.kt type Order.kt",
        ],
    );
}

#[test]
fn java_and_kotlin_see_each_other() {
    check(
        &[
            ORDER,
            (
                "Desk.java",
                "package shop; class Desk { long f(Order order) { return order.total() + order.getId(); }
  Customer customer() { return null; } public Customer getOwner() { return null; } }",
            ),
            (
                "Use.kt",
                "package shop\nfun use(desk: Desk) { desk.customer().greet(); desk.owner.greet() }",
            ),
        ],
        &[
            "Desk.java call Order.kt",
            "Desk.java call Order.kt#Order.total",
            "Desk.java type Order.kt",
            "Use.kt call Desk.java#Desk.customer",
            "Use.kt call Desk.java#Desk.getOwner",
            "Use.kt call Order.kt#Customer.greet",
            "Use.kt type Desk.java",
        ],
    );
}

#[test]
fn what_is_checked_is_known() {
    check(
        &[
            ORDER,
            (
                "Use.kt",
                "package web\nimport shop.Customer\nimport shop.Order\nfun use(x: Any) {
 if (x is Order && x.open) x.total()\n when (x) { is Customer -> x.greet() }\n (x as Order).total()\n}",
            ),
        ],
        &[
            "Use.kt call Order.kt#Customer.greet",
            "Use.kt call Order.kt#Order.total",
            "Use.kt import Order.kt",
            "Use.kt type Order.kt",
        ],
    );
}

#[test]
fn objects_and_their_functions_are_found() {
    check(
        &[
            ("Prices.kt", "package shop\nobject Prices { fun of(x: Int) = x }\nclass After"),
            ("Listen.kt", "package shop\nabstract class Listen { abstract fun on() }"),
            (
                "Use.kt",
                "package shop\nfun use() { Prices.of(1)\n val l = object : Listen() { override fun on() { Prices.of(2) } } }",
            ),
        ],
        &["Use.kt call Prices.kt#Prices.of", "Use.kt construct Listen.kt", "Use.kt type Prices.kt"],
    );
}

#[test]
fn deep_nesting_ends_somewhere() {
    let deep = format!("val x = {}1{}", "(".repeat(3_000), ")".repeat(3_000));
    Kotlin.outline("A.kt", &deep);
    let deep = format!("fun f() {{ {} }}", "if (a) { ".repeat(2_000));
    Kotlin.outline("A.kt", &deep);
    let sum = format!("val s = {}\"z\"", "\"a\" + ".repeat(3_000));
    Kotlin.outline("A.kt", &sum);
}

proptest::proptest! {
    #[test]
    fn any_text_is_survived(text in "[a-z{}()<>;.,:=?!@$\"' \n#\\[\\]]{0,200}") {
        Kotlin.outline("A.kt", &text);
        Kotlin.outline("B.kt", &format!("class A {{ fun f() {{ {text} }} }}"));
    }
}

#[test]
fn a_constant_of_the_extended_enum_is_no_call_of_its_constructor() {
    check(
        &[
            ("a/Size.kt", "package a\nenum class Size(val edge: Int) { SMALL(1), LARGE(2) }"),
            (
                "b/Names.kt",
                "package b\nimport a.Size\nfun Size.label() = when (this) { Size.SMALL -> 1\n else -> 2 }",
            ),
        ],
        &["b/Names.kt import a/Size.kt", "b/Names.kt type a/Size.kt"],
    );
}
