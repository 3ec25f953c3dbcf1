//! C# in, calls out.

use pretty_assertions::assert_eq;

use super::CSharp;
use crate::import::{
    code::{
        language::Language as _,
        reading::lines,
        resolve::{Source, resolve},
    },
    progress::Unwatched,
};

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    let mut sources: Vec<Source> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".cs"))
        .map(|(path, text)| Source {
            path: (*path).to_owned(),
            language: &CSharp,
            outline: CSharp.outline(path, text),
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// What the modules refer to, without repetitions. Project files are among the files.
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let sources = sources(files);
    for source in &sources {
        assert_eq!(source.outline.errors, Vec::<u32>::new(), "{}", source.path);
    }
    let manifests: Vec<(String, String)> = files
        .iter()
        .filter(|(path, _)| !path.ends_with(".cs"))
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let resolved = resolve(&sources, &manifests, &Unwatched);
    assert_eq!(lines(&sources, &resolved), expected);
}

const ORDER: (&str, &str) = (
    "Order.cs",
    "namespace Shop.Orders { public class Order { public long Id { get; set; }
     public Customer Customer { get; set; } public long Total() { return Id; }
     public bool Open => Total() > 0; public static Order Draft() => new Order();
     public enum State { Open, Sent } } public class Customer { public void Greet() {} } }",
);

#[test]
fn names_are_found_in_namespaces_around_and_through_usings() {
    check(
        &[
            ORDER,
            ("Full.cs", "class Full { Shop.Orders.Order order; }"),
            ("Inner.cs", "namespace Shop.Orders.Lines; class Line { Order order; }"),
            ("None.cs", "namespace Web; class None { Order order; }"),
            ("Partly.cs", "namespace Shop; class Partly { Orders.Order order; }"),
            ("Using.cs", "using Shop.Orders;\nnamespace Web { class Page { Order order; } }"),
            ("Within.cs", "namespace Shop.Web { using Orders; class Page { Order order; } }"),
            ("Alias.cs", "using O = Shop.Orders.Order; class Page { O order; }"),
            ("Static.cs", "using static Shop.Orders.Order; class Page { object o = Draft(); }"),
        ],
        &[
            "Alias.cs import Order.cs",
            "Alias.cs type Order.cs",
            "Full.cs type Order.cs",
            "Inner.cs type Order.cs",
            "Partly.cs type Order.cs",
            "Static.cs call Order.cs#Order.Draft",
            "Static.cs import Order.cs",
            "Using.cs type Order.cs",
            "Within.cs type Order.cs",
        ],
    );
}

#[test]
fn global_usings_hold_in_their_project() {
    check(
        &[
            ORDER,
            ("web/Web.csproj", "<Project />"),
            ("web/Usings.cs", "global using Shop.Orders;"),
            ("web/a/Page.cs", "class Page { Order order; }"),
            ("api/Api.csproj", "<Project><Using Include=\"Shop.Orders\" /></Project>"),
            ("api/Page.cs", "class ApiPage { Order order; }"),
            ("job/Job.csproj", "<Project />"),
            ("job/Page.cs", "class JobPage { Order order; }"),
        ],
        &["api/Page.cs type Order.cs", "web/a/Page.cs type Order.cs"],
    );
}

#[test]
fn a_namespace_of_the_name_of_a_type_does_not_hide_it() {
    check(
        &[
            ("Item.cs", "namespace Shop.Stock { public class Item {} }"),
            ("Other.cs", "namespace Shop.Web.Item { public class Page {} }"),
            ("Use.cs", "using Shop.Stock; namespace Shop.Web { class Use { Item item; } }"),
        ],
        &["Use.cs type Item.cs"],
    );
}

#[test]
fn calls_follow_fields_properties_locals_and_chains() {
    check(
        &[
            ORDER,
            (
                "Desk.cs",
                "using Shop.Orders; class Desk(IStore store) { IStore Mine { get; } = store;
                 async Task Run() { var order = await store.Find(1); order.Total();
                 order.Customer?.Greet(); if (order.Open) {} Mine.Find(2);
                 foreach (var one in await store.All()) one.Total(); } }",
            ),
            (
                "Store.cs",
                "using Shop.Orders; interface IStore { Task<Order> Find(long id);
                 Task<List<Order>> All(); }",
            ),
        ],
        &[
            "Desk.cs call Order.cs#Customer.Greet",
            "Desk.cs call Order.cs#Order.Open",
            "Desk.cs call Order.cs#Order.Total",
            "Desk.cs call Order.cs#Order.Total in a loop",
            "Desk.cs call Store.cs#IStore.All",
            "Desk.cs call Store.cs#IStore.Find",
            "Desk.cs type Store.cs",
            "Store.cs type Order.cs",
        ],
    );
}

#[test]
fn lambdas_and_queries_know_their_elements() {
    check(
        &[
            ORDER,
            (
                "Sum.cs",
                "using Shop.Orders; class Sum { void All(List<Order> orders, IQueryable<Customer> cs)
                 { orders.Where(o => o.Total() > 0).Select(o => o.Customer).First().Greet();
                 var q = from o in orders where o.Open select o; } }",
            ),
        ],
        &[
            "Sum.cs call Order.cs#Customer.Greet",
            "Sum.cs call Order.cs#Order.Open in a loop",
            "Sum.cs call Order.cs#Order.Total in a loop",
            "Sum.cs type Order.cs",
        ],
    );
}

#[test]
fn what_is_constructed_is_known_without_its_name() {
    check(
        &[
            ("Cart.cs", "namespace S; public record Cart(int Size, Line Top); public class Line { }"),
            (
                "Use.cs",
                "namespace S; class Use { Cart _cart = new(1, null); Cart Make() { return new(1, null); }
                 Line Top => new Cart(2, new Line { }).Top; }",
            ),
        ],
        &[
            "Use.cs construct Cart.cs",
            "Use.cs construct Cart.cs#Cart.Cart",
            "Use.cs type Cart.cs",
        ],
    );
}

#[test]
fn partial_classes_share_their_members() {
    check(
        &[
            ("A.cs", "namespace S; public partial class Desk { void Open() { Close(); } }"),
            ("B.cs", "namespace S; public partial class Desk { Key key; void Close() { } }"),
            ("C.cs", "namespace S; class Key { void Turn(Desk desk) { desk.Close(); } }"),
        ],
        &[
            "A.cs call B.cs#Desk.Close",
            "B.cs type C.cs",
            "C.cs call B.cs#Desk.Close",
            "C.cs type A.cs",
        ],
    );
}

#[test]
fn extension_methods_are_called_where_their_namespace_is_seen() {
    check(
        &[
            ORDER,
            (
                "Ext.cs",
                "using Shop.Orders; namespace Shop.Tools { public static class OrderTools {
                 public static Order Twice(this Order order) => order;
                 public static IServiceCollection AddShop(this IServiceCollection services)
                 => services; } }",
            ),
            ("Far.cs", "using Shop.Orders; class Far { void F(Order o) { o.Twice(); } }"),
            (
                "Near.cs",
                "using Shop.Orders; using Shop.Tools; class Near { void F(Order o,
                 IServiceCollection services) { o.Twice().Twice(); services.AddShop(); } }",
            ),
        ],
        &[
            "Ext.cs type Order.cs",
            "Far.cs type Order.cs",
            "Near.cs call Ext.cs#OrderTools.AddShop",
            "Near.cs call Ext.cs#OrderTools.Twice",
            "Near.cs type Order.cs",
        ],
    );
}

#[test]
fn generic_repositories_give_what_they_hold() {
    check(
        &[
            ORDER,
            (
                "Repo.cs",
                "namespace Data; public interface IRepo<T> : IReads<T, long> { }
                 public interface IReads<T, TId> { IQueryable<T> Query(); T Get(TId id); }",
            ),
            (
                "Use.cs",
                "using Data; using Shop.Orders; class Use { readonly IRepo<Order> _orders;
                 void F(IServiceProvider all) { _orders.Get(1).Total();
                 _orders.Query().First(x => x.Open); all.GetService<Customer>().Greet(); } }",
            ),
        ],
        &[
            "Use.cs call Order.cs#Customer.Greet",
            "Use.cs call Order.cs#Order.Open in a loop",
            "Use.cs call Order.cs#Order.Total",
            "Use.cs call Repo.cs#IReads.Get",
            "Use.cs call Repo.cs#IReads.Query",
            "Use.cs type Order.cs",
            "Use.cs type Repo.cs",
        ],
    );
}

#[test]
fn a_property_of_the_name_of_a_type_is_the_property() {
    check(
        &[
            ("Status.cs", "namespace S; public enum Status { Open }"),
            ("Ticket.cs", "namespace S; class Ticket { int Status; bool Is() => Status == 1; }"),
            ("Other.cs", "namespace S; class Other { bool Is(object o) => o is Status.Open; }"),
        ],
        &["Other.cs type Status.cs"],
    );
}

#[test]
fn directives_attributes_and_old_shapes_do_not_break_a_file() {
    check(
        &[
            ORDER,
            ("Note.cs", "namespace Shop; public class NoteAttribute : Attribute { }"),
            (
                "Odd.cs",
                "#nullable enable\nusing System;\n#if NET8\nusing Shop.Orders;\n#else\nusing Old;\n#endif
                 namespace Shop\n{\n#region one\n[Note, Serializable]\npublic class Odd<T> where T : Order
                 {\n#if DEBUG\n void A(Order o) { }\n#endif\n [Note] string s = $\"{nameof(Order)}\";
                 event EventHandler<Order> Sent; Order this[int i] => null;
                 public static implicit operator Order(Odd<T> odd) => null;\n }\n#endregion\n}",
            ),
        ],
        &["Odd.cs type Note.cs", "Odd.cs type Order.cs"],
    );
}

#[test]
fn types_are_told_apart_by_their_number_of_parameters() {
    check(
        &[
            (
                "Plain.cs",
                "namespace S; public class Result { public static Result Ok() => new Result(); }",
            ),
            (
                "Typed.cs",
                "namespace S; public class Result<T> : Result { public Result(T value) { } public T Value { get; } }",
            ),
            (
                "Use.cs",
                "namespace S; class Use { Result<int> A() => new Result<int>(1); Result B() => Result.Ok(); }",
            ),
        ],
        &[
            "Typed.cs inherit Plain.cs",
            "Use.cs call Plain.cs#Result.Ok",
            "Use.cs construct Typed.cs#Result.Result",
            "Use.cs type Plain.cs",
            "Use.cs type Typed.cs",
        ],
    );
}

#[test]
fn deep_nesting_ends_somewhere() {
    let deep = format!("class A {{ object o = {}1{}; }}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(CSharp.outline("A.cs", &deep).types.len(), 1);
    let deep = format!("class A {{ void F() {{ {} {} }} }}", "{".repeat(3_000), "}".repeat(3_000));
    CSharp.outline("A.cs", &deep);
}

proptest::proptest! {
    #[test]
    fn any_text_is_survived(text in "[a-z{}()<>;.,:=?!@$\"' \n#\\[\\]]{0,200}") {
        CSharp.outline("A.cs", &text);
        CSharp.outline("B.cs", &format!("class A {{ void F() {{ {text} }} }}"));
    }
}

#[test]
fn what_extends_a_type_is_called_and_not_on_classes_of_the_library() {
    check(
        &[
            (
                "A.cs",
                "namespace A; static class Lists { public static int FindIndex<T>(this IReadOnlyList<T> list) => 1; public static bool IsEmpty(this Guid id) => false; }",
            ),
            (
                "B.cs",
                "namespace A; class B { void Go(Foo[] all, ReadOnlySpan<char> text) { Array.FindIndex(all); var x = text.IsEmpty; } }",
            ),
        ],
        &[],
    );
}
