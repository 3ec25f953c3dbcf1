//! Rails schemas and migrations, and the tables they are read as.

use crate::import::schema::tests::check;

#[test]
fn schema_rb_is_read() {
    check(
            "== db/schema.rb
ActiveRecord::Schema[8.1].define(version: 2026_01_01) do
  enable_extension \"pgcrypto\"
  create_table \"users\", id: :uuid, force: :cascade do |t|
    t.string \"email\", limit: 80, null: false
    t.decimal \"balance\", precision: 10, scale: 2
    t.string \"tags\", array: true
    t.index [\"email\"], name: \"u\", unique: true
    t.index \"lower(email)\", unique: true
  end
  create_table \"posts\", primary_key: \"post_id\" do |t|
    t.references :author, type: :uuid, foreign_key: { to_table: :users }, null: false
    t.timestamps
  end
  create_table \"tags\", primary_key: [\"a\", \"b\"] do |t|
    t.bigint \"a\"
    t.bigint \"b\"
    t.bigint \"post_id\"
  end
  add_foreign_key \"tags\", \"posts\", primary_key: \"post_id\", name: \"fk\"
end
== db/migrate/20200101000000_old.rb
class Old < ActiveRecord::Migration[5.0]
  def change
    create_table :gone do |t|
      t.string :a
    end
  end
end
",
            "table posts: post_id bigint primary, author_id uuid, created_at datetime, updated_at datetime
table tags: a bigint primary, b bigint primary, post_id bigint null
table users: id uuid primary, email string(80) unique, balance decimal(10,2) null, tags string[] null
key posts(author_id) -> users(id)
key tags(post_id) -> posts(post_id)
",
        );
}

#[test]
fn migrations_are_replayed() {
    check(
        "== db/migrate/20200101000000_one.rb
class One < ActiveRecord::Migration[5.0]
  def up
    create_table(:people, :force => true) do |t|
      t.column \"name\", :string, :limit => 30, :null => false
      t.string :a, :b
      t.belongs_to :company, polymorphic: true
    end
    create_join_table :people, :groups
    make
    execute <<~SQL
      CREATE TABLE raw (id integer);
    SQL
  end
  def make
    create_table :companies unless table_exists?(:companies)
  end
  def down
    drop_table :people
  end
end
== engine/db/migrate/20200201000000_two.rb
class Two < ActiveRecord::Migration[5.0]
  def change
    %w[companies raw].each { |table| add_column table, :x, :integer, null: false }
    remove_column :people, :a, :string
    rename_column :people, :b, :c
    change_column_null :people, :c, false
    add_reference :people, :boss, foreign_key: { to_table: :people }
    add_index :people, [:c], unique: true
    remove_index :people, :c
    reversible do |dir|
      dir.up { rename_table :companies, :firms }
      dir.down { drop_table :firms }
    end
    change_table :firms do |t|
      t.remove :x
      t.string :y
    end
  end
end
",
        "table firms: id bigint primary, y string null
table groups_people: person_id bigint, group_id bigint
table people: id bigint primary, name string(30), c string, company_id bigint null, \
             company_type string null, boss_id bigint null
table raw: id integer null, x integer
implied groups_people(person_id) -> people(id)
key people(boss_id) -> people(id)
",
    );
}
