//! Filters of the map: what is looked at stays, and everything else fades.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use egui::Ui;

use super::MapState;
use crate::{
    facts::{AuthorId, Facts, PieceId, TeamId},
    proposal::Proposal,
    ui::{
        controls::{Button, note},
        names::Lookup,
        view::{Intent, View},
    },
};

/// More of one kind are not listed: the palette finds the rest.
const MOST_LISTED: usize = 24;
/// From this share on a piece is hot.
const HOT: f32 = 0.5;

/// What stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Filter {
    /// Pieces that are tied to a piece of another service.
    Crossing,
    /// What the heat that is shown makes hot.
    Hot,
    /// What the last import brought and nobody has looked at.
    Arrived,
    Language(String),
    /// Packages that begin with this.
    Package(String),
    Team(TeamId),
    /// What somebody changed within the last year.
    Person(AuthorId),
}

/// The pieces that stay, as long as what they were found by is the same.
pub(super) struct Kept {
    by: Filter,
    of: Arc<Proposal>,
    has_heat: bool,
    pub pieces: BTreeSet<PieceId>,
}

impl Filter {
    /// What it is called in the list and on the button.
    fn name(&self, facts: &Facts) -> String {
        match self {
            Self::Crossing => "Only what crosses".to_owned(),
            Self::Hot => "Only what is hot".to_owned(),
            Self::Arrived => "Only what is new".to_owned(),
            Self::Language(name) | Self::Package(name) => name.clone(),
            Self::Team(id) => facts.teams[id.index()].name.clone(),
            Self::Person(id) => facts.authors[id.index()].name.clone(),
        }
    }

    fn pieces(&self, view: &View<'_>) -> BTreeSet<PieceId> {
        let facts = view.facts;
        let modules = || facts.modules.iter().zip(facts.pieces());
        match self {
            Self::Crossing => crossing(view),
            Self::Hot => view.heat.map(|heat| heat.at_least(HOT)).unwrap_or_default(),
            Self::Arrived => view.proposal.arrived.iter().copied().collect(),
            Self::Language(name) => modules()
                .filter(|(module, _)| module.language == *name)
                .map(|(_, piece)| piece)
                .collect(),
            Self::Package(name) => modules()
                .filter(|(module, _)| is_within(view.lookup.package(&module.package), name))
                .map(|(_, piece)| piece)
                .collect(),
            Self::Team(id) => {
                let modules = facts.teams[id.index()].modules.iter();
                modules.map(|module| facts.module_piece(*module)).collect()
            }
            Self::Person(id) => facts
                .recent_commits()
                .filter(|commit| commit.author == *id)
                .flat_map(|commit| {
                    let tables = commit.tables.iter().map(|table| facts.table_piece(*table));
                    commit.modules.iter().map(|module| facts.module_piece(*module)).chain(tables)
                })
                .collect(),
        }
    }
}

fn is_within(package: &str, name: &str) -> bool {
    package
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.', '\\', ':']))
}

fn crossing(view: &View<'_>) -> BTreeSet<PieceId> {
    let facts = view.facts;
    let calls = facts
        .calls
        .iter()
        .map(|call| (facts.module_piece(call.from_module), facts.module_piece(call.to_module)));
    let accesses = facts
        .accesses
        .iter()
        .map(|access| (facts.module_piece(access.module), facts.table_piece(access.table)));
    let keys = facts
        .foreign_keys
        .iter()
        .map(|key| (facts.table_piece(key.from), facts.table_piece(key.to)));
    let joins = facts
        .joins
        .iter()
        .map(|join| (facts.table_piece(join.table_a), facts.table_piece(join.table_b)));
    calls
        .chain(accesses)
        .chain(keys)
        .chain(joins)
        .filter(|(a, b)| view.proposal.service_of(*a) != view.proposal.service_of(*b))
        .flat_map(|(a, b)| [a, b])
        .collect()
}

impl MapState {
    /// Finds what stays, once for a filter and a proposal.
    pub(super) fn sift(&mut self, view: &View<'_>) {
        let Some(filter) = &self.filter else {
            self.kept = None;
            return;
        };
        let has_heat = view.heat.is_some();
        let is_right = self.kept.as_ref().is_some_and(|kept| {
            kept.by == *filter
                && Arc::ptr_eq(&kept.of, view.proposal)
                && (*filter != Filter::Hot || kept.has_heat == has_heat)
        });
        if !is_right {
            let pieces = filter.pieces(view);
            let (by, of) = (filter.clone(), Arc::clone(view.proposal));
            self.kept = Some(Kept { by, of, has_heat, pieces });
        }
    }
}

/// The button that says what stays, and the list behind it.
pub(super) fn filter_ui(
    ui: &mut Ui,
    view: &View<'_>,
    now: Option<&Filter>,
    intents: &mut Vec<Intent>,
) {
    let name = now.map_or_else(|| "Filter".to_owned(), |filter| filter.name(view.facts));
    let button = Button::new(&name).quiet().selected(now.is_some());
    let response = button.named("Filter: what stays while the rest fades").show(ui);
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(220.0);
        egui::ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
            let mut choice = |ui: &mut Ui, filter: Option<Filter>, name: &str| {
                if ui.selectable_label(now == filter.as_ref(), name).clicked() {
                    intents.push(Intent::Filter(filter));
                    ui.close();
                }
            };
            choice(ui, None, "Everything");
            for (title, filters) in choices(view) {
                if filters.is_empty() {
                    continue;
                }
                if !title.is_empty() {
                    ui.separator();
                    note(ui, title);
                }
                for filter in filters {
                    let name = filter.name(view.facts);
                    choice(ui, Some(filter), &name);
                }
            }
        });
    });
}

/// What there is to choose from, by kind.
fn choices(view: &View<'_>) -> [(&'static str, Vec<Filter>); 5] {
    let facts = view.facts;
    let mut first = vec![Filter::Crossing];
    first.extend(view.heat.map(|_| Filter::Hot));
    first.extend((!view.proposal.arrived.is_empty()).then_some(Filter::Arrived));
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for module in &facts.modules {
        *languages.entry(&module.language).or_default() += 1;
    }
    let languages = if languages.len() > 1 { largest(languages) } else { Vec::new() };
    let languages = languages.into_iter().map(|name| Filter::Language(name.to_owned()));
    let packages = packages(facts, view.lookup).into_iter().map(Filter::Package);
    let teams = (0..facts.teams.len().min(MOST_LISTED)).map(|at| Filter::Team(TeamId::at(at)));
    let mut people: BTreeMap<AuthorId, usize> = BTreeMap::new();
    for commit in facts.recent_commits() {
        *people.entry(commit.author).or_default() += 1;
    }
    let people = largest(people).into_iter().map(Filter::Person);
    [
        ("", first),
        ("Language", languages.collect()),
        ("Package", packages.collect()),
        ("Team", teams.collect()),
        ("Changed lately by", people.collect()),
    ]
}

fn largest<K: Ord + Copy>(counted: BTreeMap<K, usize>) -> Vec<K> {
    let mut counted: Vec<(K, usize)> = counted.into_iter().collect();
    counted.sort_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
    counted.truncate(MOST_LISTED);
    counted.into_iter().map(|(key, _)| key).collect()
}

/// The outermost packages; where there is only one or two, those below them.
fn packages(facts: &Facts, lookup: &Lookup) -> Vec<String> {
    let mut found = Vec::new();
    for depth in 1..=3 {
        let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
        for module in &facts.modules {
            *counted.entry(beginning(lookup.package(&module.package), depth)).or_default() += 1;
        }
        found = largest(counted);
        if found.len() > 4 {
            break;
        }
    }
    let mut names: Vec<String> = found.into_iter().map(str::to_owned).collect();
    names.sort();
    names
}

/// The first parts of a package's name.
fn beginning(name: &str, parts: usize) -> &str {
    let mut ends = name.match_indices(['/', '.', '\\', ':']).map(|(at, _)| at);
    ends.nth(parts - 1).map_or(name, |end| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_holds_what_begins_with_all_of_its_name() {
        assert!(is_within("shop/orders", "shop"));
        assert!(is_within("shop", "shop"));
        assert!(!is_within("shopping/cart", "shop"));
        assert_eq!(beginning("a/b/c", 2), "a/b");
        assert_eq!(beginning("a", 2), "a");
    }
}
