//! Structs of GORM and xorm, and the tables that chains touch.

use pretty_assertions::assert_eq;

use crate::import::access::tests::tell;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let told = tell(&[], text);
    assert_eq!(told.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn gorm_chains_read_and_write() {
    check(
        "== db/a.go
package db
import \"gorm.io/gorm\"
type User struct { gorm.Model; Name string }
type OrderLine struct { ID int64 `gorm:\"primaryKey\"`; UserID int64; User User }
func (OrderLine) TableName() string { return \"lines\" }
func List(db *gorm.DB) { var users []*User; db.Where(\"a = ?\", 1).Order(\"b\").Find(&users) }
func Add(db *gorm.DB, u *User) error { return db.WithContext(nil).Create(u).Error }
func Count(db *gorm.DB) { var n int64; db.Model(new(OrderLine)).Where(\"x\").Count(&n) }
func Drop(db *gorm.DB, u *User) { db.Model(&OrderLine{}).Where(\"a\", u).Delete(nil); cache.Delete(1) }
",
        &[
            "Add writes users (orm)",
            "Count reads lines (orm)",
            "Drop writes lines (orm)",
            "List reads users (orm)",
            "db/a.go reads lines (entity)",
            "db/a.go reads users (entity)",
            "lines(user_id) implies users",
        ],
    );
}

#[test]
fn xorm_names_tables_in_the_singular() {
    check(
        "== db/a.go
package db
import \"xorm.io/xorm\"
type LFSObject struct { ID int64 `xorm:\"pk autoincr\"` }
func Get(e *xorm.Session, id int64) { o := new(LFSObject); e.ID(id).Get(o); e.Insert(&LFSObject{ID: 1}) }
",
        &[
            "Get reads lfs_object (orm)",
            "Get writes lfs_object (orm)",
            "db/a.go reads lfs_object (entity)",
        ],
    );
}

#[test]
fn handles_are_followed_through_variables_and_packages() {
    check(
        "== data/data.go
package data
import \"xorm.io/xorm\"
type Data struct { DB *xorm.Engine }
type Order struct { ID int64 `xorm:\"pk autoincr\"`; UserID int64 }
type User struct { ID int64 `xorm:\"pk autoincr\"` }
== repo/a.go
package repo
import \"shop/data\"
type Repo struct { data *data.Data }
func (r *Repo) Find(id int64) { var o data.Order; r.data.DB.Context(nil).ID(id).Get(&o) }
func (r *Repo) List() {
  ids := make([]string, 0)
  session := r.data.DB.Context(nil).Table(\"order\")
  session.Join(\"INNER\", \"user\", \"user.id = order.user_id\")
  session.Find(&ids)
}
func (r *Repo) Other(cache Cache, o *data.Order) { cache.Delete(o) }
",
        &[
            "Repo.Find reads order (orm)",
            "Repo.List joins order user",
            "Repo.List reads order (orm)",
            "Repo.List reads user (orm)",
            "data/data.go reads order (entity)",
            "data/data.go reads user (entity)",
        ],
    );
}
