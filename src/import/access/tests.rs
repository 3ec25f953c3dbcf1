//! Accesses, joins and keys told by source text: text in, text out.

use pretty_assertions::assert_eq;

use super::*;
use crate::{
    facts::{FunctionId, Place, SourceKind, TableId, TableKind, TableSource},
    import::{
        code::{LANGUAGES, resolve::resolve},
        progress::Unwatched,
    },
};

/// Files in one text: each begins with a line `== path`.
fn files(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.trim_start().lines() {
        match line.strip_prefix("== ") {
            Some(path) => files.push((path.to_owned(), String::new())),
            None => {
                let file = files.last_mut().expect("a path before any text");
                file.1.push_str(line);
                file.1.push('\n');
            }
        }
    }
    files.sort();
    files
}

fn known(names: &[&str]) -> Vec<Table> {
    let table = |name: &&str| Table {
        schema: String::new(),
        name: (*name).to_owned(),
        kind: TableKind::Table,
        columns: Vec::new(),
        sources: vec![TableSource { kind: SourceKind::Dump, place: Place::new("schema.sql", 1) }],
    };
    names.iter().map(table).collect()
}

/// Everything that is found in the files, a line each: `Class.function writes table (via)`.
pub(super) fn tell(tables: &[&str], text: &str) -> String {
    let (sources, mappers): (Vec<_>, Vec<_>) =
        files(text).into_iter().partition(|(path, _)| !path.ends_with(".xml"));
    let (manifests, sources): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|(path, _)| path.ends_with(".prisma"));
    let sources: Vec<Source> = sources
        .into_iter()
        .map(|(path, text)| {
            let extension = path.rsplit('.').next().unwrap_or_default();
            let known =
                LANGUAGES.iter().find(|language| language.extensions().contains(&extension));
            let language = *known.expect("a language of that extension");
            let outline = language.outline(&path, &text);
            Source { path, language, outline }
        })
        .collect();
    let resolved = resolve(&sources, &[], &Unwatched);
    let found = find(Input {
        sources: &sources,
        resolved: &resolved,
        manifests: &manifests,
        mappers: &mappers,
        tables: known(tables),
        entities: &[],
        foreign_keys: &[],
    });
    let functions: Vec<&Function> = resolved.functions.iter().chain(&found.functions).collect();
    let paths: Vec<&str> = sources
        .iter()
        .map(|source| source.path.as_str())
        .chain(found.modules.iter().map(|module| module.path.as_str()))
        .collect();
    let at = |module: crate::facts::ModuleId, function: Option<FunctionId>| match function {
        Some(id) => functions[id.index()].name.as_str(),
        None => paths[module.index()],
    };
    let table = |id: TableId| found.tables[id.index()].full_name();
    let mut told: Vec<String> = Vec::new();
    for access in &found.accesses {
        let verb = if access.mode == crate::facts::AccessMode::Read { "reads" } else { "writes" };
        let place = at(access.module, access.function);
        told.push(format!("{place} {verb} {} ({})", table(access.table), access.via.word()));
    }
    for join in &found.joins {
        let place = at(join.module, join.function);
        let mut pair = [table(join.table_a), table(join.table_b)];
        pair.sort();
        told.push(format!("{place} joins {}", pair.join(" ")));
    }
    for key in &found.foreign_keys {
        let columns = key.columns.join(",");
        told.push(format!("{}({columns}) implies {}", table(key.from), table(key.to)));
    }
    for call in &found.calls {
        let (from, to) =
            (at(call.from_module, call.from_function), at(call.to_module, call.to_function));
        told.push(format!("{from} {} {to}", call.kind.word()));
    }
    told.sort();
    told.dedup();
    told.join("\n")
}

#[track_caller]
pub(super) fn check(tables: &[&str], text: &str, expected: &str) {
    assert_eq!(tell(tables, text), expected.trim());
}

#[test]
fn sql_in_code_is_found_where_it_is_used() {
    check(
        &["orders", "lines", "audit"],
        r#"
== shop/Orders.java
package shop;
class Orders {
    static final String ALL = "SELECT * FROM orders";
    static final String UNUSED = "DELETE FROM audit";
    String hint = "Select an item from orders";
    void list() { query(ALL); }
    void build(boolean full) {
        StringBuilder sql = new StringBuilder("select o.id from orders o");
        if (full) sql.append(" join lines l on l.order_id = o.id");
        sql.append(" where o.id = ?");
    }
    void log() { log("updated orders"); }
    void add() { query("INSERT INTO lines (a, b) VALUES (?, ?)"); }
}
== shop/Report.java
package shop;
class Report {
    void run() { query(Orders.ALL); }
}
"#,
        "
Orders.add writes lines (sql)
Orders.build joins lines orders
Orders.build reads lines (sql)
Orders.build reads orders (sql)
Orders.list reads orders (sql)
Report.run reads orders (sql)
shop/Orders.java writes audit (sql)
",
    );
}

#[test]
fn mapper_files_are_modules_with_statements() {
    check(
        &["orders", "lines"],
        r#"
== shop/Order.java
package shop;
class Order { }
== shop/OrderMapper.java
package shop;
interface OrderMapper { Order find(int id); void add(Order order); }
== shop/OrderMapper.xml
<mapper namespace="shop.OrderMapper">
  <sql id="from">FROM orders o <if test="full">JOIN lines l ON l.o = o.id</if></sql>
  <select id="find" resultType="Order">SELECT * <include refid="from"/> <where>o.id = #{id}</where></select>
  <insert id="add" parameterType="shop.Order">INSERT INTO orders (id) VALUES (#{id})</insert>
</mapper>
"#,
        "
OrderMapper.add type shop/Order.java
OrderMapper.add writes orders (mapper)
OrderMapper.find call OrderMapper.from
OrderMapper.find joins lines orders
OrderMapper.find reads lines (mapper)
OrderMapper.find reads orders (mapper)
OrderMapper.find type shop/Order.java
shop/OrderMapper.xml inherit shop/OrderMapper.java
",
    );
}

const ENTITIES: &str = r#"
== shop/Base.java
package shop;
@MappedSuperclass
class Base { @Id Long id; }
== shop/Order.java
package shop;
@Entity
@Table(name = "orders")
class Order extends Base {
    @ManyToOne Customer customer;
    @OneToMany(mappedBy = "order", cascade = CascadeType.ALL) List<OrderLine> lines;
    @ManyToMany @JoinTable(name = "order_tags") Set<Tag> tags;
}
== shop/OrderLine.java
package shop;
@Entity
@Table(name = "order_lines")
class OrderLine extends Base { @ManyToOne @JoinColumn(name = "order_id") Order order; }
== shop/Customer.java
package shop;
@Entity
class Customer extends Base { String name; }
== shop/Tag.java
package shop;
@Entity
class Tag extends Base { }
"#;

const MAPPED: &str = "
order_lines(order_id) implies orders
order_tags(order_id) implies orders
order_tags(tag_id) implies tag
orders(customer_id) implies customer
shop/Customer.java reads customer (entity)
shop/Order.java reads order_tags (entity)
shop/Order.java reads orders (entity)
shop/OrderLine.java reads order_lines (entity)
shop/Tag.java reads tag (entity)
";

/// Checks what is found besides the mappings of [`ENTITIES`] themselves.
#[track_caller]
fn check_mapped(text: &str, expected: &str) {
    let told = tell(&["orders", "order_lines"], &format!("{ENTITIES}{text}"));
    let mapped: Vec<&str> = MAPPED.trim().lines().collect();
    let rest: Vec<&str> = told.lines().filter(|line| !mapped.contains(line)).collect();
    assert_eq!(rest.join("\n"), expected.trim());
}

#[test]
fn entities_have_tables_and_associations_imply_keys() {
    check(&["orders", "order_lines"], ENTITIES, MAPPED);
}

#[test]
fn queries_sessions_and_repositories_reach_tables() {
    check_mapped(
        r#"
== shop/Orders.java
package shop;
interface Orders extends JpaRepository<Order, Long> {
    List<Order> findByCustomerName(String name);
    @Query("select o from Order o join o.lines l where l.id = :id") Order withLine(Long id);
}
== shop/Service.java
package shop;
class Service {
    Orders orders;
    EntityManager em;
    void place(Order order) { orders.save(order); }
    void rename(Customer customer) { em.merge(customer); }
    Tag tag(Long id) { return em.find(Tag.class, id); }
}
"#,
        "
Orders.findByCustomerName joins customer orders
Orders.findByCustomerName reads customer (orm)
Orders.findByCustomerName reads orders (orm)
Orders.withLine joins order_lines orders
Orders.withLine reads order_lines (orm)
Orders.withLine reads orders (orm)
Service.place writes order_lines (orm)
Service.place writes orders (orm)
Service.rename writes customer (orm)
Service.tag reads tag (orm)
",
    );
}
