//! What a file of traces or statistics is, going by how it begins: its name says nothing.

use super::{server_log, slow_log, statistics};

/// The kinds of files that what ran is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Traces in JSON; the name tells whose.
    Traces(&'static str),
    Statistics(&'static str),
    SlowLog,
    ServerLog(server_log::Shape),
}

impl Format {
    /// What a file is; `None` where it is nothing known.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let head = String::from_utf8_lossy(head);
        let head = head.trim_start_matches('\u{FEFF}').trim_start();
        let first = head.lines().next().unwrap_or_default();
        if let Some(traces) = traces(head) {
            return Some(Self::Traces(traces));
        }
        if head.starts_with('{') && head.contains("\"error_severity\"") {
            return Some(Self::ServerLog(server_log::Shape::Json));
        }
        if let Some(format) = statistics::format(first) {
            return Some(Self::Statistics(format));
        }
        if head.lines().any(slow_log::is_head) {
            return Some(Self::SlowLog);
        }
        if server_log::is_csv(head) {
            return Some(Self::ServerLog(server_log::Shape::Csv));
        }
        let is_log = head.lines().any(|line| server_log::message_of(line).is_some());
        is_log.then_some(Self::ServerLog(server_log::Shape::Lines))
    }

    /// What people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Traces(name) | Self::Statistics(name) => name,
            Self::SlowLog => "MySQL slow log",
            Self::ServerLog(server_log::Shape::Lines) => "PostgreSQL log",
            Self::ServerLog(server_log::Shape::Csv) => "PostgreSQL CSV log",
            Self::ServerLog(server_log::Shape::Json) => "PostgreSQL JSON log",
        }
    }
}

/// Whose traces a file holds. Its first document may stand behind what a logger put before it.
fn traces(head: &str) -> Option<&'static str> {
    let has = |words: &[&str]| words.iter().any(|word| head.contains(word));
    if has(&["\"resourceSpans\"", "\"resource_spans\"", "\"scopeSpans\"", "\"scope_spans\""]) {
        return Some("OpenTelemetry JSON");
    }
    if !head.starts_with(['{', '[']) {
        return None;
    }
    if has(&["\"traceID\"", "\"spanID\""]) {
        return Some("Jaeger JSON");
    }
    if has(&["\"localEndpoint\"", "\"remoteEndpoint\""]) {
        return Some("Zipkin JSON");
    }
    let is_printed = has(&["\"trace_id\"", "\"traceId\""]) && has(&["\"span_id\"", "\"spanId\""]);
    is_printed.then_some("spans in JSON")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn check(head: &str, expected: &str) {
        let name = Format::of(head.as_bytes()).map_or("-", Format::name);
        assert_eq!(name, expected, "{head}");
    }

    #[test]
    fn files_are_known_by_how_they_begin() {
        check("\u{FEFF}{\"resourceSpans\":[", "OpenTelemetry JSON");
        check("[otel] INFO io.x - {\"resource\":{},\"scopeSpans\":[", "OpenTelemetry JSON");
        check("{\"data\":[{\"traceID\":\"1\",\"spans\":[]}]}", "Jaeger JSON");
        check("[{\"traceId\":\"1\",\"id\":\"2\",\"localEndpoint\":{}}]", "Zipkin JSON");
        check(
            "{\n  \"name\": \"a\",\n \"context\": {\"trace_id\": \"0x1\", \"span_id\": \"0x2\"",
            "spans in JSON",
        );
        check("userid,dbid,queryid,query,calls,total_exec_time\n", "pg_stat_statements");
        check(
            "SCHEMA_NAME\tDIGEST\tDIGEST_TEXT\tCOUNT_STAR\tSUM_TIMER_WAIT\n",
            "MySQL statement digests",
        );
        check(
            "/usr/sbin/mysqld, Version: 8.0\nTcp port: 3306\n# Time: 2026-11-21T02:50:00\n",
            "MySQL slow log",
        );
        check("2026-11-21 02:50:00 UTC [47] LOG:  starting PostgreSQL\n", "PostgreSQL log");
        check(
            "2026-11-21 02:50:00.1 UTC,\"a\",\"b\",4,\"h:1\",6.1,2,\"x\",2026-11-21,3/4,0,LOG,00000,\"duration: 1 ms\"\n",
            "PostgreSQL CSV log",
        );
        check(
            "{\"timestamp\":\"2026\",\"pid\":4,\"error_severity\":\"LOG\",\"message\":\"m\"}",
            "PostgreSQL JSON log",
        );
        check("id,name\n1,a\n", "-");
        check("", "-");
    }
}
