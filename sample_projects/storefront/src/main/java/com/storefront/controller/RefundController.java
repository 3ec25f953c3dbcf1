// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.service.RefundService;
import com.storefront.util.Money;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;
import java.util.Map;

@RestController
@RequestMapping("/api/refunds")
public class RefundController {

    private final RefundService refunds;

    public RefundController(RefundService refunds) {
        this.refunds = refunds;
    }

    @GetMapping
    public List<Map<String, Object>> of(@RequestParam long orderId) {
        return refunds.ofOrder(orderId);
    }

    @PostMapping
    public long refund(@RequestParam long orderId, @RequestParam String amount, @RequestParam String reason) {
        return refunds.refund(orderId, Money.parse(amount), null, reason);
    }

    @PostMapping("/send")
    public int sendPending() {
        return refunds.sendPending();
    }
}
