//! Blade templates as PHP: what they evaluate becomes statements on the same lines, and their markup falls away.

/// Directives that take a template or component by name.
const NAMED: [&str; 10] = [
    "include",
    "includeIf",
    "includeWhen",
    "includeUnless",
    "includeFirst",
    "extends",
    "component",
    "each",
    "livewire",
    "componentFirst",
];

/// The template as PHP text with as many lines.
pub(super) fn as_php(text: &str) -> String {
    let mut reader = Reader { text, at: 0, php: String::from("<?php ") };
    reader.run();
    reader.php
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    php: String,
}

impl<'a> Reader<'a> {
    fn run(&mut self) {
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            if let Some(inner) = rest.strip_prefix("{{--") {
                let end = inner.find("--}}").map_or(rest.len(), |end| end + 8);
                self.skip(end);
            } else if rest.starts_with("@{{") || rest.starts_with("@@") {
                self.skip(3.min(rest.len()));
            } else if rest.starts_with("{!!") {
                self.echo(3, "!!}");
            } else if rest.starts_with("{{") {
                self.echo(2, "}}");
            } else if rest.starts_with("<?php") || rest.starts_with("<?=") {
                let begin = if rest.starts_with("<?php") { 5 } else { 3 };
                self.echo(begin, "?>");
            } else if rest.starts_with("<x-") {
                self.component();
            } else if rest.starts_with('@') && !self.is_after_word() {
                self.directive();
            } else if rest.starts_with([':', ' ', '\n', '\t']) && self.bound_attribute() {
                continue;
            } else {
                let width = rest.chars().next().map_or(1, char::len_utf8);
                self.skip(width);
            }
        }
    }

    /// An address such as `me@example.com` holds no directive.
    fn is_after_word(&self) -> bool {
        self.text[..self.at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '@')
    }

    /// Passes over markup; its line ends are kept.
    fn skip(&mut self, length: usize) {
        let mut end = (self.at + length).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let lines = self.text[self.at..end].matches('\n').count();
        self.php.push_str(&"\n".repeat(lines));
        self.at = end;
    }

    /// `{{ expression }}`.
    fn echo(&mut self, begin: usize, end: &str) {
        let inner = &self.text[self.at + begin..];
        let length = inner.find(end).unwrap_or(inner.len());
        self.php.push(' ');
        self.php.push_str(&inner[..length]);
        self.php.push(';');
        self.at = (self.at + begin + length + end.len()).min(self.text.len());
    }

    /// `@include('a.b', […])`, `@foreach ($a as $b)`, `@php … @endphp`.
    fn directive(&mut self) {
        let rest = &self.text[self.at + 1..];
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = &rest[..length];
        let after = &rest[length..];
        let arguments = arguments(after.trim_start_matches([' ', '\t']));
        if name == "php" && arguments.is_none() {
            let end = after.find("@endphp").unwrap_or(after.len());
            self.php.push_str(&after[..end]);
            self.php.push(';');
            self.at = (self.at + 1 + length + end + "@endphp".len()).min(self.text.len());
            return;
        }
        match name {
            "endforeach" | "endforelse" => self.php.push_str(" } "),
            "endverbatim" => {}
            "verbatim" => {
                let end = after.find("@endverbatim").unwrap_or(after.len());
                self.skip(1 + length + end);
                return;
            }
            _ => {}
        }
        let Some(arguments) = arguments.filter(|_| length > 0) else {
            self.skip(1 + length);
            return;
        };
        let blank = after.len() - after.trim_start_matches([' ', '\t']).len();
        match name {
            "foreach" | "forelse" => self.php.push_str(&format!(" foreach {arguments} {{ ")),
            "inject" => self.php.push_str(&format!(" __inject{arguments}; ")),
            "use" | "for" | "while" | "section" | "yield" | "stack" | "push" | "lang" => {
                let lines = arguments.matches('\n').count();
                self.php.push_str(&"\n".repeat(lines));
            }
            _ if NAMED.contains(&name) => self.php.push_str(&format!(" view{arguments}; ")),
            _ => self.php.push_str(&format!(" __directive{arguments}; ")),
        }
        self.at += 1 + length + blank + arguments.len();
    }

    /// `<x-shop::button.primary :order="$order" />`.
    fn component(&mut self) {
        let rest = &self.text[self.at + 3..];
        let is_name =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':' | b'_');
        let length = rest.bytes().take_while(is_name).count();
        let name = rest[..length].trim_end_matches(':');
        if !name.is_empty() && !name.starts_with("slot") {
            let (before, name) =
                name.split_once("::").map_or(("", name), |(before, name)| (before, name));
            let before = if before.is_empty() { String::new() } else { format!("{before}::") };
            self.php.push_str(&format!(" view('{before}components.{name}'); "));
        }
        self.at += 3 + length;
    }

    /// ` :order="$order"` of a component; Vue writes its attributes so too, without variables of PHP.
    fn bound_attribute(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let Some(attribute) = rest.trim_start().strip_prefix(':') else { return false };
        let begin = rest.len() - attribute.len();
        let length = attribute
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            .count();
        let Some(value) = attribute[length..].strip_prefix("=\"").filter(|_| length > 0) else {
            return false;
        };
        let Some(end) = value.find('"') else { return false };
        if !value[..end].contains('$') || value[..end].contains("{{") || value[..end].contains('`')
        {
            return false;
        }
        let lines = rest[..begin].matches('\n').count();
        self.php.push_str(&"\n".repeat(lines));
        self.php.push_str(&format!(" {}; ", &value[..end]));
        self.at += begin + length + 2 + end + 1;
        true
    }
}

/// The bracketed text that `text` begins with, brackets in strings left alone.
fn arguments(text: &str) -> Option<&str> {
    if !text.starts_with('(') {
        return None;
    }
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, c) in text.char_indices().take(20_000) {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None => match c {
                '\'' | '"' => quote = Some(c),
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(&text[..=at]);
                    }
                }
                _ => {}
            },
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[track_caller]
    fn check(blade: &str, php: &str) {
        let made = as_php(blade);
        assert_eq!(made.matches('\n').count(), blade.matches('\n').count());
        assert_eq!(made.split_whitespace().collect::<Vec<_>>().join(" "), php);
    }

    #[test]
    fn what_is_evaluated_becomes_php() {
        check("<p>{{ $a->b() }}</p>", "<?php $a->b() ;");
        check("{{-- {{ $a }} --}}\n@include('x.y', ['a' => 1])", "<?php view('x.y', ['a' => 1]);");
        check("@foreach ($a as $b)\n{!! $b !!}\n@endforeach", "<?php foreach ($a as $b) { $b ; }");
        check(
            "<x-shop::card :order=\"$order\" :no=\"vue\" />",
            "<?php view('shop::components.card'); $order;",
        );
        check("@php\n$a = 1;\n@endphp me@example.com", "<?php $a = 1; ;");
        check("@if (can('a)'))@endif", "<?php __directive(can('a)'));");
    }
}
