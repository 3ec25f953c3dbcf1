// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Checks;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;

import java.util.List;
import java.util.Locale;

@Entity
@Table(name = "addresses")
public class Address {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @ManyToOne
    @JoinColumn(name = "customer_id", nullable = false)
    private Customer customer;

    private String street;
    private String city;
    private String postcode;
    private String country;

    @Column(name = "default_shipping")
    private boolean defaultShipping;

    protected Address() {
    }

    public Address(Customer customer, String street, String city, String postcode, String country) {
        this.customer = customer;
        this.street = Checks.notBlank(street, "street");
        this.city = Checks.notBlank(city, "city");
        this.postcode = Checks.notBlank(postcode, "postcode");
        this.country = Checks.notBlank(country, "country").toUpperCase(Locale.ROOT);
    }

    public Long getId() {
        return id;
    }

    public Customer getCustomer() {
        return customer;
    }

    public String getCountry() {
        return country;
    }

    public String getPostcode() {
        return postcode;
    }

    public boolean isDefaultShipping() {
        return defaultShipping;
    }

    public void setDefaultShipping(boolean defaultShipping) {
        this.defaultShipping = defaultShipping;
    }

    public boolean isAbroad() {
        return !"DE".equals(country);
    }

    /** As printed on a label, one line each. */
    public List<String> lines() {
        return List.of(customer.getFullName(), street, postcode + " " + city, country);
    }
}
