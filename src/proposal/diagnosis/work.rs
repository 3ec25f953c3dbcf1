//! Symptoms in how people work: what changes together, what is released together, who works where.

use std::collections::BTreeMap;

use super::{Finding, Measure, Reading, code::circles, periods::Periods, real, settings::Setting};
use crate::{
    analysis::{figures::Item, grouping::Role},
    facts::{AuthorId, Commit},
    proposal::{
        ServiceId,
        owners::{owners, ratio},
    },
};

const NO_HISTORY: &str = "no history was read";
/// Pairs with fewer commits in common say nothing: code-maat's default.
const FEWEST_COMMITS: usize = 5;
/// Somebody is active in a service from this many commits in a year.
const ACTIVE: usize = 2;
/// A commit to a schema file that declares more tables than this says nothing about any of them.
const TABLES_OF_ONE_CHANGE: usize = 3;

/// Commits that count, by place, with the services they touch.
fn commits(reading: &Reading<'_>) -> Vec<(usize, Vec<ServiceId>)> {
    let facts = reading.facts;
    let ordinary = facts.commits.iter().enumerate().filter(|(_, commit)| commit.bulk.is_none());
    let touched = |commit: &Commit| {
        let modules = commit.modules.iter().map(|module| facts.module_piece(*module));
        // A file that declares many tables doesn't say which of them changed.
        let is_told = commit.tables.len() <= TABLES_OF_ONE_CHANGE;
        let tables = commit.tables.iter().filter(|_| is_told);
        let tables = tables.map(|table| facts.table_piece(*table));
        reading.touched(modules.chain(tables))
    };
    let all = ordinary.map(|(at, commit)| (at, touched(commit)));
    all.filter(|(_, services)| !services.is_empty()).collect()
}

pub(super) fn change_together(reading: &Reading<'_>) -> Vec<Measure> {
    let commits = commits(reading);
    let unknown = if commits.is_empty() { NO_HISTORY } else { "" };
    let touching = |least: usize| {
        let mut groups: BTreeMap<&Vec<ServiceId>, Vec<Item>> = BTreeMap::new();
        for (at, services) in commits.iter().filter(|(_, services)| services.len() >= least) {
            groups.entry(services).or_default().push(Item::Commit(*at));
        }
        let told = groups.into_iter().map(|(services, items)| {
            let commits = if items.len() == 1 { "commit touches" } else { "commits touch" };
            let what = format!("{} {commits} {}", items.len(), reading.names(services));
            reading.finding(services.clone(), what, items)
        });
        told.collect::<Vec<Finding>>()
    };
    vec![
        reading.share(
            Setting::CrossingCommits,
            "commits touch two or more services",
            commits.len(),
            touching(2),
            unknown,
        ),
        reading.share(
            Setting::ManyServices,
            "commits touch three or more services",
            commits.len(),
            touching(3),
            unknown,
        ),
        changed_together(reading, &commits, unknown),
    ]
}

/// For pairs of services the share of commits of the one that changes less that also touch the other.
fn changed_together(
    reading: &Reading<'_>,
    commits: &[(usize, Vec<ServiceId>)],
    unknown: &'static str,
) -> Measure {
    let mut own: BTreeMap<ServiceId, usize> = BTreeMap::new();
    let mut both: BTreeMap<(ServiceId, ServiceId), Vec<Item>> = BTreeMap::new();
    for (at, services) in commits {
        for (place, a) in services.iter().enumerate() {
            *own.entry(*a).or_default() += 1;
            for b in &services[place + 1..] {
                both.entry((*a, *b)).or_default().push(Item::Commit(*at));
            }
        }
    }
    let pairs = both.into_iter().filter(|(_, items)| items.len() >= FEWEST_COMMITS);
    let all = pairs.map(|((a, b), items)| {
        let less = if own[&a] <= own[&b] { a } else { b };
        let other = if less == a { b } else { a };
        let degree = ratio(items.len(), own[&less]);
        let what = format!(
            "{} of the {} commits to {} also touch {}",
            items.len(),
            own[&less],
            reading.name(less),
            reading.name(other)
        );
        let finding = reading.finding(vec![a, b], what, items);
        let factor = reading.context.factor(&[a, b]);
        (degree, Finding { weight: degree * factor, ..finding })
    });
    let all = all.collect();
    reading.worst(
        Setting::ChangedTogether,
        "of the commits to a service touch one and the same other, at the most",
        all,
        unknown,
    )
}

pub(super) fn deploy_together(reading: &Reading<'_>) -> Vec<Measure> {
    let circles = circles(reading).into_iter().map(|circle| {
        let what = format!("{} call each other in a circle", reading.names(&circle));
        let groups: Vec<_> = circle.iter().map(|service| service.group()).collect();
        let finding = reading.finding(circle, what, vec![Item::Cycle(groups)]);
        let count = finding.services.len();
        let weight = finding.weight * real(count);
        Finding { count, weight, ..finding }
    });
    let circles = circles.collect();
    let running = reading.running().len();
    vec![
        reading.share(
            Setting::Circles,
            "services call each other in circles",
            running,
            circles,
            if running == 0 { "there are no services" } else { "" },
        ),
        coordinated_releases(reading),
    ]
}

/// How often a service could not have been released alone: a commit of that time touches another one too.
fn coordinated_releases(reading: &Reading<'_>) -> Measure {
    let periods = Periods::of(reading.facts, reading.settings);
    let words = periods.words();
    let mut releases: BTreeMap<ServiceId, BTreeMap<i64, f64>> = BTreeMap::new();
    let mut tied: BTreeMap<(ServiceId, i64), Vec<Item>> = BTreeMap::new();
    for (at, services) in commits(reading) {
        let release = periods.release(&reading.facts.commits[at]);
        let factor = if services.len() > 1 { reading.context.factor(&services) } else { 0.0 };
        for service in services.iter().filter(|service| reading.runs(**service)) {
            let weight = releases.entry(*service).or_default().entry(release).or_default();
            *weight = weight.max(factor);
            if services.len() > 1 {
                tied.entry((*service, release)).or_default().push(Item::Commit(at));
            }
        }
    }
    let of = releases.values().map(BTreeMap::len).sum();
    let findings = releases.iter().filter_map(|(service, of_service)| {
        let coordinated =
            of_service.keys().filter(|release| tied.contains_key(&(*service, **release)));
        let count = coordinated.count();
        let items: Vec<Item> = tied
            .range((*service, i64::MIN)..=(*service, i64::MAX))
            .flat_map(|(_, items)| items.iter().cloned())
            .collect();
        let what = format!(
            "{}: {count} of {} {words} hold a commit that touches others too",
            reading.name(*service),
            of_service.len()
        );
        let finding = reading.finding(vec![*service], what, items);
        let weight = of_service.values().sum();
        (count > 0).then_some(Finding { count, weight, context: Vec::new(), ..finding })
    });
    let findings = findings.collect();
    reading.share(
        Setting::CoordinatedReleases,
        "releases of a service hold a commit that touches others too",
        of,
        findings,
        if of == 0 { NO_HISTORY } else { "" },
    )
}

pub(super) fn same_people(reading: &Reading<'_>) -> Vec<Measure> {
    vec![authors_in_many(reading), without_owner(reading)]
}

/// By author of the last year: how many commits in which service.
pub(super) fn activity(reading: &Reading<'_>) -> BTreeMap<AuthorId, BTreeMap<ServiceId, usize>> {
    let mut activity: BTreeMap<AuthorId, BTreeMap<ServiceId, usize>> = BTreeMap::new();
    for commit in reading.facts.recent_commits() {
        let modules = commit.modules.iter().map(|module| reading.facts.module_piece(*module));
        for service in reading.touched(modules) {
            *activity.entry(commit.author).or_default().entry(service).or_default() += 1;
        }
    }
    for services in activity.values_mut() {
        services.retain(|service, commits| *commits >= ACTIVE && reading.runs(*service));
    }
    activity.retain(|_, services| !services.is_empty());
    activity
}

fn authors_in_many(reading: &Reading<'_>) -> Measure {
    let activity = activity(reading);
    let of = activity.len();
    let everywhere = activity.into_iter().filter(|(_, services)| services.len() > 1);
    let findings = everywhere.map(|(author, services)| {
        let name = &reading.facts.authors[author.index()].name;
        let told: Vec<String> = services
            .iter()
            .map(|(service, commits)| format!("{} ({commits})", reading.name(*service)))
            .collect();
        let services: Vec<ServiceId> = services.into_keys().collect();
        let finding = reading.finding(services, format!("{name}: {}", told.join(", ")), Vec::new());
        let weight = reading.context.factor(&finding.services);
        Finding { count: 1, weight, ..finding }
    });
    let findings = findings.collect();
    let unknown = if of == 0 { NO_HISTORY } else { "" };
    let what = "people active within the last year work in two or more services";
    reading.share(Setting::AuthorsInMany, what, of, findings, unknown)
}

/// Services of which neither a team has most modules nor a person made most changes.
fn without_owner(reading: &Reading<'_>) -> Measure {
    let facts = reading.facts;
    let mut of = 0;
    let mut findings = Vec::new();
    for service in &reading.proposal.services {
        let modules = reading.modules(service.id);
        let owners = owners(facts, &modules);
        let known = owners.commits > 0 || !owners.teams.is_empty();
        if service.role != Role::Service || modules.is_empty() || !known {
            continue;
        }
        of += 1;
        let has_owner = reading.context.team(service.id).is_some() || owners.top_share() > 0.5;
        if !has_owner {
            let what = format!(
                "{}: no team has most of its modules, and nobody made most of its {} changes of the last year",
                service.name, owners.commits
            );
            let finding = reading.finding(vec![service.id], what, Vec::new());
            findings.push(Finding { count: 1, weight: 1.0, context: Vec::new(), ..finding });
        }
    }
    let unknown = if of == 0 { "neither history nor teams were read" } else { "" };
    reading.share(Setting::WithoutOwner, "services have no main owner", of, findings, unknown)
}
