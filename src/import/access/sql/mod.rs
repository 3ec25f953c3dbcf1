//! SQL and JPQL text as it stands in programs: whether it is that at all, and which tables it reads, writes and
//! joins.
//!
//! Two tables are joined when one query needs both: tables of one `FROM`, a table and those of a query within it,
//! the target and the sources of `INSERT … SELECT`. The branches of a `UNION` are queries of their own.

mod fragment;
mod scan;
mod shape;
mod tokens;

pub(crate) use self::{
    fragment::{completed_among, may_open},
    shape::Hit,
};
use self::{
    scan::{is_reserved, scan},
    shape::{Scan, Verb},
    tokens::{Token, tokens},
};
use crate::facts::AccessMode;

/// A statement that a text was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    tokens: Vec<Token>,
    scan: Scan,
    /// It cannot be taken for prose: names after it may be trusted though no schema knows them.
    pub certain: bool,
    /// `from Order o`: only query languages of mappers leave `SELECT` out.
    pub begins_with_from: bool,
}

impl Statement {
    /// What it names as read or written, in the order of the text.
    pub(crate) fn hits(&self) -> &[Hit] {
        &self.scan.hits
    }

    /// The pairs of hits that one query needs together, by their places.
    pub(crate) fn pairs(&self) -> Vec<(usize, usize)> {
        let hits = &self.scan.hits;
        let mut pairs = Vec::new();
        for (a, left) in hits.iter().enumerate() {
            for (b, right) in hits.iter().enumerate().skip(a + 1) {
                if self.scan.joined(left, right) {
                    pairs.push((a, b));
                }
            }
        }
        pairs
    }

    /// Dotted names that are not hits: columns, and associations in JPQL such as `o.customer.name`.
    pub(crate) fn paths(&self) -> Vec<Vec<&str>> {
        let mut paths = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let hit = self.scan.hits.iter().find(|hit| hit.at.0 <= at && at < hit.at.1);
            if let Some(hit) = hit {
                at = hit.at.1;
                continue;
            }
            let mut path = Vec::new();
            while let Some(Token::Word(word)) = self.tokens.get(at) {
                path.push(word.as_str());
                at += 1;
                if !self.tokens.get(at).is_some_and(|token| token.is_symbol('.')) {
                    break;
                }
                at += 1;
            }
            if path.len() > 1 {
                paths.push(path);
            }
            at += 1;
        }
        paths
    }
}

/// Reads a text that may be SQL or JPQL: the statements in it, or none where it is prose or anything else.
#[must_use]
pub(crate) fn read(text: &str) -> Vec<Statement> {
    if !may_be_statement(text) || begins_with_from(text) {
        if let Some(statement) = fragment::completed(text) {
            let mut statements = read_whole(&statement);
            statements.iter_mut().for_each(|it| it.certain = false);
            return statements;
        }
        if !may_be_statement(text) {
            return Vec::new();
        }
    }
    read_whole(text)
}

/// HQL leaves `SELECT` out, and so do parts of statements.
fn begins_with_from(text: &str) -> bool {
    text.trim_start().get(..5).is_some_and(|start| start.trim_end().eq_ignore_ascii_case("from"))
}

fn read_whole(text: &str) -> Vec<Statement> {
    let dotted = has_dotted_name(text);
    let tokens = tokens(text);
    let mut statements = Vec::new();
    let mut from = 0;
    while from < tokens.len() {
        from = statement_start(&tokens, from);
        let scan = scan(&tokens, from);
        let end = scan.end.max(from + 1).min(tokens.len());
        let part = &tokens[from.min(end)..end];
        if scan.verb.is_some() && !scan.hits.is_empty() {
            if let Some(certain) = judge(part, &scan, from, dotted) {
                let tokens = tokens[..end].to_vec();
                let begins_with_from = tokens.get(from).is_some_and(|token| token.is("FROM"));
                statements.push(Statement { tokens, scan, certain, begins_with_from });
            } else if statements.is_empty() {
                return statements;
            }
        }
        from = end + 1;
    }
    statements
}

/// Whether a text begins as statements do, so that more of one may follow in another text.
#[must_use]
pub(crate) fn begins_statement(text: &str) -> bool {
    const BEGINNINGS: &[&str] =
        &["DELETE", "FROM", "INSERT", "MERGE", "REPLACE", "SELECT", "UPDATE", "WITH"];
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).take(12).collect();
    let upper = word.to_ascii_uppercase();
    // A word alone is a key or a label, unless it is written as SQL is.
    if word.len() == text.len() && word != upper {
        return false;
    }
    (word == upper || word == word.to_ascii_lowercase())
        && BEGINNINGS.contains(&upper.as_str())
        && !text[word.len()..].starts_with(|c: char| !c.is_whitespace() && c != '(' && c != '*')
}

/// Whether what begins like a statement may also be the next clause of one: `FROM …`, `SELECT …` after `IN (`.
#[must_use]
pub(crate) fn may_follow(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    ["FROM", "SELECT", "WITH"]
        .iter()
        .any(|word| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

/// Whether a text begins as clauses do: with a keyword written like one, or with a separator.
#[must_use]
pub(crate) fn is_clause(text: &str) -> bool {
    let text = text.trim_start();
    if text.starts_with([',', '(', ')']) {
        return true;
    }
    let word: String = text.chars().take_while(|c| c.is_ascii_alphabetic() || *c == '_').collect();
    is_reserved(&word) && style_of(&word) != Style::Title
}

/// Whether a part of a statement can name tables at all.
#[must_use]
pub(crate) fn names_tables(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| {
        ["FROM", "JOIN", "INTO", "USING", "UPDATE"].iter().any(|key| word.eq_ignore_ascii_case(key))
    })
}

/// A quick look at the first word, because most texts of a program are no statements.
fn may_be_statement(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '{'));
    if text.starts_with("--") || text.starts_with("/*") {
        return true;
    }
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).take(12).collect();
    is_verb(&word) && text.len() > word.len()
}

fn is_verb(word: &str) -> bool {
    const VERBS: &[&str] = &[
        "BEGIN", "DECLARE", "DELETE", "EXPLAIN", "FROM", "IF", "INSERT", "MERGE", "REPLACE",
        "SELECT", "SET", "TRUNCATE", "UPDATE", "WITH",
    ];
    VERBS.binary_search(&word.to_ascii_uppercase().as_str()).is_ok()
}

/// Past what may stand before a statement: parentheses, `EXPLAIN ANALYZE`, `IF EXISTS (`.
fn statement_start(tokens: &[Token], mut at: usize) -> usize {
    while let Some(token) = tokens.get(at) {
        let skipped = ["EXPLAIN", "ANALYZE", "IF", "NOT", "EXISTS", "BEGIN", "THEN"];
        if !(token.is_symbol('(') || token.is_symbol(';') || skipped.iter().any(|s| token.is(s))) {
            break;
        }
        at += 1;
    }
    at
}

/// Whether the tokens fit a statement; `Some(true)` where nothing else could look like this.
fn judge(part: &[Token], scan: &Scan, from: usize, dotted: bool) -> Option<bool> {
    let written = scan.hits.iter().find(|hit| hit.mode == AccessMode::Write);
    let first = written.or(scan.hits.first())?;
    let style = keyword_style(part);
    let after = |at: usize| part.get(at - from);
    let next = after(first.at.1 + alias_tokens(first));
    let ends = next.is_none();
    let next_is = |words: &[&str]| next.is_some_and(|next| words.iter().any(|word| next.is(word)));
    let fits = match scan.verb? {
        Verb::Select => fits_select(part),
        Verb::Insert => {
            next.is_some_and(|next| next.is_symbol('(') || matches!(next, Token::Param(_)))
                || ends
                || next_is(&["VALUES", "SELECT", "SET", "DEFAULT", "WITH", "VALUE"])
        }
        Verb::Update => {
            let cut_off = ends && style == Style::Upper;
            next_is(&["SET", "JOIN", "INNER", "LEFT"]) || cut_off || scan.hits.len() > 1
        }
        Verb::Delete => {
            let rest =
                ["WHERE", "USING", "JOIN", "INNER", "LEFT", "FROM", "RETURNING", "LIMIT", "ORDER"];
            let filled = next.is_some_and(|next| matches!(next, Token::Param(_)));
            !scan.astray && (ends || next_is(&rest) || filled)
        }
        Verb::Merge => part.iter().any(|token| token.is("USING")),
        Verb::Truncate => true,
    };
    if !fits {
        return None;
    }
    let technical = dotted
        || part.iter().any(|token| match token {
            Token::Symbol(symbol) => matches!(symbol, '*' | '=' | '(' | '<' | '>' | '|'),
            Token::Param(_) | Token::Quoted(_) | Token::Number => true,
            _ => false,
        });
    let run = prose_run(part);
    let plausible = match style {
        Style::Upper => run <= 4,
        Style::Lower | Style::Mixed => run <= if technical { 3 } else { 2 },
        // `Update the orders`, `Select an item from the list`
        Style::Title => technical && run <= 2,
    };
    // A sentence ends in a stop or a colon; a statement never does.
    let sentence = matches!(part.last(), Some(Token::Symbol('.' | ':' | '!')));
    let select_without_symbols = !technical && style != Style::Upper && ends && run > 1;
    (plausible && !sentence && !select_without_symbols).then_some(technical && run <= 2)
}

fn alias_tokens(hit: &Hit) -> usize {
    usize::from(hit.alias.is_some())
}

/// `o.total`, but not the end of a sentence.
fn has_dotted_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(3).any(|three| {
        three[1] == b'.' && three[0].is_ascii_alphanumeric() && three[2].is_ascii_alphabetic()
    })
}

/// Something must be selected, or the text must begin with `FROM` as HQL does.
fn fits_select(part: &[Token]) -> bool {
    let Some(first) = part.first() else { return false };
    if first.is("FROM") {
        return true;
    }
    if !(first.is("SELECT") || first.is("WITH")) {
        return false;
    }
    !part.get(1).is_some_and(|second| second.is("FROM"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Upper,
    Lower,
    Title,
    Mixed,
}

/// How the first keyword of the statement and the next that leads to a table are written.
fn keyword_style(part: &[Token]) -> Style {
    let mut styles = part.iter().filter_map(|token| match token {
        Token::Word(word) if is_verb(word) || is_reserved(word) => Some(style_of(word)),
        _ => None,
    });
    let first = styles.next().unwrap_or(Style::Mixed);
    let all_same = styles.all(|style| style == first);
    match (first, all_same) {
        (Style::Title, _) => Style::Title,
        (first, true) => first,
        _ => Style::Mixed,
    }
}

fn style_of(word: &str) -> Style {
    let upper = word.chars().filter(|c| c.is_uppercase()).count();
    match (upper, word.starts_with(char::is_uppercase)) {
        (0, _) => Style::Lower,
        (1, true) => Style::Title,
        (upper, _) if upper == word.len() => Style::Upper,
        _ => Style::Mixed,
    }
}

/// The most words in a row that are no keywords: prose has many, a statement has a name and its alias.
fn prose_run(part: &[Token]) -> usize {
    let (mut run, mut longest) = (0, 0);
    for token in part {
        match token {
            Token::Word(word)
                if !is_reserved(word) && !is_verb(word) && !is_function_word(word) =>
            {
                run += 1;
                longest = longest.max(run);
            }
            _ => run = 0,
        }
    }
    longest
}

/// Words of the grammar that are no reserved ones, but stand in rows.
fn is_function_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "BOTH",
        "CAST",
        "COLLATE",
        "COUNT",
        "CURRENT",
        "DATE",
        "DAY",
        "ESCAPE",
        "FIRST",
        "FOLLOWING",
        "HOUR",
        "INTERVAL",
        "KEY",
        "LAST",
        "LEADING",
        "LOCKED",
        "MEMBER",
        "MINUTE",
        "MONTH",
        "NEW",
        "NEXT",
        "NOTHING",
        "NULLS",
        "OF",
        "ONLY",
        "OVER",
        "PRECEDING",
        "RANGE",
        "RECURSIVE",
        "ROW",
        "ROWS",
        "SECOND",
        "SEPARATOR",
        "SHARE",
        "SKIP",
        "SOME",
        "TABLE",
        "TIME",
        "TIMESTAMP",
        "TO",
        "TOP",
        "TRAILING",
        "UNBOUNDED",
        "UNKNOWN",
        "VARYING",
        "WAIT",
        "WITHOUT",
        "YEAR",
        "ZONE",
    ];
    WORDS.binary_search(&word.to_ascii_uppercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests;
