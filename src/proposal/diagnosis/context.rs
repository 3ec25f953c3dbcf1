//! How much a crossing between two services hurts: less within one team, one deployment, one repository.

use std::collections::{BTreeMap, BTreeSet};

use super::settings::{Setting, Settings};
use crate::{
    facts::{Facts, ModuleId, Piece},
    proposal::{Proposal, ServiceId, owners::owners},
};

/// What is known of the services besides their code.
pub(super) struct Context {
    /// The team that has a service: as decided, or else the one that answers for most of its modules.
    teams: BTreeMap<ServiceId, String>,
    deployed_together: Vec<BTreeSet<ServiceId>>,
    one_repository: bool,
    same_team: f64,
    same_deployment: f64,
    same_repository: f64,
}

/// A team has a service when it answers for more than this share of its modules.
const MOST: f64 = 0.5;

impl Context {
    pub(super) fn new(facts: &Facts, proposal: &Proposal, settings: &Settings) -> Self {
        let teams = proposal.services.iter().filter_map(|service| {
            let owner = if service.owner.is_empty() {
                team_of(facts, proposal, service.id)?
            } else {
                service.owner.clone()
            };
            Some((service.id, owner))
        });
        let named = |name: &String| proposal.service_named(name).map(|service| service.id);
        let together = settings.deployed_together.iter();
        Self {
            teams: teams.collect(),
            deployed_together: together
                .map(|names| names.iter().filter_map(named).collect())
                .collect(),
            one_repository: settings.one_repository,
            same_team: settings.of(Setting::SameTeam),
            same_deployment: settings.of(Setting::SameDeployment),
            same_repository: settings.of(Setting::SameRepository),
        }
    }

    /// The team of a service, if one has it.
    pub(super) fn team(&self, service: ServiceId) -> Option<&str> {
        self.teams.get(&service).map(String::as_str)
    }

    /// How many teams have services.
    pub(super) fn teams(&self, services: &[ServiceId]) -> usize {
        services.iter().filter_map(|service| self.team(*service)).collect::<BTreeSet<_>>().len()
    }

    fn is_one_team(&self, services: &[ServiceId]) -> bool {
        let mut teams = services.iter().map(|service| self.team(*service));
        let first = teams.next().flatten();
        first.is_some() && teams.all(|team| team == first)
    }

    fn is_one_deployment(&self, services: &[ServiceId]) -> bool {
        let all_in =
            |set: &BTreeSet<ServiceId>| services.iter().all(|service| set.contains(service));
        self.deployed_together.iter().any(all_in)
    }

    /// What a crossing among these services counts, from 0 to 1 with the defaults.
    pub(super) fn factor(&self, services: &[ServiceId]) -> f64 {
        let mut factor = 1.0;
        if self.is_one_team(services) {
            factor *= self.same_team;
        }
        if self.is_one_deployment(services) {
            factor *= self.same_deployment;
        }
        if self.one_repository {
            factor *= self.same_repository;
        }
        factor
    }

    /// Why a crossing among these services counts less.
    pub(super) fn words(&self, services: &[ServiceId]) -> Vec<&'static str> {
        let words = [
            (self.is_one_team(services), "one team"),
            (self.is_one_deployment(services), "deployed together"),
            (self.one_repository, "one repository"),
        ];
        words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect()
    }
}

fn team_of(facts: &Facts, proposal: &Proposal, service: ServiceId) -> Option<String> {
    let modules: Vec<ModuleId> = proposal
        .pieces_of(service)
        .filter_map(|piece| match facts.piece(piece) {
            Piece::Module(module) => Some(module),
            Piece::Table(_) => None,
        })
        .collect();
    let owners = owners(facts, &modules);
    let (team, _) = owners.teams.first()?;
    (owners.team_share(modules.len()) > MOST).then(|| facts.teams[team.index()].name.clone())
}
