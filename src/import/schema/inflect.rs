//! Singular and plural of English words, as frameworks derive tables from classes and columns from tables.

/// Plurals that no rule gives.
const IRREGULAR: [(&str, &str); 12] = [
    ("person", "people"),
    ("child", "children"),
    ("man", "men"),
    ("woman", "women"),
    ("mouse", "mice"),
    ("datum", "data"),
    ("medium", "media"),
    ("criterion", "criteria"),
    ("quiz", "quizzes"),
    ("octopus", "octopi"),
    ("move", "moves"),
    ("ox", "oxen"),
];

/// Words that are the same in both.
const UNCOUNTABLE: [&str; 11] = [
    "equipment",
    "information",
    "rice",
    "money",
    "species",
    "series",
    "fish",
    "sheep",
    "police",
    "news",
    "metadata",
];

/// The plural of the last word of `name`, words being parted by `_`.
pub(crate) fn plural(name: &str) -> String {
    let (head, last) = split(name);
    let word = if UNCOUNTABLE.contains(&last) {
        last.to_owned()
    } else if let Some((_, many)) = IRREGULAR.iter().find(|(one, _)| *one == last) {
        (*many).to_owned()
    } else if let Some(stem) =
        last.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']))
    {
        format!("{stem}ies")
    } else if last.ends_with("sis") {
        format!("{}es", &last[..last.len() - 2])
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|end| last.ends_with(end)) {
        format!("{last}es")
    } else if last.is_empty() {
        String::new()
    } else {
        format!("{last}s")
    };
    format!("{head}{word}")
}

/// The singular of the last word of `name`.
pub(crate) fn singular(name: &str) -> String {
    let (head, last) = split(name);
    let irregular = IRREGULAR.iter().find(|(_, many)| *many == last);
    let word = if UNCOUNTABLE.contains(&last) {
        last.to_owned()
    } else if let Some((one, _)) = irregular {
        (*one).to_owned()
    } else {
        by_rule(last)
    };
    format!("{head}{word}")
}

fn by_rule(word: &str) -> String {
    const ENDS: [(&str, &str); 12] = [
        ("ies", "y"),
        ("sses", "ss"),
        ("uses", "us"),
        ("yses", "ysis"),
        ("ases", "ase"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("ss", "ss"),
        ("us", "us"),
        ("is", "is"),
        ("s", ""),
    ];
    let rule = ENDS.iter().find(|(end, _)| word.ends_with(end) && word.len() > end.len());
    rule.map_or_else(
        || word.to_owned(),
        |(end, one)| format!("{}{one}", &word[..word.len() - end.len()]),
    )
}

fn split(name: &str) -> (&str, &str) {
    name.rfind('_').map_or(("", name), |at| name.split_at(at + 1))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn words_change_their_number() {
        for (one, many) in [
            ("user", "users"),
            ("order_line", "order_lines"),
            ("category", "categories"),
            ("address", "addresses"),
            ("box", "boxes"),
            ("status", "statuses"),
            ("person", "people"),
            ("analysis", "analyses"),
            ("news", "news"),
            ("day", "days"),
            ("database", "databases"),
        ] {
            assert_eq!(plural(one), many);
            assert_eq!(singular(many), one);
        }
    }
}
