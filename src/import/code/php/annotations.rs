//! Annotations in PHPDoc comments, as Doctrine and Symfony read them: `@ORM\Column(name="id", nullable=true)`.

use super::names::{Names, dotted};
use crate::import::code::outline::{Annotation, Arg, Expr, ExprKind, TypeRef};

/// The annotations of a comment: tags that begin with a capital, or are qualified.
pub(super) fn annotations(comment: &str, line: u32, names: &Names) -> Vec<Annotation> {
    if !comment.starts_with("/**") || !comment.contains('@') {
        return Vec::new();
    }
    let mut parser = Parser { text: comment, at: 0, line, names, depth: 0 };
    let mut found = Vec::new();
    while let Some(next) = parser.text[parser.at..].find('@') {
        let at = parser.at + next;
        let begins =
            comment[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || c == '*');
        parser.at = at + 1;
        let is_one =
            parser.text[parser.at..].starts_with(|c: char| c.is_ascii_uppercase() || c == '\\');
        if begins && is_one {
            found.extend(parser.annotation());
        }
    }
    found
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    names: &'a Names,
    depth: u32,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn line(&self) -> u32 {
        let below = self.text[..self.at].matches('\n').count();
        self.line + u32::try_from(below).unwrap_or(0)
    }

    /// White space, line ends, and the stars that lines begin with.
    fn blank(&mut self) {
        let rest = self.rest();
        let length =
            rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '*').len();
        self.at += length;
    }

    fn eat(&mut self, c: char) -> bool {
        self.blank();
        let eaten = self.rest().starts_with(c);
        self.at += if eaten { c.len_utf8() } else { 0 };
        eaten
    }

    fn word(&mut self) -> String {
        let is_part = |byte: &u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'\\' | b':' | b'.' | b'-')
        };
        let length = self.rest().bytes().take_while(is_part).count();
        let word = self.rest()[..length].to_owned();
        self.at += length;
        word
    }

    /// What follows an `@`.
    fn annotation(&mut self) -> Option<Annotation> {
        let line = self.line();
        let name = self.word();
        if name.is_empty() || self.depth > 12 {
            return None;
        }
        let name = self.names.class(name.trim_end_matches([':', '.', '-']));
        let args = if self.rest().starts_with('(') {
            self.at += 1;
            self.args(')')
        } else {
            Vec::new()
        };
        Some(Annotation { name, args, line })
    }

    fn args(&mut self, end: char) -> Vec<Arg> {
        let mut args = Vec::new();
        self.depth += 1;
        while self.at < self.text.len() && args.len() < 200 && self.depth < 14 {
            self.blank();
            if self.eat(end) || self.rest().is_empty() {
                break;
            }
            if self.eat(',') {
                continue;
            }
            let before = self.at;
            let value = self.value();
            if self.eat('=') || end == '}' && self.eat(':') {
                let name = match &value.kind {
                    ExprKind::Name(name) | ExprKind::Text(name) => Some(name.clone()),
                    _ => None,
                };
                let value = self.value();
                args.push(Arg { name, value });
            } else {
                args.push(Arg { name: None, value });
            }
            if self.at == before {
                // Nothing that is understood stands here.
                let width = self.rest().chars().next().map_or(1, char::len_utf8);
                self.at = (self.at + width).min(self.text.len());
            }
        }
        self.depth -= 1;
        args
    }

    fn value(&mut self) -> Expr {
        self.blank();
        let line = self.line();
        let kind = match self.rest().chars().next() {
            Some('"') => {
                let inner = &self.rest()[1..];
                let length = inner.find('"').unwrap_or(inner.len());
                let text = inner[..length].to_owned();
                self.at = (self.at + length + 2).min(self.text.len());
                ExprKind::Text(text)
            }
            Some('{') => {
                self.at += 1;
                let parts = self.args('}');
                if parts.iter().any(|part| part.name.is_some()) {
                    let key = |name: Option<String>| {
                        Expr::new(ExprKind::Text(name.unwrap_or_default()), line)
                    };
                    ExprKind::Map(parts.into_iter().map(|it| (key(it.name), it.value)).collect())
                } else {
                    ExprKind::List(parts.into_iter().map(|part| part.value).collect())
                }
            }
            Some('@') => {
                self.at += 1;
                match self.annotation() {
                    Some(inner) => {
                        let ty = TypeRef { name: inner.name, args: Vec::new(), line };
                        ExprKind::New { ty, args: inner.args }
                    }
                    None => ExprKind::Other(Vec::new()),
                }
            }
            _ => {
                let word = self.word();
                match word.strip_suffix("::class") {
                    Some(class) => {
                        let name = self.names.class(class);
                        ExprKind::Type(TypeRef { name, args: Vec::new(), line })
                    }
                    None => ExprKind::Name(dotted(&word)),
                }
            }
        };
        Expr::new(kind, line)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{super::names::Used, *};

    #[test]
    fn annotations_are_read_with_their_arguments() {
        let mut names = Names::default();
        names.begin("App");
        names.bring_in("Doctrine\\ORM\\Mapping", Some("ORM"), Used::Class);
        let comment = "/**\n * An order. See me@example.com\n * @var string\n * @ORM\\Table(name=\"orders\", indexes={@ORM\\Index(columns={\"a\"})})\n */";
        let found = annotations(comment, 1, &names);
        let told: Vec<String> =
            found.iter().map(|it| format!("{} {} {}", it.name, it.line, it.args.len())).collect();
        assert_eq!(told, [".Doctrine.ORM.Mapping.Table 4 2"]);
        assert_eq!(found[0].args[0].name.as_deref(), Some("name"));
        assert!(annotations("/** @Broken(a={ */", 1, &names).len() == 1);
    }
}
