//! `import` and `dump`: reading a monolith, and printing what was read.

use std::{fmt::Write as _, path::Path};

use serde_json::json;

use super::{
    Failure,
    args::{Import, RowsFormat, TextFormat},
    look,
    output::{Bar, data, say, warn},
};
use crate::{
    export::{csv, dump::Dump, json as rows_json},
    facts::{Facts, LanguageReport},
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
        TextFormat::Text => report_text(session.facts()),
        TextFormat::Json => report_json(session.facts()),
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

fn report_text(facts: &Facts) -> String {
    let mut text = String::new();
    let mut line = |parts: std::fmt::Arguments<'_>| {
        writeln!(text, "{parts}").expect("writing to a string cannot fail");
    };
    let lines: u64 = facts.modules.iter().map(|module| u64::from(module.lines)).sum();
    line(format_args!("{}: {} modules, {lines} lines", facts.name, facts.modules.len()));
    for report in &facts.report.languages {
        let LanguageReport { language, files, lines, files_with_errors, references, .. } = report;
        let errors = match files_with_errors {
            0 => String::new(),
            some => format!(", {some} files with errors"),
        };
        line(format_args!(
            "  {language}: {files} files, {lines} lines{errors}; references: {} exact, {} by name, \
             {} unresolved, {} outside",
            references.exact, references.by_name, references.unresolved, references.outside
        ));
    }
    line(format_args!("  {} functions, {} calls", facts.functions.len(), facts.calls.len()));
    line(format_args!(
        "  {} tables, {} foreign keys, {} accesses, {} joins",
        facts.tables.len(),
        facts.foreign_keys.len(),
        facts.accesses.len(),
        facts.joins.len()
    ));
    line(format_args!(
        "  {} entry points, {} transactions",
        facts.entry_points.len(),
        facts.transactions.iter().filter(|transaction| !transaction.steps.is_empty()).count()
    ));
    let bulk = facts.commits.iter().filter(|commit| commit.bulk.is_some()).count();
    line(format_args!(
        "  {} commits, {bulk} of them bulk, by {} authors; {}",
        facts.commits.len(),
        facts.authors.len(),
        facts.report.history
    ));
    for schema in &facts.report.schema {
        line(format_args!(
            "  schema {} ({}): {} of {} statements understood",
            schema.path, schema.dialect, schema.understood, schema.statements
        ));
    }
    let excluded: u32 = facts.report.excluded.iter().map(|excluded| excluded.files).sum();
    line(format_args!("  {excluded} files left out; {} warnings", facts.warnings.len()));
    text
}

fn report_json(facts: &Facts) -> String {
    let languages: Vec<_> = facts
        .report
        .languages
        .iter()
        .map(|report| {
            json!({
                "language": report.language,
                "files": report.files,
                "lines": report.lines,
                "files_with_errors": report.files_with_errors,
                "references": {
                    "exact": report.references.exact,
                    "by_name": report.references.by_name,
                    "unresolved": report.references.unresolved,
                    "outside": report.references.outside,
                },
                "most_unresolved": report.most_unresolved,
                "milliseconds": report.milliseconds,
            })
        })
        .collect();
    let excluded =
        facts.report.excluded.iter().map(
            |out| json!({ "path": out.path, "reason": out.reason.word(), "files": out.files }),
        );
    let warnings = facts.warnings.iter().map(|warning| {
        json!({
            "path": warning.place.path,
            "line": warning.place.line,
            "message": warning.message,
            "hint": warning.hint,
        })
    });
    let report = json!({
        "monolith": facts.name,
        "modules": facts.modules.len(),
        "lines": facts.modules.iter().map(|module| u64::from(module.lines)).sum::<u64>(),
        "functions": facts.functions.len(),
        "calls": facts.calls.len(),
        "tables": facts.tables.len(),
        "foreign_keys": facts.foreign_keys.len(),
        "accesses": facts.accesses.len(),
        "joins": facts.joins.len(),
        "entry_points": facts.entry_points.len(),
        "transactions": facts.transactions.iter().filter(|one| !one.steps.is_empty()).count(),
        "commits": facts.commits.len(),
        "bulk_commits": facts.commits.iter().filter(|commit| commit.bulk.is_some()).count(),
        "authors": facts.authors.len(),
        "history": facts.report.history,
        "languages": languages,
        "schema": facts.report.schema,
        "excluded": excluded.collect::<Vec<_>>(),
        "warnings": warnings.collect::<Vec<_>>(),
    });
    format!("{report:#}\n")
}
