package dev.ravel.benchmarks.guest;

import dev.ravel.benchmarks.BenchException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program told of its run.
 *
 * @param checksum sixteen hexadecimal digits
 * @param seconds that its work took by the guest's clock
 */
public record Outcome(String checksum, double seconds) {
    private static final Pattern LINE = Pattern.compile("\\bbench (\\w+) ([0-9a-f]{16}) (\\d+)\\b");

    /** Finds the lines of programs on a guest's console, whatever else stands there. */
    public static Map<GuestProgram, Outcome> parse(String console) {
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

    /**
     * What that program told while an emulator ran.
     *
     * @throws BenchException if the program or the emulator did not come to its end
     */
    public static Outcome require(Emulator emulator, GuestProgram program, Programs.Result result) {
        Optional<Outcome> outcome = Optional.ofNullable(parse(result.output()).get(program));
        if (result.status() != 0 || outcome.isEmpty()) {
            throw new BenchException(emulator.name() + " did not run " + program.title() + " to its end, status "
                    + result.status() + ": "
                    + result.output().lines().reduce((first, last) -> last).orElse("it printed nothing"));
        }
        return outcome.get();
    }
}
