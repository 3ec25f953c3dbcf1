//! `propose`, `proposals`, `place` and `adopt`: making and changing proposals.

use std::path::Path;

use super::{
    Failure,
    args::Chosen,
    change, chosen, figures, look,
    output::{data, say, warn},
    pieces,
};
use crate::{
    analysis::{figures::Figures, grouping::Role},
    proposal::command::Command,
    session::AdoptError,
};

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
    let effect = figures::effect(&(&after - &before));
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
