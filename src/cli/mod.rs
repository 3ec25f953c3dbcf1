//! Floor 5: the command line, a second face of the same session.
//!
//! Absent on purpose: anything that the window could not do too.

mod args;
mod check;
mod diagnose;
mod explain;
mod export;
mod facts;
mod figures;
mod output;
mod proposals;
mod report;
mod suggest;
mod window;

use std::{
    io,
    path::{Path, PathBuf},
};

use clap::Parser as _;

use self::{
    args::{Arguments, Chosen, Command},
    output::{Bar, say, warn},
};
use crate::{
    export::split::{Finder, SplitError},
    facts::PieceId,
    session::{
        Session, SessionError,
        project::{ImportError, OpenError, Options, file_name_for},
    },
};

/// Why a command ended without what was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The question makes no sense for this project: exit status 2.
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Failed(String),
    /// The report was printed already.
    #[error("something new crosses between services")]
    Crossings,
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Split(#[from] SplitError),
    #[error("{path}: {reason}")]
    File { path: PathBuf, reason: io::Error },
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
}

/// Shows the window with what is at a path, until it is closed; or says why it can't be shown.
pub type Window = fn(Option<&Path>) -> Result<(), String>;

/// Does what the command line asks for and answers the exit status. The two faces don't know each other, so the
/// window is passed in.
#[must_use]
pub fn run(window: Window) -> u8 {
    match dispatch(Arguments::parse(), window) {
        Ok(()) => 0,
        Err(failure) => {
            say(&format!("seamline: {failure}"));
            if matches!(failure, Failure::Usage(_)) { 2 } else { 1 }
        }
    }
}

fn dispatch(arguments: Arguments, window: Window) -> Result<(), Failure> {
    let Some(command) = arguments.command else {
        if let Some(word) = arguments.path.as_deref().filter(|path| is_word(path)) {
            let word = word.display();
            return Err(Failure::Usage(format!(
                "{word} is no command, and there is no such file or folder; `seamline help` lists the commands"
            )));
        }
        return window::open(arguments.path.as_deref(), window);
    };
    match command {
        Command::Open { path } => window::open(path.as_deref(), window),
        Command::Import(import) => facts::import(&import),
        Command::Dump { project, facts, format } => facts::dump(&project, facts, format),
        Command::Propose(propose) => proposals::propose(&propose),
        Command::Proposals { project } => proposals::list(&project),
        Command::Place { project, proposal, pieces, into, new } => {
            proposals::place(&project, &proposal, &pieces, &into, new)
        }
        Command::Adopt { project, name, split } => {
            proposals::adopt(&project, name.as_deref(), &split)
        }
        Command::Score { project, proposal, format } => figures::score(&project, &proposal, format),
        Command::Suggest(asked) => suggest::suggest(&asked),
        Command::Compare(asked) => figures::compare(&asked),
        Command::Explain { project, proposal, piece, format } => {
            explain::explain(&project, &proposal, &piece, format)
        }
        Command::Check(asked) => check::check(&asked),
        Command::Diagnose(asked) => diagnose::diagnose(&asked),
        Command::Drafts { project, proposal, output } => {
            export::drafts(&project, &proposal, &output)
        }
        Command::Export { project, proposal, format, order, output } => {
            export::export(&project, &proposal, format, &order, output.as_deref())
        }
    }
}

/// Whether a path looks like a command that somebody misspelt: one word that names nothing.
fn is_word(path: &Path) -> bool {
    path.components().count() == 1 && path.extension().is_none() && !path.exists()
}

/// Opens a project to look at it; a folder is imported into memory.
fn look(project: &Path) -> Result<Session, Failure> {
    let session = Session::open_or_import(project, &Bar::new())?;
    if project.is_dir() {
        warn(&session.facts().warnings, ": see `dump FOLDER warnings`");
    }
    Ok(session)
}

/// Opens a project to change it. What is done to a folder is kept in FOLDER.seamline, in the current folder.
fn change(project: &Path) -> Result<Session, Failure> {
    if !project.is_dir() {
        return look(project);
    }
    let file = file_name_for(project);
    // A folder that was imported with patterns is imported with them again.
    let asked = file.exists().then(|| Session::open(&file).ok()?.import_options()).flatten();
    let options = Options { folder: project.to_owned(), ..asked.unwrap_or_default() };
    let session = facts::import_into(&options, &file)?;
    say(&format!("{} is kept in {}", project.display(), file.display()));
    Ok(session)
}

/// The place of the proposal that was asked for.
fn chosen(session: &Session, project: &Path, proposal: &Chosen) -> Result<usize, Failure> {
    match (&proposal.name, session.proposals().len()) {
        (None, 1) => Ok(0),
        (None, 0) => Err(no_proposals(project)),
        (None, _) => Err(Failure::Usage(format!("say which --proposal: {}", names(session)))),
        (Some(name), _) => named(session, project, name),
    }
}

/// The place of the proposal with that name.
fn named(session: &Session, project: &Path, name: &str) -> Result<usize, Failure> {
    if session.proposals().is_empty() {
        return Err(no_proposals(project));
    }
    session.proposal_named(name).ok_or_else(|| {
        Failure::Failed(format!("there is no proposal called {name}: there is {}", names(session)))
    })
}

fn names(session: &Session) -> String {
    let names = session.proposals().iter().map(|history| history.current().name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

fn no_proposals(project: &Path) -> Failure {
    let kept = file_name_for(project);
    let hint = if project.is_dir() && kept.exists() {
        format!("those made before are in {}", kept.display())
    } else {
        "make one with `propose` or `adopt`".to_owned()
    };
    Failure::Failed(format!("{} has no proposals: {hint}", project.display()))
}

/// The piece of that name.
fn piece(session: &Session, name: &str) -> Result<PieceId, Failure> {
    let finder = Finder::new(session.facts());
    finder.find(name, "").ok_or_else(|| unknown_piece(&finder, name))
}

/// The pieces of that name: one, or all modules of a folder.
fn pieces(session: &Session, names: &[String]) -> Result<Vec<PieceId>, Failure> {
    let facts = session.facts();
    let finder = Finder::new(facts);
    let mut pieces = Vec::new();
    for name in names {
        let folder = format!("{}/", name.trim_end_matches('/'));
        let inside = |piece: &PieceId| {
            facts.modules.get(piece.index()).is_some_and(|module| module.path.starts_with(&folder))
        };
        match finder.find(name, "") {
            Some(piece) => pieces.push(piece),
            None => {
                let before = pieces.len();
                pieces.extend(facts.pieces().filter(inside));
                if pieces.len() == before {
                    return Err(unknown_piece(&finder, name));
                }
            }
        }
    }
    Ok(pieces)
}

fn unknown_piece(finder: &Finder<'_>, name: &str) -> Failure {
    let hint = finder.hint(name);
    let hint = if hint.is_empty() { hint } else { format!(" ({hint})") };
    Failure::Failed(format!("there is no piece called {name}{hint}"))
}
