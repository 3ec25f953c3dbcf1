//! Words in names: how identifiers are taken apart, and which words speak of the domain.

/// Words that say which technical layer a piece belongs to, and nothing about the domain. In the singular.
const LAYER_WORDS: &[&str] = &[
    "abstract",
    "action",
    "adapter",
    "annotation",
    "api",
    "application",
    "aspect",
    "assembler",
    "backend",
    "base",
    "basic",
    "bean",
    "bo",
    "bootstrap",
    "builder",
    "class",
    "cli",
    "cmd",
    "com",
    "command",
    "common",
    "component",
    "concern",
    "conf",
    "config",
    "configuration",
    "constant",
    "context",
    "contract",
    "controller",
    "converter",
    "core",
    "crate",
    "cs",
    "custom",
    "dal",
    "dao",
    "data",
    "database",
    "dataset",
    "db",
    "decorator",
    "default",
    "delegate",
    "dispatcher",
    "domain",
    "dto",
    "endpoint",
    "entity",
    "enum",
    "enumeration",
    "error",
    "exception",
    "exporter",
    "extension",
    "facade",
    "factory",
    "filter",
    "fixture",
    "formatter",
    "frontend",
    "function",
    "gateway",
    "generator",
    "generic",
    "global",
    "go",
    "graphql",
    "grpc",
    "handler",
    "helper",
    "hibernate",
    "hook",
    "http",
    "impl",
    "implementation",
    "importer",
    "index",
    "infrastructure",
    "init",
    "interceptor",
    "interface",
    "internal",
    "java",
    "jdbc",
    "jpa",
    "js",
    "jsx",
    "kotlin",
    "lib",
    "library",
    "listener",
    "loader",
    "main",
    "manager",
    "mapper",
    "middleware",
    "migration",
    "mixin",
    "mock",
    "mod",
    "model",
    "module",
    "mutation",
    "mybatis",
    "net",
    "object",
    "observer",
    "org",
    "orm",
    "package",
    "persistence",
    "php",
    "pkg",
    "po",
    "pojo",
    "presenter",
    "private",
    "processor",
    "provider",
    "proxy",
    "public",
    "py",
    "query",
    "registry",
    "repo",
    "repository",
    "request",
    "resolver",
    "resource",
    "response",
    "rest",
    "route",
    "router",
    "routing",
    "rs",
    "ruby",
    "schema",
    "script",
    "seed",
    "seeder",
    "serialization",
    "serializer",
    "server",
    "service",
    "shared",
    "simple",
    "soap",
    "spi",
    "src",
    "startup",
    "static",
    "strategy",
    "style",
    "support",
    "template",
    "templatetag",
    "test",
    "trait",
    "ts",
    "tsx",
    "type",
    "ui",
    "util",
    "utility",
    "validator",
    "view",
    "vo",
    "web",
    "webapp",
    "worker",
];

/// Words of function names that say what is done, not to what.
const VERBS: &[&str] = &[
    "add", "all", "and", "apply", "build", "by", "call", "check", "clear", "count", "create",
    "delete", "do", "execute", "fetch", "find", "for", "from", "get", "handle", "has", "insert",
    "list", "load", "make", "new", "not", "on", "process", "read", "remove", "run", "save",
    "search", "select", "send", "set", "show", "update", "validate", "with", "write", "is", "to",
];

/// The words of an identifier or file name, in lower case and in the singular.
///
/// `OrderLineItems`, `order_line_items` and `order-line-items` are all `order line item`; `XMLParser` is
/// `xml parser`.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    parts(name).iter().map(|part| singular(part)).collect()
}

/// The words of an identifier or file name, in lower case, as they stand.
#[must_use]
pub fn parts(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_alphabetic() {
            take(&mut word, &mut words);
            continue;
        }
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let hump = letter.is_uppercase()
            && (before.is_some_and(char::is_lowercase) || after.is_some_and(|a| a.is_lowercase()));
        if hump {
            take(&mut word, &mut words);
        }
        word.extend(letter.to_lowercase());
    }
    take(&mut word, &mut words);
    words
}

fn take(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// The singular of an English noun in lower case, as far as a few endings tell.
#[must_use]
pub fn singular(word: &str) -> String {
    let stem = |ending: &str| word.strip_suffix(ending).filter(|stem| stem.len() > 1);
    if matches!(word, "news" | "series" | "species" | "status" | "address" | "sms" | "cms") {
        return word.to_owned();
    }
    if let Some(stem) = stem("ies").filter(|stem| stem.len() > 2) {
        return format!("{stem}y");
    }
    for ending in ["sses", "tuses", "ruses", "shes", "ches", "xes", "zes"] {
        if stem(ending).is_some() {
            return word[..word.len() - 2].to_owned();
        }
    }
    let kept = word.ends_with("ss") || word.ends_with("us") || word.ends_with("is");
    match stem("s").filter(|stem| stem.len() > 2) {
        Some(stem) if !kept => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// The plural of an English noun in lower case, the other way around.
#[must_use]
pub fn plural(word: &str) -> String {
    let before = word.chars().rev().nth(1);
    let vowel = before.is_some_and(|letter| "aeiou".contains(letter));
    if word.ends_with('y') && !vowel {
        format!("{}ies", &word[..word.len() - 1])
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|ending| word.ends_with(ending)) {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

/// Whether a word, in the singular, names a technical layer rather than something of the domain.
#[must_use]
pub fn is_layer_word(word: &str) -> bool {
    LAYER_WORDS.binary_search(&word).is_ok()
}

/// Whether a word of a function's name says what is done rather than to what.
#[must_use]
pub fn is_verb(word: &str) -> bool {
    VERBS.contains(&word)
}

/// The words of a name that may speak of the domain: no layer words, nothing shorter than three letters.
#[must_use]
pub fn domain_words(name: &str) -> Vec<String> {
    let mut words = words(name);
    words.retain(|word| word.len() > 2 && !is_layer_word(word));
    words
}

/// The folders of a path that may speak of the domain: those that consist of layer words are left out.
pub fn domain_folders(folder: &str) -> impl Iterator<Item = &str> {
    let speaks = |part: &&str| words(part).iter().any(|word| !is_layer_word(word));
    folder.split('/').filter(speaks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(words(name).join(" "), expected);
    }

    #[test]
    fn names_are_taken_apart_whatever_they_are_written_in() {
        check("OrderLineItems", "order line item");
        check("order_line_items", "order line item");
        check("order-lines.service.ts", "order line service ts");
        check("XMLParser2", "xml parser");
        check("HTMLToPDF", "html to pdf");
        check("categories", "category");
    }

    #[test]
    fn singular_and_plural_fit() {
        for word in ["order", "category", "address", "box", "branch", "status", "day"] {
            assert_eq!(singular(&plural(word)), word);
        }
        assert_eq!(singular("movies"), "movy", "known limit: rare words in -ie");
    }

    #[test]
    fn layer_words_are_ordered_for_the_search() {
        assert!(LAYER_WORDS.is_sorted());
        assert_eq!(domain_words("OrderServiceImpl"), ["order"]);
        assert_eq!(
            domain_folders("src/main/java/shop/web/controllers").collect::<Vec<_>>(),
            ["shop"]
        );
    }
}
