//! PHP in, calls out.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::Php;
use crate::import::{
    code::{
        language::Language as _,
        reading::lines,
        resolve::{Source, resolve},
    },
    progress::Unwatched,
};

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    let source = |(path, text): &(&str, &str)| Source {
        path: (*path).to_owned(),
        language: &Php,
        outline: Php.outline(path, &format!("<?php {text}")),
    };
    let mut sources: Vec<Source> = files.iter().map(source).collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// What the modules refer to, without repetitions.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let sources = sources(files);
    let resolved = resolve(&sources, &[], &Unwatched);
    assert_eq!(lines(&sources, &resolved), expected);
}

const ORDER: (&str, &str) = (
    "Order.php",
    "namespace Shop; class Order { const OPEN = 1; public static function draft(): static { return new static; }
     public function total() { return 0; } }",
);

#[test]
fn names_are_found_as_use_and_namespace_say() {
    check(
        &[
            ORDER,
            ("Cart.php", "namespace Shop; class Cart { private Order $order; }"),
            (
                "Page.php",
                "namespace Web; use Shop\\Order as Bought; class Page { function a(Bought $o) {} }",
            ),
            (
                "Group.php",
                "namespace Web; use Shop\\{Order}; class Group { function a(): ?Order {} }",
            ),
            (
                "Full.php",
                "namespace Web; class Full { function a() { return \\Shop\\Order::OPEN; } }",
            ),
            (
                "Half.php",
                "namespace Web; use Shop; class Half { function a($o) { return $o instanceof Shop\\Order; } }",
            ),
            ("None.php", "namespace Web; class None { private Order $order; }"),
            ("Caught.php", "use Shop\\Order; try { a(); } catch (Order $e) { $e->total(); }"),
            ("Config.php", "return ['model' => 'Shop\\Order', 'other' => Shop\\Order::class];"),
        ],
        &[
            "Cart.php type Order.php",
            "Caught.php call Order.php#Order.total",
            "Caught.php import Order.php",
            "Caught.php type Order.php",
            "Config.php type Order.php",
            "Full.php type Order.php",
            "Group.php import Order.php",
            "Group.php type Order.php",
            "Half.php type Order.php",
            "Page.php import Order.php",
            "Page.php type Order.php",
        ],
    );
}

#[test]
fn receivers_are_typed_by_properties_parameters_locals_and_comments() {
    check(
        &[
            ORDER,
            ("A.php", "namespace Shop; class A { public function __construct(private Order $order) {}
              function a() { $this->order->total(); } }"),
            ("B.php", "namespace Shop; class B { /** @var Order */ private $order;
              function a() { return $this->order->total(); } }"),
            ("C.php", "namespace Shop; class C { protected $order; function __construct(Order $o) { $this->order = $o; }
              function a() { $order = $this->order; $order->total(); } }"),
            ("D.php", "namespace Shop; function d() { Order::draft()->total(); }"),
            ("E.php", "namespace Shop; class E { /** @param Order[] $all */ function a(array $all) {
              foreach ($all as $one) { $one->total(); } } }"),
            ("F.php", "namespace Shop; class F { function a($unknown) { $unknown->total(); } }"),
            ("G.php", "namespace Shop; function g() { if (($o = app(Order::class)) !== null) { $o->total(); } }"),
        ],
        &[
            "A.php call Order.php#Order.total",
            "A.php type Order.php",
            "B.php call Order.php#Order.total",
            "B.php type Order.php",
            "C.php call Order.php#Order.total",
            "C.php type Order.php",
            "D.php call Order.php#Order.draft",
            "D.php call Order.php#Order.total",
            "E.php call Order.php#Order.total in a loop",
            "E.php type Order.php",
            "G.php call Order.php#Order.total",
            "G.php type Order.php",
        ],
    );
}

#[test]
fn a_class_and_a_namespace_of_one_name_are_kept_apart() {
    check(
        &[
            ("Order.php", "namespace App; class Order { private Item $item; }"),
            ("Item.php", "namespace App; class Item {}"),
            ("Order/Item.php", "namespace App\\Order; class Item {}"),
        ],
        &["Order.php type Item.php"],
    );
}

#[test]
fn functions_are_those_of_the_namespace_then_global_ones() {
    check(
        &[
            ("helpers.php", "function money($a) { return $a; } function now() {}"),
            ("shop.php", "namespace Shop; function money($a) {}"),
            ("A.php", "namespace Shop; money(1); now();"),
            ("B.php", "namespace Web; use function Shop\\money; money(1);"),
            ("C.php", "namespace Web; $now = 1; $now->a(); class C { function money() {} }"),
        ],
        &[
            "A.php call helpers.php#now",
            "A.php call shop.php#money",
            "B.php call shop.php#money",
            "B.php import shop.php",
        ],
    );
}

#[test]
fn models_give_models() {
    check(
        &[
            ("User.php", "namespace App; use Illuminate\\Database\\Eloquent\\Model; class User extends Model {
              public function posts() { return $this->hasMany(Post::class); }
              public function scopeActive($query) { return $query; } public function notify() {} }"),
            ("Post.php", "namespace App; use Illuminate\\Database\\Eloquent\\Model; class Post extends Model {
              public function publish() {} }"),
            ("A.php", "namespace App; class A { function a() { User::where('a', 1)->active()->first()->notify();
              $user = User::find(1); foreach ($user->posts as $post) { $post->publish(); }
              $user->posts()->latest()->get()->each(fn ($one) => $one->publish()); } }"),
        ],
        &[
            "A.php call Post.php#Post.publish in a loop",
            "A.php call User.php#User.notify",
            "A.php call User.php#User.posts",
            "A.php call User.php#User.scopeActive",
            "A.php type User.php",
            "User.php type Post.php",
        ],
    );
}

#[test]
fn facades_stand_before_classes() {
    check(
        &[
            ORDER,
            ("Front.php", "namespace Web; use Illuminate\\Support\\Facades\\Facade; class Front extends Facade {
              protected static function getFacadeAccessor() { return \\Shop\\Order::class; } }"),
            ("A.php", "namespace Web; Front::total();"),
        ],
        &[
            "A.php call Order.php#Order.total",
            "A.php type Front.php",
            "Front.php type Order.php",
        ],
    );
}

#[test]
fn repositories_of_doctrine_give_entities() {
    check(
        &[
            ORDER,
            ("Orders.php", "namespace Shop; use Doctrine\\Bundle\\DoctrineBundle\\Repository\\ServiceEntityRepository;
              class Orders extends ServiceEntityRepository { function __construct($r) {
              parent::__construct($r, Order::class); } }"),
            ("A.php", "namespace Shop; class A { function __construct(private Orders $orders) {}
              function a() { $this->orders->find(1)->total(); } }"),
            ("B.php", "namespace Shop; use Doctrine\\ORM\\Mapping as ORM; class B {
              /** @ORM\\ManyToOne(targetEntity=Order::class) */ private $order; }"),
        ],
        &[
            "A.php call Order.php#Order.total",
            "A.php type Orders.php",
            "B.php type Order.php",
            "Orders.php type Order.php",
        ],
    );
}

#[test]
fn traits_enums_and_anonymous_classes_count() {
    check(
        &[
            ("T.php", "namespace Shop; trait T { public function log() {} }"),
            ("I.php", "namespace Shop; interface I {}"),
            ("E.php", "namespace Shop; enum E: string implements I { case A = 'a'; }"),
            (
                "C.php",
                "namespace Shop; #[Attribute(E::A)] class C { use T; function a() { $this->log();
              return new class implements I { function b() { return E::A; } }; } }",
            ),
        ],
        &[
            "C.php call T.php#T.log",
            "C.php construct I.php",
            "C.php inherit T.php",
            "C.php type E.php",
            "C.php type I.php",
            "E.php inherit I.php",
        ],
    );
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC{0,200}") {
        let outline = Php.outline("a.php", &format!("<?php {text}"));
        prop_assert!(outline.lines <= 200);
    }

    #[test]
    fn any_row_of_words_is_survived(words in prop::collection::vec(
        prop::sample::select(vec!["class A", "{", "}", "(", ")", "function f", "$a", "->", "::", "new", "=", ";",
            "use B\\C", "namespace D", "[", "]", "'x'", "=>", "fn", "match", "foreach", "as", "/** @var A|B[] $a */"]),
        0..60,
    )) {
        let source = Source {
            path: "a.php".to_owned(),
            language: &Php,
            outline: Php.outline("a.php", &format!("<?php {}", words.join(" "))),
        };
        let sources = [source];
        let resolved = resolve(&sources, &[], &Unwatched);
        prop_assert!(resolved.calls.is_empty());
    }
}

#[test]
fn deep_nesting_is_cut_off() {
    let deep = format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000));
    Php.outline("a.php", &format!("<?php $a = {deep};"));
    Php.outline("a.php", &format!("<?php {}", "if (1) {".repeat(5_000)));
    Php.outline("a.php", &format!("<?php $a{};", "->b()".repeat(20_000)));
}

#[test]
fn what_an_object_of_a_library_gives_is_not_guessed() {
    check(
        &[
            ("A.php", "<?php namespace A; class NodeGroup { function getGroupNodes() {} }"),
            ("B.php", "<?php namespace A; use X\\Parser; class B { private Parser $parser; private ?NodeGroup $group;
                function go() { $result = $this->parser->parse(); $result->getGroupNodes(); } }"),
        ],
        &["B.php type A.php"],
    );
}
