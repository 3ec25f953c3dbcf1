// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Checks;
import com.storefront.util.Strings;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

@Entity
@Table(name = "customers")
public class Customer {

    public static final String ACTIVE = "ACTIVE";
    public static final String CLOSED = "CLOSED";

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(nullable = false, unique = true)
    private String email;

    @Column(name = "full_name", nullable = false)
    private String fullName;

    private String phone;

    @Column(nullable = false)
    private String status = ACTIVE;

    @Column(name = "marketing_opt_in")
    private boolean marketingOptIn;

    @Column(name = "created_at")
    private Instant createdAt = Instant.now();

    @OneToMany(mappedBy = "customer")
    private List<Address> addresses = new ArrayList<>();

    protected Customer() {
    }

    public Customer(String email, String fullName) {
        this.email = Checks.notBlank(email, "email").toLowerCase(Locale.ROOT);
        this.fullName = Checks.notBlank(fullName, "name");
    }

    public Long getId() {
        return id;
    }

    public String getEmail() {
        return email;
    }

    public String getFullName() {
        return fullName;
    }

    public String getPhone() {
        return phone;
    }

    public boolean isActive() {
        return ACTIVE.equals(status);
    }

    public boolean wantsMarketing() {
        return isActive() && marketingOptIn;
    }

    public Instant getCreatedAt() {
        return createdAt;
    }

    public List<Address> getAddresses() {
        return addresses;
    }

    public void rename(String fullName, String phone) {
        this.fullName = Checks.notBlank(fullName, "name");
        this.phone = Strings.trimToNull(phone);
    }

    public void setMarketingOptIn(boolean marketingOptIn) {
        this.marketingOptIn = marketingOptIn;
    }

    /** Erases what identifies a person; the row stays because orders point at it. */
    public void anonymise() {
        email = "gone-" + id + "@invalid";
        fullName = "Deleted customer";
        phone = null;
        status = CLOSED;
        marketingOptIn = false;
    }
}
