// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Checks;
import com.storefront.util.Strings;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;

import java.util.ArrayList;
import java.util.List;

@Entity
@Table(name = "categories")
public class Category {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @ManyToOne
    @JoinColumn(name = "parent_id")
    private Category parent;

    private String name;
    private String slug;
    private int position;

    protected Category() {
    }

    public Category(Category parent, String name, int position) {
        this.parent = parent;
        this.name = Checks.notBlank(name, "name");
        this.slug = Strings.slug(name);
        this.position = position;
    }

    public Long getId() {
        return id;
    }

    public String getName() {
        return name;
    }

    public String getSlug() {
        return slug;
    }

    public Category getParent() {
        return parent;
    }

    public int getPosition() {
        return position;
    }

    /** From the root down, as breadcrumbs show it. */
    public List<String> path() {
        List<String> names = new ArrayList<>();
        for (Category at = this; at != null; at = at.parent) {
            names.add(0, at.name);
        }
        return names;
    }
}
