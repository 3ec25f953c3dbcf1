//! Entity Framework in, accesses out.

use crate::import::access::tests::check;

const MODEL: &str = "
== Model.cs
namespace Shop; public class Customer { public int Id { get; set; } public string Name { get; set; } }
public class Order { public int Id { get; set; } public int CustomerId { get; set; }
  public Customer Customer { get; set; } public List<Line> Lines { get; set; } }
public class Line { public int Id { get; set; } public int OrderId { get; set; } }
public class ShopContext : DbContext { public DbSet<Order> Orders { get; set; }
  public DbSet<Customer> Customers => Set<Customer>();
  protected override void OnModelCreating(ModelBuilder b) {
    b.Entity<Line>(e => { e.ToTable(\"order_lines\", \"sales\"); }); } }
";

fn check_with_model(text: &str, expected: &str) {
    let model = "Model.cs reads Customers (entity)
Model.cs reads Orders (entity)
Model.cs reads sales.order_lines (entity)
Orders(CustomerId) implies Customers";
    let mut lines: Vec<&str> = model.lines().chain(expected.trim().lines()).collect();
    lines.sort_unstable();
    check(&[], &format!("{MODEL}{text}"), &lines.join("\n"));
}

#[test]
fn sets_are_read_and_written() {
    check_with_model(
        "== Desk.cs
namespace Shop; class Desk(ShopContext db) {
  async Task<Order> Load(int id) => await db.Orders.FirstOrDefaultAsync(o => o.Id == id);
  void Put(Order order) { db.Orders.Add(order); db.SaveChanges(); }
  void Clear() { db.Set<Line>().RemoveRange(db.Set<Line>().ToList()); }
  void All() { foreach (var o in db.Orders) { } }
  void Drop(Customer c) { db.Remove(c); } }
",
        "Desk.All reads Orders (orm)
Desk.Clear reads sales.order_lines (orm)
Desk.Clear writes sales.order_lines (orm)
Desk.Drop writes Customers (orm)
Desk.Load reads Orders (orm)
Desk.Put writes Orders (orm)",
    );
}

#[test]
fn what_is_included_or_followed_in_a_query_is_joined() {
    check_with_model(
        "== Desk.cs
namespace Shop; class Desk(ShopContext db) {
  void A() { db.Orders.Include(o => o.Customer).Include(o => o.Lines).ToList(); }
  void B() { db.Orders.Include(\"Customer\").ToList(); }
  void C() { db.Orders.Where(o => o.Customer.Name == \"x\").ToList(); }
  void D() { var q = from o in db.Orders where o.Id > 1 select o.Customer.Name; } }
",
        "Desk.A joins Customers Orders
Desk.A joins Orders sales.order_lines
Desk.A reads Customers (orm)
Desk.A reads Orders (orm)
Desk.A reads sales.order_lines (orm)
Desk.B joins Customers Orders
Desk.B reads Customers (orm)
Desk.B reads Orders (orm)
Desk.C joins Customers Orders
Desk.C reads Customers (orm)
Desk.C reads Orders (orm)
Desk.D joins Customers Orders
Desk.D reads Customers (orm)
Desk.D reads Orders (orm)",
    );
}

#[test]
fn repositories_stand_for_the_rows_they_hold() {
    check_with_model(
        "== Repo.cs
namespace Shop; public interface IRepository<T> { IQueryable<T> Query(); void Add(T item); void Remove(T item); }
public class Repository<T>(ShopContext db) : IRepository<T> { DbSet<T> Set = db.Set<T>();
  public IQueryable<T> Query() => Set; public void Add(T item) { Set.Add(item); }
  public void Remove(T item) { Set.Remove(item); } }
== Desk.cs
namespace Shop; class Desk(IRepository<Order> orders) {
  void A() { orders.Query().Where(o => o.Id == 1).Select(o => o.Customer).ToList(); }
  void B(Order o) { orders.Add(o); } }
",
        "Desk.A joins Customers Orders
Desk.A reads Customers (orm)
Desk.A reads Orders (orm)
Desk.B writes Orders (orm)",
    );
}

#[test]
fn a_property_that_is_set_before_changes_are_saved_is_written() {
    check_with_model(
        "== Desk.cs
namespace Shop; class Desk(ShopContext db) {
  async Task Rename(int id) { var c = await db.Customers.FindAsync(id); c.Name = \"x\"; await db.SaveChangesAsync(); }
  void Only(Customer c) { c.Name = \"x\"; } }
",
        "Desk.Rename reads Customers (orm)
Desk.Rename writes Customers (orm)",
    );
}
