//! Reads through templates around SQL: what a template engine would fill in or decide is blanked, so that the
//! statements stay where they are.
//!
//! Velocity, FreeMarker, Jinja, Go's and Mustache's templates, and ERB. Both branches of a condition are kept: which
//! one a database gets is not known here.

/// Extensions of templates, any of which may make SQL.
const EXTENSIONS: [&str; 11] =
    ["vm", "ftl", "ftlh", "tmpl", "tpl", "j2", "jinja", "jinja2", "erb", "mustache", "hbs"];

/// Words of folders and file names that make a template worth looking into.
const HINTS: [&str; 7] = ["sql", "ddl", "schema", "database", "createdb", "migration", "db"];

/// Whether a path, in lower case, is that of a template that may hold SQL; its content has to tell.
pub(super) fn may_be(path: &str) -> bool {
    let Some((stem, extension)) = path.rsplit_once('.') else { return false };
    let mut words = stem.split(|c: char| !c.is_ascii_alphabetic());
    EXTENSIONS.contains(&extension)
        && words
            .any(|word| HINTS.iter().any(|hint| word.strip_suffix('s').unwrap_or(word) == *hint))
}

/// The SQL of a template, every character that stays at its place; `None` where it creates and changes no table.
pub(super) fn sql(path: &str, text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    if !lower.contains("create table") && !lower.contains("alter table") {
        return None;
    }
    let velocity = path.to_ascii_lowercase().ends_with(".vm");
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = markup(rest, velocity).unwrap_or(0);
        if length == 0 {
            plain.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (gone, next) = rest.split_at(length);
        plain.extend(gone.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = next;
    }
    Some(plain)
}

/// How many bytes at the beginning of the text are the template's own.
fn markup(text: &str, velocity: bool) -> Option<usize> {
    const PAIRS: [(&str, &str); 8] = [
        ("{{", "}}"),
        ("{%", "%}"),
        ("{#", "#}"),
        ("<%", "%>"),
        ("<#--", "-->"),
        ("<#", ">"),
        ("</#", ">"),
        ("${", "}"),
    ];
    for (open, close) in PAIRS {
        if let Some(inner) = text.strip_prefix(open) {
            return Some(open.len() + inner.find(close)? + close.len());
        }
    }
    if velocity { of_velocity(text) } else { None }
}

fn of_velocity(text: &str) -> Option<usize> {
    let name_end = |from: usize| {
        let name = text[from..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        from + name.unwrap_or(text.len() - from)
    };
    if text.starts_with("#*") {
        return Some(text.find("*#")? + 2);
    }
    if text.starts_with("##") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if let Some(inner) = text.strip_prefix("$!") {
        // What may be empty is taken as empty.
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && !"._{}".contains(c));
        return Some(end.map_or(text.len(), |at| at + 2));
    }
    if text.starts_with('$') {
        // `$db.TYPE_OF_TEXT` stands for a word: the last part of its name is as good.
        let end = name_end(1);
        return (text[end..].starts_with('.') && end > 1).then_some(end + 1);
    }
    if text.starts_with('#') && text[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        let end = name_end(1);
        let arguments = text[end..].starts_with('(').then(|| closing(&text[end..])).flatten();
        return Some(end + arguments.unwrap_or(0));
    }
    None
}

/// How far a text that begins with `(` reaches up to the parenthesis that closes it.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    fn check(path: &str, text: &str, expect: &str) {
        let plain = sql(path, text).expect("it creates a table");
        let words: Vec<&str> = plain.split_whitespace().collect();
        assert_eq!(words.join(" "), expect);
        assert_eq!(plain.lines().count(), text.lines().count());
    }

    #[test]
    fn what_an_engine_would_fill_in_is_blanked() {
        check(
            "sql/make.vm",
            "#** don't\nrun **#\n#if($a)create table t (id $db.LONG not null$!db.MORE);#end\n## x",
            "create table t (id LONG not null );",
        );
        check(
            "sql/make.sql.j2",
            "{# why #}{% if a %}create table {{ prefix }}t (id int);{% endif %}",
            "create table t (id int);",
        );
        check(
            "db/make.ftl",
            "<#if a>create table ${p}t (id int);</#if>",
            "create table t (id int);",
        );
    }

    #[test]
    fn only_templates_of_schemas_are_looked_into() {
        assert!(may_be("app/sql/createdb.vm") && may_be("db/tables.sql.tmpl"));
        assert!(!may_be("web/views/list.vm") && !may_be("app/views/users/index.erb"));
        assert_eq!(sql("sql/greeting.vm", "hello"), None);
    }

    proptest! {
        #[test]
        fn any_text_keeps_its_lines(text in "([a-z ${}#%<>()*!.\n-]|create table ){0,80}") {
            if let Some(plain) = sql("sql/a.vm", &text) {
                prop_assert_eq!(plain.matches('\n').count(), text.matches('\n').count());
            }
        }
    }
}
