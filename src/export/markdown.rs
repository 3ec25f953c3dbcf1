//! A document as Markdown that GitHub, GitLab and wikis read: headings, lists, pipe tables, links to places.

use std::fmt::Write as _;

use super::document::{Block, Document, Line, Section, Span, Table, Tone};

/// Writes the document.
#[must_use]
pub fn markdown(document: &Document) -> String {
    let mut text = format!("# {}\n", escape(&document.title));
    for section in &document.sections {
        write_section(&mut text, section);
    }
    text
}

fn write_section(text: &mut String, section: &Section) {
    // A heading without anything below it is only there for what Markdown can't show.
    if section.blocks == [Block::Map] {
        return;
    }
    let hashes = "#".repeat(usize::from(section.level.clamp(1, 6)));
    push(
        text,
        format_args!("\n<a id=\"{}\"></a>\n\n{hashes} {}\n", section.id, escape(&section.title)),
    );
    for block in &section.blocks {
        match block {
            Block::Text(line) => push(text, format_args!("\n{}\n", spans(line))),
            Block::Lead(line) => push(text, format_args!("\n> {}\n", spans(line))),
            Block::List(lines) => {
                text.push('\n');
                for line in lines {
                    push(text, format_args!("- {}\n", spans(line)));
                }
            }
            Block::Table(table) => write_table(text, table),
            Block::Map => {}
        }
    }
}

fn write_table(text: &mut String, table: &Table) {
    text.push('\n');
    let titles: Vec<String> = table.columns.iter().map(|column| escape(&column.title)).collect();
    write_row(text, &titles);
    let rules = table.columns.iter().map(|column| if column.is_number { "---:" } else { "---" });
    write_row(text, &rules.map(str::to_owned).collect::<Vec<_>>());
    for row in &table.rows {
        write_row(text, &row.iter().map(spans).collect::<Vec<_>>());
    }
}

fn write_row(text: &mut String, cells: &[String]) {
    push(text, format_args!("| {} |\n", cells.join(" | ")));
}

fn push(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("writing to a string cannot fail");
}

fn spans(line: &Line) -> String {
    line.iter().map(span).collect()
}

fn span(span: &Span) -> String {
    match span {
        Span::Text { text } => escape(text),
        Span::Strong { text } | Span::Struck { text } if text.trim().is_empty() => String::new(),
        Span::Struck { text } => format!("~~{}~~", escape(text.trim())),
        Span::Strong { text } => format!("**{}**", escape(text.trim())),
        Span::Mark { text, tone: Tone::Quiet } => escape(text),
        Span::Mark { text, .. } if text.trim().is_empty() => String::new(),
        Span::Mark { text, .. } => format!("**{}**", escape(text.trim())),
        Span::Code { text } => code(text),
        Span::Place { path, line: 0 } => format!("[{}]({})", code(path), target(path)),
        Span::Place { path, line } => {
            format!("[{}]({}#L{line})", code(&format!("{path}:{line}")), target(path))
        }
        Span::Link { to, text } => format!("[{}](#{})", escape(text), target(to)),
    }
}

/// Text that means only itself, on one line, also within a table.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, symbol) in text.char_indices() {
        match symbol {
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                escaped.push(' ');
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '@' | '$' => {
                escaped.push('\\');
                escaped.push(symbol);
            }
            '-' | '+' | '=' | ':' if at == 0 => {
                escaped.push('\\');
                escaped.push(symbol);
            }
            // `1.` at the beginning would be a list.
            '.' | ')' if ends_a_list_number(text, at) => {
                escaped.push('\\');
                escaped.push(symbol);
            }
            symbol if symbol.is_control() => escaped.push('\u{fffd}'),
            symbol => escaped.push(symbol),
        }
    }
    escaped
}

/// Whether everything before is digits, and what follows would be the text of a numbered list.
fn ends_a_list_number(text: &str, at: usize) -> bool {
    let (before, after) = (&text[..at], &text[at + 1..]);
    at > 0
        && before.bytes().all(|byte| byte.is_ascii_digit())
        && !after.starts_with(|next: char| !next.is_whitespace())
}

/// A code span that holds exactly this text on one line, fenced with more backticks than it contains. Tables are cut
/// at pipes before spans are read, so text with a pipe is written as an element instead.
fn code(text: &str) -> String {
    let text: String =
        text.chars().map(|symbol| if symbol.is_control() { ' ' } else { symbol }).collect();
    if text.trim().is_empty() {
        return String::new();
    }
    if text.contains('|') {
        return format!("<code>{}</code>", escape(&text).replace("\\|", "&#124;"));
    }
    let longest = text.split(|symbol| symbol != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let needs_room = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ', '\\']);
    let room = if needs_room { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// The target of a link: every byte that could end it or leave the folder's namespace is percent-encoded.
fn target(path: &str) -> String {
    let mut target = String::with_capacity(path.len());
    // `a:b` at the beginning would be read as a scheme.
    let has_scheme = path.split('/').next().is_some_and(|first| first.contains(':'));
    if has_scheme || path.starts_with('/') {
        target.push_str("./");
    }
    for byte in path.trim_start_matches('/').bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                target.push(char::from(byte));
            }
            _ => push(&mut target, format_args!("%{byte:02X}")),
        }
    }
    target
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;
    use crate::export::{
        document::{Column, document},
        plan::{
            plan,
            tests::{SHOP, SHOP_SPLIT, monoliths, proposal},
        },
    };

    fn shop() -> String {
        let facts = Arc::new(crate::facts::notation::parse(SHOP).expect("a good notation"));
        let proposal = proposal(&facts, SHOP_SPLIT);
        markdown(&document(&facts, &proposal, &plan(&facts, &proposal)))
    }

    #[track_caller]
    fn check_says(text: &str, line: &str) {
        assert!(text.lines().any(|other| other == line), "no line\n{line}\nin\n{text}");
    }

    #[test]
    fn a_plan_names_evidence() {
        let text = shop();
        check_says(&text, "## Step 2: Stock");
        check_says(
            &text,
            "| `reserve` | `()` | [`shop/stock.java:2`](shop/stock.java#L2) | the monolith (1) | \
             [`shop/cart.java:9`](shop/cart.java#L9) | writes: idempotence key |",
        );
        check_says(
            &text,
            "| 2 | `stock` | Stock | [`shop/stock.java:10`](shop/stock.java#L10) | `place` → `reserve` | perhaps \
             `release` [`shop/stock.java:3`](shop/stock.java#L3) |",
        );
        check_says(&text, "### Foreign keys to cut");
    }

    #[test]
    fn the_same_plan_is_the_same_text() {
        assert_eq!(shop(), shop());
    }

    /// Reads a table row back the way Markdown does: cells end at pipes that no backslash stands before.
    fn cells(row: &str) -> Vec<String> {
        let mut cells = vec![String::new()];
        let mut symbols = row.chars();
        while let Some(symbol) = symbols.next() {
            let cell = cells.last_mut().expect("one at least");
            match symbol {
                '\\' => {
                    cell.push('\\');
                    cell.extend(symbols.next());
                }
                '|' => cells.push(String::new()),
                other => cell.push(other),
            }
        }
        cells
    }

    fn unescape(text: &str) -> String {
        let mut plain = String::new();
        let mut symbols = text.chars();
        while let Some(symbol) = symbols.next() {
            match symbol {
                '\\' => plain.extend(symbols.next()),
                other => plain.push(other),
            }
        }
        plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    fn hostile() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[-|`*_<>&\\\\\\[\\](){}#!~@$+=:.0-9 a\n\r\t\"']{0,12}",
            Just("<script>alert(1)</script>".to_owned()),
            Just("a](javascript:alert(1))".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn a_table_has_the_cells_it_was_given(texts in prop::collection::vec(hostile(), 3)) {
            let span = |at: usize, text: &String| match at {
                0 => Span::Text { text: text.clone() },
                1 => Span::Code { text: text.clone() },
                _ => Span::Place { path: text.clone(), line: 7 },
            };
            let row: Vec<Line> =
                texts.iter().enumerate().map(|(at, text)| vec![span(at, text)]).collect();
            let column = |text: &String| Column { title: text.clone(), is_number: false };
            let table = Table { columns: texts.iter().map(column).collect(), rows: vec![row] };
            let mut text = String::new();
            write_table(&mut text, &table);
            let lines: Vec<&str> = text.split('\n').collect();
            prop_assert_eq!(lines.len(), 5, "an empty line, three rows, an end");
            for line in &lines[1..4] {
                prop_assert!(!line.contains('\r'));
            }
            prop_assert_eq!(cells(lines[1]).len(), 5, "{}", lines[1]);
            prop_assert!(!lines[1].contains('<'));
            // In code spans a backslash is plain, so only pipes are looked at there.
            let unguarded = lines[3].replace("\\|", "");
            prop_assert_eq!(unguarded.matches('|').count(), 4, "{}", lines[3]);
        }

        #[test]
        fn escaped_text_reads_back(text in hostile()) {
            let shown: String = text
                .chars()
                .map(|symbol| match symbol {
                    '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
                    symbol if symbol.is_control() => '\u{fffd}',
                    symbol => symbol,
                })
                .collect();
            prop_assert_eq!(unescape(&escape(&text)), shown);
        }

        #[test]
        fn a_code_span_is_closed_by_its_own_fence(text in hostile()) {
            let span = code(&text);
            let fence: String = span.chars().take_while(|symbol| *symbol == '`').collect();
            if !fence.is_empty() {
                let inner = &span[fence.len()..span.len() - fence.len()];
                prop_assert!(inner.split(|symbol| symbol != '`').all(|run| run.len() < fence.len()));
                prop_assert!(!inner.contains('\n'));
            }
        }

        #[test]
        fn link_targets_cannot_be_left(text in hostile()) {
            let target = target(&text);
            prop_assert!(target.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.-_~%".contains(&byte)));
        }

        #[test]
        fn every_plan_can_be_written((facts, proposal) in monoliths()) {
            let document = document(&facts, &proposal, &plan(&facts, &proposal));
            let ids: std::collections::BTreeSet<&str> =
                document.sections.iter().map(|section| section.id.as_str()).collect();
            prop_assert_eq!(ids.len(), document.sections.len(), "ids are unique");
            prop_assert!(markdown(&document).starts_with("# "));
        }
    }
}
