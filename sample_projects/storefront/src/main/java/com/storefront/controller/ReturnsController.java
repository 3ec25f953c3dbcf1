// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.ReturnRequest;
import com.storefront.service.OrderManager;
import com.storefront.service.ReturnService;

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
@RequestMapping("/api/returns")
public class ReturnsController {

    private final OrderManager orderManager;
    private final ReturnService returns;

    public ReturnsController(OrderManager orderManager, ReturnService returns) {
        this.orderManager = orderManager;
        this.returns = returns;
    }

    @PostMapping
    public long request(@RequestParam String orderNumber, @RequestParam long customerId, @RequestParam String reason) {
        return orderManager.requestReturn(orderNumber, customerId, reason);
    }

    @GetMapping("/waiting")
    public List<ReturnRequest> waiting() {
        return returns.waiting();
    }

    @PostMapping("/{id}/receive")
    public String receive(@PathVariable long id, @RequestParam boolean opened, @RequestBody Map<Long, Integer> quantities) {
        return orderManager.receiveReturn(id, quantities, opened).format();
    }

    @DeleteMapping("/{id}")
    public void close(@PathVariable long id) {
        returns.close(id);
    }
}
