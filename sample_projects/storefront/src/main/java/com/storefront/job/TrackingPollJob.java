// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.job;

import com.storefront.service.ShippingService;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
public class TrackingPollJob {

    private static final Logger log = LoggerFactory.getLogger(TrackingPollJob.class);

    private final ShippingService shipping;

    public TrackingPollJob(ShippingService shipping) {
        this.shipping = shipping;
    }

    @Scheduled(fixedDelay = 900_000)
    public void run() {
        int changed = shipping.poll();
        if (changed > 0) {
            log.info("{} parcels arrived or were lost", changed);
        }
    }
}
