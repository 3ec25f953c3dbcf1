// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Customer;
import com.storefront.domain.Order;
import com.storefront.util.Strings;

import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Service;

/** Mails to customers and to us. */
@Service
public class NotificationService {

    private static final String FROM = "shop@storefront.example";
    private static final String OPERATIONS = "operations@storefront.example";

    private final JavaMailSender mail;
    private final PreferenceService preferences;

    public NotificationService(JavaMailSender mail, PreferenceService preferences) {
        this.mail = mail;
        this.preferences = preferences;
    }

    public void welcome(Customer customer) {
        send(customer, "Welcome", "Willkommen", "Hello " + customer.getFullName());
    }

    public void passwordReset(Customer customer, String token) {
        send(customer, "Your new password", "Ihr neues Passwort", "https://storefront.example/reset/" + token);
    }

    public void ticketOpened(Customer customer, long ticketId) {
        send(customer, "We got your message", "Ihre Nachricht", "Ticket " + ticketId);
    }

    public void orderPlaced(Customer customer, Order order) {
        StringBuilder text = new StringBuilder();
        text.append(order.getNumber()).append("\n\n");
        text.append(order.getItems().size()).append(" / ").append(order.getTotal().format()).append('\n');
        send(customer, "Your order " + order.getNumber(), "Ihre Bestellung " + order.getNumber(), text.toString());
    }

    public void shipped(Customer customer, String carrier, String tracking) {
        send(customer, "On its way", "Unterwegs", carrier + " " + tracking);
    }

    public void cancelled(Customer customer, String orderNumber) {
        send(customer, "Cancelled: " + orderNumber, "Storniert: " + orderNumber, orderNumber);
    }

    public void paymentRefused(Customer customer, String orderNumber, String reason) {
        send(customer, "Please check your payment", "Bitte prüfen Sie Ihre Zahlung", orderNumber + ": " + reason);
    }

    public void operations(String subject, String text) {
        deliver(OPERATIONS, subject, text);
    }

    private void send(Customer customer, String english, String german, String text) {
        String language = preferences.language(customer.getId());
        deliver(customer.getEmail(), "de".equals(language) ? german : english, text);
    }

    private void deliver(String to, String subject, String text) {
        SimpleMailMessage message = new SimpleMailMessage();
        message.setFrom(FROM);
        message.setTo(to);
        message.setSubject(Strings.truncate(subject, 120));
        message.setText(text);
        mail.send(message);
    }
}
