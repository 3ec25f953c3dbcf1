// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.Address;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.query.Param;

import java.util.List;
import java.util.Optional;

public interface AddressRepository extends JpaRepository<Address, Long> {

    List<Address> findByCustomerId(Long customerId);

    Optional<Address> findFirstByCustomerIdAndDefaultShippingTrue(Long customerId);

    @Modifying
    @Query("update Address a set a.defaultShipping = false where a.customer.id = :customer")
    void clearDefault(@Param("customer") Long customerId);

    void deleteByCustomerId(Long customerId);
}
