package dev.ravel.guest;

/** The order of Debian's version numbers (Debian Policy, 5.6.12): {@code [epoch:]upstream[-revision]}. */
record DebianVersion(int epoch, String upstream, String revision) implements Comparable<DebianVersion> {
    /** Parses a version; an epoch that is no number counts as 0. */
    static DebianVersion parse(String text) {
        int colon = text.indexOf(':');
        String digits = colon < 0 ? "" : text.substring(0, colon);
        int epoch = digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
        String rest = text.substring(colon + 1);
        int dash = rest.lastIndexOf('-');
        return dash < 0
                ? new DebianVersion(epoch, rest, "0")
                : new DebianVersion(epoch, rest.substring(0, dash), rest.substring(dash + 1));
    }

    @Override
    public int compareTo(DebianVersion other) {
        int order = Integer.compare(epoch, other.epoch);
        if (order == 0) {
            order = compare(upstream, other.upstream);
        }
        return order != 0 ? order : compare(revision, other.revision);
    }

    /** Stretches of non-digits and of digits in turn; a tilde comes before the end, letters before all else. */
    private static int compare(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() || j < b.length()) {
            while (i < a.length() && !isDigit(a.charAt(i)) || j < b.length() && !isDigit(b.charAt(j))) {
                int order = Integer.compare(weight(a, i), weight(b, j));
                if (order != 0) {
                    return order;
                }
                i++;
                j++;
            }
            int endA = endOfDigits(a, i);
            int endB = endOfDigits(b, j);
            int order = compareNumbers(a.substring(i, endA), b.substring(j, endB));
            if (order != 0) {
                return order;
            }
            i = endA;
            j = endB;
        }
        return 0;
    }

    private static int compareNumbers(String a, String b) {
        String x = a.replaceFirst("^0+", "");
        String y = b.replaceFirst("^0+", "");
        int order = Integer.compare(x.length(), y.length());
        return order != 0 ? order : x.compareTo(y);
    }

    private static int endOfDigits(String s, int from) {
        int end = from;
        while (end < s.length() && isDigit(s.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int weight(String s, int index) {
        if (index >= s.length() || isDigit(s.charAt(index))) {
            return 0;
        }
        char c = s.charAt(index);
        if (c == '~') {
            return -1;
        }
        return c < 128 && Character.isLetter(c) ? c : c + 256;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
