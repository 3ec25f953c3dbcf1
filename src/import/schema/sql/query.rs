//! What the query of a view says: which columns it gives, and which tables it reads.

use rustc_hash::FxHashSet;

use super::{
    column,
    cursor::Cursor,
    tokens::{Token, TokenKind},
};
use crate::import::schema::{
    change::{Origin, Query, QueryColumn, TableName},
    dialect::Dialect,
};

/// Words that end a list of tables.
const CLAUSES: [&str; 26] = [
    "WHERE",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "WINDOW",
    "FETCH",
    "OFFSET",
    "FOR",
    "WITH",
    "ON",
    "USING",
    "JOIN",
    "LEFT",
    "RIGHT",
    "INNER",
    "OUTER",
    "FULL",
    "CROSS",
    "NATURAL",
    "SELECT",
    "RETURNING",
    "SET",
];

/// Reads the query that begins at the cursor.
pub(super) fn read(cursor: &Cursor<'_, '_>) -> Query {
    let tokens = cursor.rest();
    let tables = tables(cursor);
    let common = common_names(tokens, cursor.dialect);
    let mut seen: FxHashSet<&TableName> = FxHashSet::default();
    let reads = tables
        .iter()
        .map(|mention| &mention.table)
        .filter(|table| !(table.schema.is_empty() && common.contains(&table.name.to_lowercase())))
        .filter(|table| seen.insert(table))
        .cloned()
        .collect();
    Query { columns: columns(cursor, &tables), aliases: aliases(cursor), reads }
}

/// A table after `FROM` or `JOIN`, with the name by which the query calls it.
struct Mention {
    table: TableName,
    alias: String,
}

fn tables(cursor: &Cursor<'_, '_>) -> Vec<Mention> {
    let tokens = cursor.rest();
    let mut mentions = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let opens = token.is("JOIN") || (token.is("FROM") && !in_function(tokens, index));
        if opens {
            mentioned(cursor.over(&tokens[index + 1..], cursor.position()), &mut mentions);
        }
    }
    mentions
}

/// `EXTRACT(day FROM x)`, `SUBSTRING(a FROM 1)`, `IS DISTINCT FROM b` read no table.
fn in_function(tokens: &[Token<'_>], from: usize) -> bool {
    if from > 0 && tokens[from - 1].is("DISTINCT") {
        return true;
    }
    let mut depth = 0_usize;
    for (index, token) in tokens[..from].iter().enumerate().rev() {
        if token.is_sign(')') {
            depth += 1;
        } else if token.is_sign('(') {
            if depth == 0 {
                let names = ["EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION"];
                return index > 0 && tokens[index - 1].is_any(&names);
            }
            depth -= 1;
        } else if (depth == 0 && token.is("SELECT")) || from - index > LONGEST_EXPRESSION {
            return false;
        }
    }
    false
}

/// The tables of a list with commas, up to the next clause.
fn mentioned(mut cursor: Cursor<'_, '_>, mentions: &mut Vec<Mention>) {
    loop {
        while cursor.eat_sign('(') {}
        cursor.eat_any(&["LATERAL", "ONLY"]);
        let starts_name = cursor.peek().is_some_and(|token| !token.is_any(&CLAUSES));
        if !starts_name {
            return;
        }
        let Some(table) = cursor.table_name() else { return };
        if cursor.sees_sign('(') {
            // A function that gives rows.
            cursor.parens();
        } else {
            let before_alias = cursor;
            cursor.eat("AS");
            let alias = cursor.peek().filter(|token| !token.is_any(&CLAUSES));
            let alias = alias.and_then(|token| token.as_name(cursor.dialect));
            if alias.is_none() {
                cursor = before_alias;
            } else {
                cursor.next();
            }
            let alias = alias.unwrap_or_else(|| table.name.clone());
            mentions.push(Mention { table, alias });
        }
        while cursor.eat_sign(')') {}
        if !cursor.eat_sign(',') {
            return;
        }
    }
}

/// The names that `WITH` gives to queries.
fn common_names(tokens: &[Token<'_>], dialect: Dialect) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    if !tokens.iter().any(|token| token.is("WITH")) {
        return names;
    }
    for (index, token) in tokens.iter().enumerate() {
        // `name AS (`, `name (a, b) AS (`, `name AS MATERIALIZED (`
        let opens = tokens[index + 1..].iter().take(3).any(|token| token.is_sign('('));
        if !token.is("AS") || !opens || index == 0 {
            continue;
        }
        let mut before = index - 1;
        if tokens[before].is_sign(')') {
            while before > 0 && !tokens[before].is_sign('(') {
                before -= 1;
            }
            before = before.saturating_sub(1);
        }
        names.extend(tokens[before].as_name(dialect).map(|name| name.to_lowercase()));
    }
    names
}

/// The columns that the outermost `SELECT` gives.
fn columns(cursor: &Cursor<'_, '_>, tables: &[Mention]) -> Vec<QueryColumn> {
    let tokens = cursor.rest();
    let Some(select) = outermost_select(tokens) else { return Vec::new() };
    let list = &tokens[select + 1..];
    let mut depth = 0_usize;
    let end = list.iter().position(|token| {
        if token.is_sign('(') {
            depth += 1;
        } else if token.is_sign(')') {
            if depth == 0 {
                return true;
            }
            depth -= 1;
        }
        depth == 0
            && token.is_any(&["FROM", "INTO", "WHERE", "UNION", "EXCEPT", "INTERSECT", "LIMIT"])
    });
    let mut list = cursor.over(&list[..end.unwrap_or(list.len())], cursor.position());
    if list.eat("DISTINCT") && list.eat("ON") {
        list.parens();
    }
    list.eat("ALL");
    if list.eat("TOP") {
        list.parens();
        if list.peek().is_some_and(|token| token.kind == TokenKind::Number) {
            list.next();
        }
    }
    if list.is_done() {
        return Vec::new();
    }
    list.elements()
        .iter()
        .take(MOST_COLUMNS)
        .filter_map(|element| column(element, tables))
        .collect()
}

/// The first `SELECT` outside the queries of a `WITH`; a query in parentheses is as good as one without.
fn outermost_select(tokens: &[Token<'_>]) -> Option<usize> {
    let opening = tokens.iter().take_while(|token| token.is_sign('(')).count();
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        if token.is_sign('(') {
            depth += 1;
        } else if token.is_sign(')') {
            depth = depth.saturating_sub(1);
        } else if depth <= opening && token.is("SELECT") {
            return Some(index);
        }
    }
    None
}

fn column(element: &Cursor<'_, '_>, tables: &[Mention]) -> Option<QueryColumn> {
    let mut tokens = element.rest();
    let cast = tokens.iter().position(|token| token.is_sign(':'));
    if let Some(cast) = cast.filter(|_| !tokens.iter().any(|token| token.is("AS"))) {
        tokens = &tokens[..cast];
    }
    let last = tokens.last()?;
    if last.is_sign('*') {
        let owner = tokens.len().checked_sub(3).map(|index| &tokens[index]);
        let owner = owner.and_then(|token| token.as_name(element.dialect));
        let table = owner.map(|owner| {
            let same = tables.iter().find(|one| one.alias.eq_ignore_ascii_case(&owner));
            same.map_or_else(|| TableName::bare(&owner), |one| one.table.clone())
        });
        return Some(QueryColumn::All(table));
    }
    let before = tokens.len().checked_sub(2).map(|index| &tokens[index]);
    let part_of_name = before.is_none_or(|token| token.is_sign('.'));
    let name = match last.kind {
        TokenKind::Text if before.is_some_and(|token| token.is("AS")) => {
            Some(last.unescaped().into_owned())
        }
        _ => last.as_name(element.dialect),
    };
    let alias = before.is_some_and(|token| {
        token.is("AS")
            || token.is_sign(')')
            || matches!(
                token.kind,
                TokenKind::Word | TokenKind::Name | TokenKind::Number | TokenKind::Text
            )
    });
    let name = name.filter(|_| (alias || part_of_name) && !last.is("END"));
    let (name, expression) = match name {
        Some(name) if part_of_name => (name, tokens),
        Some(name) => {
            let source = &tokens[..tokens.len() - 1];
            let source = match source.split_last() {
                Some((word, rest)) if word.is("AS") => rest,
                _ => source,
            };
            (name, source)
        }
        // An expression without a name: databases call it after its function.
        None => {
            let function = tokens.first()?.as_name(element.dialect)?;
            let called = tokens.get(1).is_some_and(|token| token.is_sign('('));
            (called.then_some(function)?, tokens)
        }
    };
    let from = if cast.is_some() { element.rest() } else { expression };
    let from = origin(if alias && !part_of_name { expression } else { from }, element.dialect);
    Some(QueryColumn::Named { name, from })
}

/// More columns than any database allows; the rest isn't read.
const MOST_COLUMNS: usize = 5_000;

/// How many tokens of an expression are looked at for what it is made from.
const LONGEST_EXPRESSION: usize = 200;

/// What an expression is made from.
fn origin(tokens: &[Token<'_>], dialect: Dialect) -> Origin {
    if tokens.len() > LONGEST_EXPRESSION {
        return Origin::Unknown;
    }
    let cursor = |tokens| Cursor::new(tokens, dialect, 0);
    // `… :: type`
    let cast = tokens.windows(2).rposition(|two| two[0].is_sign(':') && two[1].is_sign(':'));
    if let Some(cast) = cast {
        let closed = !tokens[cast..].iter().any(|token| token.is_sign(')'))
            || tokens.last().is_some_and(|t| t.is_sign(')'));
        let mut rest = cursor(&tokens[cast + 2..]);
        let data_type = column::data_type(&mut rest);
        if rest.is_done() && closed && !data_type.is_empty() {
            return Origin::Type(data_type);
        }
    }
    let mut depth = 0_usize;
    for token in tokens {
        match token.text {
            "(" if token.kind == TokenKind::Sign => depth += 1,
            ")" if token.kind == TokenKind::Sign => depth = depth.saturating_sub(1),
            "=" | "<" | ">" if depth == 0 => return Origin::Type("boolean".to_owned()),
            _ if depth == 0 && token.is_any(&["AND", "OR", "IS", "EXISTS"]) => {
                return Origin::Type("boolean".to_owned());
            }
            _ => {}
        }
    }
    let names = tokens.len() % 2 == 1
        && tokens.iter().enumerate().all(|(at, token)| (at % 2 == 1) == token.is_sign('.'));
    if names {
        let name = tokens.last().and_then(|token| token.as_name(dialect));
        return name.map_or(Origin::Unknown, Origin::Column);
    }
    function(cursor(tokens))
}

/// `max(x)` is of the type of `x`; `cast(x AS type)` of that type.
fn function(mut call: Cursor<'_, '_>) -> Origin {
    let Some(name) = call.next() else { return Origin::Unknown };
    let Some(inside) = call.parens().filter(|_| call.is_done()) else { return Origin::Unknown };
    let tokens = inside.rest();
    if name.is("CAST") {
        let Some(at) = tokens.iter().rposition(|token| token.is("AS")) else {
            return Origin::Unknown;
        };
        let data_type = column::data_type(&mut inside.over(&tokens[at + 1..], 0));
        return Origin::Type(data_type);
    }
    if name.is("COUNT") {
        return Origin::Type("bigint".to_owned());
    }
    if name.is_any(&[
        "MAX", "MIN", "COALESCE", "NULLIF", "GREATEST", "LEAST", "LOWER", "UPPER", "IFNULL",
    ]) {
        let mut first = inside.elements().into_iter().next().unwrap_or(inside);
        let name = first.peek().and_then(|token| token.as_name(first.dialect));
        first.next();
        return name.filter(|_| first.is_done()).map_or(Origin::Unknown, Origin::Column);
    }
    Origin::Unknown
}

/// The names that `AS` gives anywhere in a query, each with what it is made from.
fn aliases(cursor: &Cursor<'_, '_>) -> Vec<(String, Origin)> {
    let tokens = cursor.rest();
    let mut aliases = Vec::new();
    let given = tokens.iter().enumerate().filter(|(_, token)| token.is("AS"));
    for (at, token) in given.take(MOST_COLUMNS) {
        let name = tokens.get(at + 1).and_then(|next| next.as_name(cursor.dialect));
        let mut depth = 0_usize;
        let mut begin = at;
        while begin > 0 && at - begin < LONGEST_EXPRESSION {
            let before = &tokens[begin - 1];
            if before.is_sign(')') {
                depth += 1;
            } else if depth == 0
                && (before.is_sign(',') || before.is_sign('(') || before.is("SELECT"))
            {
                break;
            } else if before.is_sign('(') {
                depth -= 1;
            }
            begin -= 1;
        }
        let Some(name) = name.filter(|_| token.at > 0) else { continue };
        let from = origin(&tokens[begin..at], cursor.dialect);
        if from != Origin::Unknown {
            aliases.push((name, from));
        }
    }
    aliases
}
