//! Scripts of every dialect are cut where their databases cut them.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{Splitter, Statement};
use crate::import::schema::dialect::Dialect;

/// Gives out a text in bits of three bytes, so that everything stands across a border.
struct Drip<'a>(&'a [u8]);

impl std::io::Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.len().min(3).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn split(dialect: Dialect, text: &str) -> Vec<Statement> {
    let all: Vec<Statement> = Splitter::new(text.as_bytes(), dialect).collect();
    let dripped: Vec<Statement> = Splitter::new(Drip(text.as_bytes()), dialect).collect();
    assert_eq!(dripped, all);
    all
}

/// `|` marks where the script is to be cut; at its end it is there for the eye.
#[track_caller]
fn check(dialect: Dialect, marked: &str) {
    let script = marked.replace('|', "");
    let pieces: Vec<String> = split(dialect, &script).into_iter().map(|piece| piece.text).collect();
    assert_eq!(pieces.join("|"), marked.trim_end_matches('|'));
}

#[test]
fn statements_end_at_semicolons_outside_quotes() {
    check(Dialect::Unknown, "select 1;| select ';' ;|\n-- a; b\nselect \";\";|/* ; */ x");
    check(Dialect::PostgreSql, "select 'a\\';| select E'a\\';b';| select $x$ ; $$ ; $x$;|");
    check(Dialect::MySql, "select 'a\\';b';| # it's ;\nselect `;`;|");
    check(Dialect::PostgreSql, "/* a /* b; */ c; */ select 1;|select 2");
    check(Dialect::SqlServer, "select [a;b] from [it's];|select 2");
}

#[test]
fn rows_are_passed_over() {
    check(
        Dialect::PostgreSql,
        "COPY t (a) FROM stdin;\nit's;\nCREATE TABLE x (a int);\n\\.\n|\nCREATE TABLE y ();|\n",
    );
    check(Dialect::PostgreSql, "\\restrict abc'\n|select 1;|\n\\connect x\n|select 2 \\gexec\n|x");
}

#[test]
fn bodies_of_routines_stay_whole() {
    check(
        Dialect::MySql,
        "DELIMITER //\n|CREATE PROCEDURE p() BEGIN a; b; END//|\nDELIMITER ;\n|\nselect 1;|",
    );
    check(
        Dialect::Sqlite,
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN 2 END; END;|x",
    );
    check(
        Dialect::Oracle,
        "CREATE OR REPLACE FUNCTION f RETURN number IS x number; BEGIN IF a THEN b; END IF; END;|\n\
         /\n|CREATE TABLE t (a number)\n/\n|x",
    );
    check(Dialect::SqlServer, "CREATE PROC p AS\nSET NOCOUNT ON;\nSELECT 1;\nGO\n|select 2\ngo\n|");
    check(Dialect::PostgreSql, "BEGIN;|CREATE FUNCTION f() AS $$ begin; end $$;|COMMIT;|");
    check(Dialect::Unknown, "BEGIN TRANSACTION;|select 1;|END;|");
}

#[test]
fn a_forgotten_end_does_not_swallow_the_next_statement() {
    check(Dialect::Unknown, "CREATE TABLE a (x int)\n|CREATE TABLE b (x int)\n|INSERT INTO b x;|");
    check(Dialect::Unknown, "CREATE TABLE a (x int,\n|CREATE TABLE b (x int);|");
    check(Dialect::Unknown, "CREATE TABLE a (x text default 'oops);\n|CREATE TABLE b (x int);|");
    check(
        Dialect::PostgreSql,
        "INSERT INTO a VALUES ('it's');\n|CREATE TABLE b (x text default 'y');|\nselect 'z';|",
    );
    check(Dialect::Unknown, "select /* 1;| CREATE TABLE a (x int);|");
}

#[test]
fn comments_of_mysql_are_executed() {
    check(Dialect::MySql, "/*!40101 SET a = ';' */;|/*!50001 CREATE VIEW v AS select 1 */;|x");
    check(Dialect::PostgreSql, "/*!40101 SET a; */ select 1;|x");
}

#[test]
fn markers_of_migrations_begin_a_statement() {
    check(
        Dialect::Unknown,
        "-- migrate:up\ncreate table a (x int)\n|-- migrate:down\ndrop table a;|",
    );
}

#[test]
fn long_rows_are_not_held() {
    let rows = format!("INSERT INTO t VALUES {};", "('it''s \n),(', 2),".repeat(50_000));
    let script = format!("{rows}\nCREATE TABLE a (x int);");
    let pieces = split(Dialect::MySql, &script);
    assert_eq!(pieces.len(), 2);
    assert!(pieces[0].text.len() <= 1024 && !pieces[0].whole);
    assert_eq!(pieces[0].length, rows.len() as u64);
    assert_eq!(pieces[1].line, 50_001);
}

fn fragments() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "'",
        "\"",
        "`",
        "$$",
        "$a$",
        "\\",
        ";",
        "\n",
        "--",
        "#",
        "/*",
        "*/",
        "/*!4",
        "(",
        ")",
        "BEGIN",
        "END",
        "CASE",
        "CREATE",
        " TABLE ",
        "FUNCTION",
        "AS",
        "COPY",
        "FROM stdin",
        "\\.",
        "DELIMITER //",
        "GO",
        "/",
        "INSERT INTO",
        "[",
        "]",
        " ",
        "é",
        "E'",
        "DECLARE",
        "\r\n",
        "\0",
    ]);
    prop::collection::vec(words, 0..60).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn no_text_is_lost(text in fragments(), dialect in prop::sample::select(
        [&Dialect::ALL[..], &[Dialect::Unknown]].concat(),
    )) {
        let pieces = split(dialect, &text);
        let joined: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        prop_assert_eq!(&joined, &text);
        let mut offset = 0;
        for piece in pieces {
            prop_assert!(piece.length > 0);
            prop_assert_eq!(piece.offset, offset);
            let before = &text.as_bytes()[..usize::try_from(offset).unwrap()];
            let lines = before.iter().filter(|&&byte| byte == b'\n').count();
            prop_assert_eq!(piece.line as usize, lines + 1);
            offset += piece.length;
        }
    }
}
