// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.Cart;
import com.storefront.domain.CartItem;
import com.storefront.util.Dates;
import com.storefront.util.Ids;
import com.storefront.util.Money;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

@Repository
public class CartRepository {

    private static final RowMapper<Cart> CART = (rs, n) -> new Cart(
            rs.getLong("id"), (Long) rs.getObject("customer_id"), rs.getString("token"), rs.getString("discount_code"),
            Dates.instant(rs.getTimestamp("updated_at")));
    private static final RowMapper<CartItem> ITEM = (rs, n) -> new CartItem(
            rs.getLong("cart_id"), rs.getLong("product_id"), rs.getInt("quantity"),
            Money.of(rs.getLong("unit_price_cents")));

    private final JdbcTemplate jdbc;

    public CartRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<Cart> findByToken(String token) {
        return jdbc.query("SELECT * FROM carts WHERE token = ?", CART, token).stream().findFirst();
    }

    public Optional<Cart> findByCustomer(long customerId) {
        return jdbc.query("SELECT * FROM carts WHERE customer_id = ? ORDER BY updated_at DESC LIMIT 1", CART, customerId)
                .stream().findFirst();
    }

    public Cart create(Long customerId) {
        String token = Ids.token();
        jdbc.update("INSERT INTO carts (customer_id, token, created_at, updated_at) VALUES (?, ?, now(), now())",
                customerId, token);
        return findByToken(token).orElseThrow();
    }

    public List<CartItem> items(long cartId) {
        return jdbc.query("SELECT * FROM cart_items WHERE cart_id = ? ORDER BY id", ITEM, cartId);
    }

    public void addItem(long cartId, long productId, int quantity, Money unitPrice) {
        jdbc.update("""
                INSERT INTO cart_items (cart_id, product_id, quantity, unit_price_cents) VALUES (?, ?, ?, ?)
                ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = cart_items.quantity + excluded.quantity
                """, cartId, productId, quantity, unitPrice.cents());
        touch(cartId);
    }

    public void changeQuantity(long cartId, long productId, int quantity) {
        jdbc.update("UPDATE cart_items SET quantity = ? WHERE cart_id = ? AND product_id = ?", quantity, cartId, productId);
        touch(cartId);
    }

    public void removeItem(long cartId, long productId) {
        jdbc.update("DELETE FROM cart_items WHERE cart_id = ? AND product_id = ?", cartId, productId);
        touch(cartId);
    }

    public void clear(long cartId) {
        jdbc.update("DELETE FROM cart_items WHERE cart_id = ?", cartId);
        jdbc.update("UPDATE carts SET discount_code = NULL, updated_at = now() WHERE id = ?", cartId);
    }

    public void setDiscount(long cartId, String code) {
        jdbc.update("UPDATE carts SET discount_code = ?, updated_at = now() WHERE id = ?", code, cartId);
    }

    public void assignCustomer(long cartId, long customerId) {
        jdbc.update("UPDATE carts SET customer_id = ?, updated_at = now() WHERE id = ?", customerId, cartId);
    }

    public int deleteOlderThan(Instant since) {
        jdbc.update("DELETE FROM cart_items WHERE cart_id IN (SELECT id FROM carts WHERE updated_at < ?)", Dates.sql(since));
        return jdbc.update("DELETE FROM carts WHERE updated_at < ?", Dates.sql(since));
    }

    private void touch(long cartId) {
        jdbc.update("UPDATE carts SET updated_at = now() WHERE id = ?", cartId);
    }
}
