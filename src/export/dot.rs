//! Services, their tables and what crosses between them as a graph for Graphviz.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{names::count, relations::drawn};
use crate::{
    analysis::{
        figures::{Crossings, Scorer},
        grouping::Role,
    },
    facts::{AccessMode, Facts, TableId},
    proposal::{Proposal, ServiceId},
};

/// Writes the graph: a box for each service with its code and its tables; calls from code to code, accesses that cross
/// from code to table, keys that are cut from table to table.
#[must_use]
pub fn print(facts: &Facts, proposal: &Proposal, scorer: &Scorer) -> String {
    let mut text = String::from(
        "digraph services {\n  rankdir=LR;\n  compound=true;\n  fontname=\"Helvetica\";\n  node [fontname=\"Helvetica\", \
         fontsize=10];\n  edge [fontname=\"Helvetica\", fontsize=9];\n",
    );
    let services: Vec<ServiceId> = drawn(proposal, scorer).map(|service| service.id).collect();
    for service in drawn(proposal, scorer) {
        let size = scorer.size(service.id.group());
        let style = match service.role {
            Role::Library => "rounded,dashed",
            Role::Remainder => "rounded,dotted",
            Role::Service | Role::Excluded => "rounded",
        };
        put(&mut text, 1, &format!("subgraph cluster_{} {{", service.id.0));
        put(&mut text, 2, &format!("label={}; style=\"{style}\";", quoted(&service.name)));
        let modules = count(usize::try_from(size.modules).unwrap_or(0), "module", "modules");
        let label = quoted(&format!("{modules}, {} lines", size.lines));
        put(&mut text, 2, &format!("{} [shape=box, label={label}];", code(service.id)));
        for (at, table) in facts.tables.iter().enumerate() {
            let id = TableId::at(at);
            if proposal.service_of(facts.table_piece(id)) == service.id {
                let label = quoted(&table.full_name());
                put(&mut text, 2, &format!("t{at} [shape=cylinder, label={label}];"));
            }
        }
        put(&mut text, 1, "}");
    }
    calls(&mut text, &services, scorer);
    accesses(&mut text, facts, proposal, &services);
    keys(&mut text, facts, proposal, &services);
    text.push_str("}\n");
    text
}

fn code(service: ServiceId) -> String {
    format!("s{}", service.0)
}

fn calls(text: &mut String, services: &[ServiceId], scorer: &Scorer) {
    for from in services {
        for to in services.iter().filter(|to| *to != from) {
            let Crossings { calls, .. } = scorer.pair(from.group(), to.group());
            if calls > 0 {
                put(text, 1, &format!("{} -> {} [label=\"{calls}\"];", code(*from), code(*to)));
            }
        }
    }
}

fn accesses(text: &mut String, facts: &Facts, proposal: &Proposal, services: &[ServiceId]) {
    let mut edges: BTreeMap<(ServiceId, TableId), [usize; 2]> = BTreeMap::new();
    for access in &facts.accesses {
        let by = proposal.service_of(facts.module_piece(access.module));
        let of = proposal.service_of(facts.table_piece(access.table));
        if by != of && services.contains(&by) && services.contains(&of) {
            let counts = edges.entry((by, access.table)).or_default();
            counts[usize::from(access.mode == AccessMode::Write)] += 1;
        }
    }
    for ((by, table), [reads, writes]) in edges {
        let (label, colour) = match (reads, writes) {
            (reads, 0) => (format!("reads {reads}"), "gray40"),
            (0, writes) => (format!("writes {writes}"), "firebrick"),
            (reads, writes) => (format!("reads {reads}, writes {writes}"), "firebrick"),
        };
        let table = table.index();
        put(
            text,
            1,
            &format!("{} -> t{table} [label=\"{label}\", style=dashed, color={colour}];", code(by)),
        );
    }
}

fn keys(text: &mut String, facts: &Facts, proposal: &Proposal, services: &[ServiceId]) {
    let mut edges: BTreeMap<(TableId, TableId), usize> = BTreeMap::new();
    for key in &facts.foreign_keys {
        let from = proposal.service_of(facts.table_piece(key.from));
        let to = proposal.service_of(facts.table_piece(key.to));
        if from != to && services.contains(&from) && services.contains(&to) {
            *edges.entry((key.from, key.to)).or_default() += 1;
        }
    }
    for ((from, to), number) in edges {
        let keys = count(number, "key", "keys");
        let (from, to) = (from.index(), to.index());
        put(text, 1, &format!("t{from} -> t{to} [label=\"{keys}\", style=dotted, arrowhead=tee];"));
    }
}

fn put(text: &mut String, depth: usize, line: &str) {
    writeln!(text, "{:indent$}{line}", "", indent = 2 * depth).expect("a string takes all");
}

/// A string of the DOT language: only quotes and backslashes mean something in it.
fn quoted(name: &str) -> String {
    let name: String =
        name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::format::tests::{shop, shop_called};

    #[test]
    fn crossings_are_told_by_kind() {
        let (facts, proposal, scorer) = shop();
        let text = print(&facts, &proposal, &scorer);
        for line in [
            "  subgraph cluster_1 {\n    label=\"Stock\"; style=\"rounded\";\n",
            "  s0 -> s1 [label=\"1\"];\n",
            "  s0 -> t2 [label=\"reads 1\", style=dashed, color=gray40];\n",
            "  t2 -> t1 [label=\"1 key\", style=dotted, arrowhead=tee];\n",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
    }

    #[test]
    fn no_name_ends_a_string() {
        let (facts, proposal, scorer) = shop_called("a\\\"];\nx");
        let text = print(&facts, &proposal, &scorer);
        assert!(text.contains("label=\"a\\\\\\\"]; x\""), "{text}");
    }
}
