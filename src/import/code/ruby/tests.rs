//! Ruby in, calls out.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{ERB, HAML, RUBY};
use crate::import::{
    code::{
        language::Language,
        reading::lines,
        resolve::{Source, resolve},
    },
    progress::Unwatched,
};

/// Files in one text: each begins with a line `== path`.
fn sources(text: &str) -> Vec<Source> {
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
    let source = |(path, text): (String, String)| {
        let language: &'static dyn Language = match path.rsplit('.').next() {
            Some("erb") => &ERB,
            Some("haml") => &HAML,
            _ => &RUBY,
        };
        let outline = language.outline(&path, &text);
        Source { path, language, outline }
    };
    files.into_iter().map(source).collect()
}

/// What the modules refer to, without repetitions.
#[track_caller]
fn check(text: &str, expected: &str) {
    let sources = sources(text);
    let resolved = resolve(&sources, &[], &Unwatched);
    assert_eq!(lines(&sources, &resolved).join("\n"), expected.trim());
}

#[test]
fn constants_are_found_around_in_ancestors_and_at_the_top() {
    check(
        "
== app/models/billing/invoice.rb
module Billing
  class Invoice < Document
    def pay
      Payment.new(self)
      ::Payment.new
      LIMIT + Terms::DAYS
    end
  end
end
== app/models/billing/payment.rb
class Billing::Payment
  def owner
    Invoice
  end
end
== app/models/payment.rb
class Payment
end
== app/models/document.rb
class Document
  LIMIT = 3
end
== app/models/terms.rb
module Terms
  DAYS = 14
end
",
        "
app/models/billing/invoice.rb construct app/models/billing/payment.rb
app/models/billing/invoice.rb construct app/models/payment.rb
app/models/billing/invoice.rb inherit app/models/document.rb
app/models/billing/invoice.rb type app/models/billing/payment.rb
app/models/billing/invoice.rb type app/models/document.rb
app/models/billing/invoice.rb type app/models/payment.rb
app/models/billing/invoice.rb type app/models/terms.rb
",
    );
}

#[test]
fn methods_are_found_through_types_mix_ins_and_concerns() {
    check(
        "
== app/models/order.rb
class Order < ApplicationRecord
  include Priced
  has_many :lines, class_name: 'OrderLine'
  belongs_to :customer
  delegate :city, to: :customer
  scope :open, -> { where(state: 'open') }
  def total = lines.sum(&:price)
end
== app/models/order_line.rb
class OrderLine < ApplicationRecord
  belongs_to :order
  def price; end
end
== app/models/customer.rb
class Customer < ApplicationRecord
  def city; end
end
== app/models/concerns/priced.rb
module Priced
  extend ActiveSupport::Concern
  def cheap?; end
  class_methods do
    def cheapest; end
  end
end
== app/services/report.rb
class Report
  def initialize(id)
    @order = Order.find(id)
  end
  def run
    @order.lines.each { |line| line.price }
    @order.cheap?
    @order.city
    Order.open.cheapest
    order.total
  end
  private
  def order
    @memo ||= Order.open.first
  end
end
",
        "
app/models/order.rb call app/models/customer.rb#Customer.city
app/models/order.rb call app/models/order_line.rb#OrderLine.price in a loop
app/models/order.rb inherit app/models/concerns/priced.rb
app/models/order.rb type app/models/customer.rb
app/models/order.rb type app/models/order_line.rb
app/models/order_line.rb type app/models/order.rb
app/services/report.rb call app/models/concerns/priced.rb#Priced.cheap?
app/services/report.rb call app/models/concerns/priced.rb#Priced.cheapest
app/services/report.rb call app/models/order.rb
app/services/report.rb call app/models/order.rb#Order.city
app/services/report.rb call app/models/order.rb#Order.open
app/services/report.rb call app/models/order.rb#Order.total
app/services/report.rb call app/models/order_line.rb#OrderLine.price in a loop
app/services/report.rb type app/models/order.rb
",
    );
}

#[test]
fn what_may_be_several_things_is_not_guessed() {
    check(
        "
== lib/cart.rb
class Cart
  def total; end
end
== lib/bill.rb
class Bill
  def total; end
  def sum(thing)
    thing.total
    other = thing.new ? Cart.new : Bill.new
    other.total
  end
end
",
        "
lib/bill.rb construct lib/cart.rb
lib/bill.rb type lib/cart.rb
",
    );
}

#[test]
fn views_see_partials_helpers_and_what_controllers_assign() {
    check(
        "
== app/controllers/orders_controller.rb
class OrdersController < ApplicationController
  before_action :load_order
  def show; end
  private def load_order
    @order = Order.find(params[:id])
  end
end
== app/helpers/orders_helper.rb
module OrdersHelper
  def order_badge(order); end
end
== app/models/order.rb
class Order < ApplicationRecord
  def total; end
end
== app/views/orders/show.html.erb
<p><%= order_badge(@order) %></p>
<%= render 'line', order: @order %>
<% if @order.total %> <%= render partial: 'shared/footer' %><% end %>
== app/views/orders/_line.html.haml
%p= order_badge(order)
- [1].each do |n|
  = Order.find(n).total
== app/views/shared/_footer.html.erb
<hr>
",
        "
app/controllers/orders_controller.rb call app/views/orders/show.html.erb
app/controllers/orders_controller.rb type app/models/order.rb
app/views/orders/_line.html.haml call app/helpers/orders_helper.rb#OrdersHelper.order_badge
app/views/orders/_line.html.haml call app/models/order.rb#Order.total in a loop
app/views/orders/_line.html.haml type app/models/order.rb in a loop
app/views/orders/show.html.erb call app/helpers/orders_helper.rb#OrdersHelper.order_badge
app/views/orders/show.html.erb call app/models/order.rb#Order.total
app/views/orders/show.html.erb call app/views/orders/_line.html.haml
app/views/orders/show.html.erb call app/views/shared/_footer.html.erb
",
    );
}

#[test]
fn jobs_services_and_requires_lead_to_what_runs() {
    check(
        "
== app/jobs/bill_job.rb
class BillJob < ApplicationJob
  def perform(id); end
end
== app/services/application_service.rb
class ApplicationService
  def self.call(...) = new(...).call
end
== app/services/bill.rb
class Bill < ApplicationService
  def call; end
end
== lib/start.rb
require_relative '../lib/other'
BillJob.set(wait: 1).perform_later(1)
Bill.call
== lib/other.rb
X = 1
",
        "
app/services/bill.rb inherit app/services/application_service.rb
lib/start.rb call app/jobs/bill_job.rb#BillJob.perform
lib/start.rb call app/services/application_service.rb#ApplicationService.call
lib/start.rb call app/services/bill.rb#Bill.call
lib/start.rb import lib/other.rb
lib/start.rb type app/jobs/bill_job.rb
lib/start.rb type app/services/bill.rb
",
    );
}

#[test]
fn transactions_are_blocks() {
    let sources = sources(
        "
== a.rb
class A < ApplicationRecord
  def b
    A.transaction { save! }
  end
  def c = payment.transaction
  def d
    with_lock do
    end
  end
end
",
    );
    let resolved = resolve(&sources, &[], &Unwatched);
    let told: Vec<Option<&str>> =
        resolved.functions.iter().map(|function| function.transaction.as_deref()).collect();
    assert_eq!(told, [Some("A.transaction"), None, Some("with_lock")]);
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "[ -~\n]{0,300}") {
        let path = "a.rb".to_owned();
        let erb = ERB.outline("a.erb", &text);
        let haml = HAML.outline("a.haml", &text);
        let outline = RUBY.outline(&path, &text);
        let sources = vec![
            Source { path: "a.erb".to_owned(), language: &ERB, outline: erb },
            Source { path: "a.haml".to_owned(), language: &HAML, outline: haml },
            Source { path, language: &RUBY, outline },
        ];
        drop(resolve(&sources, &[], &Unwatched));
    }
}

#[test]
fn deep_nesting_is_survived() {
    for text in
        ["(".repeat(50_000), "[".repeat(50_000), "class A;".repeat(5_000), "if a; ".repeat(5_000)]
    {
        let outline = RUBY.outline("a.rb", &text);
        let sources = vec![Source { path: "a.rb".to_owned(), language: &RUBY, outline }];
        drop(resolve(&sources, &[], &Unwatched));
    }
}
