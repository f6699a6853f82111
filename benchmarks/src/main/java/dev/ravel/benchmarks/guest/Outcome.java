package dev.ravel.benchmarks.guest;

import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program told of its run.
 *
 * @param checksum sixteen hexadecimal digits
 * @param seconds that its work took by the guest's clock
 */
record Outcome(String checksum, double seconds) {
    private static final Pattern LINE = Pattern.compile("\\bbench (\\w+) ([0-9a-f]{16}) (\\d+)\\b");

    /** Finds the lines of programs on a guest's console, whatever else stands there. */
    static Map<GuestProgram, Outcome> parse(String console) {
        Map<GuestProgram, Outcome> outcomes = new EnumMap<>(GuestProgram.class);
        Matcher matcher = LINE.matcher(console);
        while (matcher.find()) {
            for (GuestProgram program : GuestProgram.values()) {
                if (program.title().equals(matcher.group(1))) {
                    outcomes.put(program, new Outcome(matcher.group(2), Long.parseLong(matcher.group(3)) / 1e9));
                }
            }
        }
        return outcomes;
    }
}
