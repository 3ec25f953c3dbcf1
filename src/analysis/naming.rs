//! Names for groups, taken from the words that the monolith itself uses for what is in them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    grouping::{GroupId, Grouping, Role},
    propose::Kept,
    words::{domain_words, is_layer_word, is_verb, parts, words},
};
use crate::facts::{Facts, Piece};

/// A name for each group: kept groups keep theirs, the first library is `shared`, the remainder `remainder`; all
/// others are called after the folder they fill, or the domain word that is theirs more than anybody's. Unique.
#[must_use]
pub fn names(facts: &Facts, grouping: &Grouping, kept: &[Kept]) -> Vec<String> {
    let mut taken: BTreeSet<String> = kept.iter().map(|kept| kept.name.to_lowercase()).collect();
    let folders = folder_names(facts, grouping);
    let words = ranked_words(facts, grouping);
    let mut names: Vec<Option<String>> = kept.iter().map(|kept| Some(kept.name.clone())).collect();
    names.resize(grouping.roles.len(), None);
    for (at, role) in grouping.roles.iter().enumerate().skip(kept.len()) {
        names[at] = match role {
            Role::Library => Some(unique("shared", &mut taken)),
            Role::Remainder => Some(unique("remainder", &mut taken)),
            Role::Service | Role::Excluded => None,
        };
    }
    // Folders first: a group that is one folder should be called like it, whatever words others would like.
    for at in 0..names.len() {
        if let (None, Some(folder)) = (&names[at], &folders[at])
            && taken.insert(folder.to_lowercase())
        {
            names[at] = Some(folder.clone());
        }
    }
    // Then words, the groups that are surest of theirs first.
    let mut order: Vec<usize> = (0..names.len()).filter(|at| names[*at].is_none()).collect();
    let surest = |at: &usize| words[*at].first().map_or(0.0, |(_, score)| *score);
    order.sort_by(|a, b| surest(b).total_cmp(&surest(a)).then(a.cmp(b)));
    for at in order {
        let free = words[at].iter().find(|(word, _)| !taken.contains(word));
        let word = free.map_or_else(|| "Service".to_owned(), |(word, _)| title(word));
        names[at] = Some(unique(&word, &mut taken));
    }
    names.into_iter().map(Option::unwrap_or_default).collect()
}

/// The name itself, or with the first number that makes it unique.
fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name} {number}"));
    let free = std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| !taken.contains(&name.to_lowercase()))
        .expect("numbers don't run out");
    taken.insert(free.to_lowercase());
    free
}

/// By group: the folder that most of its modules are in and that has few others, if there is one.
fn folder_names(facts: &Facts, grouping: &Grouping) -> Vec<Option<String>> {
    let mut inside: BTreeMap<&str, BTreeMap<GroupId, usize>> = BTreeMap::new();
    let mut modules = vec![0_usize; grouping.roles.len()];
    for (module, group) in facts.modules.iter().zip(&grouping.of) {
        modules[group.index()] += 1;
        let mut folder = module.folder();
        while !folder.is_empty() {
            *inside.entry(folder).or_default().entry(*group).or_default() += 1;
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
    let mut best: Vec<Option<(usize, &str)>> = vec![None; grouping.roles.len()];
    for (folder, groups) in &inside {
        let all: usize = groups.values().sum();
        for (group, count) in groups {
            let fills = count * 10 >= modules[group.index()] * 6 && count * 10 >= all * 6;
            // The folder of the whole monolith says nothing about a part of it.
            let fills = fills && all * 10 < facts.modules.len() * 6;
            // The deepest such folder with the most modules says most; folders come in their order.
            let at = &mut best[group.index()];
            if fills && *count > 1 && at.is_none_or(|(most, _)| *count * 10 >= most * 8) {
                *at = Some((*count, folder));
            }
        }
    }
    let folders: BTreeSet<&str> =
        inside.keys().filter_map(|folder| folder.rsplit('/').next()).collect();
    let mut nouns: BTreeSet<String> = BTreeSet::new();
    for table in &facts.tables {
        nouns.extend(words(&table.name));
    }
    let mut tables = vec![0_usize; grouping.roles.len()];
    for group in &grouping.of[facts.modules.len()..] {
        tables[group.index()] += 1;
    }
    let name = |group: usize, folder: &str| {
        let last = folder.rsplit('/').find(|part| is_name(part))?;
        // A folder of technique says nothing about data, unless tables are called like it.
        let weak = |word: &String| is_weak(word) && !is_kernel(word) && !nouns.contains(word);
        if tables[group] > 0 && words(last).iter().all(weak) {
            return None;
        }
        let last = last.rsplit('.').next().unwrap_or(last);
        let readable = title(own_part(last, &folders));
        (!readable.is_empty()).then_some(readable)
    };
    let best = best.into_iter().enumerate();
    best.map(|(group, best)| best.and_then(|(_, folder)| name(group, folder))).collect()
}

/// Whether a folder is called by something of the domain, or by what people call the middle of a system.
fn is_name(folder: &str) -> bool {
    words(folder).iter().any(|word| !is_layer_word(word) || is_kernel(word))
}

fn is_kernel(word: &str) -> bool {
    matches!(word, "core" | "common" | "kernel" | "platform" | "shared")
}

/// A folder's name without what several folders begin with: of `crates_io_index` beside `crates_io_worker` and more of
/// that kind, `index`; of `shop-orders`, `orders`.
fn own_part<'a>(name: &'a str, folders: &BTreeSet<&str>) -> &'a str {
    let mut own = name;
    for (at, _) in name.match_indices(['-', '_']) {
        let prefix = &name[..=at];
        let alike = folders.range(prefix..).take_while(|other| other.starts_with(prefix));
        if alike.count() > SIBLINGS && !domain_words(&name[at + 1..]).is_empty() {
            own = &name[at + 1..];
        }
    }
    own
}

/// What more folders than this begin with is no part of their names.
const SIBLINGS: usize = 2;
/// How much more a noun of the domain counts than any other word: one that a table or a route is called by.
const NOUN: f64 = 4.0;
/// A word that stands in more than this share of all tables is a prefix, not a name.
const PREFIX: f64 = 0.3;

/// By group: its words, best first: those that stand in many of its names and in few others', nouns of the domain
/// before any others.
#[expect(clippy::cast_precision_loss, reason = "numbers of names are small")]
fn ranked_words(facts: &Facts, grouping: &Grouping) -> Vec<Vec<(String, f64)>> {
    let groups = grouping.roles.len();
    let prefixes = prefixes(facts);
    let mut nouns: BTreeSet<String> = BTreeSet::new();
    let mut counts: Vec<BTreeMap<String, f64>> = vec![BTreeMap::new(); groups];
    let mut count = |group: GroupId, name: &str, strength: f64, noun: bool| {
        let found: BTreeSet<String> = domain_words(name)
            .into_iter()
            .filter(|word| !prefixes.contains(word) && !is_verb(word))
            .collect();
        let strength = strength / found.len().max(1) as f64;
        for word in found {
            if noun {
                nouns.insert(word.clone());
            }
            *counts[group.index()].entry(word).or_default() += strength;
        }
    };
    for piece in facts.pieces() {
        let group = grouping.group(piece);
        match facts.piece(piece) {
            Piece::Module(module) => {
                let name = facts.module(module).file_name();
                count(group, name.split('.').next().unwrap_or(name), 1.0, false);
            }
            Piece::Table(table) => count(group, &facts.table(table).name, 3.0, true),
        }
    }
    for entry in &facts.entry_points {
        let group = grouping.group(facts.module_piece(entry.module));
        if let Some(resource) = resource(&entry.route) {
            count(group, resource, 1.0, true);
        }
    }
    let mut everywhere: BTreeMap<String, f64> = BTreeMap::new();
    for (word, count) in counts.iter().flatten() {
        *everywhere.entry(word.clone()).or_default() += count;
    }
    let rank = |counts: BTreeMap<String, f64>| {
        // How much of us it is, by how much of the word is ours.
        let score = |word: &String, count: f64| {
            let weak = is_weak(word);
            let kind = match (nouns.contains(word), weak) {
                (true, _) => NOUN,
                (false, false) => 1.0,
                (false, true) => WEAKLY,
            };
            kind * count * (count / everywhere[word]).powf(EXCLUSIVE)
        };
        let mut ranked: Vec<(String, f64)> =
            counts.into_iter().map(|(word, count)| (word.clone(), score(&word, count))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        ranked
    };
    let phrases = Phrases::new(facts, grouping, &prefixes);
    let ranked = counts.into_iter().map(rank).enumerate();
    ranked
        .map(|(group, words)| {
            let phrase = |(word, score): (String, f64)| (phrases.of(group, &word), score);
            words.into_iter().take(CANDIDATES).map(phrase).collect()
        })
        .collect()
}

/// So many words of a group are looked at.
const CANDIDATES: usize = 24;

/// What words stand beside each other in the names of a group's pieces.
struct Phrases {
    /// By group: the words of its names, with how much each name counts.
    names: Vec<Vec<(Vec<String>, f64)>>,
    /// By word: how it is mostly written, as `sales` is.
    written: BTreeMap<String, String>,
}

/// A word belongs to a phrase if it has the same neighbour in at least this share of the names it stands in.
const NEIGHBOUR: f64 = 0.6;
/// No phrase has more words.
const LONGEST: usize = 3;

impl Phrases {
    fn new(facts: &Facts, grouping: &Grouping, prefixes: &BTreeSet<String>) -> Self {
        let mut names: Vec<Vec<(Vec<String>, f64)>> = vec![Vec::new(); grouping.roles.len()];
        let mut written: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for piece in facts.pieces() {
            let (name, counts) = match facts.piece(piece) {
                Piece::Module(module) => {
                    let name = facts.module(module).file_name();
                    (name.split('.').next().unwrap_or(name), 1.0)
                }
                Piece::Table(table) => (facts.table(table).name.as_str(), 3.0),
            };
            let mut split = words(name);
            for (word, part) in split.iter().zip(parts(name)) {
                *written.entry(word.clone()).or_default().entry(part).or_default() += 1;
            }
            split.retain(|word| !prefixes.contains(word));
            // What kind of file it is stands at the end, what is done with it at the beginning.
            while split.last().is_some_and(|word| is_layer_word(word) || word.len() < 2) {
                split.pop();
            }
            while split.first().is_some_and(|word| is_verb(word)) {
                split.remove(0);
            }
            names[grouping.group(piece).index()].push((split, counts));
        }
        // The singular, unless hardly anybody writes it: nobody speaks of a sale channel.
        let most = |(word, parts): (String, BTreeMap<String, usize>)| {
            let all: usize = parts.values().sum();
            let rare = parts.get(&word).copied().unwrap_or(0) * 5 < all;
            let most = parts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
            most.filter(|_| rare).map(|(part, _)| (word, part))
        };
        Self { names, written: written.into_iter().filter_map(most).collect() }
    }

    /// The word with those beside it that it is hardly ever without: of `key`, `api key`.
    fn of(&self, group: usize, word: &str) -> String {
        let mut phrase = vec![word.to_owned()];
        while phrase.len() < LONGEST {
            let Some((before, neighbour)) = self.neighbour(group, &phrase) else { break };
            if before { phrase.insert(0, neighbour) } else { phrase.push(neighbour) }
        }
        // The last word stays in the singular: `sales channel`, `order`.
        let last = phrase.len() - 1;
        for word in &mut phrase[..last] {
            if let Some(written) = self.written.get(word) {
                word.clone_from(written);
            }
        }
        phrase.join(" ")
    }

    /// The word that nearly always stands before (or else after) a phrase.
    fn neighbour(&self, group: usize, phrase: &[String]) -> Option<(bool, String)> {
        let mut all = 0.0;
        let mut beside: BTreeMap<(bool, &str), f64> = BTreeMap::new();
        for (name, counts) in &self.names[group] {
            let Some(at) = name.windows(phrase.len()).position(|part| part == phrase) else {
                continue;
            };
            all += counts;
            if let Some(before) = at.checked_sub(1) {
                *beside.entry((true, &name[before])).or_default() += counts;
            }
            if let Some(after) = name.get(at + phrase.len()) {
                *beside.entry((false, after)).or_default() += counts;
            }
        }
        let most = beside
            .into_iter()
            .filter(|((_, word), _)| word.len() > 1 && !phrase.iter().any(|own| own == word))
            .max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(&a.0)))?;
        (most.1 >= NEIGHBOUR * all && all > 1.0).then(|| (most.0.0, most.0.1.to_owned()))
    }
}

/// Words that so many tables begin with that they tell none of them apart.
#[expect(clippy::cast_precision_loss, reason = "numbers of tables are small")]
fn prefixes(facts: &Facts) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for table in facts.tables.iter().filter(|_| facts.tables.len() > 9) {
        if let Some(first) = words(&table.name).first() {
            *counts.entry(first.clone()).or_default() += 1;
        }
    }
    let most = PREFIX * facts.tables.len() as f64;
    counts.retain(|_, count| *count as f64 > most);
    counts.into_keys().collect()
}

/// Words that name technique or ornament rather than what a service is about, beyond [`is_layer_word`]. They are taken
/// where nothing better is to be had.
const WEAK: &[&str] = &[
    "admin",
    "app",
    "asset",
    "async",
    "auto",
    "back",
    "basic",
    "batch",
    "bulk",
    "bundle",
    "cache",
    "cell",
    "client",
    "content",
    "dashboard",
    "define",
    "definition",
    "detail",
    "dialog",
    "div",
    "doc",
    "dto",
    "edit",
    "editor",
    "element",
    "export",
    "extra",
    "feature",
    "field",
    "file",
    "form",
    "format",
    "grid",
    "icon",
    "import",
    "info",
    "input",
    "item",
    "jest",
    "job",
    "key",
    "kind",
    "lang",
    "layout",
    "line",
    "link",
    "list",
    "locale",
    "locking",
    "log",
    "manage",
    "media",
    "meta",
    "misc",
    "multi",
    "name",
    "node",
    "option",
    "page",
    "plugin",
    "post",
    "process",
    "prop",
    "record",
    "reference",
    "relation",
    "section",
    "self",
    "setting",
    "setup",
    "spec",
    "stat",
    "state",
    "store",
    "sub",
    "system",
    "table",
    "text",
    "tool",
    "translation",
    "user",
    "value",
    "variant",
    "version",
    "webpack",
    "widget",
    "wrapper",
    "www",
];
fn is_weak(word: &str) -> bool {
    is_layer_word(word) || WEAK.binary_search(&word).is_ok()
}

/// How much it matters that a word stands in few names of other groups, as an exponent.
const EXCLUSIVE: f64 = 0.7;
/// How much such a word counts, as long as no table is called by it.
const WEAKLY: f64 = 0.25;

/// Segments of routes that say for whom they are, not what they are about.
const FOR_WHOM: [&str; 5] = ["admin", "self", "me", "my", "backoffice"];

/// What a route is about: its first segment that is neither a version, a parameter nor a layer. `GET /api/v1/orders/{id}`
/// is about `orders`.
fn resource(route: &str) -> Option<&str> {
    let path = route.rsplit(' ').next().unwrap_or(route);
    let is_name = |part: &&str| {
        !part.is_empty()
            && !part.contains(['{', ':', '<', '*', '(', '$', '.'])
            && !part.starts_with(|letter: char| letter.is_ascii_digit())
            && !FOR_WHOM.contains(part)
            && !domain_words(part).is_empty()
    };
    path.split('/').find(is_name)
}

/// A name as people write it, with a capital at the beginning: `api-key` is `Api key`.
#[must_use]
pub fn title(name: &str) -> String {
    // The words as they stand, not in the singular: a folder called orders is Orders.
    let split = parts(name);
    let name = if split.is_empty() { name.to_lowercase() } else { split.join(" ") };
    let mut letters = name.chars();
    let first = letters.next().map_or(String::new(), |first| first.to_uppercase().to_string());
    first + letters.as_str()
}
