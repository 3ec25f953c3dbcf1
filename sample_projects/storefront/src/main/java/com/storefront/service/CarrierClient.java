// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Carrier;
import com.storefront.util.Checks;
import com.storefront.util.Json;
import com.storefront.util.Retry;
import com.storefront.util.Strings;

import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Talks to the carriers. They all say they follow the same interface. */
@Component
public class CarrierClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /** Announces a parcel and returns its tracking number. */
    public String announce(Carrier carrier, List<String> address, int weightGrams, String reference) {
        String body = Json.object("to", String.join("; ", address), "grams", weightGrams, "reference", reference);
        String answer = Retry.times(3, "announcing to " + carrier.getName(), () -> send(
                HttpRequest.newBuilder(URI.create(carrier.url("parcels")))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))));
        return Checks.notBlank(Json.text(answer, "tracking"), "tracking number");
    }

    /** DELIVERED, IN_TRANSIT, LOST or UNKNOWN. */
    public String status(Carrier carrier, String trackingNumber) {
        try {
            String answer = send(HttpRequest.newBuilder(URI.create(carrier.url("parcels/" + trackingNumber))).GET());
            String status = Json.text(answer, "status");
            return Strings.isBlank(status) ? "UNKNOWN" : status.toUpperCase(Locale.ROOT);
        } catch (RuntimeException unreachable) {
            return "UNKNOWN";
        }
    }

    private String send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
            Checks.require(response.statusCode() < 300, "the carrier answered " + response.statusCode());
            return response.body();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the carrier", interrupted);
        }
    }
}
