// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.StockLevel;
import com.storefront.service.ReorderService;
import com.storefront.service.StockService;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;
import java.util.Map;

@RestController
@RequestMapping("/api/stock")
public class StockController {

    private final StockService stock;
    private final ReorderService reorder;

    public StockController(StockService stock, ReorderService reorder) {
        this.stock = stock;
        this.reorder = reorder;
    }

    @GetMapping
    public List<Map<String, Object>> overview() {
        return stock.overview();
    }

    @GetMapping("/{productId}")
    public List<StockLevel> levels(@PathVariable long productId) {
        return stock.levels(productId);
    }

    @GetMapping("/{productId}/movements")
    public List<Map<String, Object>> movements(@PathVariable long productId) {
        return stock.movements(productId, 100);
    }

    @PostMapping("/{productId}/receive")
    public void receive(@PathVariable long productId, @RequestParam String warehouse, @RequestParam int quantity,
                        @RequestParam String deliveryNote) {
        stock.receive(warehouse, productId, quantity, deliveryNote);
    }

    @PutMapping("/{productId}/count")
    public void count(@PathVariable long productId, @RequestParam String warehouse, @RequestParam int counted) {
        stock.count(warehouse, productId, counted);
    }

    @PostMapping("/{productId}/transfer")
    public void transfer(@PathVariable long productId, @RequestParam long from, @RequestParam long to,
                         @RequestParam int quantity) {
        stock.transfer(productId, from, to, quantity);
    }

    @GetMapping("/reorder.csv")
    public String reorderCsv() {
        return reorder.proposalCsv();
    }
}
