//! Symptoms in data: tables that many services use, keys and joins across borders, transactions that span services.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Measure, Reading, settings::Setting};
use crate::{
    analysis::{
        figures::{Figure, Item, Scope},
        grouping::Role,
    },
    facts::{AccessMode, FunctionId, ModuleId, Step, TableId},
    proposal::ServiceId,
};

const NO_ACCESSES: &str = "no accesses of tables were found";

pub(super) fn shared_data(reading: &Reading<'_>) -> Vec<Measure> {
    vec![
        crossing_accesses(reading),
        shared_tables(reading, None),
        shared_tables(reading, Some(AccessMode::Write)),
        cut_keys(reading),
        broken_joins(reading),
    ]
}

fn items(reading: &Reading<'_>, figures: &[Figure]) -> Vec<Item> {
    figures.iter().flat_map(|figure| reading.scorer.items(*figure, &Scope::All)).collect()
}

/// Items in groups of a key, each told as a sentence.
fn grouped<K: Ord>(
    reading: &Reading<'_>,
    items: Vec<Item>,
    key: impl Fn(&Item) -> Option<(Vec<ServiceId>, K)>,
    tell: impl Fn(&[ServiceId], &K, usize) -> String,
) -> Vec<Finding> {
    let mut groups: BTreeMap<(Vec<ServiceId>, K), Vec<Item>> = BTreeMap::new();
    for item in items {
        if let Some(key) = key(&item) {
            groups.entry(key).or_default().push(item);
        }
    }
    let told = groups.into_iter().map(|((services, key), items)| {
        let what = tell(&services, &key, items.len());
        reading.finding(services, what, items)
    });
    told.collect()
}

fn crossing_accesses(reading: &Reading<'_>) -> Measure {
    let facts = reading.facts;
    let findings = grouped(
        reading,
        items(reading, &[Figure::CrossingReads, Figure::CrossingWrites]),
        |item| {
            let Item::Access(at) = item else { return None };
            let access = &facts.accesses[*at];
            let (by, of) = (reading.of_module(access.module), reading.of_table(access.table));
            Some((vec![by, of], (access.mode, access.table)))
        },
        |services, (mode, table), count| {
            let table = facts.table(*table).full_name();
            let times = if count == 1 { String::new() } else { format!(" in {count} places") };
            let (by, of) = (reading.name(services[0]), reading.name(services[1]));
            format!("{by} {}s {table} of {of}{times}", mode.word())
        },
    );
    let findings = findings.into_iter().map(|finding| match finding.items.first() {
        Some(Item::Access(at)) if facts.accesses[*at].mode == AccessMode::Read => {
            read(reading, finding)
        }
        _ => finding,
    });
    let findings = findings.collect();
    let counts = |at: &usize| {
        let access = &facts.accesses[*at];
        reading.role(reading.of_module(access.module)) != Role::Excluded
            && reading.role(reading.of_table(access.table)) != Role::Excluded
    };
    let of = (0..facts.accesses.len()).filter(counts).count();
    let what = "accesses reach a table of another service";
    reading.share(
        Setting::CrossingAccesses,
        what,
        of,
        findings,
        if of == 0 { NO_ACCESSES } else { "" },
    )
}

/// What only reads counts less: a replica or an answer of the owner can take its place.
fn read(reading: &Reading<'_>, finding: Finding) -> Finding {
    let weight = finding.weight * reading.settings.of(Setting::Read);
    Finding { weight, ..finding }
}

/// Tables that two or more services use, or write.
fn shared_tables(reading: &Reading<'_>, mode: Option<AccessMode>) -> Measure {
    let facts = reading.facts;
    let mut users: BTreeMap<TableId, BTreeSet<ServiceId>> = BTreeMap::new();
    for access in facts.accesses.iter().filter(|access| mode.is_none_or(|mode| access.mode == mode))
    {
        let service = reading.of_module(access.module);
        let of = reading.of_table(access.table);
        if reading.role(service) != Role::Excluded && reading.role(of) != Role::Excluded {
            users.entry(access.table).or_default().insert(service);
        }
    }
    let of = users.len();
    let verb = if mode.is_some() { "written" } else { "used" };
    let shared = users.into_iter().filter(|(_, users)| users.len() > 1).map(|(table, users)| {
        let services: Vec<ServiceId> = users.into_iter().collect();
        let what =
            format!("{} is {verb} by {}", facts.table(table).full_name(), reading.names(&services));
        reading.finding(services, what, vec![Item::Table(table)])
    });
    let findings = shared.collect();
    let unknown = if of == 0 { NO_ACCESSES } else { "" };
    if mode.is_some() {
        let what = "written tables have two or more services that write them";
        reading.share(Setting::MultiWriters, what, of, findings, unknown)
    } else {
        let what = "used tables are used by two or more services";
        reading.share(Setting::SharedTables, what, of, findings, unknown)
    }
}

fn cut_keys(reading: &Reading<'_>) -> Measure {
    let facts = reading.facts;
    let findings = grouped(
        reading,
        items(reading, &[Figure::CutDeclaredKeys, Figure::CutImpliedKeys]),
        |item| {
            let Item::ForeignKey(at) = item else { return None };
            let key = &facts.foreign_keys[*at];
            Some((vec![reading.of_table(key.from), reading.of_table(key.to)], *at))
        },
        |services, at, _| {
            let key = &facts.foreign_keys[*at];
            let (from, to) = (facts.table(key.from).full_name(), facts.table(key.to).full_name());
            let columns = key.columns.join(", ");
            let (a, b) = (reading.name(services[0]), reading.name(services[1]));
            format!("{from}({columns}) of {a} refers to {to} of {b}, {}", key.origin.word())
        },
    );
    let of = facts.foreign_keys.len();
    let unknown = if of == 0 { "no foreign keys were found" } else { "" };
    let what = "foreign keys, declared or implied, are cut";
    reading.share(Setting::CutKeys, what, of, findings, unknown)
}

fn broken_joins(reading: &Reading<'_>) -> Measure {
    let facts = reading.facts;
    let findings = grouped(
        reading,
        items(reading, &[Figure::BrokenJoins]),
        |item| {
            let Item::Join(at) = item else { return None };
            let join = &facts.joins[*at];
            let mut services = vec![reading.of_table(join.table_a), reading.of_table(join.table_b)];
            services.sort_unstable();
            Some((services, (join.table_a, join.table_b)))
        },
        |services, (a, b), count| {
            let (a, b) = (facts.table(*a).full_name(), facts.table(*b).full_name());
            let times = if count == 1 { String::new() } else { format!(" in {count} queries") };
            format!("{a} and {b} are joined{times}, of {}", reading.names(services))
        },
    );
    let findings = findings.into_iter().map(|finding| read(reading, finding)).collect();
    let of = facts.joins.len();
    let unknown = if of == 0 { "no joins were found" } else { "" };
    reading.share(
        Setting::BrokenJoins,
        "joins are between tables of two services",
        of,
        findings,
        unknown,
    )
}

pub(super) fn transactions(reading: &Reading<'_>) -> Vec<Measure> {
    let facts = reading.facts;
    let writes = |at: usize| {
        facts.transactions[at].steps.iter().filter(|step| step.mode == AccessMode::Write)
    };
    let findings = items(reading, &[Figure::SpanningTransactions]).into_iter().filter_map(|item| {
        let Item::Transaction(at) = item else { return None };
        let services = reading.touched(writes(at).map(|step| facts.table_piece(step.table)));
        let entry = reading.entry(facts.transactions[at].entry_point);
        let what = format!("{entry} writes tables of {}", reading.names(&services));
        Some(reading.finding(services, what, vec![item]))
    });
    let findings = findings.collect();
    let of = (0..facts.transactions.len()).filter(|at| writes(*at).next().is_some()).count();
    let unknown = if of == 0 { "no entry point was found that writes a table" } else { "" };
    let what = "entry points that write do so in tables of two or more services";
    vec![
        reading.share(Setting::SpanningTransactions, what, of, findings, unknown),
        torn(reading, of, unknown),
    ]
}

/// Entry points that write several tables by several requests to other services: each request would be a transaction of
/// its own, whoever owns the tables.
fn torn(reading: &Reading<'_>, of: usize, unknown: &'static str) -> Measure {
    let facts = reading.facts;
    let runs_in = |module: ModuleId| {
        let service = reading.of_module(module);
        reading.runs(service).then_some(service)
    };
    let findings = facts.transactions.iter().enumerate().filter_map(|(at, transaction)| {
        let mut written: BTreeMap<TableId, &Step> = BTreeMap::new();
        for step in transaction.steps.iter().filter(|step| step.mode == AccessMode::Write) {
            if reading.role(reading.of_table(step.table)) != Role::Excluded {
                written.entry(step.table).or_insert(step);
            }
        }
        let first = written.values().next().filter(|_| written.len() > 1)?;
        let common = written.values().map(|step| shared_prefix(&first.path, &step.path)).min()?;
        let passed = first.path[..common].iter().rev();
        let joint = passed.clone().find_map(|function| runs_in(facts.function(*function).module));
        let entry = &facts.entry_points[transaction.entry_point.index()];
        let joint = joint.or_else(|| runs_in(entry.module))?;
        // Code of a library runs in the service that called it.
        let writer = |step: &&Step| {
            let functions = step.path.iter().rev().map(|function| facts.function(*function).module);
            runs_in(step.module)
                .or_else(|| functions.into_iter().find_map(runs_in))
                .unwrap_or(joint)
        };
        let writers: BTreeSet<ServiceId> = written.values().map(writer).collect();
        let away: Vec<ServiceId> = writers.into_iter().filter(|writer| *writer != joint).collect();
        if away.is_empty() {
            return None;
        }
        let tables: Vec<String> =
            written.keys().map(|table| facts.table(*table).full_name()).collect();
        let what = format!(
            "{} writes {} from {} by requests to {}",
            reading.entry(transaction.entry_point),
            tables.join(", "),
            reading.name(joint),
            reading.names(&away)
        );
        let mut services = vec![joint];
        services.extend(away);
        Some(reading.finding(services, what, vec![Item::Transaction(at)]))
    });
    let findings = findings.collect();
    let what = "entry points that write do so by several requests, each a transaction of its own";
    reading.share(Setting::TornTransactions, what, of, findings, unknown)
}

fn shared_prefix(a: &[FunctionId], b: &[FunctionId]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
