// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.Customer;
import com.storefront.service.CustomerService;
import com.storefront.service.LoginService;
import com.storefront.util.Checks;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.Map;
import java.util.Optional;

@RestController
@RequestMapping("/api/login")
public class LoginController {

    private final LoginService logins;
    private final CustomerService customers;

    public LoginController(LoginService logins, CustomerService customers) {
        this.logins = logins;
        this.customers = customers;
    }

    @PostMapping
    public ResponseEntity<Long> login(@RequestBody Map<String, String> form) {
        Optional<Customer> customer = logins.login(form.get("username"), form.get("password"), form.get("cart"));
        return customer.map(found -> ResponseEntity.ok(found.getId()))
                .orElseGet(() -> ResponseEntity.status(401).build());
    }

    @PostMapping("/register")
    public long register(@RequestBody Map<String, String> form) {
        Checks.require("yes".equals(form.get("terms")), "please accept the terms");
        return customers.register(form.get("email"), form.get("name"), form.get("password"), form.get("language")).getId();
    }

    @PostMapping("/reset")
    public void requestReset(@RequestParam String username) {
        logins.requestReset(username);
    }

    @PutMapping("/reset/{token}")
    public void reset(@PathVariable String token, @RequestBody Map<String, String> form) {
        logins.reset(token, form.get("password"));
    }

    @PutMapping("/password")
    public void change(@RequestBody Map<String, String> form) {
        logins.changePassword(form.get("username"), form.get("old"), form.get("new"));
    }
}
