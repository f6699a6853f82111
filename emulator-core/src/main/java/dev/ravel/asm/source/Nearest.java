package dev.ravel.asm.source;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Finds the word that was probably meant. */
public final class Nearest {
    private Nearest() {}

    private static final int CHANGE = 2;
    /** A wrong letter is less likely than a missing, doubled or exchanged one. */
    private static final int REPLACEMENT = 3;

    /** {@code ; did you mean `x`?}, or nothing if no word is near. */
    @SafeVarargs
    @SuppressWarnings("varargs") // The array is only read, by a method that only reads it too.
    public static String suggestion(String word, Collection<String>... vocabularies) {
        Optional<String> best = Optional.empty();
        int least = Math.min(2 * REPLACEMENT, CHANGE * (word.length() + 1) / 2);
        for (Collection<String> vocabulary : List.of(vocabularies)) {
            for (String candidate : vocabulary) {
                if (Math.abs(word.length() - candidate.length()) * CHANGE <= least) {
                    int distance = distance(word, candidate);
                    boolean first = best.isEmpty() || candidate.compareTo(best.get()) < 0;
                    if (distance < least || distance == least && first) {
                        least = distance;
                        best = Optional.of(candidate);
                    }
                }
            }
        }
        return best.map(found -> "; did you mean `" + found + "`?").orElse("");
    }

    /** What it costs to insert, delete, replace, or exchange with their neighbours, the letters that differ. */
    private static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < above.length; j++) {
            above[j] = j * CHANGE;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i * CHANGE;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(Math.min(above[j], row[j - 1]) + CHANGE, above[j - 1] + (same ? 0 : REPLACEMENT));
                boolean exchanged =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (exchanged) {
                    row[j] = Math.min(row[j], before[j - 2] + CHANGE);
                }
            }
            int[] oldest = before;
            before = above;
            above = row;
            row = oldest;
        }
        return above[b.length()];
    }
}
