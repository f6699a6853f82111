package dev.ravel.benchmarks.guest;

import dev.ravel.benchmarks.guest.GuestProgram.Length;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A measurement, as a table and as JSON.
 *
 * @param emulators the names: Ravel's, then the peer's if there is one
 * @param starts seconds of an emulator's start and end, subtracted from every bare-metal run; under Debian, of a whole boot
 */
record Comparison(Place place, Length length, int runs, List<String> emulators, List<Double> starts, List<Row> rows) {
    private static final int WIDTH = 14;

    /** The heading of the table. */
    static String heading(Place place, Length length, int runs, List<String> emulators) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%s, %s run, seconds (median of %d)%n%-10s",
                place.description(),
                length == Length.LONG ? "long" : "short",
                runs,
                "program"));
        emulators.forEach(name -> text.append(String.format(Locale.ROOT, "%" + WIDTH + "s", name)));
        if (emulators.size() > 1) {
            text.append(String.format(Locale.ROOT, "%8s", "ratio"));
        }
        return text.toString();
    }

    /** A line of the table. */
    static String line(Row row) {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%-10s", row.program().title()));
        row.samples().forEach(s -> text.append(String.format(Locale.ROOT, "%" + WIDTH + ".3f", s.median())));
        if (row.samples().size() > 1) {
            text.append(
                    row.ratio().isPresent()
                            ? String.format(Locale.ROOT, "%8.2f", row.ratio().getAsDouble())
                            : String.format(Locale.ROOT, "%8s", "-"));
        }
        return text.toString();
    }

    /** What stands below the table. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        geometricMean().ifPresent(mean -> lines.add(meanLine("geometric mean", mean)));
        systemMean().ifPresent(mean -> lines.add(meanLine("geometric mean, system work", mean)));
        StringBuilder text =
                new StringBuilder(place == Place.BARE ? "start, subtracted:" : "whole boot and all programs:");
        for (int i = 0; i < emulators.size(); i++) {
            text.append(String.format(Locale.ROOT, "%s %s %.3f s", i == 0 ? "" : ",", emulators.get(i), starts.get(i)));
        }
        lines.add(text.toString());
        return lines;
    }

    private String meanLine(String title, double mean) {
        return String.format(Locale.ROOT, "%-" + (10 + WIDTH * emulators.size()) + "s%8.2f", title, mean);
    }

    /** Of the ratios of programs that compute. */
    OptionalDouble geometricMean() {
        return geometricMean(row -> !row.program().needsKernel());
    }

    /** Of the ratios of programs that measure the kernel. */
    OptionalDouble systemMean() {
        return geometricMean(row -> row.program().needsKernel());
    }

    private OptionalDouble geometricMean(Predicate<Row> which) {
        return rows.stream()
                .filter(which)
                .map(Row::ratio)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(ratio -> Math.log(ratio.getAsDouble()))
                .average()
                .stream()
                .map(Math::exp)
                .findFirst();
    }

    /** What is wrong with checksums, a line each. */
    List<String> complaints() {
        return rows.stream().map(Row::complaint).flatMap(Optional::stream).toList();
    }

    /** All of it as a JSON object, with the time of each run. */
    byte[] json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("place", place.name().toLowerCase(Locale.ROOT));
        json.put("length", length.name().toLowerCase(Locale.ROOT));
        json.put("runs", runs);
        json.put("emulators", emulators);
        json.put("startSeconds", starts);
        List<Map<String, Object>> programs = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> program = new LinkedHashMap<>();
            program.put("name", row.program().title());
            program.put("rounds", row.program().rounds(length));
            program.put(
                    "checksums", row.samples().stream().map(Samples::checksums).toList());
            program.put("seconds", row.samples().stream().map(Samples::seconds).toList());
            program.put(
                    "medianSeconds", row.samples().stream().map(Samples::median).toList());
            row.ratio().ifPresent(ratio -> program.put("ratio", ratio));
            programs.add(program);
        }
        json.put("programs", programs);
        geometricMean().ifPresent(mean -> json.put("geometricMean", mean));
        systemMean().ifPresent(mean -> json.put("systemGeometricMean", mean));
        return JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsBytes(json);
    }
}
