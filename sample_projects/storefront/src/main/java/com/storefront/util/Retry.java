// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.util;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Supplier;

/** Tries again what fails now and then: carriers, gateways, mail. */
public final class Retry {

    private static final Logger log = LoggerFactory.getLogger(Retry.class);

    private Retry() {
    }

    public static <T> T times(int attempts, String what, Supplier<T> work) {
        RuntimeException last = null;
        for (int attempt = 1; attempt <= attempts; attempt++) {
            try {
                return work.get();
            } catch (RuntimeException failure) {
                last = failure;
                log.warn("{} failed, attempt {} of {}", what, attempt, attempts);
                pause(attempt);
            }
        }
        throw new IllegalStateException(what + " failed " + attempts + " times", last);
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(200L * attempt);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
