// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.SupportTicket;
import com.storefront.service.OrderManager;
import com.storefront.service.SupportHistory;
import com.storefront.util.Money;

import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;
import java.util.Map;

@RestController
@RequestMapping("/api/support")
public class SupportController {

    private final SupportHistory support;
    private final OrderManager orderManager;

    public SupportController(SupportHistory support, OrderManager orderManager) {
        this.support = support;
        this.orderManager = orderManager;
    }

    @PostMapping("/tickets")
    public long open(@RequestParam long customerId, @RequestBody Map<String, String> form) {
        return support.open(customerId, form.get("order"), form.get("subject"), form.get("body"));
    }

    @GetMapping("/tickets")
    public List<String> of(@RequestParam long customerId) {
        return support.of(customerId).stream().map(SupportTicket::summary).toList();
    }

    @GetMapping("/tickets/overdue")
    public List<String> overdue() {
        return support.overdue();
    }

    @DeleteMapping("/tickets/{id}")
    public void close(@PathVariable long id) {
        support.close(id);
    }

    @GetMapping("/orders/{number}")
    public Map<String, Object> order(@PathVariable String number) {
        return orderManager.details(number);
    }

    @PostMapping("/orders/{id}/goodwill")
    public String goodwill(@PathVariable long id, @RequestParam String amount, @RequestParam boolean voucher) {
        return orderManager.goodwill(id, Money.parse(amount), voucher);
    }
}
