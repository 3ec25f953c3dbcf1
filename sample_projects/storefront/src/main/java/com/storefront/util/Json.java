// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.util;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Just enough JSON to talk to carriers and the payment gateway without another dependency. */
public final class Json {

    private Json() {
    }

    public static String object(Object... pairs) {
        StringBuilder json = new StringBuilder("{");
        for (int at = 0; at + 1 < pairs.length; at += 2) {
            if (at > 0) {
                json.append(',');
            }
            json.append('"').append(pairs[at]).append("\":").append(value(pairs[at + 1]));
        }
        return json.append('}').toString();
    }

    public static String text(String json, String field) {
        Matcher matcher = Pattern.compile('"' + Pattern.quote(field) + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
        return matcher.find() ? matcher.group(1) : null;
    }

    public static long number(String json, String field) {
        Matcher matcher = Pattern.compile('"' + Pattern.quote(field) + "\"\\s*:\\s*(-?\\d+)").matcher(json);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static String value(Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return String.valueOf(value);
        }
        return '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
