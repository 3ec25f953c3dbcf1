// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Customer;
import com.storefront.domain.Order;
import com.storefront.domain.SupportTicket;
import com.storefront.repository.SupportTicketRepository;
import com.storefront.util.Checks;
import com.storefront.util.Strings;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a customer and we have said to each other. */
@Service
public class SupportHistory {

    private final SupportTicketRepository tickets;
    private final CustomerService customers;
    private final OrderHistory orders;
    private final NotificationService notifications;

    public SupportHistory(SupportTicketRepository tickets, CustomerService customers, OrderHistory orders,
                          NotificationService notifications) {
        this.tickets = tickets;
        this.customers = customers;
        this.orders = orders;
        this.notifications = notifications;
    }

    @Transactional
    public long open(long customerId, String orderNumber, String subject, String body) {
        Customer customer = customers.get(customerId);
        Long orderId = null;
        if (!Strings.isBlank(orderNumber)) {
            Order order = orders.byNumber(orderNumber);
            Checks.require(order.getCustomerId() == customerId, "this order belongs to somebody else");
            orderId = order.getId();
        }
        long ticket = tickets.insert(customerId, orderId, Checks.notBlank(subject, "subject"), body);
        notifications.ticketOpened(customer, ticket);
        return ticket;
    }

    public List<SupportTicket> of(long customerId) {
        return tickets.byCustomer(customerId);
    }

    public List<String> overdue() {
        List<String> lines = new ArrayList<>();
        Instant now = Instant.now();
        for (SupportTicket ticket : tickets.open()) {
            if (ticket.isOverdue(now)) {
                String mark = customers.isGoodCustomer(ticket.customerId()) ? "! " : "  ";
                lines.add(mark + ticket.summary());
            }
        }
        return lines;
    }

    public void close(long ticketId) {
        tickets.close(ticketId);
    }
}
