//! A proposal as a context map in the language of Context Mapper: bounded contexts with the entities of their tables.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    names::count,
    relations::{Identifiers, drawn, relations},
};
use crate::{
    analysis::{
        figures::{Crossings, Scorer},
        grouping::Role,
    },
    facts::{Facts, Table, TableId},
    proposal::{Proposal, ServiceId},
};

/// Words of the language, none of which can be a name; some of its tools let one be escaped, but not all.
const WORDS: &str = "\
    ACL ACT APPLICATION AS_IS AUTONOMY Aggregate Application ApplicationPart As AvailabilityCriticality BLOB Bag \
    BasicType BigDecimal BigInteger Blob Boolean BoundedContext C CARE CF CLOB COMMODITY CONCRETE CONTROL \
    CORE_DOMAIN CUSTOM_BUILT Clob Collection Command CommandEvent Compatibilities ConsistencyCriticality \
    Consumer ContentVolatility ContextMap Coordination D DECISION_MAKER DELETE DataTransferObject Date DateTime \
    Domain DomainEvent Double Entity Event FAIRNESS FEATURE Float Flow GENERIC_SUBDOMAIN GENESIS GET HIGH HUGE I \
    INCLUSIVENESS INFLUENCER INNOVATION In Integer Key LOW List Long MEDIUM META MONITOR MONOPOLIST Map Module \
    NORMAL O OFTEN OHS OPINION_LEADER ORGANIZATIONAL Object P PERFECTION PL POST PRIVACY PRODUCT PUT Partnership \
    PredefinedService RARELY RESPECT Repository Resource S SK SOI SUPPORTING_DOMAIN SUSTAINABILITY SYSTEM \
    SYSTEM_LANDSCAPE SecurityAccessGroup SecurityCriticality SeparatedSecurityZone Service Set SharedOwnerGroup \
    Stakeholder StakeholderGroup Stakeholders StorageSimilarity String StructuralVolatility Subdomain TEAM TINY \
    TO_BE TRANSPARENCY TRUST TacticDDDApplication Timestamp Trait U UNDEFINED UseCase UserStory VETO_RIGHT Value \
    ValueCluster ValueEpic ValueNarrative ValueObject ValueRegister ValueWeighting ValueWeigthing When X a \
    abstract accepting action actor aggregate aggregateLifecycle aggregateRoot an and are as assertFalse \
    assertTrue association auditable availabilityCriticality bad basePackage belongsTo benefit benefits boolean \
    build businessModel by cache cascade changeable characteristic command condition consequences \
    consistencyCriticality construct contains contentVolatility context coordination core create \
    creditCardNumber databaseColumn databaseJoinColumn databaseJoinTable databaseTable databaseType decimalMax \
    decimalMin def degrading delegates delete demonstrated demonstrator description digits discriminatorColumn \
    discriminatorLength discriminatorType discriminatorValue do domainVisionStatement double downstreamRights \
    email emits enum event eventBus evolution executes expect expecting exposedAggregates extends external \
    externally false features fetch final float flow following for future gap get good groupBy harmed harms hint \
    immutable impact implementationTechnology implements import in index influence inheritanceType initiated \
    inject int interactions interest internally inverse is isCore isLatencyCritical it its key knowledgeLevel \
    length level likelihoodForChange long map max min more neutral nogap not notBlank notEmpty nullable o \
    observable of operation opposingValue opposite optimisticLocking or orderBy orderColumn orderby ordinal \
    owner package past path pattern persistent possibly priority private prohibiting promote promoted protect \
    protected public publish query queueName range read reads realization realizes reduced reduction reference \
    refines relatedValue required responsibilities return risk running scaffold scope scriptAssert \
    secondaryActors securityAccessGroup securityCriticality securityZone select set size so split stakeholder \
    stakeholders state static storageSimilarity structuralVolatility subscribe such supports than that the their \
    throws to topicName transient triggers true type unique unmarshall update url useCases userRequirements \
    userStories valid validate value values void want webservice with write writes x";

/// Writes the map. Who is called is upstream; services that call each other are partners; what writes tables of another
/// shares a kernel with it.
#[must_use]
pub fn print(facts: &Facts, proposal: &Proposal, scorer: &Scorer) -> String {
    let mut identifiers = Identifiers::default();
    let map = identifiers
        .next(&format!("{} Map", if facts.name.is_empty() { "Context" } else { &facts.name }));
    let contexts: BTreeMap<ServiceId, String> = drawn(proposal, scorer)
        .map(|service| (service.id, identifiers.next(&format!("{} Context", service.name))))
        .collect();
    let mut text = String::new();
    put(&mut text, 0, &format!("ContextMap {map} {{"));
    put(&mut text, 1, "type = SYSTEM_LANDSCAPE");
    put(&mut text, 1, "state = TO_BE");
    if !contexts.is_empty() {
        let all: Vec<&str> = contexts.values().map(String::as_str).collect();
        put(&mut text, 1, &format!("contains {}", all.join(", ")));
    }
    for line in relationships(proposal, scorer, &contexts) {
        put(&mut text, 1, &line);
    }
    put(&mut text, 0, "}");
    for service in drawn(proposal, scorer) {
        let size = scorer.size(service.id.group());
        put(&mut text, 0, "");
        put(&mut text, 0, &format!("BoundedContext {} {{", contexts[&service.id]));
        put(&mut text, 1, &format!("domainVisionStatement = {}", quoted(&service.name)));
        put(&mut text, 1, "type = SYSTEM");
        let modules = count(usize::try_from(size.modules).unwrap_or(0), "module", "modules");
        let what = format!("{modules}, {} lines", size.lines);
        put(&mut text, 1, &format!("responsibilities = {}", quoted(&what)));
        let tables: Vec<TableId> = (0..facts.tables.len())
            .map(TableId::at)
            .filter(|table| proposal.service_of(facts.table_piece(*table)) == service.id)
            .collect();
        if !tables.is_empty() {
            let aggregate = identifiers.next(&format!("{} Data", service.name));
            put(&mut text, 1, &format!("Aggregate {aggregate} {{"));
            for table in tables {
                entity(&mut text, &mut identifiers, facts.table(table));
            }
            put(&mut text, 1, "}");
        }
        put(&mut text, 0, "}");
    }
    text
}

fn relationships(
    proposal: &Proposal,
    scorer: &Scorer,
    contexts: &BTreeMap<ServiceId, String>,
) -> Vec<String> {
    let mut pairs: BTreeMap<(ServiceId, ServiceId), [Crossings; 2]> = BTreeMap::new();
    for relation in relations(proposal, scorer) {
        let (a, b) = (relation.from.min(relation.to), relation.from.max(relation.to));
        pairs.entry((a, b)).or_default()[usize::from(relation.from != a)] = relation.crossings;
    }
    let is_library =
        |id: ServiceId| proposal.service(id).is_some_and(|service| service.role == Role::Library);
    let lines = pairs.into_iter().map(|((a, b), [from_a, from_b])| {
        let (name_a, name_b) = (&contexts[&a], &contexts[&b]);
        let needs =
            |crossings: &Crossings| crossings.calls + crossings.reads + crossings.writes > 0;
        if is_library(a) || is_library(b) || from_a.writes + from_b.writes > 0 {
            format!("{name_a} [SK]<->[SK] {name_b}")
        } else if needs(&from_a) && needs(&from_b) {
            format!("{name_a} [P]<->[P] {name_b}")
        } else if needs(&from_a) {
            format!("{name_b} [U,OHS]->[D,ACL] {name_a}")
        } else if needs(&from_b) {
            format!("{name_a} [U,OHS]->[D,ACL] {name_b}")
        } else if from_a.declared_keys + from_a.implied_keys > 0 {
            format!("{name_b} [U]->[D] {name_a}")
        } else {
            format!("{name_a} [U]->[D] {name_b}")
        }
    });
    lines.collect()
}

fn entity(text: &mut String, identifiers: &mut Identifiers, table: &Table) {
    let name = free(identifiers.next(&camel(&table.full_name())));
    put(text, 2, &format!("Entity {name} {{"));
    let mut attributes = Identifiers::default();
    for column in &table.columns {
        let attribute = free(attributes.next(&column.name));
        put(text, 3, &format!("{} {attribute}", type_of(&column.data_type)));
    }
    put(text, 2, "}");
}

/// A name that is no word of the language.
fn free(name: String) -> String {
    if WORDS.split(' ').any(|word| word == name) { format!("{name}_") } else { name }
}

/// `order_items` becomes `OrderItems`.
fn camel(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    words
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                format!("{}{}", first.to_ascii_uppercase(), letters.as_str())
            })
        })
        .collect()
}

/// The nearest of Context Mapper's basic types.
fn type_of(data_type: &str) -> &'static str {
    let word = data_type.to_ascii_lowercase();
    let begins = |words: &[&str]| words.iter().any(|start| word.starts_with(start));
    if begins(&["bool", "bit", "tinyint(1)"]) {
        "boolean"
    } else if begins(&["bigint", "bigserial", "int8"]) {
        "long"
    } else if begins(&["int", "serial", "smallint", "smallserial", "tinyint", "mediumint"])
        && !begins(&["interval"])
    {
        "int"
    } else if begins(&["numeric", "decimal", "number", "money", "smallmoney"]) {
        "BigDecimal"
    } else if begins(&["real", "float", "double"]) {
        "double"
    } else if begins(&["timestamp", "datetime", "date", "time"]) {
        "DateTime"
    } else {
        "String"
    }
}

fn put(text: &mut String, depth: usize, line: &str) {
    writeln!(text, "{:indent$}{line}", "", indent = if line.is_empty() { 0 } else { 2 * depth })
        .expect("a string");
}

fn quoted(text: &str) -> String {
    let line: String =
        text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("\"{}\"", line.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::export::format::tests::shop;

    #[test]
    fn services_become_contexts_with_entities() {
        let (facts, proposal, scorer) = shop();
        assert_eq!(
            print(&facts, &proposal, &scorer).lines().take(15).collect::<Vec<_>>().join("\n"),
            "\
ContextMap Context_Map {
  type = SYSTEM_LANDSCAPE
  state = TO_BE
  contains Rest_Context, Stock_Context, Mail_Context, Util_Context
  Stock_Context [U,OHS]->[D,ACL] Rest_Context
}

BoundedContext Rest_Context {
  domainVisionStatement = \"Rest\"
  type = SYSTEM
  responsibilities = \"1 module, 300 lines\"
  Aggregate Rest_Data {
    Entity Orders {
      String id
    }"
        );
    }
}
