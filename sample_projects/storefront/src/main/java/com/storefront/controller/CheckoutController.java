// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.Address;
import com.storefront.domain.Order;
import com.storefront.service.CheckoutService;
import com.storefront.service.CustomerService;
import com.storefront.service.ShippingService;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.Map;

@RestController
@RequestMapping("/api/checkout")
public class CheckoutController {

    private static final Logger log = LoggerFactory.getLogger(CheckoutController.class);

    private final CheckoutService checkout;
    private final ShippingService shipping;
    private final CustomerService customers;

    public CheckoutController(CheckoutService checkout, ShippingService shipping, CustomerService customers) {
        this.checkout = checkout;
        this.shipping = shipping;
        this.customers = customers;
    }

    @GetMapping("/{token}")
    public Map<String, Object> preview(@PathVariable String token, @RequestParam long customerId,
                                       @RequestParam(required = false) Long addressId) {
        Map<String, Object> preview = checkout.preview(token, customerId, addressId);
        Address address = addressId == null ? customers.defaultAddress(customerId) : customers.address(addressId);
        preview.put("delivery", shipping.promise(address.getCountry()).toString());
        return preview;
    }

    @PostMapping("/{token}")
    public ResponseEntity<String> place(@PathVariable String token, @RequestBody Map<String, String> form) {
        try {
            Long addressId = form.containsKey("address") ? Long.valueOf(form.get("address")) : null;
            Order order = checkout.placeOrder(token, Long.parseLong(form.get("customer")), addressId, form.get("card"),
                    form.get("note"));
            return ResponseEntity.ok(order.getNumber());
        } catch (IllegalStateException soldOut) {
            log.info("checkout failed: {}", soldOut.getMessage());
            return ResponseEntity.status(409).body(soldOut.getMessage());
        }
    }
}
