package dev.ravel.asm;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Finds the word that was probably meant. */
final class Nearest {
    private Nearest() {}

    /** {@code ; did you mean `x`?}, or nothing if no word is near. */
    @SafeVarargs
    static String suggestion(String word, Collection<String>... vocabularies) {
        Optional<String> best = Optional.empty();
        int least = word.length() <= 3 ? 2 : 1 + word.length() / 3;
        for (Collection<String> vocabulary : List.of(vocabularies)) {
            for (String candidate : vocabulary) {
                int distance = distance(word, candidate, least);
                boolean tie = distance == least && best.isPresent() && candidate.compareTo(best.get()) < 0;
                if (distance < least || tie) {
                    least = distance;
                    best = Optional.of(candidate);
                }
            }
        }
        return best.map(found -> "; did you mean `" + found + "`?").orElse("");
    }

    /** The number of letters to insert, delete, replace or exchange with their neighbour; at most {@code limit}. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[] before = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < above.length; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(Math.min(above[j], row[j - 1]) + 1, above[j - 1] + (same ? 0 : 1));
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            int[] oldest = before;
            before = above;
            above = row;
            row = oldest;
        }
        return Math.min(above[b.length()], limit);
    }
}
