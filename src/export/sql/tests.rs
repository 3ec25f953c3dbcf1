//! Scripts of a small plan in every dialect.

use std::sync::Arc;

use pretty_assertions::assert_eq;

use super::*;
use crate::{
    export::plan::{
        plan,
        tests::{SHOP, SHOP_SPLIT, proposal},
    },
    facts::{Facts, SchemaReport, notation},
};

/// The script without what it begins with: that stands in its dialect's file.
fn check(dialect: &str, way: Way, expected: &str) {
    let mut facts: Facts = notation::parse(SHOP).expect("a good notation");
    let report = SchemaReport { dialect: dialect.to_owned(), ..SchemaReport::default() };
    facts.report.schema.push(report);
    let facts = Arc::new(facts);
    let proposal = proposal(&facts, SHOP_SPLIT);
    let script = print(&Names::new(&facts, &proposal), &plan(&facts, &proposal), way);
    let from = script.find("\n-- Step").expect("a step");
    assert_eq!(script[from..].trim(), expected.trim());
}

#[test]
fn postgresql_moves_tables_between_schemas() {
    check(
        "PostgreSQL",
        Way::Forth,
        r#"
-- Step 1: Mail

CREATE SCHEMA "mail_service";

ALTER TABLE "mails" SET SCHEMA "mail_service";
CREATE VIEW "mails" AS SELECT * FROM "mail_service"."mails";

-- Step 2: Stock

-- Count the orphans every night: SELECT count(*) FROM "stock" c WHERE c."orders_id" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "orders" p WHERE p."id" = c."orders_id");
SELECT seamline.drop_key(2, '"stock"', ARRAY['orders_id'], '"orders"');

CREATE SCHEMA "stock_service";

ALTER TABLE "stock" SET SCHEMA "stock_service";
CREATE VIEW "stock" AS SELECT * FROM "stock_service"."stock";

-- A copy for the monolith, filled once; from then on the owner's events keep it up to date
CREATE TABLE "stock_copy" AS SELECT * FROM "stock_service"."stock";
"#,
    );
}

#[test]
fn the_way_back_takes_every_change_back_in_reverse() {
    check(
        "PostgreSQL",
        Way::Back,
        r#"
-- Step 2: Stock

DROP TABLE "stock_copy";

DROP VIEW IF EXISTS "stock";
ALTER TABLE "stock_service"."stock" SET SCHEMA "public";

DROP SCHEMA "stock_service";

SELECT seamline.restore_keys(2, '"stock"');

-- Step 1: Mail

DROP VIEW IF EXISTS "mails";
ALTER TABLE "mail_service"."mails" SET SCHEMA "public";

DROP SCHEMA "mail_service";

DROP SCHEMA seamline CASCADE;
"#,
    );
}

#[test]
fn mysql_renames_tables_into_databases() {
    check(
        "MySQL",
        Way::Back,
        "
-- Step 2: Stock

DROP TABLE `stock_copy`;

DROP VIEW IF EXISTS `stock`;
RENAME TABLE `stock_service`.`stock` TO `stock`;

DROP DATABASE `stock_service`;

CALL seamline_restore_keys(2, '', 'stock');

-- Step 1: Mail

DROP VIEW IF EXISTS `mails`;
RENAME TABLE `mail_service`.`mails` TO `mails`;

DROP DATABASE `mail_service`;

DROP PROCEDURE seamline_drop_key;
DROP PROCEDURE seamline_restore_keys;
DROP TABLE seamline_dropped_keys;
",
    );
}

#[test]
fn nothing_in_a_name_ends_a_string_or_a_line() {
    assert_eq!(comment("a\n; DROP TABLE b; --"), "-- a ; DROP TABLE b; --\n");
    assert_eq!(text("it's"), "'it''s'");
    let dialects: [(&dyn Dialect, &str); 4] = [
        (&postgresql::PostgreSql, "\"a\"\"b\""),
        (&mysql::MySql, "`a\"b`"),
        (&sqlserver::SqlServer, "[a\"b]"),
        (&sqlite::Sqlite, "\"a\"\"b\""),
    ];
    for (dialect, quoted) in dialects {
        assert_eq!(dialect.quote("a\"b"), quoted);
    }
}
