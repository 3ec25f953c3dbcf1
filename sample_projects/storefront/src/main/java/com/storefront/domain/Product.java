// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Checks;
import com.storefront.util.Strings;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;

import java.time.Instant;

@Entity
@Table(name = "products")
public class Product {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @ManyToOne
    @JoinColumn(name = "category_id")
    private Category category;

    @Column(unique = true)
    private String sku;

    private String name;
    private String description;
    private String slug;
    private boolean active = true;

    @Column(name = "weight_grams")
    private int weightGrams;

    @Column(name = "created_at")
    private Instant createdAt = Instant.now();

    @Column(name = "updated_at")
    private Instant updatedAt = Instant.now();

    protected Product() {
    }

    public Product(String sku, String name, Category category) {
        this.sku = Checks.notBlank(sku, "sku");
        this.category = category;
        rename(name);
    }

    public Long getId() {
        return id;
    }

    public String getSku() {
        return sku;
    }

    public String getName() {
        return name;
    }

    public String getSlug() {
        return slug;
    }

    public String getDescription() {
        return description;
    }

    public Category getCategory() {
        return category;
    }

    public int getWeightGrams() {
        return weightGrams;
    }

    public boolean isActive() {
        return active;
    }

    public Instant getUpdatedAt() {
        return updatedAt;
    }

    public final void rename(String name) {
        this.name = Checks.notBlank(name, "name");
        this.slug = Strings.slug(name);
        touch();
    }

    public void describe(String description, int weightGrams) {
        this.description = Strings.trimToNull(description);
        this.weightGrams = Checks.positive(weightGrams, "weight");
        touch();
    }

    public void moveTo(Category category) {
        this.category = category;
        touch();
    }

    public void retire() {
        active = false;
        touch();
    }

    private void touch() {
        updatedAt = Instant.now();
    }
}
