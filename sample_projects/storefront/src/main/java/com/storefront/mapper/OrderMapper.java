// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.mapper;

import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Queries that grew too long for strings; the SQL is in resources/mapper/OrderMapper.xml. */
@Mapper
public interface OrderMapper {

    List<Map<String, Object>> searchOrders(@Param("customerName") String customerName, @Param("status") String status,
                                           @Param("from") Instant from, @Param("limit") int limit);

    List<Map<String, Object>> linesWithProducts(@Param("orderId") long orderId);

    int closeDelivered(@Param("before") Instant before);

    long countOpen();
}
