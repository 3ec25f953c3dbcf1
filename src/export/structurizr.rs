//! A proposal as a workspace in the Structurizr DSL: services as containers, each with its database.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    names::{Names, count},
    relations::{Identifiers, drawn, relations},
    split,
};
use crate::{
    analysis::{figures::Scorer, grouping::Role},
    facts::Facts,
    proposal::{Proposal, ServiceId, command::role_word},
};

/// Writes the workspace.
#[must_use]
pub fn print(facts: &Facts, proposal: &Proposal, scorer: &Scorer) -> String {
    let names = Names::new(facts, proposal);
    let system = if facts.name.is_empty() { "Monolith" } else { &facts.name };
    let mut text = String::new();
    let mut put = |depth: usize, line: &str| {
        writeln!(text, "{:indent$}{line}", "", indent = 4 * depth).expect("a string takes all");
    };
    put(0, &format!("workspace {} {} {{", quoted(system), quoted(&proposal.name)));
    put(1, "model {");
    put(2, &format!("system = softwareSystem {} {{", quoted(system)));
    let mut identifiers = Identifiers::default();
    let mut of_service: BTreeMap<ServiceId, (String, Option<String>)> = BTreeMap::new();
    for service in drawn(proposal, scorer) {
        let word = identifiers.next(&format!("service_{}", service.name));
        let (modules, tables) = split::names_of(facts, proposal, service.id);
        let lines = scorer.size(service.id.group()).lines;
        let what = format!("{}, {lines} lines", count(modules.len(), "module", "modules"));
        let technology = technology(&names, service.id);
        let tag = match service.role {
            Role::Library => "Library",
            Role::Remainder => "Remainder",
            Role::Service | Role::Excluded => "Service",
        };
        put(
            3,
            &format!(
                "{word} = container {} {} {} {}",
                quoted(&service.name),
                quoted(&what),
                quoted(&technology),
                quoted(tag)
            ),
        );
        let database =
            (!tables.is_empty()).then(|| identifiers.next(&format!("data_{}", service.name)));
        if let Some(database) = &database {
            let name = quoted(&format!("{} data", service.name));
            let what = quoted(&tables.join(", "));
            put(3, &format!("{database} = container {name} {what} \"Database\" \"Database\""));
        }
        of_service.insert(service.id, (word, database));
    }
    put(2, "}");
    for (word, database) in of_service.values() {
        if let Some(database) = database {
            put(2, &format!("{word} -> {database} \"reads and writes\""));
        }
    }
    for relation in relations(proposal, scorer) {
        let (from, to) = (&of_service[&relation.from], &of_service[&relation.to]);
        let data = relation.crossings.reads + relation.crossings.writes > 0;
        if relation.calls() {
            put(
                2,
                &format!(
                    "{} -> {} {}",
                    from.0,
                    to.0,
                    quoted(&format!("{} calls", relation.crossings.calls))
                ),
            );
        }
        if let (true, Some(database)) = (data, &to.1) {
            let what =
                format!("{} reads, {} writes", relation.crossings.reads, relation.crossings.writes);
            put(2, &format!("{} -> {database} {} \"SQL\" \"Crossing\"", from.0, quoted(&what)));
        }
    }
    put(1, "}");
    put(1, "views {");
    put(2, "container system \"Services\" {");
    put(3, "include *");
    put(3, "autoLayout lr");
    put(2, "}");
    put(2, "styles {");
    for (tag, style) in [
        ("Database", "shape cylinder"),
        ("Library", "border dashed"),
        ("Remainder", "border dotted"),
    ] {
        put(3, &format!("element {} {{", quoted(tag)));
        put(4, style);
        put(3, "}");
    }
    put(3, "relationship \"Crossing\" {");
    put(4, "color #b00020");
    put(3, "}");
    put(2, "}");
    put(1, "}");
    put(0, "}");
    text
}

/// The languages of a service's modules, the largest first.
fn technology(names: &Names<'_>, service: ServiceId) -> String {
    let mut lines: BTreeMap<&str, u64> = BTreeMap::new();
    for (at, module) in names.facts.modules.iter().enumerate() {
        if names.proposal.placement[at] == service {
            *lines.entry(&module.language).or_default() += u64::from(module.lines);
        }
    }
    let mut languages: Vec<(&str, u64)> = lines.into_iter().collect();
    languages.sort_by_key(|(language, lines)| (std::cmp::Reverse(*lines), *language));
    let named: Vec<&str> = languages.into_iter().map(|(language, _)| language).collect();
    let role = names.proposal.service(service).map_or("", |service| role_word(service.role));
    if named.is_empty() { role.to_owned() } else { named.join(", ") }
}

/// A string of the DSL: it ends at a quote that no backslash precedes, and at the end of the line.
fn quoted(text: &str) -> String {
    let line = text.replace(['\n', '\r'], " ").replace('\\', "/").replace('"', "\\\"");
    format!("\"{line}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::format::tests::{shop, shop_called};

    #[test]
    fn services_are_containers_with_their_databases() {
        let (facts, proposal, scorer) = shop();
        let text = print(&facts, &proposal, &scorer);
        for line in [
            "service_Stock = container \"Stock\" \"1 module, 100 lines\" \"Java\" \"Service\"\n",
            "data_Stock = container \"Stock data\" \"stock\" \"Database\" \"Database\"\n",
            "service_Rest -> service_Stock \"1 calls\"\n",
            "service_Rest -> data_Stock \"1 reads, 0 writes\" \"SQL\" \"Crossing\"\n",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
    }

    #[test]
    fn no_name_ends_a_string() {
        let (facts, proposal, scorer) = shop_called("a\" \\ \n}");
        let text = print(&facts, &proposal, &scorer);
        assert!(text.contains("container \"a\\\" /  }\""), "{text}");
    }
}
