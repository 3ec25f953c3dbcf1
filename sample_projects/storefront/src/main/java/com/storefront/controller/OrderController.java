// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.Order;
import com.storefront.domain.OrderStatus;
import com.storefront.service.OrderHistory;
import com.storefront.service.OrderManager;
import com.storefront.util.Page;

import org.springframework.web.bind.annotation.DeleteMapping;
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
@RequestMapping("/api/orders")
public class OrderController {

    private final OrderManager orderManager;
    private final OrderHistory history;

    public OrderController(OrderManager orderManager, OrderHistory history) {
        this.orderManager = orderManager;
        this.history = history;
    }

    @GetMapping
    public List<String> of(@RequestParam long customerId, @RequestParam(defaultValue = "0") int page) {
        return history.of(customerId, page, Page.DEFAULT_SIZE).items().stream().map(Order::getNumber).toList();
    }

    @GetMapping("/{number}")
    public Map<String, Object> show(@PathVariable String number) {
        Order order = history.byNumber(number);
        return Map.of("number", order.getNumber(), "status", order.getStatus(), "total", order.getTotal().format(),
                "lines", history.lines(order.getId()), "timeline", history.timeline(order.getId()));
    }

    @GetMapping("/search")
    public List<Map<String, Object>> search(@RequestParam String name, @RequestParam(required = false) OrderStatus status) {
        return history.search(name, status, 365);
    }

    @DeleteMapping("/{id}")
    public void cancel(@PathVariable long id, @RequestParam String reason) {
        orderManager.cancel(id, reason);
    }

    @PostMapping("/{id}/items")
    public void addItem(@PathVariable long id, @RequestParam long productId, @RequestParam int quantity,
                        @RequestParam String card) {
        orderManager.addItem(id, productId, quantity, card);
    }

    @DeleteMapping("/{id}/items/{productId}")
    public void removeItem(@PathVariable long id, @PathVariable long productId) {
        orderManager.removeItem(id, productId);
    }

    @PutMapping("/{id}/address")
    public void changeAddress(@PathVariable long id, @RequestParam long addressId) {
        orderManager.changeAddress(id, addressId);
    }

    @PostMapping("/{id}/replace")
    public String replaceLost(@PathVariable long id) {
        return orderManager.replaceLost(id).getNumber();
    }
}
