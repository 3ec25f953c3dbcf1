//! The import report: what was read, how well, and what was left out.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::json;

use crate::facts::{Facts, LanguageReport, RuntimeSource, SchemaReport};

/// The report as a person reads it.
pub(super) fn text(facts: &Facts) -> String {
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
    let runtime = &facts.runtime;
    if !runtime.sources.is_empty() {
        line(format_args!(
            "  {} entry points, {} calls and {} accesses that ran",
            runtime.entries.len(),
            runtime.calls.len(),
            runtime.accesses.len()
        ));
    }
    for source in &runtime.sources {
        let RuntimeSource { path, format, records, understood } = source;
        line(format_args!("  traces {path} ({format}): {understood} of {records} understood"));
    }
    let bulk = facts.commits.iter().filter(|commit| commit.bulk.is_some()).count();
    line(format_args!(
        "  {} commits, {bulk} of them bulk, by {} authors; {}",
        facts.commits.len(),
        facts.authors.len(),
        facts.report.history
    ));
    for schema in schema_lines(&facts.report.schema) {
        line(format_args!("  schema {schema}"));
    }
    let excluded: u32 = facts.report.excluded.iter().map(|excluded| excluded.files).sum();
    line(format_args!("  {excluded} files left out; {} warnings", facts.warnings.len()));
    text
}

/// How many schema files are told one by one.
const MOST_SCHEMA_FILES: usize = 6;

/// Where the schema came from: file by file where they are few, else dialect by dialect, with the files that were not
/// wholly understood.
fn schema_lines(reports: &[SchemaReport]) -> Vec<String> {
    let told = |what: &str, dialect: &str, understood: u32, statements: u32| {
        format!("{what} ({dialect}): {understood} of {statements} statements understood")
    };
    let file = |one: &SchemaReport| told(&one.path, &one.dialect, one.understood, one.statements);
    if reports.len() <= MOST_SCHEMA_FILES {
        return reports.iter().map(file).collect();
    }
    let mut dialects: BTreeMap<&str, (usize, u32, u32)> = BTreeMap::new();
    for report in reports {
        let sums = dialects.entry(&report.dialect).or_default();
        *sums = (
            sums.0 + 1,
            sums.1.saturating_add(report.understood),
            sums.2.saturating_add(report.statements),
        );
    }
    let summed = dialects.iter().map(|(dialect, (files, understood, statements))| {
        told(&format!("in {files} files"), dialect, *understood, *statements)
    });
    let partly: Vec<String> =
        reports.iter().filter(|one| one.understood < one.statements).map(file).collect();
    let more = partly.len().saturating_sub(MOST_SCHEMA_FILES);
    let more = (more > 0).then(|| format!("and {more} more files that were not wholly understood"));
    summed.chain(partly.iter().take(MOST_SCHEMA_FILES).cloned()).chain(more).collect()
}

/// The report as a program reads it, with every file.
pub(super) fn json(facts: &Facts) -> String {
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
        "runtime": {
            "entry_points": facts.runtime.entries.len(),
            "calls": facts.runtime.calls.len(),
            "accesses": facts.runtime.accesses.len(),
            "sources": facts.runtime.sources,
        },
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

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn report(path: &str, understood: u32) -> SchemaReport {
        let dialect = if path.ends_with("py") { "Django" } else { "MySQL" }.to_owned();
        SchemaReport { path: path.to_owned(), dialect, statements: 2, understood }
    }

    #[test]
    fn many_schema_files_are_told_dialect_by_dialect() {
        let few = [report("a.sql", 2), report("b.py", 1)];
        assert_eq!(
            schema_lines(&few),
            [
                "a.sql (MySQL): 2 of 2 statements understood",
                "b.py (Django): 1 of 2 statements understood"
            ]
        );
        let mut many: Vec<SchemaReport> = (0..9).map(|at| report(&format!("{at}.py"), 2)).collect();
        many.extend([report("a.sql", 0), report("b.sql", 2)]);
        assert_eq!(
            schema_lines(&many),
            [
                "in 9 files (Django): 18 of 18 statements understood",
                "in 2 files (MySQL): 2 of 4 statements understood",
                "a.sql (MySQL): 0 of 2 statements understood",
            ]
        );
    }
}
