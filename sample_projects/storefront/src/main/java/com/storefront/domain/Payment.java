// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Money;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

import java.time.Instant;

@Entity
@Table(name = "payments")
public class Payment {

    public static final String AUTHORISED = "AUTHORISED";
    public static final String CAPTURED = "CAPTURED";
    public static final String FAILED = "FAILED";
    public static final String VOIDED = "VOIDED";

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(name = "order_id", nullable = false)
    private Long orderId;

    private String provider;

    @Column(name = "provider_reference")
    private String providerReference;

    @Column(name = "amount_cents")
    private long amountCents;

    private String currency;
    private String status;

    @Column(name = "authorised_at")
    private Instant authorisedAt;

    @Column(name = "captured_at")
    private Instant capturedAt;

    protected Payment() {
    }

    public Payment(long orderId, String provider, Money amount) {
        this.orderId = orderId;
        this.provider = provider;
        this.amountCents = amount.cents();
        this.currency = amount.currency();
        this.status = FAILED;
    }

    public Long getId() {
        return id;
    }

    public Long getOrderId() {
        return orderId;
    }

    public String getProvider() {
        return provider;
    }

    public String getProviderReference() {
        return providerReference;
    }

    public String getStatus() {
        return status;
    }

    public Money amount() {
        return Money.of(amountCents, currency);
    }

    public boolean isCaptured() {
        return CAPTURED.equals(status);
    }

    public boolean isOpen() {
        return AUTHORISED.equals(status);
    }

    public void authorised(String reference) {
        providerReference = reference;
        status = AUTHORISED;
        authorisedAt = Instant.now();
    }

    public void captured() {
        if (!isOpen()) {
            throw new IllegalStateException("payment " + id + " is " + status);
        }
        status = CAPTURED;
        capturedAt = Instant.now();
    }

    public void voided() {
        status = VOIDED;
    }

    public void failed() {
        status = FAILED;
    }
}
