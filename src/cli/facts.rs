//! `import` and `dump`: reading a monolith, and printing what was read.

use std::path::Path;

use super::{
    Failure,
    args::{Import, RowsFormat, TextFormat},
    look,
    output::{Bar, data, say, warn},
    report,
};
use crate::{
    export::{csv, dump::Dump, json as rows_json},
    session::{
        Session,
        project::{Choice, HistorySource, Options, file_name_for},
        reimport::Followed,
    },
};

pub(super) fn import(import: &Import) -> Result<(), Failure> {
    let history = match (&import.history, import.no_history) {
        (Some(log), _) => HistorySource::Log(log.clone()),
        (None, true) => HistorySource::None,
        (None, false) => HistorySource::Found,
    };
    let options = Options {
        folder: import.folder.clone(),
        schema: import.schema.clone(),
        traces: import.traces.clone(),
        history,
        choice: Choice {
            exclude: import.exclude.clone(),
            include_excluded: import.include_excluded,
        },
        jobs: import.jobs.map(usize::from),
    };
    let file = import.output.clone().unwrap_or_else(|| file_name_for(&import.folder));
    let session = import_into(&options, &file)?;
    if import.output.is_none() {
        say(&format!("{} is kept in {}", import.folder.display(), file.display()));
    }
    let report = match import.report {
        TextFormat::Text => report::text(session.facts()),
        TextFormat::Json => report::json(session.facts()),
    };
    Ok(data(&report)?)
}

/// Imports a folder into a project file, keeping the proposals that the file has.
pub(super) fn import_into(options: &Options, file: &Path) -> Result<Session, Failure> {
    let bar = Bar::new();
    let session = if file.exists() {
        let mut session = Session::open(file)?;
        let followed = session.import_again(options, &bar)?;
        drop(bar);
        say_what_changed(&session, &followed);
        session
    } else {
        let mut session = Session::import_folder(options, &bar)?;
        session.save_as(file)?;
        drop(bar);
        session
    };
    warn(&session.facts().warnings, &format!(": see `seamline dump {} warnings`", file.display()));
    Ok(session)
}

fn say_what_changed(session: &Session, followed: &Followed) {
    if session.proposals().is_empty() {
        return;
    }
    let Followed { arrived, renamed, vanished } = followed;
    say(&format!(
        "proposals are kept: {} new pieces, {} renamed, {} gone",
        arrived.len(),
        renamed.len(),
        vanished.len()
    ));
}

pub(super) fn dump(project: &Path, dump: Dump, format: RowsFormat) -> Result<(), Failure> {
    let session = look(project)?;
    let rows = dump.rows(session.facts());
    let text = match format {
        RowsFormat::Csv => csv::print(&rows),
        RowsFormat::Json => rows_json::print(&rows),
    };
    Ok(data(&text)?)
}
