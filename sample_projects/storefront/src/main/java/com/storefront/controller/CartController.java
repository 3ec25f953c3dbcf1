// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.Cart;
import com.storefront.service.CartService;
import com.storefront.service.CheckoutService;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.Map;

@RestController
@RequestMapping("/api/cart")
public class CartController {

    private final CartService carts;
    private final CheckoutService checkout;

    public CartController(CartService carts, CheckoutService checkout) {
        this.carts = carts;
        this.checkout = checkout;
    }

    @GetMapping
    public Map<String, Object> show(@RequestParam(required = false) String token,
                                    @RequestParam(required = false) Long customerId) {
        return carts.view(carts.getOrCreate(token, customerId));
    }

    @PostMapping("/{token}/items")
    public Map<String, Object> add(@PathVariable String token, @RequestParam long productId, @RequestParam int quantity) {
        Cart cart = carts.get(token);
        carts.add(cart, productId, quantity);
        return carts.view(cart);
    }

    @PutMapping("/{token}/items/{productId}")
    public Map<String, Object> change(@PathVariable String token, @PathVariable long productId, @RequestParam int quantity) {
        Cart cart = carts.get(token);
        carts.change(cart, productId, quantity);
        return carts.view(cart);
    }

    @PutMapping("/{token}/discount")
    public Map<String, Object> redeem(@PathVariable String token, @RequestParam String code) {
        carts.redeem(carts.get(token), code);
        return carts.view(carts.get(token));
    }

    @PostMapping("/reorder")
    public Map<String, Object> reorder(@RequestParam long customerId, @RequestParam String number) {
        return carts.view(checkout.reorder(customerId, number));
    }
}
