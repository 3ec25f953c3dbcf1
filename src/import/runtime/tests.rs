//! Traces, logs and statistics in, what ran in the monolith out.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::{
    facts::{FunctionId, notation::parse},
    import::progress::Unwatched,
};

const SHOP: &str = "\
    table orders id
    table customers id
    entry http web/orders.py#show GET /orders/<int:id>
    entry http web/orders.py#place POST /orders
    entry message jobs/mail.py#send orders.placed
    web/orders.py#place calls shop/service.py#OrderService.place
    shop/service.py#OrderService.place calls shop/store.py#save";

fn facts() -> Facts {
    parse(SHOP).expect("good notation")
}

/// One line for each thing that ran.
fn told(facts: &Facts, ran: &Ran) -> String {
    let name = |id: Option<FunctionId>| id.map_or("", |id| &facts.function(id).name);
    let timing = |timing: crate::facts::Timing| {
        let p95 = timing.p95_us.map_or(String::new(), |p95| format!(" p95 {p95}"));
        format!("{}x {} us{p95}", timing.count, timing.total_us)
    };
    let entry = |id: crate::facts::EntryPointId| name(facts.entry_points[id.index()].function);
    let runtime = &ran.runtime;
    let mut lines = Vec::new();
    for ran in &runtime.entries {
        lines.push(format!(
            "{} entered {} {}",
            ran.service,
            entry(ran.entry_point),
            timing(ran.timing)
        ));
    }
    for ran in &runtime.calls {
        let (from, to) = (&facts.module(ran.from).path, &facts.module(ran.to).path);
        lines.push(format!("{} {from} called {to} {}", ran.service, timing(ran.timing)));
    }
    for ran in &runtime.accesses {
        let by = ran.module.map_or("-", |id| &facts.module(id).path);
        let at = ran.entry_point.map_or("-", entry);
        let table = facts.table(ran.table).full_name();
        lines.push(format!(
            "{} {by} ({at}) {}s {table} {} by {}",
            ran.service,
            ran.mode.word(),
            timing(ran.timing),
            ran.recorder.word()
        ));
    }
    for source in &runtime.sources {
        let crate::facts::RuntimeSource { path, format, records, understood } = source;
        lines.push(format!("{path}: {format}, {understood} of {records}"));
    }
    lines.extend(
        ran.warnings.iter().map(|warning| format!("! {}: {}", warning.place, warning.message)),
    );
    lines.join("\n")
}

fn check(text: &str, expected: &str) {
    let facts = facts();
    let ran = read_texts(&[("f", text)], &facts, &Unwatched);
    assert_eq!(told(&facts, &ran), expected);
}

const OTLP: &str = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeSpans":[{"scope":{"name":"x"},"spans":[
 {"traceId":"0a","spanId":"01","name":"POST /orders","kind":2,"startTimeUnixNano":"1000000","endTimeUnixNano":"9000000","attributes":[{"key":"http.request.method","value":{"stringValue":"POST"}},{"key":"http.route","value":{"stringValue":"/orders"}}]},
 {"traceId":"0a","spanId":"02","parentSpanId":"01","name":"OrderService.place","kind":1,"startTimeUnixNano":"2000000","endTimeUnixNano":"8000000","attributes":[{"key":"code.namespace","value":{"stringValue":"shop.service.OrderService"}},{"key":"code.function","value":{"stringValue":"place"}}]},
 {"traceId":"0a","spanId":"03","parentSpanId":"02","name":"INSERT shop","kind":3,"startTimeUnixNano":3000000,"endTimeUnixNano":4000000,"attributes":[{"key":"db.query.text","value":{"stringValue":"INSERT INTO orders (id) SELECT id FROM customers"}}]},
 {"traceId":"0b","spanId":"04","name":"unknown","kind":"SPAN_KIND_SERVER","startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[{"key":"http.method","value":{"stringValue":"GET"}},{"key":"http.target","value":{"stringValue":"/orders/17?x=1"}}]}]}]}]}"#;

const OTLP_TOLD: &str = "\
shop entered show 1x 0 us p95 0
shop entered place 1x 8000 us p95 7936
shop web/orders.py called shop/service.py 1x 6000 us p95 5888
shop shop/service.py (place) reads customers 1x 1000 us p95 992 by trace
shop shop/service.py (place) writes orders 1x 1000 us p95 992 by trace
f: OpenTelemetry JSON, 4 of 4";

#[test]
fn spans_lead_to_entry_points_modules_and_tables() {
    check(OTLP, OTLP_TOLD);
    // One request a line, as collectors write them; each in the line of a logger.
    let one_line = OTLP.replace('\n', "");
    check(&one_line, OTLP_TOLD);
    check(&format!("started\n2026 INFO: {one_line}\nstopped\n"), OTLP_TOLD);
}

#[test]
fn a_span_that_came_twice_counts_once_and_a_broken_line_is_told() {
    let one = OTLP.replace('\n', "");
    let half = &one[..one.len() / 2];
    let expected = format!(
        "{}\n! f:3: a part of it could not be read as OpenTelemetry JSON: EOF while parsing a \
         string at line 1 column {}",
        OTLP_TOLD.replace("4 of 4", "9 of 9"),
        half.len()
    );
    check(&format!("{one}\n{one}\n{half}"), &expected);
}

#[test]
fn jaeger_names_its_programs_beside_the_spans() {
    check(
        r#"{"data":[{"traceID":"a","spans":[
            {"traceID":"a","spanID":"1","operationName":"GET","references":[],"duration":900,"tags":[{"key":"span.kind","type":"string","value":"server"},{"key":"http.method","value":"GET"},{"key":"http.route","value":"/orders/{id}"}],"processID":"p1"},
            {"traceID":"a","spanID":"2","operationName":"q","references":[{"refType":"CHILD_OF","traceID":"a","spanID":"1"}],"duration":300,"tags":[{"key":"db.statement","value":"select * from orders"}],"processID":"p2"}],
            "processes":{"p1":{"serviceName":"web"},"p2":{"serviceName":"data"}}}]}"#,
        "web entered show 1x 900 us p95 928\n\
         data web/orders.py (show) reads orders 1x 300 us p95 304 by trace\n\
         f: Jaeger JSON, 2 of 2",
    );
}

#[test]
fn zipkin_and_printed_spans_are_the_same_tale() {
    check(
        r#"[{"traceId":"a","id":"1","name":"get /orders","kind":"SERVER","duration":900,"localEndpoint":{"serviceName":"web"},"tags":{"http.method":"POST","http.route":"/orders"}}]"#,
        "web entered place 1x 900 us p95 928\nf: Zipkin JSON, 1 of 1",
    );
    check(
        r#"{"name": "POST /orders", "context": {"trace_id": "0xa", "span_id": "0x1"}, "kind": "SpanKind.SERVER", "parent_id": null,
            "start_time": "2026-11-21T02:50:00.000000Z", "end_time": "2026-11-21T02:50:00.000900Z",
            "attributes": {"http.method": "POST", "http.route": "/orders", "http.status_code": 200}, "resource": {"attributes": {"service.name": "web"}}}
           {"name": "INSERT", "context": {"trace_id": "0xa", "span_id": "0x2"}, "kind": "SpanKind.CLIENT", "parent_id": "0x1",
            "start_time": "2026-11-21T02:50:00.000000Z", "end_time": "2026-11-21T02:50:00.000900Z",
            "attributes": {"db.operation": "INSERT", "db.sql.table": "orders"}, "resource": {"attributes": {"service.name": "web"}}}"#,
        "web entered place 1x 900 us p95 928\n\
         web web/orders.py (place) writes orders 1x 900 us p95 928 by trace\n\
         f: spans in JSON, 2 of 2",
    );
}

#[test]
fn consumers_are_entered_by_their_topics() {
    check(
        r#"[{"traceID":"a","spanID":"1","operationName":"x","duration":5,"tags":{"span.kind":"consumer","messaging.destination.name":"orders.placed"}}]"#,
        " entered send 1x 5 us p95 5\nf: Jaeger JSON, 1 of 1",
    );
}

#[test]
fn statistics_count_what_nobody_traced() {
    check(
        "userid,dbid,queryid,query,calls,total_exec_time,rows\n\
         10,5,1,\"SELECT *\nFROM orders\nWHERE id = $1\",40,12.5,40\n\
         10,5,2,\"UPDATE customers SET a = $1\",2,1,2\n\
         10,5,3,BEGIN,99,1,0\n\
         10,5,4\n",
        " - (-) writes customers 2x 1000 us by statistics\n \
         - (-) reads orders 40x 12500 us by statistics\n\
         f: pg_stat_statements, 2 of 3\n\
         ! f:7: a part of it could not be read as pg_stat_statements: a row has other columns than the header",
    );
    check(
        "SCHEMA_NAME\tDIGEST\tDIGEST_TEXT\tCOUNT_STAR\tSUM_TIMER_WAIT\tQUANTILE_95\n\
         shop\tabc\tSELECT * FROM `orders` WHERE `id` = ?\t7\t7000000000\t2000000000\n\
         NULL\tabc\tSET NAMES utf8\t7\t7\t2\n",
        "shop - (-) reads orders 7x 7000 us p95 2000 by statistics\n\
         f: MySQL statement digests, 1 of 2",
    );
}

#[test]
fn slow_logs_say_how_long_each_took() {
    check(
        "/usr/sbin/mysqld, Version: 8.0.36 (x). started with:\n\
         # Time: 2026-11-21T02:50:00.1Z\n\
         # User@Host: web[web] @ localhost []  Id:     8\n\
         # Query_time: 0.002000  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: 1\n\
         use shop;\n\
         SET timestamp=1732157400;\n\
         SELECT *\n  FROM orders\n WHERE id = 1;\n\
         # User@Host: web[web] @ localhost []  Id:     8\n\
         # Query_time: 0.004000  Lock_time: 0.000001 Rows_sent: 1  Rows_examined: 1\n\
         SET timestamp=1732157400;\n\
         delete from orders where id = 1;\n\
         # Time: 2026-11-21T02:50:00.1Z\n\
         # Query_time: x\n\
         # administrator command: Quit;\n",
        "shop - (-) reads orders 1x 2000 us p95 1984 by log\n\
         shop - (-) writes orders 1x 4000 us p95 3968 by log\n\
         f: MySQL slow log, 2 of 2\n\
         ! f:15: a part of it could not be read as MySQL slow log: `x` is no time",
    );
}

#[test]
fn server_logs_are_the_same_in_every_shape() {
    let read = "reads orders 2x 3000 us p95 1984 by log";
    check(
        "2026-11-21 02:50:00 UTC [47] LOG:  database system is ready\n\
         2026-11-21 02:50:00 UTC [48] LOG:  duration: 2.000 ms  statement: SELECT *\n\
         \t  FROM orders\n\
         2026-11-21 02:50:00 UTC [48] LOG:  execute <unnamed>: select id from orders where id = $1\n\
         2026-11-21 02:50:00 UTC [48] DETAIL:  parameters: $1 = '1'\n\
         2026-11-21 02:50:00 UTC [48] LOG:  duration: 1.000 ms\n",
        &format!(" - (-) {read}\nf: PostgreSQL log, 2 of 2"),
    );
    check(
        "2026-11-21 02:50:00.1 UTC,\"web\",\"shop\",48,\"h:1\",6.1,2,\"x\",2026-11-21,3/4,0,LOG,00000,\"duration: 2.000 ms  statement: SELECT *\n  FROM \"\"orders\"\"\",,,\n\
         2026-11-21 02:50:00.1 UTC,\"web\",\"shop\",48,\"h:1\",6.1,2,\"x\",2026-11-21,3/4,0,LOG,00000,\"duration: 1.000 ms  execute a: SELECT * FROM orders\",,,\n",
        &format!("shop - (-) {read}\nf: PostgreSQL CSV log, 2 of 2"),
    );
    check(
        "{\"pid\":48,\"dbname\":\"shop\",\"error_severity\":\"LOG\",\"message\":\"duration: 2.000 ms  statement: SELECT * FROM orders\"}\n\
         {\"pid\":48,\"dbname\":\"shop\",\"error_severity\":\"LOG\",\"message\":\"duration: 1.000 ms  statement: SELECT * FROM orders\"}\n",
        &format!("shop - (-) {read}\nf: PostgreSQL JSON log, 2 of 2"),
    );
}

#[test]
fn what_is_nothing_known_is_said_to_be_so() {
    check("id,name\n1,a\n", "! f: is neither a trace nor a log of statements");
    check("", "! f: is empty");
    check(
        "{\"resourceSpans\":[]}",
        "f: OpenTelemetry JSON, 0 of 0\n! f: none of its 0 records leads to an entry point, a module or a table",
    );
}

#[test]
fn what_the_monolith_lacks_is_named() {
    check(
        "query,calls,total_exec_time\nselect * from orders,1,1\nselect * from stock,1,1\n",
        " - (-) reads orders 1x 1000 us by statistics\nf: pg_stat_statements, 1 of 2\n\
         ! : statements name `stock` (1), which the monolith does not have",
    );
}

#[test]
fn without_a_schema_statements_bring_in_tables() {
    let facts = parse("module a.py").expect("a module");
    let text =
        "query,calls,total_exec_time\nselect * from crm.orders join pg_catalog.pg_class on a,1,1\n";
    let ran = read_texts(&[("f", text)], &facts, &Unwatched);
    let names: Vec<String> = ran.tables.iter().map(Table::full_name).collect();
    assert_eq!(names, ["crm.orders"]);
    assert_eq!(ran.runtime.accesses.len(), 1);
}

#[test]
fn circles_of_spans_end() {
    check(
        r#"[{"traceID":"a","spanID":"1","parentSpanID":"2","duration":5,"tags":{"db.statement":"select 1 from orders"}},
            {"traceID":"a","spanID":"2","parentSpanID":"1","duration":5,"tags":{"code.filepath":"/x/shop/store.py"}}]"#,
        " shop/store.py (-) reads orders 1x 5 us p95 5 by trace\nf: Jaeger JSON, 2 of 2",
    );
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC{0,300}") {
        let facts = facts();
        for head in ["{\"resourceSpans\":[", "# Time: ", "query,calls\n", "LOG:  duration: ", "[{\"traceID\":"] {
            let ran = read_texts(&[("f", &format!("{head}{text}"))], &facts, &Unwatched);
            prop_assert!(ran.tables.is_empty());
        }
    }

    #[test]
    fn any_bytes_of_a_trace_may_be_missing(from in 0..OTLP.len(), count in 1_usize..40) {
        let mut bytes = OTLP.as_bytes().to_vec();
        bytes.drain(from..(from + count).min(OTLP.len()));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let ran = read_texts(&[("f", &text)], &facts(), &Unwatched);
        prop_assert!(ran.tables.is_empty());
    }
}
