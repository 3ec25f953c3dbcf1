//! SQL and JPQL text cut into tokens, with whatever a program would fill in later as one kind of token.

/// The smallest parts of a statement that matter for finding its tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A bare word: a keyword or a name.
    Word(String),
    /// A quoted name: `"order"`, `` `order` ``, `[order]`.
    Quoted(String),
    /// A string, of whatever content.
    Text,
    Number,
    /// What the program fills in: `?`, `:id`, `#{id}`, `${table}`, `$1`, `%s`, `{}`, `@id`. True where the next
    /// token follows without a space: it may be only a part of a name.
    Param(bool),
    Symbol(char),
}

impl Token {
    /// Whether it is that keyword, in any case.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    pub(crate) fn is_symbol(&self, symbol: char) -> bool {
        *self == Self::Symbol(symbol)
    }
}

/// Longer texts hold data, not a statement that a programmer wrote; the rest of them is not read.
const LONGEST: usize = 200_000;

/// Cuts a text into tokens; comments and spaces are dropped. Never fails: what is no token is a symbol.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut cut = text.len().min(LONGEST);
    while !text.is_char_boundary(cut) {
        cut -= 1;
    }
    let mut lexer = Lexer { rest: &text[..cut], tokens: Vec::new() };
    while lexer.step() {}
    lexer.tokens
}

struct Lexer<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self) -> bool {
        self.rest = self.rest.trim_start();
        let mut letters = self.rest.chars();
        let Some(first) = letters.next() else { return false };
        let second = letters.next().unwrap_or(' ');
        match first {
            '-' if second == '-' => self.skip_past("\n", 2),
            '/' if second == '*' => self.skip_past("*/", 2),
            '#' | '$' if second == '{' => self.param_past('}'),
            '#' => self.skip_past("\n", 1),
            '\'' => self.text(),
            '"' | '`' => self.quoted(first),
            '[' => self.bracketed(),
            ':' if second == ':' => self.take(2, Token::Symbol(':')),
            ':' | '@' | '$' if is_name(second) => self.param_word(1),
            '%' if second == '(' => self.param_past('s'),
            '%' if matches!(second, 's' | 'd' | '1'..='9') => self.param_word(1),
            '{' if self.is_hole() => self.param_past('}'),
            '?' => self.param_word(1),
            '0'..='9' => self.number(),
            _ if is_name_start(first) => self.word(),
            _ => self.take(first.len_utf8(), Token::Symbol(first)),
        }
        true
    }

    fn take(&mut self, bytes: usize, token: Token) {
        self.rest = &self.rest[bytes..];
        self.tokens.push(token);
    }

    fn skip_past(&mut self, end: &str, from: usize) {
        let found = self.rest[from..].find(end);
        let bytes = found.map_or(self.rest.len(), |at| from + at + end.len());
        self.rest = &self.rest[bytes..];
    }

    fn param(&mut self, bytes: usize) {
        let glued = self.rest[bytes..].starts_with(is_name);
        self.take(bytes, Token::Param(glued));
    }

    fn param_past(&mut self, end: char) {
        let bytes = self.rest.find(end).map_or(self.rest.len(), |at| at + end.len_utf8());
        self.param(bytes);
    }

    /// A placeholder with its name or number; a bare `?` takes digits only, so that `?orders` keeps its name.
    fn param_word(&mut self, from: usize) {
        let digits_only = self.rest.starts_with(['?', '%']);
        let is_part =
            |c: char| if digits_only { c.is_ascii_digit() } else { is_name(c) || c == '.' };
        let mut bytes =
            self.rest[from..].find(|c| !is_part(c)).unwrap_or(self.rest.len() - from) + from;
        if self.rest.starts_with('%') {
            let tail = &self.rest[bytes..];
            bytes += tail.len() - tail.trim_start_matches('$').len();
            bytes += usize::from(self.rest[bytes..].starts_with(['s', 'd']));
        }
        self.param(bytes);
    }

    /// Whether `{…}` is a hole of a format: `{}`, `{0}`, `{name}`, but not `{call p(?)}`.
    fn is_hole(&self) -> bool {
        let inside = self.rest[1..].split_once('}').map(|(inside, _)| inside);
        inside.is_some_and(|inside| {
            inside.len() < 60 && inside.chars().all(|c| is_name(c) || matches!(c, '.' | ':' | '!'))
        })
    }

    fn text(&mut self) {
        let mut letters = self.rest.char_indices().skip(1).peekable();
        let mut end = self.rest.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => drop(letters.next()),
                '\'' if letters.peek().is_some_and(|next| next.1 == '\'') => drop(letters.next()),
                '\'' => {
                    end = at + 1;
                    break;
                }
                _ => {}
            }
        }
        self.take(end, Token::Text);
    }

    fn quoted(&mut self, quote: char) {
        match self.rest[1..].find(quote) {
            Some(at) => {
                let name = self.rest[1..=at].to_owned();
                self.take(at + 2, Token::Quoted(name));
            }
            None => self.take(1, Token::Symbol(quote)),
        }
    }

    fn bracketed(&mut self) {
        let inside = self.rest[1..].split_once(']').map(|(inside, _)| inside);
        match inside {
            Some(name)
                if name.starts_with(is_name_start)
                    && name.chars().all(|c| is_name(c) || c == ' ') =>
            {
                let bytes = name.len() + 2;
                self.take(bytes, Token::Quoted(name.to_owned()));
            }
            _ => self.take(1, Token::Symbol('[')),
        }
    }

    fn number(&mut self) {
        let bytes = self.rest.find(|c: char| !is_name(c)).unwrap_or(self.rest.len());
        self.take(bytes, Token::Number);
    }

    fn word(&mut self) {
        let bytes = self.rest.find(|c: char| !is_name(c) && c != '$').unwrap_or(self.rest.len());
        let word = self.rest[..bytes].trim_end_matches('$').to_owned();
        self.take(word.len(), Token::Word(word));
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        let told: Vec<String> = tokens(text)
            .iter()
            .map(|token| match token {
                Token::Word(word) => word.clone(),
                Token::Quoted(name) => format!("`{name}`"),
                Token::Text => "'".to_owned(),
                Token::Number => "0".to_owned(),
                Token::Param(glued) => if *glued { "?+" } else { "?" }.to_owned(),
                Token::Symbol(symbol) => symbol.to_string(),
            })
            .collect();
        assert_eq!(told.join(" "), expected);
    }

    #[test]
    fn placeholders_of_all_sorts_are_one_kind() {
        check(
            "? ?1 :id #{x.y} ${t} $1 %s %(a)s %1$s {} {0} {name} @p",
            "? ? ? ? ? ? ? ? ? ? ? ? ?",
        );
        check("a::text ?_orders ${p}orders", "a : text ?+ _orders ?+ orders");
    }

    #[test]
    fn quotes_and_comments() {
        check(
            "'it''s' \"Order\" `t` [My Table] a[1] -- no\n b /* c */ d",
            "' `Order` `t` `My Table` a [ 0 ] b d",
        );
        check("'open", "'");
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "\\PC{0,60}") {
            tokens(&text);
        }

        #[test]
        fn no_mixture_is_too_odd(parts in prop::collection::vec("['\"`\\[\\]{}%:$#?@a-c(), \\\\-]|/\\*|--", 0..40)) {
            tokens(&parts.concat());
        }
    }
}
