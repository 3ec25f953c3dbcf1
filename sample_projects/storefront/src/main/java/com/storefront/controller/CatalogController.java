// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.Category;
import com.storefront.domain.Product;
import com.storefront.service.ImageStore;
import com.storefront.service.PriceRules;
import com.storefront.service.ProductService;
import com.storefront.util.Money;

import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

@RestController
@RequestMapping("/api/catalog")
public class CatalogController {

    private final ProductService products;
    private final PriceRules priceRules;
    private final ImageStore images;

    public CatalogController(ProductService products, PriceRules priceRules, ImageStore images) {
        this.products = products;
        this.priceRules = priceRules;
        this.images = images;
    }

    @GetMapping("/categories")
    public List<String> categories() {
        return products.topCategories().stream().map(Category::getName).toList();
    }

    @GetMapping("/categories/{slug}")
    public List<Map<String, Object>> category(@PathVariable String slug) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Product product : products.inCategory(slug)) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", product.getName());
            entry.put("slug", product.getSlug());
            entry.put("price", priceRules.priceOf(product.getId()).format());
            entry.put("image", images.of(product.getId()).stream().findFirst().orElse(null));
            list.add(entry);
        }
        return list;
    }

    @GetMapping("/products/{slug}")
    public Map<String, Object> product(@PathVariable String slug) {
        return products.page(slug);
    }

    @PostMapping("/products")
    public long create(@RequestBody Map<String, String> form) {
        return products.create(form.get("sku"), form.get("name"), form.get("category"), Money.parse(form.get("price")))
                .getId();
    }

    @PutMapping("/products/{id}")
    public void describe(@PathVariable long id, @RequestBody Map<String, String> form) {
        products.describe(id, form.get("name"), form.get("description"), Integer.parseInt(form.get("grams")));
    }

    @PutMapping("/products/{id}/price")
    public void price(@PathVariable long id, @RequestParam String amount) {
        priceRules.change(id, Money.parse(amount));
    }

    @DeleteMapping("/products/{id}")
    public void retire(@PathVariable long id) {
        products.retire(id);
    }

    @PostMapping("/import")
    public List<String> importCsv(@RequestBody String csv) {
        return products.importCsv(csv.lines().toList());
    }
}
