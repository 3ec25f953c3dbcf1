// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.admin;

import com.storefront.report.CustomerReport;
import com.storefront.report.SalesReport;
import com.storefront.service.Discounts;
import com.storefront.service.OrderManager;
import com.storefront.service.ProductService;
import com.storefront.service.ReservationService;
import com.storefront.util.Money;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** One screen for everything operations wanted to do without asking us. */
@RestController
@RequestMapping("/admin")
public class AdminController {

    private final OrderManager orderManager;
    private final SalesReport sales;
    private final CustomerReport customerReport;
    private final ProductService products;
    private final Discounts discounts;
    private final ReservationService reservations;

    public AdminController(OrderManager orderManager, SalesReport sales, CustomerReport customerReport,
                           ProductService products, Discounts discounts, ReservationService reservations) {
        this.orderManager = orderManager;
        this.sales = sales;
        this.customerReport = customerReport;
        this.products = products;
        this.discounts = discounts;
        this.reservations = reservations;
    }

    @GetMapping("/dashboard")
    public Map<String, Object> dashboard() {
        return orderManager.dashboard();
    }

    @GetMapping("/sales.csv")
    public String salesCsv(@RequestParam String from, @RequestParam String to) {
        return sales.byCategoryCsv(LocalDate.parse(from), LocalDate.parse(to));
    }

    @GetMapping("/orders.csv")
    public String ordersCsv(@RequestParam String from, @RequestParam String to) {
        return orderManager.exportCsv(LocalDate.parse(from), LocalDate.parse(to));
    }

    @GetMapping("/customers.csv")
    public String customersCsv() {
        return customerReport.bestCsv(500);
    }

    @PostMapping("/repair")
    public List<String> repair() {
        return orderManager.repair();
    }

    @PostMapping("/categories")
    public String addCategory(@RequestParam(required = false) String parent, @RequestParam String name) {
        return products.addCategory(parent, name).getSlug();
    }

    @PostMapping("/apologies")
    public String apologise(@RequestParam String amount) {
        return discounts.apologise(Money.parse(amount), 90);
    }

    @PostMapping("/reservations/release")
    public int releaseReservations() {
        return reservations.releaseExpired();
    }
}
