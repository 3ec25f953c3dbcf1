//! Migrations of Laravel and Doctrine, and the tables that they leave.

use crate::import::schema::tests::check;

#[test]
fn migrations_of_all_packages_are_replayed_in_one_row() {
    check(
        "== packages/Shop/src/Database/Migrations/2020_02_01_000000_orders.php
<?php
use Illuminate\\Support\\Facades\\Schema;
class Orders extends Migration {
  public function up() {
    Schema::create('orders', function (Blueprint $table) {
      $table->increments('id');
      $table->string('number', 20)->unique();
      $table->decimal('total', 12, 4)->nullable();
      $table->foreignId('user_id')->constrained()->onDelete('cascade');
      $table->integer('address_id')->unsigned();
      $table->foreign('address_id')->references('id')->on('addresses')->onDelete('cascade');
      $table->timestamps();
      $table->softDeletes();
    });
  }
  public function down() { Schema::dropIfExists('orders'); }
}
== database/migrations/2020_01_01_000000_users.php
<?php
return new class extends Migration {
  public function up(): void {
    Schema::create('users', function (Blueprint $table) { $table->id(); $table->rememberToken(); });
    Schema::create('places', function (Blueprint $table) {
      $table->id();
      foreach (['street', 'city'] as $part) { $table->text($part); }
    });
    Schema::create('notes', function (Blueprint $table) {
      $table->foreignIdFor(User::class)->nullable()->constrained();
      $table->morphs('notable');
      $table->primary(['user_id', 'notable_id']);
    });
    Schema::create('gone', function (Blueprint $table) { $table->id(); });
  }
};
== database/migrations/2021_01_01_000000_change.php
<?php
return new class extends Migration {
  public function up(): void {
    Schema::rename('places', 'addresses');
    if (! Schema::hasColumn('orders', 'note')) {
      Schema::table('orders', function (Blueprint $table) {
        $table->text('note')->nullable()->after('number');
        $table->dropColumn(['total']);
        $table->dropForeign(['user_id']);
        $table->renameColumn('number', 'code');
        $table->string('code', 40)->nullable()->change();
      });
    }
    Schema::dropIfExists('gone');
    DB::statement('ALTER TABLE addresses ADD COLUMN zip varchar(9) NOT NULL');
  }
};
",
        "table addresses: id bigint unsigned primary, street text, city text, zip varchar(9)
table notes: user_id bigint unsigned primary, notable_type varchar(255), notable_id bigint unsigned primary
table orders: id int unsigned primary, code varchar(40) unique null, user_id bigint unsigned, \
         address_id int, created_at timestamp null, updated_at timestamp null, deleted_at timestamp null, \
         note text null
table users: id bigint unsigned primary, remember_token varchar(100) null
key notes(user_id) -> users(id)
key orders(address_id) -> addresses(id)
implied orders(user_id) -> users(id)
",
    );
}

#[test]
fn doctrine_hands_sql_to_the_database() {
    check(
        "== migrations/Version20200101000000.php
<?php
final class Version20200101000000 extends AbstractMigration {
  public function up(Schema $schema): void {
    $this->addSql('CREATE TABLE orders (id INT NOT NULL, user_id INT NOT NULL, PRIMARY KEY(id))');
  }
  public function down(Schema $schema): void { $this->addSql('DROP TABLE orders'); }
}
",
        "table orders: id int primary, user_id int
",
    );
}
