// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.StockLevel;
import com.storefront.domain.Warehouse;
import com.storefront.repository.StockRepository;
import com.storefront.repository.WarehouseRepository;
import com.storefront.util.Checks;
import com.storefront.util.Page;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How much of what lies where. */
@Service
public class StockService {

    private static final Logger log = LoggerFactory.getLogger(StockService.class);

    private final StockRepository stock;
    private final WarehouseRepository warehouses;
    private final JdbcTemplate jdbc;

    public StockService(StockRepository stock, WarehouseRepository warehouses, JdbcTemplate jdbc) {
        this.stock = stock;
        this.warehouses = warehouses;
        this.jdbc = jdbc;
    }

    public int available(long productId) {
        return stock.available(productId);
    }

    public boolean isAvailable(long productId, int quantity) {
        return stock.available(productId) >= quantity;
    }

    public List<StockLevel> levels(long productId) {
        return stock.levels(productId);
    }

    public Warehouse warehouse(long warehouseId) {
        return Checks.found(warehouses.findById(warehouseId), "warehouse", warehouseId);
    }

    /** The warehouse that can send all of it, one in the customer's country if there is one. */
    public Optional<Long> bestWarehouse(long productId, int quantity, String country) {
        Long fallback = null;
        for (StockLevel level : stock.levels(productId)) {
            if (!level.covers(quantity)) {
                continue;
            }
            if (warehouse(level.warehouseId()).isIn(country)) {
                return Optional.of(level.warehouseId());
            }
            if (fallback == null) {
                fallback = level.warehouseId();
            }
        }
        return Optional.ofNullable(fallback);
    }

    @Transactional
    public void receive(String warehouseCode, long productId, int quantity, String deliveryNote) {
        Checks.positive(quantity, "quantity");
        Warehouse warehouse = Checks.found(warehouses.findByCode(warehouseCode), "warehouse", warehouseCode);
        stock.adjust(productId, warehouse.getId(), quantity);
        stock.recordMovement(productId, warehouse.getId(), quantity, "RECEIVED", deliveryNote);
    }

    @Transactional
    public void count(String warehouseCode, long productId, int counted) {
        Warehouse warehouse = Checks.found(warehouses.findByCode(warehouseCode), "warehouse", warehouseCode);
        int booked = 0;
        for (StockLevel level : stock.levels(productId)) {
            if (level.warehouseId() == warehouse.getId()) {
                booked = level.onHand();
            }
        }
        if (counted == booked) {
            return;
        }
        log.warn("stock of {} in {}: booked {}, counted {}", productId, warehouseCode, booked, counted);
        stock.adjust(productId, warehouse.getId(), counted - booked);
        stock.recordMovement(productId, warehouse.getId(), counted - booked, "COUNTED", "inventory");
    }

    /** Goods that came back and can be sold again. */
    @Transactional
    public void putBack(long productId, long warehouseId, int quantity, String reference) {
        stock.adjust(productId, warehouseId, quantity);
        stock.recordMovement(productId, warehouseId, quantity, "RETURNED", reference);
    }

    @Transactional
    public void transfer(long productId, long from, long to, int quantity) {
        Checks.require(from != to, "the warehouses are the same");
        stock.adjust(productId, from, -quantity);
        stock.recordMovement(productId, from, -quantity, "TRANSFER", "to " + to);
        stock.adjust(productId, to, quantity);
        stock.recordMovement(productId, to, quantity, "TRANSFER", "from " + from);
    }

    public List<Map<String, Object>> movements(long productId, int limit) {
        return jdbc.queryForList("""
                SELECT m.moved_at, m.quantity, m.reason, m.reference, w.code
                FROM stock_movements m JOIN warehouses w ON w.id = m.warehouse_id
                WHERE m.product_id = ? ORDER BY m.moved_at DESC LIMIT ?
                """, productId, Page.limit(limit));
    }

    public List<Map<String, Object>> overview() {
        return jdbc.queryForList("""
                SELECT p.sku, p.name, w.code, s.on_hand, s.reserved, s.reorder_level
                FROM stock s
                JOIN products p ON p.id = s.product_id
                JOIN warehouses w ON w.id = s.warehouse_id
                ORDER BY p.sku, w.code
                """);
    }
}
