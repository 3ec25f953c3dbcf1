//! `propose`, `proposals`, `place` and `adopt`: making and changing proposals.

use std::path::Path;

use super::{
    Failure,
    args::{Chosen, Propose},
    change, chosen, figures, look, named,
    output::{data, say, warn},
    piece, pieces,
};
use crate::{
    analysis::{
        figures::Figures,
        grouping::Role,
        propose::{Kept, Wish},
    },
    export::{csv, split},
    facts::PieceId,
    proposal::command::Command,
    session::{
        AdoptError, Session,
        propose::{wish_near, work},
    },
};

pub(super) fn propose(propose: &Propose) -> Result<(), Failure> {
    let name = propose.name.trim();
    if name.is_empty() {
        return Err(Failure::Usage("a proposal needs a name".to_owned()));
    }
    let mut session = change(&propose.project)?;
    if session.proposal_named(name).is_some() {
        return Err(Failure::Failed(format!("there is a proposal called {name} already")));
    }
    if session.facts().piece_count() == 0 {
        return Err(Failure::Failed("there are no modules and no tables to place".to_owned()));
    }
    let wish = wish(&session, propose)?;
    let outcome = work(session.facts(), &wish);
    for remark in &outcome.proposed.remarks {
        say(&format!("warning: {remark}"));
    }
    let at = session.add_proposed(name, &outcome)?;
    say(&outcome.proposed.reason);
    print(&session, at)
}

fn wish(session: &Session, propose: &Propose) -> Result<Wish, Failure> {
    let mut weights = propose.by.weights();
    for (signal, weight) in &propose.weight {
        weights.set(*signal, *weight);
    }
    let (smallest, largest) = (propose.smallest, propose.largest);
    if let (Some(smallest), Some(largest)) = (smallest, largest)
        && smallest > largest
    {
        return Err(Failure::Usage("--smallest is larger than --largest".to_owned()));
    }
    let services = propose.services;
    let mut wish =
        Wish { services, weights, seed: propose.seed, smallest, largest, ..Wish::default() };
    if let Some(name) = &propose.from {
        let at = named(session, &propose.project, name)?;
        let earlier = session.proposal(at).map(|earlier| wish_near(earlier, wish.clone()));
        wish = earlier.unwrap_or(wish);
    }
    for (name, service) in &propose.lock {
        let at = wish.kept.iter().position(|kept| kept.name == *service).unwrap_or_else(|| {
            wish.kept.push(Kept { name: service.clone(), role: Role::Service, closed: false });
            wish.kept.len() - 1
        });
        for piece in pieces(session, std::slice::from_ref(name))? {
            wish.locked.push((piece, at));
        }
    }
    for list in &propose.together {
        let pieces = listed(session, "--together", list)?;
        wish.together.extend(pieces.windows(2).map(|pair| (pair[0], pair[1])));
    }
    for list in &propose.apart {
        let pieces = listed(session, "--apart", list)?;
        for (at, a) in pieces.iter().enumerate() {
            wish.apart.extend(pieces[at + 1..].iter().map(|b| (*a, *b)));
        }
    }
    Ok(wish)
}

/// The pieces of a list with commas, at least two.
fn listed(session: &Session, option: &str, list: &str) -> Result<Vec<PieceId>, Failure> {
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    let pieces: Vec<PieceId> =
        names.map(|name| piece(session, name)).collect::<Result<_, Failure>>()?;
    if pieces.len() < 2 {
        return Err(Failure::Usage(format!("{option} needs two pieces or more: {option} A,B")));
    }
    Ok(pieces)
}

/// Prints a proposal as CSV.
fn print(session: &Session, at: usize) -> Result<(), Failure> {
    let Some(proposal) = session.proposal(at) else { return Ok(()) };
    Ok(data(&csv::print(&split::rows(session.facts(), proposal)))?)
}

pub(super) fn list(project: &Path) -> Result<(), Failure> {
    let session = look(project)?;
    let mut text = String::new();
    for (at, history) in session.proposals().iter().enumerate() {
        let Some(figures) = session.figures(at) else { continue };
        text.push_str(&one_line(&history.current().name, figures));
    }
    Ok(data(&text)?)
}

/// A proposal on one line: its name, its services, what crosses.
fn one_line(name: &str, figures: &Figures) -> String {
    let accesses = figures.crossing_reads + figures.crossing_writes;
    let keys = figures.cut_declared_keys + figures.cut_implied_keys;
    let commits = figures::percent(figures.crossing_commits, figures.commits);
    format!(
        "{name}: {} services, {} crossing calls, {} operations, {accesses} crossing accesses, {} \
         shared tables, {keys} cut keys, {} broken joins, {} spanning transactions, {commits} \
         crossing commits\n",
        figures.services,
        figures.crossing_calls,
        figures.operations,
        figures.shared_tables,
        figures.broken_joins,
        figures.spanning_transactions,
    )
}

pub(super) fn place(
    project: &Path,
    proposal: &Chosen,
    names: &[String],
    into: &str,
    new: bool,
) -> Result<(), Failure> {
    if project.is_dir() {
        let hint = "give the .seamline file that the proposal is in";
        return Err(Failure::Usage(format!("{} is a folder: {hint}", project.display())));
    }
    let mut session = look(project)?;
    let at = chosen(&session, project, proposal)?;
    let pieces = pieces(&session, names)?;
    let Some(current) = session.proposal(at) else { return Ok(()) };
    let command = match current.service_named(into.trim()) {
        Some(service) => Command::MovePieces { pieces, to: service.id },
        None if new => {
            let name = into.trim().to_owned();
            Command::NewService { name, role: Role::Service, pieces }
        }
        None => {
            let names: Vec<&str> =
                current.services.iter().map(|service| service.name.as_str()).collect();
            return Err(Failure::Failed(format!(
                "there is no service called {into}: there is {} (--new makes one)",
                names.join(", ")
            )));
        }
    };
    let what = command.describe(session.facts(), current);
    let before = session.figures(at).cloned().unwrap_or_default();
    session.apply(at, &command)?;
    let after = session.figures(at).cloned().unwrap_or_default();
    let effect = crate::export::names::effect(&(&after - &before));
    Ok(data(&format!("{what}: {effect}\n"))?)
}

pub(super) fn adopt(project: &Path, name: Option<&str>, file: &Path) -> Result<(), Failure> {
    let mut session = change(project)?;
    let (at, warnings) = session.adopt(name.unwrap_or(""), file).map_err(|error| match error {
        AdoptError::Unreadable { path, reason } => Failure::File { path, reason },
        AdoptError::Split(error) => error.into(),
        AdoptError::Session(error) => error.into(),
    })?;
    warn(&warnings, "");
    let Some(proposal) = session.proposal(at) else { return Ok(()) };
    let all = session.facts().piece_count();
    let placed = all - proposal.unlisted.len();
    say(&format!(
        "{}: {placed} of {all} pieces placed; comparisons leave the others out",
        proposal.name
    ));
    Ok(())
}
