//! What Active Record does to tables, told by source text.

use super::super::tests::check;

const ORDERS: &str = "
== app/models/order.rb
class Order < ApplicationRecord
  belongs_to :customer
  has_many :lines, class_name: 'OrderLine', dependent: :destroy
  has_many :products, through: :lines
  has_and_belongs_to_many :tags
  scope :open, -> { where(state: 'open') }
end
== app/models/customer.rb
class Customer < ApplicationRecord
end
== app/models/order_line.rb
class OrderLine < ApplicationRecord
  belongs_to :product
end
== app/models/product.rb
class Product < ApplicationRecord
end
== app/models/gadget.rb
class Gadget < Product
end
== app/models/tag.rb
class Tag < ApplicationRecord
  self.table_name = 'labels'
end
";
const TABLES: &[&str] =
    &["orders", "customers", "order_lines", "products", "labels", "labels_orders"];
const ENTITIES: &str = "
app/models/customer.rb reads customers (entity)
app/models/gadget.rb reads products (entity)
app/models/order.rb reads orders (entity)
app/models/order_line.rb reads order_lines (entity)
app/models/product.rb reads products (entity)
app/models/tag.rb reads labels (entity)
order_lines(order_id) implies orders
order_lines(product_id) implies products
orders(customer_id) implies customers
Order.open reads orders (orm)";

/// What a method of a service does to tables.
#[track_caller]
fn does(body: &str, expected: &[&str]) {
    let text = format!("{ORDERS}== app/services/desk.rb\nclass Desk\ndef run\n{body}\nend\nend\n");
    let mut lines: Vec<String> = ENTITIES.trim().lines().map(str::to_owned).collect();
    lines.extend(expected.iter().map(|line| format!("Desk.run {line}")));
    lines.sort();
    check(TABLES, &text, &lines.join("\n"));
}

#[test]
fn queries_read_and_changes_write() {
    does("Order.where(a: 1).order(:b).first", &["reads orders (orm)"]);
    does("Order.create!(a: 1)", &["writes orders (orm)"]);
    does("Order.where(a: 1).update_all(b: 2)", &["writes orders (orm)"]);
    does("Order.open.each { |order| order.save! }", &["reads orders (orm)", "writes orders (orm)"]);
    does("Order.new.total", &[]);
    does("Gadget.count", &["reads products (orm)"]);
    does("order.save; items.where(a: 1)", &[]);
}

#[test]
fn associations_lead_to_tables() {
    does(
        "Order.find(1).customer.touch",
        &["reads customers (orm)", "reads orders (orm)", "writes customers (orm)"],
    );
    does(
        "Order.joins(:customer, lines: :product).to_a",
        &[
            "joins customers orders",
            "joins order_lines orders",
            "joins order_lines products",
            "reads customers (orm)",
            "reads order_lines (orm)",
            "reads orders (orm)",
            "reads products (orm)",
        ],
    );
    does(
        "Order.find(1).products.to_a",
        &[
            "joins order_lines products",
            "reads order_lines (orm)",
            "reads orders (orm)",
            "reads products (orm)",
        ],
    );
    does(
        "Order.find(1).tags << Tag.new",
        &["reads orders (orm)", "writes labels (orm)", "writes labels_orders (orm)"],
    );
    does(
        "Order.find(1).destroy",
        &["reads orders (orm)", "writes order_lines (orm)", "writes orders (orm)"],
    );
}

#[test]
fn sql_in_heredocs_is_read() {
    does("Order.connection.execute(<<~SQL)\n  DELETE FROM labels\nSQL\n", &["writes labels (sql)"]);
}

#[test]
fn modules_and_engines_put_prefixes_before_tables() {
    check(
        &["shop_carts", "crm_people", "orders", "order_notes"],
        "
== app/models/crm.rb
module Crm
  def self.table_name_prefix = 'crm_'
end
== app/models/crm/person.rb
class Crm::Person < ApplicationRecord
end
== app/models/order.rb
class Order < ApplicationRecord
end
== app/models/order/note.rb
class Order::Note < ApplicationRecord
end
== shop/lib/shop/engine.rb
module Shop
  class Engine < ::Rails::Engine
    isolate_namespace Shop
  end
end
== shop/app/models/shop/cart.rb
module Shop
  class Cart < ActiveRecord::Base
    def refresh = reload
  end
end
",
        "
Shop.Cart.refresh reads shop_carts (orm)
app/models/crm/person.rb reads crm_people (entity)
app/models/order.rb reads orders (entity)
app/models/order/note.rb reads order_notes (entity)
shop/app/models/shop/cart.rb reads shop_carts (entity)
",
    );
}
