//! Models, relations and queries of Laravel, and the tables that they touch.

use pretty_assertions::assert_eq;

use crate::import::access::tests::tell;

const MODELS: &str = "== User.php
<?php namespace App; class User extends \\Illuminate\\Database\\Eloquent\\Model {
  public function posts() { return $this->hasMany(Post::class); }
  public function roles() { return $this->belongsToMany(Role::class); }
  public function scopeActive($query) { return $query->where('active', 1); } }
== Post.php
<?php namespace App; class Post extends \\Illuminate\\Database\\Eloquent\\Model { protected $table = 'articles';
  public function author() { return $this->belongsTo(User::class, 'author_id'); } }
== Role.php
<?php namespace App; class Role extends \\Illuminate\\Database\\Eloquent\\Model {}
";

const TABLES: &[&str] = &["users", "articles", "roles", "role_user", "stock"];

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let text = format!("{MODELS}== Shop.php\n<?php namespace App; {text}");
    let told = tell(TABLES, &text);
    let told: Vec<&str> = told.lines().filter(|line| line.starts_with("Shop.a ")).collect();
    assert_eq!(told, expected);
}

#[test]
fn queries_of_models_read_and_write() {
    check(
        "class Shop { function a() { User::where('a', 1)->orderBy('b')->get(); } }",
        &["Shop.a reads users (orm)"],
    );
    check(
        "class Shop { function a() { User::where('a', 1)->active()->delete(); } }",
        &["Shop.a writes users (orm)"],
    );
    check(
        "class Shop { function a(User $user) { $user->save(); $user->posts()->create([]); } }",
        &["Shop.a writes articles (orm)", "Shop.a writes users (orm)"],
    );
    check(
        "class Shop { function a(User $user) { $user->roles()->attach(1); foreach ($user->posts as $p) {} } }",
        &["Shop.a reads articles (orm)", "Shop.a writes role_user (orm)"],
    );
    check(
        "class Shop { function a() { return Post::with('author.roles')->find(1); } }",
        &[
            "Shop.a reads articles (orm)",
            "Shop.a reads role_user (orm)",
            "Shop.a reads roles (orm)",
            "Shop.a reads users (orm)",
        ],
    );
    check("class Shop { function a() { return new User; } }", &[]);
}

#[test]
fn repositories_query_the_model_they_name() {
    check(
        "class Shop extends \\Prettus\\Repository\\Eloquent\\BaseRepository {
           function model() { return 'App\\\\Post'; }
           function a() { $this->create([]); return $this->model->where('a', 1)->first(); } }",
        &["Shop.a reads articles (orm)", "Shop.a writes articles (orm)"],
    );
}

#[test]
fn the_query_builder_names_tables() {
    check(
        "use Illuminate\\Support\\Facades\\DB; class Shop { function a() {
           DB::table('stock as s')->join('users', 'users.id', '=', 's.user_id')->where('a', 1)->update([]); } }",
        &["Shop.a joins stock users", "Shop.a reads users (orm)", "Shop.a writes stock (orm)"],
    );
    check(
        "use Illuminate\\Support\\Facades\\DB; class Shop { function a() {
           $query = DB::table('stock'); if (1) { $query->where('b', 2); } return $query->get(); } }",
        &["Shop.a reads stock (orm)"],
    );
}

#[test]
fn doctrine_maps_entities_as_jakarta_persistence_does() {
    let told = tell(
        &[],
        "== Order.php
<?php namespace App; use Doctrine\\ORM\\Mapping as ORM;
#[ORM\\Entity] #[ORM\\Table(name: 'orders')] class Order {
  #[ORM\\Id] #[ORM\\Column] private int $id;
  #[ORM\\ManyToOne(targetEntity: User::class)] private User $buyer; }
== User.php
<?php namespace App; use Doctrine\\ORM\\Mapping as ORM;
/** @ORM\\Entity @ORM\\Table(name=\"users\") */ class User { /** @ORM\\Id @ORM\\Column(type=\"integer\") */ private $id; }
== Shop.php
<?php namespace App; use Doctrine\\ORM\\EntityManagerInterface; class Shop {
  function __construct(private EntityManagerInterface $em) {}
  function add(Order $order) { $this->em->persist($order); return $this->em->find(User::class, 1); } }
",
    );
    let expected = "Order.php reads orders (entity)
Shop.add reads users (orm)
Shop.add writes orders (orm)
User.php reads users (entity)
orders(buyer_id) implies users";
    assert_eq!(told, expected);
}
