package dev.ravel.host.qcow2;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The table of names in an image's header, of features that its maker knew and we may not. */
final class FeatureNames {
    private static final int ENTRY = 48;
    private static final int INCOMPATIBLE = 0;
    private static final int NAME = 2;

    private FeatureNames() {}

    /** The name of an incompatible feature, without anything in it that could harm a terminal. */
    static Optional<String> find(byte[] table, int bit) {
        for (int at = 0; at + ENTRY <= table.length; at += ENTRY) {
            if (table[at] == INCOMPATIBLE && table[at + 1] == bit) {
                int end = at + NAME;
                while (end < at + ENTRY && table[end] != 0) {
                    end++;
                }
                String name = new String(table, at + NAME, end - at - NAME, StandardCharsets.US_ASCII);
                return Optional.of(name.replaceAll("[^ -~]", "?"));
            }
        }
        return Optional.empty();
    }
}
