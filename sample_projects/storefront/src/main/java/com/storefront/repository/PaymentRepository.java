// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.Payment;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.query.Param;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

public interface PaymentRepository extends JpaRepository<Payment, Long> {

    List<Payment> findByOrderId(Long orderId);

    Optional<Payment> findByProviderReference(String providerReference);

    List<Payment> findByStatus(String status);

    @Query("select p from Payment p where p.status = 'AUTHORISED' and p.authorisedAt < :before")
    List<Payment> authorisedBefore(@Param("before") Instant before);
}
