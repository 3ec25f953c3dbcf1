// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.messaging;

import com.storefront.service.NotificationService;
import com.storefront.service.PaymentService;
import com.storefront.util.Checks;
import com.storefront.util.Json;
import com.storefront.util.Strings;

import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

/** The gateway's events: what became of bank transfers and chargebacks. */
@Component
public class PaymentEventsListener {

    private final PaymentService payments;
    private final NotificationService notifications;

    public PaymentEventsListener(PaymentService payments, NotificationService notifications) {
        this.payments = payments;
        this.notifications = notifications;
    }

    @KafkaListener(topics = "payment-events")
    public void onEvent(String message) {
        String reference = Checks.notBlank(Json.text(message, "reference"), "reference");
        switch (String.valueOf(Json.text(message, "event"))) {
            case "settled" -> payments.confirmed(reference);
            case "refused" -> payments.refused(reference, Json.text(message, "reason"));
            case "chargeback" -> notifications.operations("Chargeback", Strings.mask(reference));
            default -> { }
        }
    }
}
