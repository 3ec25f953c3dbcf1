//! One walk over the tokens of a statement that finds the tables it names, level by level.
//!
//! A walk and not a grammar, because what programs hold is rarely a whole statement: clauses are added under
//! conditions, names are filled in, the end is missing, the dialect is unknown, and JPQL differs from all. The
//! walk needs only the few keywords that stand before tables.

use super::{
    shape::{Hit, Level, Scan, Verb},
    tokens::Token,
};
use crate::facts::AccessMode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clause {
    /// Tables stand here, read or written.
    Tables(AccessMode),
    /// The condition of a join: a comma leads back to tables.
    On,
    Set,
    Other,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    level: usize,
    /// What the query of this frame does, as soon as that is known.
    verb: Option<Verb>,
    clause: Clause,
    expecting: bool,
    /// A parenthesis around values: `FROM` in it belongs to a function.
    values: bool,
    /// It is the body of a name that `WITH` defines.
    body: bool,
}

/// Walks over one statement, from `tokens[from]` to its `;` or the end.
pub(crate) fn scan(tokens: &[Token], from: usize) -> Scan {
    let mut scanner = Scanner {
        tokens,
        at: from,
        scan: Scan { levels: vec![Level { parent: None, derived: false }], ..Scan::default() },
        frames: vec![Frame::query(0)],
        with_names: Vec::new(),
        open_names: Vec::new(),
    };
    scanner.run();
    let mut scan = scanner.scan;
    scan.end = scanner.at;
    if !scan.hits.is_empty() {
        scan.verb = scan.verb.or(Some(Verb::Select));
    }
    scan.settle_targets();
    scan
}

impl Frame {
    fn query(level: usize) -> Self {
        let clause = Clause::Other;
        Self { level, verb: None, clause, expecting: false, values: false, body: false }
    }
}

struct Scanner<'a> {
    tokens: &'a [Token],
    at: usize,
    scan: Scan,
    frames: Vec<Frame>,
    /// Names that `WITH` has defined: no tables.
    with_names: Vec<String>,
    /// Names whose bodies are being walked over.
    open_names: Vec<String>,
}

/// Parentheses nested deeper than this are no statement that a person wrote.
const DEEPEST: usize = 200;

impl Scanner<'_> {
    fn run(&mut self) {
        self.with_clause();
        while let Some(token) = self.tokens.get(self.at) {
            match token {
                Token::Symbol(';') if self.frames.len() == 1 => return,
                Token::Symbol('(') => self.open(),
                Token::Symbol(')') => self.close(),
                Token::Symbol(',') => self.comma(),
                Token::Word(word)
                    if !self.is_name_here() && self.keyword(&word.to_ascii_uppercase()) => {}
                _ if self.frame().expecting => self.table(),
                Token::Word(_) | Token::Quoted(_) if self.frame().clause == Clause::Set => {
                    self.assigned();
                }
                _ => self.at += 1,
            }
            if self.frames.len() > DEEPEST {
                return;
            }
        }
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the outermost frame is never closed")
    }

    fn is(&self, at: usize, keyword: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(keyword))
    }

    fn is_any(&self, at: usize, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(at, keyword))
    }

    fn is_symbol(&self, at: usize, symbol: char) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_symbol(symbol))
    }

    /// Whether a table is due here and the word is one, though elsewhere it is a keyword: `from Order o`.
    fn is_name_here(&self) -> bool {
        let expecting = self.frames.last().is_some_and(|frame| frame.expecting);
        expecting && self.is_name_at(self.at)
    }

    fn is_name_at(&self, at: usize) -> bool {
        const NAMES: &[&str] = &[
            "CASE",
            "GROUP",
            "LIMIT",
            "MINUS",
            "OFFSET",
            "OPTION",
            "ORDER",
            "PARTITION",
            "WINDOW",
        ];
        self.is_any(at, NAMES) && !self.is(at + 1, "BY") && !self.is_symbol(at + 1, '(')
    }

    fn before(&self, keywords: &[&str]) -> bool {
        self.at > 0 && self.is_any(self.at - 1, keywords)
    }

    fn new_level(&mut self, parent: usize, derived: bool) -> usize {
        self.scan.levels.push(Level { parent: Some(parent), derived });
        self.scan.levels.len() - 1
    }

    fn open(&mut self) {
        let frame = *self.frame();
        self.at += 1;
        let mut inner = self.at;
        while self.is_symbol(inner, '(') {
            inner += 1;
        }
        let hql = self.is(inner, "FROM") && !(self.at > 1 && self.is(self.at - 2, "TRIM"));
        let is_query = hql || self.is_any(inner, &["SELECT", "WITH", "VALUES"]);
        if is_query {
            let level = self.new_level(frame.level, frame.expecting);
            self.frames.push(Frame::query(level));
            self.with_clause();
        } else if frame.expecting {
            self.frames.push(Frame { body: false, ..frame });
        } else {
            let values = Frame { values: true, ..Frame::query(frame.level) };
            self.frames.push(values);
        }
    }

    fn close(&mut self) {
        self.at += 1;
        if self.frames.len() == 1 {
            return;
        }
        let closed = self.frames.pop();
        self.frame().expecting = false;
        if closed.is_some_and(|frame| frame.body) {
            self.with_names.extend(self.open_names.pop());
            if self.is_symbol(self.at, ',') {
                self.at += 1;
                self.with_name();
            }
        } else if matches!(self.frame().clause, Clause::Tables(_)) && !self.is_symbol(self.at, ',')
        {
            // What a derived table is called is no table.
            self.alias();
        }
    }

    fn comma(&mut self) {
        self.at += 1;
        let frame = self.frame();
        match frame.clause {
            Clause::Tables(_) => frame.expecting = true,
            Clause::On if !frame.values => {
                frame.clause = Clause::Tables(AccessMode::Read);
                frame.expecting = true;
            }
            _ => {}
        }
    }

    /// `WITH [RECURSIVE] name [(columns)] AS (`, if that is what follows.
    fn with_clause(&mut self) {
        if self.is(self.at, "WITH") && !self.is_symbol(self.at + 1, '(') {
            self.at += 1;
            self.with_name();
        }
    }

    fn with_name(&mut self) {
        let recursive = self.is(self.at, "RECURSIVE");
        self.at += usize::from(recursive);
        let Some(Token::Word(name) | Token::Quoted(name)) = self.tokens.get(self.at) else {
            return;
        };
        let mut at = self.at + 1;
        if self.is_symbol(at, '(') {
            while at < self.tokens.len() && !self.is_symbol(at, ')') {
                at += 1;
            }
            at += 1;
        }
        while self.is_any(at, &["AS", "NOT", "MATERIALIZED"]) {
            at += 1;
        }
        if !self.is_symbol(at, '(') {
            return;
        }
        // A body may read the table whose name it takes; only a recursive one means itself.
        if recursive {
            self.with_names.push(name.to_lowercase());
        }
        self.open_names.push(name.to_lowercase());
        self.at = at + 1;
        let outer = self.frame().level;
        let level = self.new_level(outer, true);
        self.frames.push(Frame { body: true, ..Frame::query(level) });
        self.with_clause();
    }

    /// The first verb of a frame is what its query does; that of the outermost frame, what the statement does.
    fn does(&mut self, verb: Verb) {
        let outermost = self.frames.len() == 1;
        let frame = self.frame();
        if frame.verb.is_none() {
            frame.verb = Some(verb);
            if outermost || self.scan.verb.is_none() && !self.in_body() {
                self.scan.verb = Some(verb);
            }
        }
    }

    fn in_body(&self) -> bool {
        self.frames.iter().any(|frame| frame.body)
    }

    /// Goes past a keyword that matters; false where the word is none.
    fn keyword(&mut self, word: &str) -> bool {
        let frame = *self.frame();
        let verb = frame.verb;
        let next_expects = match word {
            "SELECT" => {
                self.does(Verb::Select);
                Some((Clause::Other, false))
            }
            "INSERT" | "REPLACE" if verb.is_none() => {
                self.does(Verb::Insert);
                let expecting = !self.has_into();
                Some((Clause::Tables(AccessMode::Write), expecting))
            }
            "UPDATE" if verb.is_none() => {
                self.does(Verb::Update);
                Some((Clause::Tables(AccessMode::Write), true))
            }
            "DELETE" if verb.is_none() => return self.delete(),
            "MERGE" if verb.is_none() => {
                self.does(Verb::Merge);
                Some((Clause::Tables(AccessMode::Write), !self.is(self.at + 1, "INTO")))
            }
            "TRUNCATE" if verb.is_none() => {
                self.does(Verb::Truncate);
                Some((Clause::Tables(AccessMode::Write), true))
            }
            "FROM" if frame.values || self.before(&["DISTINCT"]) && self.is_distinct_from() => {
                Some((frame.clause, false))
            }
            "FROM" => {
                self.does(Verb::Select);
                Some((Clause::Tables(AccessMode::Read), true))
            }
            "JOIN" | "STRAIGHT_JOIN" | "APPLY" if !frame.values => {
                let mode = match frame.clause {
                    Clause::Tables(mode) => mode,
                    _ => AccessMode::Read,
                };
                Some((Clause::Tables(mode), true))
            }
            "INTO" if !frame.values => Some((Clause::Tables(AccessMode::Write), true)),
            "USING" if matches!(verb, Some(Verb::Delete | Verb::Merge)) && self.opens_tables() => {
                Some((Clause::Tables(AccessMode::Read), true))
            }
            "ON" | "USING" => Some((if frame.values { frame.clause } else { Clause::On }, false)),
            "SET" if verb == Some(Verb::Update) => Some((Clause::Set, false)),
            "UNION" | "INTERSECT" | "EXCEPT" | "MINUS" => {
                let Level { parent, derived } = self.scan.levels[frame.level];
                let parent = parent.unwrap_or(frame.level);
                self.frame().level = match self.scan.levels[frame.level].parent {
                    Some(_) => self.new_level(parent, derived),
                    None => {
                        self.scan.levels.push(Level { parent: None, derived: false });
                        self.scan.levels.len() - 1
                    }
                };
                Some((Clause::Other, false))
            }
            _ if is_other_clause(word) => Some((Clause::Other, false)),
            _ => None,
        };
        let Some((clause, expecting)) = next_expects else { return false };
        let frame = self.frame();
        frame.clause = clause;
        frame.expecting = expecting;
        self.at += 1;
        true
    }

    fn has_into(&self) -> bool {
        self.tokens[self.at..].iter().take(6).any(|token| token.is("INTO"))
    }

    fn is_distinct_from(&self) -> bool {
        self.at >= 2 && self.is_any(self.at - 2, &["IS", "NOT"])
    }

    /// Whether what follows `USING` is tables and not the columns of a join.
    fn opens_tables(&self) -> bool {
        !self.is_symbol(self.at + 1, '(')
            || self.is_any(self.at + 2, &["SELECT", "WITH", "VALUES"])
            || self.is_symbol(self.at + 2, '(')
    }

    /// `DELETE FROM t`, `DELETE t WHERE`, `DELETE a, b FROM a JOIN b`.
    fn delete(&mut self) -> bool {
        self.does(Verb::Delete);
        self.at += 1;
        let start = self.at;
        let mut targets = Vec::new();
        while let Some(path) = self.path() {
            targets.push(path);
            while self.is_symbol(self.at, '.') || self.is_symbol(self.at, '*') {
                self.at += 1;
            }
            if !self.is_symbol(self.at, ',') {
                break;
            }
            self.at += 1;
        }
        let frame = self.frame();
        frame.clause = Clause::Tables(AccessMode::Write);
        frame.expecting = true;
        if self.is(self.at, "FROM") {
            self.scan.delete_targets = targets;
            self.at += 1;
        } else {
            self.at = start;
        }
        true
    }

    /// A dotted name at the current token, gone past; nothing where a keyword or something else stands.
    fn path(&mut self) -> Option<Vec<String>> {
        let mut path = Vec::new();
        if let Some(Token::Param(true)) = self.tokens.get(self.at) {
            self.at += 1;
        } else if matches!(self.tokens.get(self.at), Some(Token::Param(false)))
            && self.is_symbol(self.at + 1, '.')
        {
            self.at += 2;
        }
        loop {
            match self.tokens.get(self.at) {
                Some(Token::Word(word))
                    if !path.is_empty() || !is_reserved(word) || self.is_name_at(self.at) =>
                {
                    path.push(word.clone());
                }
                Some(Token::Quoted(name)) => {
                    // `"shop.orders"` and "`shop`.`orders`" in one pair of quotes are met in scripts.
                    path.extend(name.split('.').map(str::to_owned));
                }
                _ => break,
            }
            self.at += 1;
            if !self.is_symbol(self.at, '.') {
                break;
            }
            self.at += 1;
            // `db..orders` leaves the schema out.
            self.at += usize::from(self.is_symbol(self.at, '.'));
        }
        (!path.is_empty()).then_some(path)
    }

    fn table(&mut self) {
        while self.is_any(self.at, &["ONLY", "LATERAL", "TABLE", "FETCH", "IGNORE", "LOW_PRIORITY"])
        {
            self.at += 1;
            if self.is_symbol(self.at, '(') {
                return;
            }
        }
        // JPQL: `IN (o.lines) l`, `TREAT(o.lines AS Special)`.
        if self.is_any(self.at, &["IN", "TREAT"]) && self.is_symbol(self.at + 1, '(') {
            self.at += 2;
        }
        let start = self.at;
        let path = self.path();
        let end = self.at;
        let frame = *self.frame();
        self.frame().expecting = false;
        let Some(path) = path else {
            self.at = self.at.max(start + 1);
            return;
        };
        let mode = match frame.clause {
            Clause::Tables(mode) => mode,
            _ => AccessMode::Read,
        };
        while self.is_symbol(self.at, ')') && self.tokens.get(self.at + 1).is_some_and(is_alias) {
            self.at += 1;
        }
        let alias = self.alias();
        let defined = match path.as_slice() {
            [name] => self.with_names.contains(&name.to_lowercase()),
            _ => false,
        };
        if !defined {
            let hit = Hit { path, mode, alias, level: frame.level, at: (start, end) };
            self.scan.hits.push(hit);
        }
    }

    fn alias(&mut self) -> Option<String> {
        self.at += usize::from(self.is(self.at, "AS"));
        let alias = match self.tokens.get(self.at) {
            Some(token) if is_alias(token) => match token {
                Token::Word(word) | Token::Quoted(word) => word.clone(),
                _ => return None,
            },
            _ => return None,
        };
        self.at += 1;
        Some(alias)
    }

    fn assigned(&mut self) {
        let Some(path) = self.path() else {
            self.at += 1;
            return;
        };
        if let [target, _, ..] = path.as_slice()
            && self.is_symbol(self.at, '=')
        {
            let whole = &path[..path.len() - 1];
            self.scan.set_targets.push(whole.last().unwrap_or(target).clone());
        }
    }
}

fn is_alias(token: &Token) -> bool {
    match token {
        Token::Word(word) => !is_reserved(word),
        Token::Quoted(_) => true,
        _ => false,
    }
}

/// Keywords after which no tables follow.
fn is_other_clause(word: &str) -> bool {
    matches!(
        word,
        "WHERE"
            | "HAVING"
            | "GROUP"
            | "ORDER"
            | "LIMIT"
            | "OFFSET"
            | "RETURNING"
            | "WINDOW"
            | "VALUES"
            | "DUPLICATE"
            | "CONFLICT"
            | "WHEN"
            | "QUALIFY"
            | "PIVOT"
            | "UNPIVOT"
            | "CONNECT"
            | "START"
            | "OPTION"
    )
}

/// Words that can be neither a table nor an alias where they stand bare.
pub(crate) fn is_reserved(word: &str) -> bool {
    const RESERVED: &[&str] = &[
        "ALL",
        "AND",
        "ANY",
        "APPLY",
        "AS",
        "ASC",
        "BETWEEN",
        "BY",
        "CASE",
        "CONFLICT",
        "CONNECT",
        "CROSS",
        "DEFAULT",
        "DELETE",
        "DESC",
        "DISTINCT",
        "DO",
        "DUPLICATE",
        "ELSE",
        "END",
        "EXCEPT",
        "EXISTS",
        "FETCH",
        "FOR",
        "FORCE",
        "FROM",
        "FULL",
        "GROUP",
        "HAVING",
        "IN",
        "INNER",
        "INSERT",
        "INTERSECT",
        "INTO",
        "IS",
        "JOIN",
        "LEFT",
        "LIKE",
        "LIMIT",
        "MINUS",
        "NATURAL",
        "NOLOCK",
        "NOT",
        "NULL",
        "OFFSET",
        "ON",
        "OPTION",
        "OR",
        "ORDER",
        "OUTER",
        "OVERRIDING",
        "PARTITION",
        "PIVOT",
        "QUALIFY",
        "RETURNING",
        "RIGHT",
        "SELECT",
        "SET",
        "STRAIGHT_JOIN",
        "TABLESAMPLE",
        "THEN",
        "UNION",
        "UNPIVOT",
        "UPDATE",
        "USE",
        "USING",
        "VALUES",
        "WHEN",
        "WHERE",
        "WINDOW",
        "WITH",
    ];
    RESERVED.binary_search(&word.to_ascii_uppercase().as_str()).is_ok()
}
