// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.StockLevel;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

import java.util.List;

@Repository
public class StockRepository {

    private static final RowMapper<StockLevel> ROW = (rs, n) -> new StockLevel(
            rs.getLong("product_id"), rs.getLong("warehouse_id"), rs.getInt("on_hand"), rs.getInt("reserved"),
            rs.getInt("reorder_level"));

    private final JdbcTemplate jdbc;

    public StockRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public List<StockLevel> levels(long productId) {
        return jdbc.query("SELECT * FROM stock WHERE product_id = ? ORDER BY on_hand - reserved DESC", ROW, productId);
    }

    public int available(long productId) {
        Integer sum = jdbc.queryForObject(
                "SELECT coalesce(sum(on_hand - reserved), 0) FROM stock WHERE product_id = ?", Integer.class, productId);
        return sum == null ? 0 : sum;
    }

    /** False if somebody was faster: the condition stands in the statement, not in Java. */
    public boolean hold(long productId, long warehouseId, int quantity) {
        return jdbc.update("""
                UPDATE stock SET reserved = reserved + ?
                WHERE product_id = ? AND warehouse_id = ? AND on_hand - reserved >= ?
                """, quantity, productId, warehouseId, quantity) == 1;
    }

    public void release(long productId, long warehouseId, int quantity) {
        jdbc.update("UPDATE stock SET reserved = greatest(reserved - ?, 0) WHERE product_id = ? AND warehouse_id = ?",
                quantity, productId, warehouseId);
    }

    public void consume(long productId, long warehouseId, int quantity) {
        jdbc.update("""
                UPDATE stock SET on_hand = on_hand - ?, reserved = reserved - ?
                WHERE product_id = ? AND warehouse_id = ?
                """, quantity, quantity, productId, warehouseId);
    }

    public void adjust(long productId, long warehouseId, int delta) {
        int changed = jdbc.update("UPDATE stock SET on_hand = on_hand + ? WHERE product_id = ? AND warehouse_id = ?",
                delta, productId, warehouseId);
        if (changed == 0) {
            jdbc.update("INSERT INTO stock (product_id, warehouse_id, on_hand, reserved, reorder_level) VALUES (?, ?, ?, 0, 10)",
                    productId, warehouseId, delta);
        }
    }

    public List<StockLevel> belowReorderLevel() {
        return jdbc.query("SELECT * FROM stock WHERE on_hand - reserved < reorder_level ORDER BY product_id", ROW);
    }

    public void recordMovement(long productId, long warehouseId, int quantity, String reason, String reference) {
        jdbc.update("""
                INSERT INTO stock_movements (product_id, warehouse_id, quantity, reason, reference, moved_at)
                VALUES (?, ?, ?, ?, ?, now())
                """, productId, warehouseId, quantity, reason, reference);
    }
}
