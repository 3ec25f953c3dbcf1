// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.mapper;

import com.storefront.domain.SearchHit;

import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

import java.util.List;

/** Product search; the SQL is in resources/mapper/SearchMapper.xml. */
@Mapper
public interface SearchMapper {

    List<SearchHit> search(@Param("words") List<String> words, @Param("categoryId") Long categoryId,
                           @Param("limit") int limit, @Param("offset") int offset);

    long countHits(@Param("words") List<String> words, @Param("categoryId") Long categoryId);

    void deleteTerms(@Param("productId") long productId);

    void insertTerm(@Param("term") String term, @Param("productId") long productId, @Param("weight") int weight);
}
