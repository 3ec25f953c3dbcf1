//! Routes, jobs and tasks of Ruby programs, told by source text.

use pretty_assertions::assert_eq;

use super::*;
use crate::import::{
    code::{LANGUAGES, resolve::resolve},
    progress::Unwatched,
};

/// `route > module function` of every entry point of some files, each of which begins with a line `== path`.
#[track_caller]
fn check(text: &str, expected: &str) {
    let ruby = *LANGUAGES.iter().find(|it| it.name() == "Ruby").expect("Ruby is a language");
    let mut sources: Vec<Source> = text
        .trim_start()
        .trim_start_matches("== ")
        .split("\n== ")
        .map(|file| {
            let (path, text) = file.split_once('\n').expect("a path before any text");
            Source { path: path.to_owned(), language: ruby, outline: ruby.outline(path, text) }
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let resolved = resolve(&sources, &[], &Unwatched);
    let entries = find(&sources, &resolved);
    let name = |id: FunctionId| resolved.functions[id.index()].name.clone();
    let mut told: Vec<String> = entries
        .entry_points
        .iter()
        .map(|entry| {
            let function = entry.function.map(&name).unwrap_or_default();
            format!("{} {} > {function}", entry.kind.word(), entry.route)
        })
        .collect();
    told.extend(entries.calls.iter().map(|call| {
        let (from, to) = (call.from_function.map(&name), call.to_function.map(&name));
        format!("{} runs {}", from.unwrap_or_default(), to.unwrap_or_default())
    }));
    told.sort();
    assert_eq!(told.join("\n"), expected.trim());
}

#[test]
fn resources_nest_and_are_restricted() {
    check(
        "
== config/routes.rb
Rails.application.routes.draw do
  root to: 'orders#index'
  concern(:closable) { post :close, on: :member }
  resources :orders, only: %i[index show], concerns: :closable do
    get :preview, on: :collection
    resources :lines, only: :create, shallow: true
    member do
      get 'history'
    end
  end
  namespace :admin do
    resource :profile, only: [:update]
    get 'stats/:id' => 'orders#stats'
  end
  scope '/api', module: :api do
    match 'ping', to: 'orders#ping', via: [:get, :post]
  end
  get 'old', to: redirect('/orders')
  mount Shop::Engine => '/shop'
end
== app/controllers/orders_controller.rb
class OrdersController < ApplicationController
  before_action :load, only: :show
  def index; end
  def show; end
  def close; end
  def preview; end
  def history; end
  private
  def load; end
end
== app/controllers/lines_controller.rb
class LinesController < ApplicationController
  def create; end
end
== app/controllers/admin/profiles_controller.rb
class Admin::ProfilesController < ApplicationController
  def update; end
end
== app/controllers/admin/orders_controller.rb
class Admin::OrdersController < OrdersController
  def stats; end
end
== app/controllers/api/orders_controller.rb
module Api
  class OrdersController < ApplicationController
    def ping; end
  end
end
== shop/config/routes.rb
Shop::Engine.routes.draw do
  get 'carts/show'
end
== shop/app/controllers/carts_controller.rb
class CartsController < ApplicationController
  def show; end
end
",
        "
OrdersController.show runs OrdersController.load
http GET / > OrdersController.index
http GET /admin/stats/:id > Admin.OrdersController.stats
http GET /api/ping > Api.OrdersController.ping
http GET /orders > OrdersController.index
http GET /orders/:id > OrdersController.show
http GET /orders/:id/history > OrdersController.history
http GET /orders/preview > OrdersController.preview
http GET /shop/carts/show > CartsController.show
http PATCH /admin/profile > Admin.ProfilesController.update
http POST /api/ping > Api.OrdersController.ping
http POST /orders/:id/close > OrdersController.close
http POST /orders/:order_id/lines > LinesController.create
http PUT /admin/profile > Admin.ProfilesController.update
",
    );
}

#[test]
fn jobs_tasks_and_schedules_are_entry_points() {
    check(
        "
== app/jobs/bill_job.rb
class BillJob < ApplicationJob
  queue_as :billing
  def perform; end
end
== app/workers/mail_worker.rb
class MailWorker
  include Sidekiq::Worker
  def perform; end
end
== app/models/order.rb
class Order
  def self.expire; end
end
== config/schedule.rb
every 1.day do
  runner 'Order.expire'
  rake 'orders:close'
end
== lib/tasks/orders.rake
namespace :orders do
  task close: :environment do
    Order.expire
  end
end
",
        "
command orders:close > orders:close
job rake orders:close > orders:close
job runner Order.expire > Order.expire
message MailWorker > MailWorker.perform
message billing > BillJob.perform
",
    );
}
