// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.messaging;

import com.storefront.service.StockService;
import com.storefront.util.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

/** Deliveries booked by the scanners of the warehouses. */
@Component
public class WarehouseFeedListener {

    private static final Logger log = LoggerFactory.getLogger(WarehouseFeedListener.class);

    private final StockService stock;

    public WarehouseFeedListener(StockService stock) {
        this.stock = stock;
    }

    @KafkaListener(topics = "warehouse-feed")
    public void onScan(String message) {
        String warehouse = Json.text(message, "warehouse");
        long product = Json.number(message, "product");
        int quantity = (int) Json.number(message, "quantity");
        if (quantity <= 0) {
            log.warn("scan without a quantity from {}", warehouse);
            return;
        }
        stock.receive(warehouse, product, quantity, Json.text(message, "note"));
    }
}
