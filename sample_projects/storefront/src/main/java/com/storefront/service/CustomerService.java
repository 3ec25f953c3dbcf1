// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Address;
import com.storefront.domain.Customer;
import com.storefront.repository.AddressRepository;
import com.storefront.repository.CustomerRepository;
import com.storefront.repository.LoginRepository;
import com.storefront.repository.SupportTicketRepository;
import com.storefront.util.Checks;
import com.storefront.util.Money;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Customers and their addresses. */
@Service
public class CustomerService {

    private static final Logger log = LoggerFactory.getLogger(CustomerService.class);

    private final CustomerRepository customers;
    private final AddressRepository addresses;
    private final LoginRepository logins;
    private final SupportTicketRepository tickets;
    private final PasswordPolicy passwordPolicy;
    private final PasswordEncoder passwordEncoder;
    private final PreferenceService preferences;
    private final NotificationService notifications;
    private final JdbcTemplate jdbc;

    public CustomerService(CustomerRepository customers, AddressRepository addresses, LoginRepository logins,
                           SupportTicketRepository tickets, PasswordPolicy passwordPolicy,
                           PasswordEncoder passwordEncoder, PreferenceService preferences,
                           NotificationService notifications, JdbcTemplate jdbc) {
        this.customers = customers;
        this.addresses = addresses;
        this.logins = logins;
        this.tickets = tickets;
        this.passwordPolicy = passwordPolicy;
        this.passwordEncoder = passwordEncoder;
        this.preferences = preferences;
        this.notifications = notifications;
        this.jdbc = jdbc;
    }

    @Transactional
    public Customer register(String email, String fullName, String password, String language) {
        Checks.require(customers.findByEmail(email.toLowerCase(Locale.ROOT)).isEmpty(), "this address is taken");
        passwordPolicy.check(password, email);
        Customer customer = customers.save(new Customer(email, fullName));
        logins.insert(customer.getId(), customer.getEmail(), passwordEncoder.encode(password));
        preferences.createDefaults(customer.getId(), language);
        notifications.welcome(customer);
        log.info("customer {} registered", customer.getId());
        return customer;
    }

    public Customer get(long customerId) {
        return Checks.found(customers.findById(customerId), "customer", customerId);
    }

    public Optional<Customer> find(String email) {
        return customers.findByEmail(Checks.notBlank(email, "email").toLowerCase(Locale.ROOT));
    }

    @Transactional
    public Customer update(long customerId, String fullName, String phone, boolean marketingOptIn) {
        Customer customer = get(customerId);
        customer.rename(fullName, phone);
        customer.setMarketingOptIn(marketingOptIn);
        return customers.save(customer);
    }

    public List<Address> addressesOf(long customerId) {
        return addresses.findByCustomerId(customerId);
    }

    public Address address(long addressId) {
        return Checks.found(addresses.findById(addressId), "address", addressId);
    }

    /** The address an order goes to when the customer names none. */
    public Address defaultAddress(long customerId) {
        Optional<Address> marked = addresses.findFirstByCustomerIdAndDefaultShippingTrue(customerId);
        if (marked.isPresent()) {
            return marked.get();
        }
        List<Address> all = addresses.findByCustomerId(customerId);
        Checks.require(!all.isEmpty(), "customer " + customerId + " has no address");
        return all.get(0);
    }

    @Transactional
    public Address addAddress(long customerId, String street, String city, String postcode, String country) {
        Customer customer = get(customerId);
        Address address = new Address(customer, street, city, postcode, country);
        address.setDefaultShipping(addresses.findByCustomerId(customerId).isEmpty());
        return addresses.save(address);
    }

    @Transactional
    public void makeDefault(long customerId, long addressId) {
        Address address = address(addressId);
        Checks.require(address.getCustomer().getId() == customerId, "this address belongs to somebody else");
        addresses.clearDefault(customerId);
        address.setDefaultShipping(true);
        addresses.save(address);
    }

    /** What the customer has spent, for the support screen. Reads orders directly because it has to be fast. */
    public Money lifetimeValue(long customerId) {
        Long cents = jdbc.queryForObject(
                "SELECT coalesce(sum(total_cents), 0) FROM orders WHERE customer_id = ? AND status NOT IN ('CANCELLED', 'RETURNED')",
                Long.class, customerId);
        return Money.of(cents == null ? 0 : cents);
    }

    public boolean isGoodCustomer(long customerId) {
        return lifetimeValue(customerId).isMoreThan(Money.of(50_000));
    }

    /** The right to be forgotten. Orders stay because the tax office wants them for ten years. */
    @Transactional
    public void forget(long customerId) {
        Customer customer = get(customerId);
        Long open = jdbc.queryForObject(
                "SELECT count(*) FROM orders WHERE customer_id = ? AND status IN ('PLACED', 'PAID', 'PACKING', 'SHIPPED')",
                Long.class, customerId);
        Checks.require(open == null || open == 0, "there are open orders");
        customer.anonymise();
        customers.save(customer);
        logins.deleteByCustomer(customerId);
        tickets.blank(customerId);
        jdbc.update("UPDATE orders SET note = NULL WHERE customer_id = ?", customerId);
        jdbc.update("DELETE FROM carts WHERE customer_id = ?", customerId);
        log.info("customer {} forgotten", customerId);
    }
}
