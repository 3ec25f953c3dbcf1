// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.Customer;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.query.Param;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

public interface CustomerRepository extends JpaRepository<Customer, Long> {

    Optional<Customer> findByEmail(String email);

    List<Customer> findByStatus(String status);

    @Query("select c from Customer c where c.createdAt >= :since order by c.createdAt")
    List<Customer> registeredSince(@Param("since") Instant since);

    @Query(value = "SELECT count(*) FROM customers WHERE marketing_opt_in AND status = 'ACTIVE'", nativeQuery = true)
    long countReachable();
}
