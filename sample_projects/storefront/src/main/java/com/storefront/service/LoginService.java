// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Customer;
import com.storefront.domain.Login;
import com.storefront.repository.CustomerRepository;
import com.storefront.repository.LoginRepository;
import com.storefront.util.Checks;
import com.storefront.util.Dates;
import com.storefront.util.Ids;
import com.storefront.util.Strings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.time.Instant;
import java.util.Optional;

@Service
public class LoginService {

    private static final Logger log = LoggerFactory.getLogger(LoginService.class);
    private static final int LOCK_MINUTES = 15;

    private final LoginRepository logins;
    private final CustomerRepository customers;
    private final PasswordPolicy passwordPolicy;
    private final PasswordEncoder passwordEncoder;
    private final NotificationService notifications;
    private final CartService carts;

    public LoginService(LoginRepository logins, CustomerRepository customers, PasswordPolicy passwordPolicy,
                        PasswordEncoder passwordEncoder, NotificationService notifications, CartService carts) {
        this.logins = logins;
        this.customers = customers;
        this.passwordPolicy = passwordPolicy;
        this.passwordEncoder = passwordEncoder;
        this.notifications = notifications;
        this.carts = carts;
    }

    /** Checks the password and hands the anonymous cart over to the customer. */
    @Transactional
    public Optional<Customer> login(String username, String password, String cartToken) {
        Optional<Login> found = logins.findByUsername(username);
        if (found.isEmpty()) {
            log.info("unknown user {}", Strings.mask(username));
            return Optional.empty();
        }
        Login login = found.get();
        if (login.isLocked(Instant.now())) {
            return Optional.empty();
        }
        if (!passwordEncoder.matches(password, login.passwordHash())) {
            logins.recordFailure(login.id(), login.isLastAttempt() ? Dates.inMinutes(LOCK_MINUTES) : null);
            return Optional.empty();
        }
        logins.recordSuccess(login.id());
        if (!Strings.isBlank(cartToken)) {
            carts.takeOver(cartToken, login.customerId());
        }
        return customers.findById(login.customerId());
    }

    @Transactional
    public void requestReset(String username) {
        Optional<Login> found = logins.findByUsername(username);
        if (found.isEmpty()) {
            return;
        }
        String token = Ids.token();
        logins.storeResetToken(found.get().id(), token);
        customers.findById(found.get().customerId())
                .ifPresent(customer -> notifications.passwordReset(customer, token));
    }

    @Transactional
    public void reset(String token, String newPassword) {
        Login login = Checks.found(logins.findByResetToken(token), "reset token", Strings.mask(token));
        passwordPolicy.check(newPassword, login.username());
        logins.updatePassword(login.id(), passwordEncoder.encode(newPassword));
    }

    @Transactional
    public void changePassword(String username, String oldPassword, String newPassword) {
        Login login = Checks.found(logins.findByUsername(username), "login", username);
        Checks.require(passwordEncoder.matches(oldPassword, login.passwordHash()), "the old password is wrong");
        passwordPolicy.check(newPassword, username);
        logins.updatePassword(login.id(), passwordEncoder.encode(newPassword));
    }
}
