// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.util;

import java.util.ArrayList;
import java.util.List;

/** Reads and writes comma separated values with quotes, for imports and the reports people open in a spreadsheet. */
public final class Csv {

    private Csv() {
    }

    public static String row(Object... values) {
        StringBuilder line = new StringBuilder();
        for (int at = 0; at < values.length; at++) {
            if (at > 0) {
                line.append(',');
            }
            line.append(quote(values[at] == null ? "" : values[at].toString()));
        }
        return line.append('\n').toString();
    }

    public static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (quoted && c == '"' && at + 1 < line.length() && line.charAt(at + 1) == '"') {
                cell.append('"');
                at++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }

    private static String quote(String value) {
        boolean special = value.indexOf(',') >= 0 || value.indexOf('"') >= 0 || value.indexOf('\n') >= 0;
        return special ? '"' + value.replace("\"", "\"\"") + '"' : value;
    }
}
