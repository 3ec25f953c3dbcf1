// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.job;

import com.storefront.repository.CartRepository;
import com.storefront.util.Dates;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

@Component
public class CartCleanupJob {

    private static final Logger log = LoggerFactory.getLogger(CartCleanupJob.class);
    private static final int DAYS = 60;

    private final CartRepository carts;

    public CartCleanupJob(CartRepository carts) {
        this.carts = carts;
    }

    @Scheduled(cron = "0 30 3 * * *")
    @Transactional
    public void run() {
        int deleted = carts.deleteOlderThan(Dates.daysAgo(DAYS));
        log.info("{} carts older than {} days deleted", deleted, DAYS);
    }
}
