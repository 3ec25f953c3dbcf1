// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.StockLevel;
import com.storefront.repository.StockRepository;
import com.storefront.util.Csv;
import com.storefront.util.Dates;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Says what has to be ordered from suppliers. */
@Service
public class ReorderService {

    private final StockRepository stock;
    private final ProductService products;
    private final JdbcTemplate jdbc;

    public ReorderService(StockRepository stock, ProductService products, JdbcTemplate jdbc) {
        this.stock = stock;
        this.products = products;
        this.jdbc = jdbc;
    }

    public String proposalCsv() {
        StringBuilder csv = new StringBuilder(Csv.row("product", "warehouse", "available", "sold per week", "order"));
        for (StockLevel level : stock.belowReorderLevel()) {
            int quantity = Math.max(level.reorderQuantity(), soldPerWeek(level.productId()) * 4);
            if (quantity > 0) {
                csv.append(Csv.row(products.name(level.productId()), level.warehouseId(), level.available(),
                        soldPerWeek(level.productId()), quantity));
            }
        }
        return csv.toString();
    }

    /** Raises the level of what sells, lowers it for what lies around. */
    @Transactional
    public int adjustLevels() {
        int changed = 0;
        for (StockLevel level : stock.belowReorderLevel()) {
            int wanted = Math.max(5, soldPerWeek(level.productId()) * 2);
            if (wanted != level.reorderLevel()) {
                jdbc.update("UPDATE stock SET reorder_level = ? WHERE product_id = ? AND warehouse_id = ?",
                        wanted, level.productId(), level.warehouseId());
                changed++;
            }
        }
        return changed;
    }

    private int soldPerWeek(long productId) {
        Integer sold = jdbc.queryForObject("""
                SELECT coalesce(-sum(quantity), 0) FROM stock_movements
                WHERE product_id = ? AND reason = 'SOLD' AND moved_at > ?
                """, Integer.class, productId, Dates.sql(Dates.daysAgo(28)));
        return sold == null ? 0 : sold / 4;
    }
}
