//! How pieces and packages are called on the screen: short, but never ambiguous for a reader.

use super::controls::number;
use crate::{
    analysis::{figures::Crossings, naming::title},
    facts::{Facts, Module, Piece, PieceId, Uses},
    proposal::Proposal,
};

/// Names that depend on the whole monolith, and the index that panels look facts up in. Made once when a project
/// is opened.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    pub uses: Uses,
    /// What all packages begin with, and readers need not see again and again.
    prefix: String,
}

impl Lookup {
    pub(super) fn of(facts: &Facts) -> Self {
        Self { uses: Uses::of(facts), prefix: common_prefix(facts) }
    }

    /// A package without what all packages have in common.
    pub(super) fn package<'a>(&self, package: &'a str) -> &'a str {
        let short = package.strip_prefix(self.prefix.as_str()).unwrap_or(package);
        let short = short.trim_start_matches(['.', '/', '\\', ':']);
        match (short.is_empty(), package.is_empty()) {
            (false, _) => short,
            (true, true) => "(root)",
            (true, false) => package.rsplit(['.', '/', '\\']).next().unwrap_or(package),
        }
    }
}

/// What crosses from one service to another, one kind after the other; empty where nothing does.
pub(super) fn crossing_words(crossings: &Crossings) -> String {
    let parts: Vec<String> = [
        (crossings.calls, "calls"),
        (crossings.reads, "reads"),
        (crossings.writes, "writes"),
        (crossings.declared_keys + crossings.implied_keys, "keys"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{} {word}", number(count)))
    .collect();
    parts.join(", ")
}

fn common_prefix(facts: &Facts) -> String {
    let mut packages = facts.modules.iter().map(|module| module.package.as_str());
    let Some(first) = packages.next() else { return String::new() };
    let mut common = first;
    for package in packages {
        let same = common.bytes().zip(package.bytes()).take_while(|(a, b)| a == b).count();
        let mut end = same;
        // Only whole parts of a name are taken away.
        let is_whole = |end: usize| {
            let rest = |name: &str| name.as_bytes().get(end).copied();
            [rest(common), rest(package)].into_iter().flatten().all(|next| b"./\\:".contains(&next))
        };
        if !is_whole(end) {
            end = common[..floor(common, end)].rfind(['.', '/', '\\', ':']).unwrap_or(0);
        }
        common = &common[..floor(common, end)];
    }
    common.to_owned()
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// File names that say nothing without their folder.
const EMPTY_NAMES: [&str; 46] = [
    "index",
    "mod",
    "main",
    "lib",
    "models",
    "model",
    "views",
    "view",
    "__init__",
    "page",
    "route",
    "routes",
    "types",
    "utils",
    "helpers",
    "schema",
    "impls",
    "api",
    "handler",
    "handlers",
    "service",
    "services",
    "controller",
    "constants",
    "config",
    "error",
    "errors",
    "common",
    "base",
    "apps",
    "urls",
    "admin",
    "forms",
    "serializers",
    "tasks",
    "settings",
    "queries",
    "mutations",
    "query",
    "filters",
    "enums",
    "resolvers",
    "dataloaders",
    "middlewares",
    "validators",
    "hooks",
];
/// Folders that say nothing either: the one above them does.
const EMPTY_FOLDERS: [&str; 6] = ["src", "lib", "app", "main", "source", "api"];

/// What a module's tile says: the file name without its ending, with the folder where that is needed.
pub(super) fn module_name(module: &Module) -> String {
    let file = module.file_name();
    let stem =
        file.split_once('.').map_or(file, |(stem, _)| if stem.is_empty() { file } else { stem });
    let mut folders = module.folder().rsplit('/');
    let last = folders.next().unwrap_or_default();
    let above = folders.next().filter(|_| EMPTY_FOLDERS.contains(&last));
    let folder = above.unwrap_or(last);
    if EMPTY_NAMES.contains(&stem) && !folder.is_empty() {
        format!("{folder}/{stem}")
    } else {
        stem.to_owned()
    }
}

/// What a piece is called on the screen.
pub(super) fn piece_name(facts: &Facts, piece: PieceId) -> String {
    match facts.piece(piece) {
        Piece::Module(module) => module_name(facts.module(module)),
        Piece::Table(table) => facts.table(table).full_name(),
    }
}

/// One piece by its name, more as a number.
pub(super) fn pieces_name(facts: &Facts, pieces: &[PieceId]) -> String {
    match pieces {
        [one] => piece_name(facts, *one),
        more => format!("{} pieces", more.len()),
    }
}

/// A name for a service made of these pieces that no other service of the proposal has.
pub(super) fn name_for(facts: &Facts, proposal: &Proposal, pieces: &[PieceId]) -> String {
    let wanted = pieces.first().map_or_else(
        || "New service".to_owned(),
        |first| match facts.piece(*first) {
            Piece::Table(table) => facts.table(table).name.clone(),
            Piece::Module(module) if pieces.len() > 1 => {
                let package = &facts.module(module).package;
                let last = package.rsplit(['.', '/', '\\']).next().unwrap_or_default();
                if last.is_empty() { module_name(facts.module(module)) } else { last.to_owned() }
            }
            Piece::Module(module) => module_name(facts.module(module)),
        },
    );
    let wanted = title(&wanted);
    let is_free = |name: &str| proposal.service_named(name).is_none();
    if is_free(&wanted) {
        return wanted;
    }
    (2..).map(|n| format!("{wanted} {n}")).find(|name| is_free(name)).unwrap_or(wanted)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation;

    #[test]
    fn packages_lose_what_all_have_in_common() {
        let facts = notation::parse(
            "module src/shop/orders/cart.rb
             module src/shop/orderings/x.rb
             module src/shop/y.rb",
        )
        .expect("a good notation");
        let lookup = Lookup::of(&facts);
        assert_eq!(lookup.prefix, "src/shop");
        assert_eq!(lookup.package("src/shop/orders"), "orders");
        assert_eq!(lookup.package("src/shop"), "shop");
    }

    #[test]
    fn a_file_name_that_says_nothing_gets_its_folder() {
        let facts = notation::parse(
            "module orders/models.py\nmodule orders/cart.service.ts\nmodule views/post/src/impls.rs",
        )
        .expect("a good notation");
        let names: Vec<String> = facts.modules.iter().map(module_name).collect();
        assert_eq!(names, ["cart", "orders/models", "post/impls"]);
    }
}
