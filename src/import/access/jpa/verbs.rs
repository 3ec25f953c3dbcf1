//! What the names of repository and session functions say they do.

use crate::facts::AccessMode;

/// Whether a repository's function reads or writes, told by its name; nothing where the name does not tell.
pub(crate) fn mode_of(function: &str) -> Option<AccessMode> {
    const WRITES: &[&str] = &[
        "add", "batch", "create", "delete", "insert", "merge", "persist", "put", "refresh",
        "remove", "replace", "save", "store", "update", "upsert",
    ];
    const READS: &[&str] = &[
        "all", "by", "count", "exist", "fetch", "find", "get", "is", "has", "list", "load",
        "lookup", "one", "page", "query", "read", "search", "select", "stream", "lambda",
    ];
    let begins = |verbs: &[&str]| verbs.iter().any(|verb| begins_with_word(function, verb));
    if function == "refresh" {
        Some(AccessMode::Read)
    } else if begins(WRITES) {
        Some(AccessMode::Write)
    } else if begins(READS) {
        Some(AccessMode::Read)
    } else {
        None
    }
}

/// Whether a writing function removes rows.
pub(crate) fn deletes(function: &str) -> bool {
    begins_with_word(function, "delete") || begins_with_word(function, "remove")
}

fn begins_with_word(name: &str, word: &str) -> bool {
    name.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(char::is_lowercase) || rest.starts_with("s"))
}

/// The properties that a derived query asks for: `owner_lastName`, `city` of `findByOwner_LastNameAndCity`.
///
/// Each comes as its camel-case words, so that associations can be found in them.
pub(crate) fn properties(function: &str) -> Vec<Vec<String>> {
    let Some((_, criteria)) = function.split_once("By") else { return Vec::new() };
    let criteria = criteria.split("OrderBy").next().unwrap_or_default();
    let mut properties = vec![Vec::new()];
    for word in words(criteria) {
        if matches!(word.as_str(), "And" | "Or") {
            properties.push(Vec::new());
        } else if let Some(last) = properties.last_mut() {
            last.push(word);
        }
    }
    properties.retain(|property| !property.is_empty());
    properties
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for letter in text.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() && letter != '_' => word.push(letter),
            _ if letter == '_' => {}
            _ => words.push(letter.to_string()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn names_tell_what_functions_do() {
        assert_eq!(mode_of("findByName"), Some(AccessMode::Read));
        assert_eq!(mode_of("saveAll"), Some(AccessMode::Write));
        assert_eq!(mode_of("saves"), Some(AccessMode::Write));
        assert_eq!(mode_of("address"), None);
        assert_eq!(mode_of("toString"), None);
        assert_eq!(mode_of("existsById"), Some(AccessMode::Read));
    }

    #[test]
    fn derived_queries_name_properties() {
        let told = |name: &str| {
            let list: Vec<String> = properties(name).iter().map(|p| p.join(".")).collect();
            list.join(" ")
        };
        assert_eq!(told("findByOwner_LastNameAndCityOrderByName"), "Owner.Last.Name City");
        assert_eq!(told("findAll"), "");
    }
}
