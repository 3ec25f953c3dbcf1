// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.Reservation;
import com.storefront.util.Dates;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

import java.time.Instant;
import java.util.List;

@Repository
public class ReservationRepository {

    private static final RowMapper<Reservation> ROW = (rs, n) -> new Reservation(
            rs.getLong("id"), rs.getLong("order_id"), rs.getLong("product_id"), rs.getLong("warehouse_id"),
            rs.getInt("quantity"), rs.getString("state"), Dates.instant(rs.getTimestamp("expires_at")));

    private final JdbcTemplate jdbc;

    public ReservationRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public long insert(long orderId, long productId, long warehouseId, int quantity, Instant expiresAt) {
        return jdbc.queryForObject("""
                INSERT INTO reservations (order_id, product_id, warehouse_id, quantity, state, expires_at)
                VALUES (?, ?, ?, ?, 'HELD', ?) RETURNING id
                """, Long.class, orderId, productId, warehouseId, quantity, Dates.sql(expiresAt));
    }

    public List<Reservation> byOrder(long orderId) {
        return jdbc.query("SELECT * FROM reservations WHERE order_id = ? ORDER BY id", ROW, orderId);
    }

    public List<Reservation> expired(Instant now) {
        return jdbc.query("SELECT * FROM reservations WHERE state = 'HELD' AND expires_at < ?", ROW, Dates.sql(now));
    }

    public void markState(long id, String state) {
        jdbc.update("UPDATE reservations SET state = ? WHERE id = ?", state, id);
    }
}
