// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.util.Checks;
import com.storefront.util.Strings;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.util.List;

/** Paths of product pictures; the files themselves are on the web server. */
@Component
public class ImageStore {

    private static final int MAX_IMAGES = 12;

    private final JdbcTemplate jdbc;

    public ImageStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public List<String> of(long productId) {
        return jdbc.queryForList("SELECT path FROM product_images WHERE product_id = ? ORDER BY position",
                String.class, productId);
    }

    public void add(long productId, String fileName, String altText) {
        int count = of(productId).size();
        Checks.require(count < MAX_IMAGES, "a product has at most " + MAX_IMAGES + " pictures");
        String path = productId / 1000 + "/" + productId + "/" + Strings.slug(fileName) + ".webp";
        jdbc.update("INSERT INTO product_images (product_id, path, alt_text, position) VALUES (?, ?, ?, ?)",
                productId, path, altText, count);
    }

    public void remove(long productId, String path) {
        jdbc.update("DELETE FROM product_images WHERE product_id = ? AND path = ?", productId, path);
        List<String> left = of(productId);
        for (int position = 0; position < left.size(); position++) {
            jdbc.update("UPDATE product_images SET position = ? WHERE product_id = ? AND path = ?",
                    position, productId, left.get(position));
        }
    }
}
