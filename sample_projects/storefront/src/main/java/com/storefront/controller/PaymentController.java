// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.Payment;
import com.storefront.service.FraudCheck;
import com.storefront.service.PaymentService;
import com.storefront.util.Json;
import com.storefront.util.Strings;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@RestController
@RequestMapping("/api/payments")
public class PaymentController {

    private final PaymentService payments;
    private final FraudCheck fraudCheck;

    public PaymentController(PaymentService payments, FraudCheck fraudCheck) {
        this.payments = payments;
        this.fraudCheck = fraudCheck;
    }

    @GetMapping
    public List<Map<String, Object>> of(@RequestParam long orderId) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Payment payment : payments.of(orderId)) {
            list.add(Map.of("amount", payment.amount().format(), "status", payment.getStatus(),
                    "provider", payment.getProvider(), "reference", Strings.mask(payment.getProviderReference())));
        }
        return list;
    }

    @PostMapping("/{orderId}/capture")
    public void capture(@PathVariable long orderId) {
        payments.capture(orderId);
    }

    /** Called by the gateway. */
    @PostMapping("/callback")
    public ResponseEntity<Void> callback(@RequestBody String body) {
        String reference = Json.text(body, "reference");
        if (reference == null || fraudCheck.isBlockedReference(reference)) {
            return ResponseEntity.status(400).build();
        }
        if ("refused".equals(Json.text(body, "result"))) {
            payments.refused(reference, Json.text(body, "reason"));
        } else {
            payments.confirmed(reference);
        }
        return ResponseEntity.ok().build();
    }
}
