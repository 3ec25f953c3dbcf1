// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Product;
import com.storefront.domain.SearchHit;
import com.storefront.mapper.SearchMapper;
import com.storefront.util.Page;
import com.storefront.util.Strings;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps search_terms in step with the products, and answers searches. */
@Service
public class SearchIndexer {

    private static final int NAME_WEIGHT = 10;
    private static final int CATEGORY_WEIGHT = 4;
    private static final int TEXT_WEIGHT = 1;

    private final SearchMapper search;

    public SearchIndexer(SearchMapper search) {
        this.search = search;
    }

    @Transactional
    public void index(Product product) {
        search.deleteTerms(product.getId());
        Map<String, Integer> weights = new TreeMap<>();
        weigh(weights, product.getName(), NAME_WEIGHT);
        if (product.getCategory() != null) {
            weigh(weights, String.join(" ", product.getCategory().path()), CATEGORY_WEIGHT);
        }
        if (product.getDescription() != null) {
            weigh(weights, product.getDescription(), TEXT_WEIGHT);
        }
        for (Map.Entry<String, Integer> entry : weights.entrySet()) {
            search.insertTerm(Strings.truncate(entry.getKey(), 60), product.getId(), entry.getValue());
        }
    }

    public void remove(long productId) {
        search.deleteTerms(productId);
    }

    public Page<SearchHit> search(String query, Long categoryId, int page, int size) {
        List<String> words = Strings.words(query);
        if (words.isEmpty()) {
            return new Page<>(List.of(), 0, Page.limit(size), 0);
        }
        List<SearchHit> hits = search.search(words, categoryId, Page.limit(size), Page.offset(page, size));
        return new Page<>(hits, page, Page.limit(size), search.countHits(words, categoryId));
    }

    private void weigh(Map<String, Integer> weights, String text, int weight) {
        for (String word : Strings.words(text)) {
            weights.merge(word, weight, Integer::sum);
        }
    }
}
