// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.job;

import com.storefront.domain.Product;
import com.storefront.repository.ProductRepository;
import com.storefront.service.SearchIndexer;
import com.storefront.util.Dates;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Indexes what changed since yesterday, in case an event was missed. */
@Component
public class ReindexJob {

    private static final Logger log = LoggerFactory.getLogger(ReindexJob.class);

    private final ProductRepository products;
    private final SearchIndexer search;

    public ReindexJob(ProductRepository products, SearchIndexer search) {
        this.products = products;
        this.search = search;
    }

    @Scheduled(cron = "0 0 4 * * *")
    public void run() {
        int indexed = 0;
        for (Product product : products.changedSince(Dates.daysAgo(1))) {
            if (product.isActive()) {
                search.index(product);
                indexed++;
            } else {
                search.remove(product.getId());
            }
        }
        log.info("{} of {} products indexed", indexed, products.countByActiveTrue());
    }
}
