// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Money;

/** One line of a search result, filled by MyBatis. */
public class SearchHit {

    private long productId;
    private String name;
    private String slug;
    private long amountCents;
    private double score;

    public long getProductId() {
        return productId;
    }

    public void setProductId(long productId) {
        this.productId = productId;
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getSlug() {
        return slug;
    }

    public void setSlug(String slug) {
        this.slug = slug;
    }

    public Money getAmount() {
        return Money.of(amountCents);
    }

    public void setAmountCents(long amountCents) {
        this.amountCents = amountCents;
    }

    public double getScore() {
        return score;
    }

    public void setScore(double score) {
        this.score = score;
    }
}
