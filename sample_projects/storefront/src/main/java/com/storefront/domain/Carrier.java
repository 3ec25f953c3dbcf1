// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity
@Table(name = "carriers")
public class Carrier {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(unique = true)
    private String code;

    private String name;

    @Column(name = "api_url")
    private String apiUrl;

    private boolean active;

    protected Carrier() {
    }

    public Long getId() {
        return id;
    }

    public String getCode() {
        return code;
    }

    public String getName() {
        return name;
    }

    public String url(String path) {
        return apiUrl.endsWith("/") ? apiUrl + path : apiUrl + "/" + path;
    }

    public boolean isActive() {
        return active;
    }
}
