// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.messaging;

import com.storefront.service.ShippingService;
import com.storefront.util.Json;
import com.storefront.util.Strings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

/** Carriers that send events instead of being polled. */
@Component
public class CarrierEventsListener {

    private static final Logger log = LoggerFactory.getLogger(CarrierEventsListener.class);

    private final ShippingService shipping;

    public CarrierEventsListener(ShippingService shipping) {
        this.shipping = shipping;
    }

    @KafkaListener(topics = "carrier-events")
    public void onEvent(String message) {
        String tracking = Json.text(message, "tracking");
        if (Strings.isBlank(tracking)) {
            log.warn("event without a tracking number: {}", Strings.truncate(message, 200));
            return;
        }
        String status = Json.text(message, "status");
        if ("DELIVERED".equals(status)) {
            shipping.delivered(tracking);
        } else if ("LOST".equals(status)) {
            shipping.lost(tracking);
        }
    }
}
