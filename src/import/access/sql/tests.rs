//! What statements of all sorts read, write and join; and what is no statement.

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use sqlparser::{ast::visit_relations, dialect::GenericDialect, parser::Parser};

use super::*;
use crate::facts::AccessMode;

/// `reads a; writes b; joins a b` of a text, `prose` where it is no statement.
fn tell(text: &str) -> String {
    let statements = read(text);
    if statements.is_empty() {
        return "prose".to_owned();
    }
    let mut told = Vec::new();
    for statement in &statements {
        for hit in statement.hits() {
            let verb = if hit.mode == AccessMode::Read { "reads" } else { "writes" };
            told.push(format!("{verb} {}", hit.path.join(".")));
        }
        for (a, b) in statement.pairs() {
            let name = |hit: usize| statement.hits()[hit].path.join(".");
            told.push(format!("joins {} {}", name(a), name(b)));
        }
    }
    told.join("; ")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(tell(text), expected, "in {text}");
}

#[test]
fn tables_are_read_on_every_level() {
    check("SELECT * FROM orders", "reads orders");
    check(
        "select o.id from shop.orders as o, lines l where o.id = l.id",
        "reads shop.orders; reads lines; joins shop.orders lines",
    );
    check(
        "SELECT a FROM x LEFT OUTER JOIN y ON x.a = y.a, z WHERE 1=1",
        "reads x; reads y; reads z; joins x y; joins x z; joins y z",
    );
    check(
        "SELECT a FROM x WHERE EXISTS (SELECT 1 FROM y WHERE y.a = x.a)",
        "reads x; reads y; joins x y",
    );
    check(
        "SELECT a FROM (SELECT b FROM y) AS s JOIN z ON s.b = z.b",
        "reads y; reads z; joins y z",
    );
    check("SELECT a FROM x UNION ALL SELECT b FROM y", "reads x; reads y");
    check(
        "SELECT a FROM ((x JOIN y USING (id)) JOIN z ON 1=1) WHERE a IN (1, 2)",
        "reads x; reads y; reads z; joins x y; joins x z; joins y z",
    );
    check(
        "SELECT (SELECT count(*) FROM lines l WHERE l.o = o.id), o.* FROM orders o",
        "reads lines; reads orders; joins lines orders",
    );
}

#[test]
fn names_of_with_are_no_tables() {
    check(
        "WITH open AS (SELECT * FROM orders WHERE x = 1), n AS (SELECT 1) SELECT * FROM open JOIN lines ON 1=1",
        "reads orders; reads lines; joins orders lines",
    );
    check(
        "WITH RECURSIVE t(n) AS (SELECT id FROM nodes UNION ALL SELECT n FROM t) SELECT * FROM t",
        "reads nodes",
    );
    check("with orders as (select * from orders where a = 1) select * from orders", "reads orders");
    check(
        "WITH gone AS (SELECT id FROM a) DELETE FROM b USING gone WHERE b.id = gone.id",
        "reads a; writes b; joins a b",
    );
}

#[test]
fn writes_and_what_they_read() {
    check("INSERT INTO orders (a, b) VALUES (?, ?)", "writes orders");
    check(
        "insert into audit(a) select x from orders where y in (select y from lines)",
        "writes audit; reads orders; reads lines; joins audit orders; joins audit lines; joins orders lines",
    );
    check("INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = excluded.x", "writes a");
    check("INSERT INTO a (x) VALUES (1) ON DUPLICATE KEY UPDATE x = 2", "writes a");
    check("REPLACE INTO a VALUES (1)", "writes a");
    check(
        "UPDATE orders SET total = (SELECT sum(x) FROM lines) WHERE id = :id",
        "writes orders; reads lines; joins orders lines",
    );
    check(
        "UPDATE orders o SET total = l.x FROM lines l WHERE l.o = o.id",
        "writes orders; reads lines; joins orders lines",
    );
    check(
        "UPDATE o SET o.total = 1 FROM orders o JOIN lines l ON 1=1",
        "writes orders; reads lines; joins orders lines",
    );
    check(
        "UPDATE orders o, lines l SET l.total = 1 WHERE o.id = l.id",
        "reads orders; writes lines; joins orders lines",
    );
    check("DELETE FROM orders WHERE id = ?", "writes orders");
    check(
        "DELETE FROM orders o USING lines l WHERE l.o = o.id",
        "writes orders; reads lines; joins orders lines",
    );
    check(
        "DELETE o FROM orders o JOIN lines l ON 1=1 WHERE 1=1",
        "writes orders; reads lines; joins orders lines",
    );
    check("delete Order o where o.id = 1", "writes Order");
    check(
        "MERGE INTO stock s USING orders o ON (s.i = o.i) WHEN MATCHED THEN UPDATE SET n = 1",
        "writes stock; reads orders; joins stock orders",
    );
    check("TRUNCATE TABLE orders", "writes orders");
    check("SELECT * FROM a WHERE b = 1 FOR UPDATE", "reads a");
}

#[test]
fn from_within_functions_is_no_from() {
    check(
        "SELECT EXTRACT(YEAR FROM placed), TRIM(BOTH 'x' FROM name) FROM orders WHERE a IS DISTINCT FROM b",
        "reads orders",
    );
}

#[test]
fn quoted_and_half_known_names() {
    check("SELECT * FROM [dbo].[Orders] o WITH (NOLOCK)", "reads dbo.Orders");
    check("SELECT * FROM `order` WHERE `a` = 1", "reads order");
    check("SELECT * FROM \"Order\" WHERE a = 1", "reads Order");
    check("SELECT * FROM ${schema}.orders WHERE a = 1", "reads orders");
    check("SELECT * FROM ?orders WHERE a = 1", "reads orders");
    check("SELECT * FROM ? WHERE a = 1", "prose");
    check("SELECT * FROM orders WHERE a IN (", "reads orders");
}

#[test]
fn jpql_names_entities_and_associations() {
    check(
        "select distinct o from Order o join fetch o.lines l left join o.customer where o.id = :id",
        "reads Order; reads o.lines; reads o.customer; \
         joins Order o.lines; joins Order o.customer; joins o.lines o.customer",
    );
    check("from Order where id = ?1", "reads Order");
    check(
        "SELECT o FROM Order o, IN(o.lines) l WHERE l.a = 1",
        "reads Order; reads o.lines; joins Order o.lines",
    );
    check("update Order o set o.total = 0 where o.id = :id", "writes Order");
}

#[test]
fn several_statements_in_one_text() {
    check("UPDATE a SET x = 1; DELETE FROM b WHERE y = 2;", "writes a; writes b");
}

#[test]
fn prose_is_no_statement() {
    for text in [
        "Select a product from the list",
        "Select an item from orders.",
        "Update orders",
        "Update the orders and set the total",
        "Delete from cart",
        "Delete item from orders?",
        "Insert into cart",
        "With best regards from the orders team",
        "from",
        "From: orders@example.org",
        "select",
        "selected orders from today",
        "please select from orders",
        "Replace the text",
        "Call me",
        "update available",
        "",
    ] {
        check(text, "prose");
    }
}

/// Where a full parser understands a statement, both name the same tables.
#[test]
fn a_full_parser_finds_the_same_tables() {
    for text in [
        "SELECT a.x, b.y FROM a INNER JOIN b ON a.id = b.id LEFT JOIN c USING (id) WHERE a.z > 1",
        "SELECT x FROM a WHERE y IN (SELECT z FROM b WHERE w = (SELECT max(v) FROM c))",
        "INSERT INTO a (x, y) SELECT x, y FROM b CROSS JOIN c GROUP BY x HAVING count(*) > 1",
        "UPDATE a SET x = 1 FROM b WHERE a.id = b.id",
        "DELETE FROM a USING b WHERE a.id = b.id",
        "SELECT * FROM a, LATERAL (SELECT * FROM b WHERE b.x = a.x) AS s ORDER BY 1 LIMIT 3",
        "SELECT CASE WHEN x THEN (SELECT y FROM b) ELSE 0 END FROM a",
        "SELECT x FROM a EXCEPT SELECT x FROM b INTERSECT SELECT x FROM c",
    ] {
        let parsed = Parser::parse_sql(&GenericDialect {}, text).expect("a good statement");
        let mut expected = Vec::new();
        let flow = visit_relations(&parsed, |name| {
            expected.push(name.to_string());
            std::ops::ControlFlow::<()>::Continue(())
        });
        assert!(flow.is_continue());
        let mut found: Vec<String> =
            read(text).iter().flat_map(Statement::hits).map(|hit| hit.path.join(".")).collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "in {text}");
    }
}

proptest! {
    #[test]
    fn no_statement_is_too_odd(words in prop::collection::vec(
        prop::sample::select(vec![
            "select", "from", "a", "b.c", "(", ")", ",", "join", "with", "as", "update", "set", "=",
            "delete", "insert", "into", "union", "using", "?", "'", "\"", ";", "merge", "on", "in",
        ]),
        0..40,
    )) {
        for statement in read(&words.join(" ")) {
            statement.pairs();
            statement.paths();
        }
    }
}

#[test]
fn parts_of_statements_are_told_by_the_short_names_they_use() {
    check(
        "o.id as id, o.state from orders o left join lines l on l.order_id = o.id",
        "reads orders; reads lines; joins orders lines",
    );
    check(" left join lines l on l.order_id = o.id", "reads lines");
    check("from orders as o where o.state = 1", "reads orders");
    check("copied from orders of the week", "prose");
    check("join us today. us is here", "prose");
    assert_eq!(begins_statement("delete"), false);
}
