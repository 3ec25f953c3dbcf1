// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.util.Checks;

import org.springframework.stereotype.Component;

import java.util.Locale;
import java.util.Set;

/** Long and not guessable; no rules about special characters. */
@Component
public class PasswordPolicy {

    private static final int MIN_LENGTH = 10;
    private static final Set<String> COMMON = Set.of("1234567890", "password123", "qwertzuiop", "storefront");

    public void check(String password, String username) {
        Checks.require(password != null && password.length() >= MIN_LENGTH,
                "a password needs at least " + MIN_LENGTH + " characters");
        Checks.require(!COMMON.contains(password.toLowerCase(Locale.ROOT)), "this password is too common");
        String name = username.split("@")[0];
        Checks.require(name.length() < 4 || !password.contains(name), "the password must not contain the name");
        Checks.require(distinct(password) >= 5, "the password repeats itself");
    }

    private long distinct(String password) {
        return password.chars().distinct().count();
    }
}
