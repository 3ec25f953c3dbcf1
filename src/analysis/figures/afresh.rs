//! The figures counted afresh, plainly, straight from their definitions: what the incremental ones must equal.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{Figure, Figures, Item, Scope, Scorer};
use crate::{
    analysis::grouping::{GroupId, Grouping, Role},
    facts::{
        Access, AccessMode, Author, AuthorId, Call, CallKind, Certainty, Commit, EntryPointId,
        Facts, ForeignKey, Function, FunctionId, Join, KeyOrigin, Module, ModuleId, PieceId, Place,
        Step, Table, TableId, TableKind, Transaction, Via, Visibility,
    },
};

/// Counts every figure from nothing but the facts and the grouping.
fn figures_afresh(facts: &Facts, grouping: &Grouping) -> Figures {
    let module_group = |module: ModuleId| grouping.group(facts.module_piece(module));
    let table_group = |table: TableId| grouping.group(facts.table_piece(table));
    let role = |group: GroupId| grouping.roles[group.index()];
    let counts = |group: GroupId| role(group) != Role::Excluded;
    let crosses = |a: GroupId, b: GroupId| a != b && counts(a) && counts(b);
    let mut figures = Figures::default();

    let mut operations = BTreeSet::new();
    let mut requests = BTreeSet::new();
    for call in &facts.calls {
        let (from, to) = (module_group(call.from_module), module_group(call.to_module));
        if crosses(from, to) && role(to) != Role::Library {
            figures.crossing_calls += 1;
            figures.crossing_calls_by_kind[call.kind as usize] += 1;
            if matches!(call.kind, CallKind::Call | CallKind::Construct) {
                operations.extend(call.to_function);
                if role(from) != Role::Library {
                    requests.insert((from, to));
                }
            }
        }
    }
    figures.operations = size(&operations);

    let mut accessors: BTreeMap<TableId, BTreeSet<GroupId>> = BTreeMap::new();
    let mut writers: BTreeMap<TableId, BTreeSet<GroupId>> = BTreeMap::new();
    for access in &facts.accesses {
        let (from, to) = (module_group(access.module), table_group(access.table));
        let write = access.mode == AccessMode::Write;
        figures.crossing_reads += i64::from(crosses(from, to) && !write);
        figures.crossing_writes += i64::from(crosses(from, to) && write);
        if counts(from) && counts(to) {
            accessors.entry(access.table).or_default().insert(from);
            if write {
                writers.entry(access.table).or_default().insert(from);
            }
        }
    }
    let two_or_more =
        |map: &BTreeMap<TableId, BTreeSet<GroupId>>| map.values().filter(|g| g.len() > 1).count();
    figures.shared_tables = i64::try_from(two_or_more(&accessors)).unwrap();
    figures.multi_writer_tables = i64::try_from(two_or_more(&writers)).unwrap();

    for key in &facts.foreign_keys {
        let cut = i64::from(crosses(table_group(key.from), table_group(key.to)));
        match key.origin {
            KeyOrigin::Declared { .. } => figures.cut_declared_keys += cut,
            KeyOrigin::Implied { .. } => figures.cut_implied_keys += cut,
        }
    }
    for join in &facts.joins {
        let broken = crosses(table_group(join.table_a), table_group(join.table_b));
        figures.broken_joins += i64::from(broken);
    }
    for transaction in &facts.transactions {
        let writes = transaction.steps.iter().filter(|step| step.mode == AccessMode::Write);
        let groups: BTreeSet<GroupId> =
            writes.map(|step| table_group(step.table)).filter(|group| counts(*group)).collect();
        figures.spanning_transactions += i64::from(groups.len() > 1);
    }
    for commit in facts.commits.iter().filter(|commit| commit.bulk.is_none()) {
        let modules = commit.modules.iter().map(|module| module_group(*module));
        let tables = commit.tables.iter().map(|table| table_group(*table));
        let groups: BTreeSet<GroupId> =
            modules.chain(tables).filter(|group| counts(*group)).collect();
        figures.commits += i64::from(!groups.is_empty());
        figures.crossing_commits += i64::from(groups.len() > 1);
    }
    people(facts, grouping, &mut figures);
    whole(facts, grouping, &requests, &mut figures);
    figures
}

/// Who was active where, author by author.
fn people(facts: &Facts, grouping: &Grouping, figures: &mut Figures) {
    for author in (0..facts.authors.len()).map(AuthorId::at) {
        let commits = facts.recent_commits().filter(|commit| commit.author == author);
        let pieces = commits.flat_map(|commit| {
            let modules = commit.modules.iter().map(|module| facts.module_piece(*module));
            modules.chain(commit.tables.iter().map(|table| facts.table_piece(*table)))
        });
        let groups: BTreeSet<GroupId> = pieces
            .map(|piece| grouping.group(piece))
            .filter(|group| grouping.roles[group.index()] != Role::Excluded)
            .collect();
        figures.authors += i64::from(!groups.is_empty());
        figures.shared_authors += i64::from(groups.len() > 1);
    }
}

/// What is about all groups at once: reachability by brute force.
fn whole(
    facts: &Facts,
    grouping: &Grouping,
    requests: &BTreeSet<(GroupId, GroupId)>,
    figures: &mut Figures,
) {
    let role = |group: GroupId| grouping.roles[group.index()];
    let running: BTreeSet<GroupId> = grouping.of.iter().copied().collect();
    let running: Vec<GroupId> = running
        .into_iter()
        .filter(|group| matches!(role(*group), Role::Service | Role::Remainder))
        .collect();
    figures.services = i64::try_from(running.len()).unwrap();
    let mut reach = requests.clone();
    for middle in &running {
        for from in &running {
            for to in &running {
                if reach.contains(&(*from, *middle)) && reach.contains(&(*middle, *to)) {
                    reach.insert((*from, *to));
                }
            }
        }
    }
    let circle_of = |group: GroupId| -> BTreeSet<GroupId> {
        let mutual =
            |other: &GroupId| reach.contains(&(group, *other)) && reach.contains(&(*other, group));
        running.iter().copied().filter(mutual).chain([group]).collect()
    };
    let circles: BTreeSet<BTreeSet<GroupId>> = running.iter().map(|g| circle_of(*g)).collect();
    figures.cycles =
        i64::try_from(circles.iter().filter(|circle| circle.len() > 1).count()).unwrap();
    figures.longest_chain =
        running.iter().map(|group| longest_from(*group, requests, &circle_of)).max().unwrap_or(0);

    let mut lines = vec![0; grouping.roles.len()];
    for (module, group) in facts.modules.iter().zip(&grouping.of) {
        if role(*group) != Role::Excluded {
            lines[group.index()] += i64::from(module.lines);
        }
    }
    let all: i64 = lines.iter().sum();
    let largest = lines.into_iter().max().unwrap_or(0);
    figures.largest_share = super::scorer::share(largest, all);
}

fn longest_from(
    group: GroupId,
    requests: &BTreeSet<(GroupId, GroupId)>,
    circle_of: &dyn Fn(GroupId) -> BTreeSet<GroupId>,
) -> i64 {
    let circle = circle_of(group);
    let next = requests.iter().filter(|(from, to)| circle.contains(from) && !circle.contains(to));
    size(&circle) + next.map(|(_, to)| longest_from(*to, requests, circle_of)).max().unwrap_or(0)
}

fn size<T>(set: &BTreeSet<T>) -> i64 {
    i64::try_from(set.len()).unwrap()
}

/// Numbers that become facts once the counts of modules and tables are known.
#[derive(Clone, Debug)]
struct Recipe {
    modules: usize,
    tables: usize,
    calls: Vec<(usize, usize, usize)>,
    accesses: Vec<(usize, usize, bool)>,
    keys: Vec<(usize, usize, bool)>,
    joins: Vec<(usize, usize)>,
    transactions: Vec<Vec<(usize, bool)>>,
    commits: Vec<(Vec<usize>, bool)>,
}

fn recipes() -> impl Strategy<Value = Recipe> {
    let number = 0..100_usize;
    let n = || number.clone();
    (
        (1..8_usize, 1..6_usize),
        prop::collection::vec((n(), n(), n()), 0..30),
        prop::collection::vec((n(), n(), any::<bool>()), 0..15),
        prop::collection::vec((n(), n(), any::<bool>()), 0..8),
        prop::collection::vec((n(), n()), 0..8),
        prop::collection::vec(prop::collection::vec((n(), any::<bool>()), 0..5), 0..5),
        prop::collection::vec((prop::collection::vec(n(), 0..5), any::<bool>()), 0..8),
    )
        .prop_map(
            |((modules, tables), calls, accesses, keys, joins, transactions, commits)| Recipe {
                modules,
                tables,
                calls,
                accesses,
                keys,
                joins,
                transactions,
                commits,
            },
        )
}

impl Recipe {
    /// Every module has two functions.
    fn facts(&self) -> Facts {
        let module = |number: usize| ModuleId::at(number % self.modules);
        let table = |number: usize| TableId::at(number % self.tables);
        let mode = |write| if write { AccessMode::Write } else { AccessMode::Read };
        let mut facts = Facts::default();
        for at in 0..self.modules {
            facts.modules.push(Module {
                path: format!("m{at}.rb"),
                language: "Ruby".to_owned(),
                lines: u32::try_from(at * 7 % 5 * 10).unwrap(),
                package: String::new(),
            });
            facts.functions.extend([function(at, 1), function(at, 2)]);
        }
        facts.tables.extend((0..self.tables).map(|at| plain_table(format!("t{at}"))));
        for (from, to, how) in &self.calls {
            let to_module = module(*to);
            let function = FunctionId::at(to_module.index() * 2 + how % 2);
            facts.calls.push(Call {
                from_module: module(*from),
                from_function: None,
                to_module,
                to_function: (how % 7 > 1).then_some(function),
                kind: CallKind::ALL[how % 5],
                line: 1,
                certainty: Certainty::Exact,
                in_loop: false,
            });
        }
        for (from, to, write) in &self.accesses {
            let (module, table, mode) = (module(*from), table(*to), mode(*write));
            facts.accesses.push(Access {
                module,
                function: None,
                table,
                mode,
                line: 1,
                via: Via::Sql,
            });
        }
        facts.foreign_keys = self
            .keys
            .iter()
            .map(|(from, to, declared)| key(table(*from), table(*to), *declared))
            .collect();
        facts.joins = self
            .joins
            .iter()
            .map(|(a, b)| {
                let (table_a, table_b) = (table(*a).min(table(*b)), table(*a).max(table(*b)));
                Join { module: module(*a), function: None, line: 1, table_a, table_b }
            })
            .collect();
        for (at, steps) in self.transactions.iter().enumerate() {
            let steps = steps.iter().map(|(to, write)| Step {
                table: table(*to),
                mode: mode(*write),
                module: module(*to),
                line: 1,
                path: Vec::new(),
            });
            facts
                .transactions
                .push(Transaction { entry_point: EntryPointId::at(at), steps: steps.collect() });
        }
        for (name, bot) in [("Ada", false), ("Bob", false), ("Cyd", false), ("Dot", true)] {
            let (name, email) = (name.to_owned(), String::new());
            facts.authors.push(Author { name, email, bot });
        }
        for (pieces, bulk) in &self.commits {
            let mut modules: Vec<_> = pieces.iter().map(|at| module(*at)).collect();
            let mut tables: Vec<_> =
                pieces.iter().filter(|at| **at > 70).map(|at| table(*at)).collect();
            modules.sort();
            modules.dedup();
            tables.sort();
            tables.dedup();
            facts.commits.push(Commit {
                id: String::new(),
                time: 300 * 86_400 * i64::try_from(pieces.len()).unwrap(),
                author: AuthorId::at(pieces.iter().sum::<usize>() % 4),
                bulk: bulk.then(|| "formatting".to_owned()),
                files: 1,
                modules,
                tables,
                set: 0,
                release: None,
            });
        }
        facts
    }
}

fn function(module: usize, line: u32) -> Function {
    Function {
        module: ModuleId::at(module),
        name: format!("f{line}"),
        line,
        end_line: line,
        visibility: Visibility::Public,
        signature: String::new(),
        transaction: None,
    }
}

fn plain_table(name: String) -> Table {
    Table {
        schema: String::new(),
        name,
        kind: TableKind::Table,
        columns: Vec::new(),
        sources: Vec::new(),
    }
}

fn key(from: TableId, to: TableId, declared: bool) -> ForeignKey {
    let origin = if declared {
        KeyOrigin::Declared { constraint: String::new() }
    } else {
        KeyOrigin::Implied { reason: String::new() }
    };
    let place = Place::default();
    ForeignKey { from, columns: Vec::new(), to, to_columns: Vec::new(), origin, place }
}

/// One thing that happens to a scorer.
#[derive(Clone, Debug)]
enum Happening {
    Place(Vec<usize>, usize),
    AddGroup(usize),
    SetRole(usize, usize),
    Regroup(Vec<usize>),
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let place = || {
        (prop::collection::vec(0..100_usize, 0..5), 0..100_usize)
            .prop_map(|(pieces, group)| Happening::Place(pieces, group))
    };
    let one = prop_oneof![
        6 => place(),
        1 => (0..4_usize).prop_map(Happening::AddGroup),
        1 => (0..100_usize, 0..4_usize).prop_map(|(group, role)| Happening::SetRole(group, role)),
        1 => prop::collection::vec(0..100_usize, 14).prop_map(Happening::Regroup),
    ];
    prop::collection::vec(one, 0..12)
}

const ROLES: [Role; 4] = [Role::Service, Role::Library, Role::Excluded, Role::Remainder];

fn happen(scorer: &mut Scorer, happening: &Happening) {
    let groups = scorer.grouping().roles.len();
    let count = scorer.grouping().of.len();
    match happening {
        Happening::Place(pieces, group) => {
            let pieces: Vec<_> = pieces.iter().map(|at| PieceId::at(at % count)).collect();
            let group = GroupId::at(group % groups);
            let expected = scorer.effects(&pieces);
            let before = scorer.figures().clone();
            scorer.place(&pieces, group);
            let delta = scorer.figures() - &before;
            assert_eq!(expected[group.index()].delta, delta, "what was announced happens");
        }
        Happening::AddGroup(role) => {
            scorer.add_group(ROLES[*role]);
        }
        Happening::SetRole(group, role) => {
            scorer.set_role(GroupId::at(group % groups), ROLES[*role]);
        }
        Happening::Regroup(of) => {
            let mut grouping = scorer.grouping().clone();
            for (piece, group) in of.iter().enumerate().take(count) {
                grouping.of[piece] = GroupId::at(group % groups);
            }
            scorer.regroup(grouping);
        }
    }
}

fn check(scorer: &Scorer) {
    let afresh = figures_afresh(scorer.facts(), scorer.grouping());
    assert_eq!(scorer.figures(), &afresh);
    let counted = Scorer::new(Arc::clone(scorer.facts()), scorer.grouping().clone());
    assert_eq!(scorer.pairs().collect::<Vec<_>>(), counted.pairs().collect::<Vec<_>>());
    let calls: i64 = scorer.pairs().map(|(_, _, crossings)| crossings.calls).sum();
    assert_eq!(calls, afresh.crossing_calls);
    for figure in Figure::ALL {
        let items = scorer.items(figure, &Scope::All);
        match figure {
            Figure::LargestShare => {}
            Figure::LongestChain => {
                let chain = items.first().map_or(0, |item| match item {
                    Item::Chain(services) => services.len(),
                    _ => 0,
                });
                assert_eq!(i64::try_from(chain).unwrap(), afresh.longest_chain);
            }
            _ => assert_eq!(items.len().to_string(), figure.of(&afresh).to_string(), "{figure:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn figures_kept_while_pieces_move_equal_figures_counted_afresh(
        recipe in recipes(),
        roles in prop::collection::vec(0..4_usize, 1..5),
        of in prop::collection::vec(0..100_usize, 14),
        happenings in happenings(),
    ) {
        let facts = Arc::new(recipe.facts());
        let roles: Vec<Role> = roles.into_iter().map(|role| ROLES[role]).collect();
        let of = of[..facts.piece_count()].iter().map(|at| GroupId::at(at % roles.len())).collect();
        let mut scorer = Scorer::new(Arc::clone(&facts), Grouping { of, roles });
        check(&scorer);
        for happening in &happenings {
            happen(&mut scorer, happening);
            check(&scorer);
        }
    }

    #[test]
    fn the_effect_on_a_new_service_is_what_making_it_does(
        recipe in recipes(),
        of in prop::collection::vec(0..3_usize, 14),
        pieces in prop::collection::vec(0..100_usize, 1..5),
    ) {
        let facts = Arc::new(recipe.facts());
        let of = of[..facts.piece_count()].iter().map(|at| GroupId::at(*at)).collect();
        let roles = vec![Role::Service, Role::Library, Role::Remainder];
        let mut scorer = Scorer::new(Arc::clone(&facts), Grouping { of, roles });
        let pieces: Vec<_> =
            pieces.into_iter().map(|at| PieceId::at(at % facts.piece_count())).collect();
        let effects = scorer.effects(&pieces);
        let before = scorer.figures().clone();
        let new = scorer.add_group(Role::Service);
        scorer.place(&pieces, new);
        let last = effects.last().unwrap();
        prop_assert_eq!(last.group, new);
        prop_assert_eq!(&last.delta, &(scorer.figures() - &before));
    }
}
