// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.SearchHit;
import com.storefront.service.SearchIndexer;
import com.storefront.util.Page;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@RestController
@RequestMapping("/api/search")
public class SearchController {

    private final SearchIndexer search;

    public SearchController(SearchIndexer search) {
        this.search = search;
    }

    @GetMapping
    public Map<String, Object> search(@RequestParam String q, @RequestParam(required = false) Long category,
                                      @RequestParam(defaultValue = "0") int page) {
        Page<SearchHit> hits = search.search(q, category, page, Page.DEFAULT_SIZE);
        List<Map<String, Object>> items = new ArrayList<>();
        for (SearchHit hit : hits.items()) {
            items.add(Map.of("name", hit.getName(), "slug", hit.getSlug(), "price", hit.getAmount().format()));
        }
        return Map.of("items", items, "total", hits.total(), "next", hits.hasNext());
    }
}
