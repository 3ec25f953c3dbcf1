// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.Address;
import com.storefront.domain.Customer;
import com.storefront.service.CustomerService;
import com.storefront.service.OrderHistory;
import com.storefront.service.PreferenceService;

import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

@RestController
@RequestMapping("/api/profile")
public class ProfileController {

    private final CustomerService customers;
    private final PreferenceService preferences;
    private final OrderHistory orders;

    public ProfileController(CustomerService customers, PreferenceService preferences, OrderHistory orders) {
        this.customers = customers;
        this.preferences = preferences;
        this.orders = orders;
    }

    @GetMapping("/{customerId}")
    public Map<String, Object> show(@PathVariable long customerId) {
        Customer customer = customers.get(customerId);
        Map<String, Object> profile = new LinkedHashMap<>();
        profile.put("name", customer.getFullName());
        profile.put("email", customer.getEmail());
        profile.put("phone", customer.getPhone());
        profile.put("preferences", preferences.all(customerId));
        profile.put("orders", orders.of(customerId, 0, 5).total());
        return profile;
    }

    @PutMapping("/{customerId}")
    public void update(@PathVariable long customerId, @RequestBody Map<String, String> form) {
        customers.update(customerId, form.get("name"), form.get("phone"), Boolean.parseBoolean(form.get("marketing")));
        preferences.change(customerId, form.get("language"), form.get("currency"),
                Boolean.parseBoolean(form.get("newsletter")));
    }

    @GetMapping("/{customerId}/addresses")
    public List<List<String>> addresses(@PathVariable long customerId) {
        return customers.addressesOf(customerId).stream().map(Address::lines).toList();
    }

    @PostMapping("/{customerId}/addresses")
    public long addAddress(@PathVariable long customerId, @RequestBody Map<String, String> form) {
        return customers.addAddress(customerId, form.get("street"), form.get("city"), form.get("postcode"),
                form.get("country")).getId();
    }

    @PutMapping("/{customerId}/addresses/{addressId}/default")
    public void makeDefault(@PathVariable long customerId, @PathVariable long addressId) {
        customers.makeDefault(customerId, addressId);
    }

    @DeleteMapping("/{customerId}")
    public void forget(@PathVariable long customerId) {
        customers.forget(customerId);
    }
}
