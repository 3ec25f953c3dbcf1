//! Types in PHPDoc comments: what `@var`, `@param`, `@return` and `@property` say beyond the code.

use super::names::{BUILTIN_TYPES, Names};
use crate::import::code::outline::TypeRef;

/// One tag of a comment with a type: `@param Order $order`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tag {
    /// Without `@`: `param`, `property-read`.
    pub name: String,
    pub ty: TypeRef,
    /// The variable it speaks of, with `$`; empty where it names none.
    pub variable: String,
    /// How many lines below the first line of the comment.
    pub below: u32,
}

/// The tags of a comment that give types of classes.
pub(super) fn tags(comment: &str, line: u32, names: &Names) -> Vec<Tag> {
    if !comment.starts_with("/**") {
        return Vec::new();
    }
    let mut tags = Vec::new();
    for (below, text) in comment.lines().enumerate() {
        let text = text.trim().trim_start_matches("/**").trim_start_matches('*');
        let text = text.trim_end_matches("*/").trim();
        let Some((name, rest)) =
            text.strip_prefix('@').and_then(|it| it.split_once(char::is_whitespace))
        else {
            continue;
        };
        let name = name.trim_start_matches("psalm-").trim_start_matches("phpstan-");
        if !matches!(
            name,
            "var" | "param" | "return" | "property" | "property-read" | "property-write"
        ) {
            continue;
        }
        let below = u32::try_from(below).unwrap_or(0);
        let (written, after) = split_type(rest.trim());
        // `@var $order Order` is a frequent mistake that tools forgive.
        let (written, after) = if written.starts_with('$') {
            let (ty, _) = split_type(after.trim());
            (ty, written)
        } else {
            (written, after)
        };
        let variable = after.split_whitespace().next().unwrap_or_default();
        let variable = variable.trim_start_matches("...").trim_start_matches('&');
        let variable = if variable.starts_with('$') { variable } else { "" };
        if let Some(ty) = type_ref(written, line + below, names, 0) {
            let (name, variable) = (name.to_owned(), variable.to_owned());
            tags.push(Tag { name, ty, variable, below });
        }
    }
    tags
}

/// The type that a text begins with, and what follows: white space within brackets is part of the type.
fn split_type(text: &str) -> (&str, &str) {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        match c {
            '<' | '(' | '{' | '[' => depth += 1,
            '>' | ')' | '}' | ']' => depth -= 1,
            _ if c.is_whitespace() && depth <= 0 => return text.split_at(at),
            _ => {}
        }
    }
    (text, "")
}

/// Cuts at a character outside brackets.
fn parts(text: &str, at: char) -> Vec<&str> {
    let (mut depth, mut begin, mut parts) = (0_i32, 0, Vec::new());
    for (place, c) in text.char_indices() {
        match c {
            '<' | '(' | '{' | '[' => depth += 1,
            '>' | ')' | '}' | ']' => depth -= 1,
            _ if c == at && depth == 0 => {
                parts.push(text[begin..place].trim());
                begin = place + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text[begin..].trim());
    parts
}

/// The type that a text means; `None` where it names no class.
fn type_ref(text: &str, line: u32, names: &Names, depth: u32) -> Option<TypeRef> {
    if depth > 8 {
        return None;
    }
    let text = text.trim().trim_start_matches('?');
    let text = text.strip_prefix('(').and_then(|it| it.strip_suffix(')')).unwrap_or(text);
    let choices = parts(text, '|');
    if choices.len() > 1 {
        return union(
            choices.into_iter().filter_map(|it| type_ref(it, line, names, depth + 1)).collect(),
        );
    }
    let both = parts(text, '&');
    if both.len() > 1 {
        return both.into_iter().find_map(|it| type_ref(it, line, names, depth + 1));
    }
    if let Some(element) = text.strip_suffix("[]") {
        let element = type_ref(element, line, names, depth + 1)?;
        return Some(TypeRef { name: "array".to_owned(), args: vec![element], line });
    }
    let (name, args) = match text.split_once('<') {
        Some((name, args)) => (name.trim(), args.strip_suffix('>')?),
        None => (text, ""),
    };
    let args: Vec<TypeRef> = parts(args, ',')
        .into_iter()
        .filter_map(|arg| type_ref(arg, line, names, depth + 1))
        .filter(|arg| arg.name.starts_with('.'))
        .collect();
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\\' | '-' | '$');
    if name.is_empty() || !name.chars().all(fits) || name.starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let lower = name.to_lowercase();
    let keeps = matches!(lower.as_str(), "static" | "$this");
    if keeps {
        return Some(TypeRef { name: "static".to_owned(), args: Vec::new(), line });
    }
    if BUILTIN_TYPES.contains(&lower.as_str()) {
        return (!args.is_empty()).then_some(TypeRef { name: lower, args, line });
    }
    // Template parameters of PHPStan and Psalm: a bare `T` or `TModel`.
    let is_template = !name.contains('\\')
        && name.starts_with('T')
        && name.chars().nth(1).is_none_or(|c| c.is_uppercase());
    if is_template || name.contains(['-', '$']) {
        return None;
    }
    Some(TypeRef { name: names.class(name), args, line })
}

/// One of several: of `Collection|Order[]` a collection of orders, else what can be told of all of them.
pub(super) fn union(mut parts: Vec<TypeRef>) -> Option<TypeRef> {
    if parts.len() == 2 {
        let list = parts.iter().position(|part| part.name == "array" && !part.args.is_empty());
        if let Some(list) = list
            && parts[1 - list].name.ends_with("Collection")
        {
            let element = parts.swap_remove(list).args;
            return parts.pop().map(|of| TypeRef { args: element, ..of });
        }
    }
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => {
            let line = parts[0].line;
            Some(TypeRef { name: "|".to_owned(), args: parts, line })
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{super::names::Used, *};

    fn told(ty: &TypeRef) -> String {
        let args: Vec<String> = ty.args.iter().map(told).collect();
        if args.is_empty() { ty.name.clone() } else { format!("{}<{}>", ty.name, args.join(", ")) }
    }

    #[track_caller]
    fn check(comment: &str, expected: &str) {
        let mut names = Names::default();
        names.begin("App");
        names.bring_in("Illuminate\\Support\\Collection", None, Used::Class);
        let tags = tags(comment, 1, &names);
        let tags =
            tags.iter().map(|tag| format!("{} {} {}", tag.name, told(&tag.ty), tag.variable));
        assert_eq!(tags.collect::<Vec<_>>().join("; "), expected);
    }

    #[test]
    fn tags_give_types() {
        check("/** @var Order $order */", "var .App.Order $order");
        check("/** @var $order Order */", "var .App.Order $order");
        check("/** @var Order|null */", "var .App.Order ");
        check(
            "/** @var Collection<int, Order> */",
            "var .Illuminate.Support.Collection<.App.Order> ",
        );
        check(
            "/** @return Collection|Order[] */",
            "return .Illuminate.Support.Collection<.App.Order> ",
        );
        check("/** @return \\Shop\\Cart the cart */", "return .Shop.Cart ");
        check("/** @param string $name\n * @param ?Cart $cart\n */", "param .App.Cart $cart");
        check("/** @return static */", "return static ");
        check("/** @return TModel */", "");
        check("/* @var Order $order */", "");
    }
}
