//! Models and queries of TypeScript and JavaScript in, accesses and keys out.

use crate::import::access::tests::check;

#[test]
fn type_orm_entities_repositories_and_builders() {
    check(
        &[],
        "
== src/order.ts
import { Entity, Column, ManyToOne, OneToMany, JoinColumn } from 'typeorm';
@Entity('orders') export class Order {
  @PrimaryGeneratedColumn() id: number;
  @ManyToOne(() => Customer, customer => customer.orders) @JoinColumn({ name: 'customer_id' }) customer: Customer;
  @OneToMany(() => OrderLine, line => line.order) lines: OrderLine[];
}
@Entity() export class OrderLine { @ManyToOne(() => Order) order: Order }
@Entity() export class Customer { @OneToMany(() => Order, o => o.customer) orders: Order[] }
== src/shop.ts
import { Repository, EntityManager } from 'typeorm';
import { Order, Customer } from './order';
class Shop {
  constructor(@InjectRepository(Order) private orders: Repository<Order>, private em: EntityManager) {}
  list() { return this.orders.find({ relations: ['lines'] }) }
  place(order: Order) { return this.orders.save(this.orders.create(order)) }
  move(c: Customer) { return this.em.save(c) }
  both() { return this.orders.createQueryBuilder('o').leftJoin('o.customer', 'c').getMany() }
  one(ctx) { return this.orThrow(ctx, Customer, 1) }
  orThrow(ctx, entity, id) { return this.em.getRepository(ctx, entity).findOne(id) }
  drop() { return getRepository(Customer).createQueryBuilder().delete().execute() }
}
",
        "
Shop.both joins customer orders
Shop.both reads customer (orm)
Shop.both reads orders (orm)
Shop.drop writes customer (orm)
Shop.list joins order_line orders
Shop.list reads order_line (orm)
Shop.list reads orders (orm)
Shop.move writes customer (orm)
Shop.one reads customer (orm)
Shop.place writes orders (orm)
order_line(orderId) implies orders
orders(customer_id) implies customer
src/order.ts reads customer (entity)
src/order.ts reads order_line (entity)
src/order.ts reads orders (entity)
",
    );
}

#[test]
fn prisma_delegates_with_what_is_nested_in_them() {
    check(
        &["orders", "Line"],
        "
== schema.prisma
model Order {
  id Int @id
  lines Line[]
  @@map(\"orders\")
}
model Line {
  id Int @id
  order Order @relation(fields: [orderId], references: [id])
}
== src/a.ts
export const list = (prisma) => prisma.order.findMany({ include: { lines: true } })
export async function place(ctx) {
  await ctx.tx.order.create({ data: { lines: { create: [{ id: 1 }] } } })
  await this.order.update({})
}
",
        "
list joins Line orders
list reads Line (orm)
list reads orders (orm)
place writes Line (orm)
place writes orders (orm)
",
    );
}

#[test]
fn builders_are_told_tables_by_text_and_by_variable() {
    check(
        &["orders", "lines", "stock"],
        "
== src/knex.js
const TABLE = 'orders'
exports.a = (knex) => knex(TABLE).join('lines', 'x', 'y').where({ id: 1 })
exports.b = async (trx) => { await trx('stock').where('id', 1).update({ n: 1 }) }
exports.c = () => Array.from('orders')
== src/kysely.ts
export const d = (db) => db.selectFrom('orders as o').innerJoin('lines', 'a', 'b').execute()
export const e = (db) => db.insertInto('stock').values({}).execute()
== src/tables.ts
import { pgTable, serial, integer } from 'drizzle-orm/pg-core'
export const coupons = pgTable('coupons', { id: serial('id').primaryKey() })
== src/drizzle.ts
import { coupons } from './tables'
export const f = (db) => db.select().from(coupons)
export const g = (db) => db.delete(coupons).where(1)
",
        "
a joins lines orders
a reads lines (orm)
a reads orders (orm)
b writes stock (orm)
d joins lines orders
d reads lines (orm)
d reads orders (orm)
e writes stock (orm)
f reads coupons (orm)
g writes coupons (orm)
src/tables.ts reads coupons (entity)
",
    );
}

#[test]
fn sequelize_models_are_defined_by_calls() {
    check(
        &[],
        "
== src/models.js
const Order = sequelize.define('Order', { id: { type: DataTypes.INTEGER, primaryKey: true } }, { tableName: 'orders' })
class Line extends Model {}
Line.init({ n: DataTypes.INTEGER }, { sequelize, tableName: 'lines' })
module.exports = { Order, Line }
== src/shop.js
const { Order, Line } = require('./models')
exports.list = () => Order.findAll()
exports.add = (x) => Line.create(x)
",
        "
add writes lines (orm)
list reads orders (orm)
src/models.js reads lines (entity)
src/models.js reads orders (entity)
",
    );
}

#[test]
fn medusa_services_are_made_for_models() {
    check(
        &["order", "order_address"],
        "
== src/models.ts
import { Entity } from '@mikro-orm/core';
import { model } from '@medusajs/framework/utils';
@Entity({ tableName: 'order_address' }) export class OrderAddress { @PrimaryKey() id: string }
export const Order = model.define('order', { id: model.id() }).indexes([]);
== src/service.ts
import { MedusaService } from '@medusajs/framework/utils';
import { Order, OrderAddress } from './models';
import { IOrders } from './types';
const made = { Order, OrderAddress };
export default class Orders extends MedusaService<{ Order: { dto: any } }>(made) implements IOrders {
  protected orderAddressService_: ModulesSdkTypes.IMedusaInternalService<any>;
  async createOrders(data) { return await this.orderAddressService_.create(data) }
  async one(id) { return await this.retrieveOrder(id) }
}
== src/inner.ts
import { MedusaInternalService } from '@medusajs/framework/utils';
import { OrderAddress } from './models';
export class Addresses extends MedusaInternalService<any>(OrderAddress) { async retrieve(id) { return 1 } }
export function all(addresses: Addresses) { addresses.retrieve(1); return addresses.list({}) }
== src/types.ts
export interface IOrders { createOrders(data): any; deleteOrderAddresses(ids): any }
== src/flow.ts
import { IOrders } from './types';
import { useQueryGraphStep } from '@medusajs/medusa/core-flows';
export const step = createStep('a', async (data, { container }) => {
  const orders = container.resolve<IOrders>('orders');
  await orders.createOrders(data);
  await orders.deleteOrderAddresses([]);
});
export function flow() { useQueryGraphStep({ entity: 'order_address', fields: [] }); }
",
        "
Orders.createOrders writes order_address (orm)
Orders.one reads order (orm)
all reads order_address (orm)
flow reads order_address (orm)
src/models.ts reads order (entity)
src/models.ts reads order_address (entity)
step writes order_address (orm)
",
    );
}
