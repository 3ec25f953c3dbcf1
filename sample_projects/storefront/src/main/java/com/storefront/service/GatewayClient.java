// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.util.Checks;
import com.storefront.util.Json;
import com.storefront.util.Money;
import com.storefront.util.Retry;
import com.storefront.util.Strings;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Talks to the payment gateway. */
@Component
public class GatewayClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final String url;
    private final String key;

    public GatewayClient(@Value("${gateway.url}") String url, @Value("${gateway.key}") String key) {
        this.url = url;
        this.key = key;
    }

    public String name() {
        return "paygate";
    }

    public String authorise(Money amount, String cardToken, String idempotencyKey) {
        String answer = post("/authorisations", Json.object(
                "amount", amount.cents(), "currency", amount.currency(), "card", cardToken), idempotencyKey);
        return Checks.notBlank(Json.text(answer, "reference"), "reference");
    }

    public void capture(String reference, Money amount) {
        Retry.times(3, "capture " + Strings.mask(reference),
                () -> post("/authorisations/" + reference + "/capture", Json.object("amount", amount.cents()), reference));
    }

    public void cancel(String reference) {
        post("/authorisations/" + reference + "/cancel", Json.object(), reference);
    }

    public void refund(String reference, Money amount, String idempotencyKey) {
        post("/authorisations/" + reference + "/refund", Json.object("amount", amount.cents()), idempotencyKey);
    }

    private String post(String path, String body, String idempotencyKey) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + key)
                .header("Idempotency-Key", idempotencyKey)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            Checks.require(response.statusCode() < 300, "the gateway answered " + response.statusCode());
            return response.body();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the gateway", interrupted);
        }
    }
}
