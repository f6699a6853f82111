package dev.ravel.learn;

import dev.ravel.engine.TranslationView;
import dev.ravel.memory.Ram;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a machine's translator makes of guest code, as it would now. */
final class UnitFacts {
    /** The type of a field, which its name tells. */
    private static final Pattern FIELD_TYPE = Pattern.compile(" : \\S+$");

    private UnitFacts() {}

    /** What the engine says; the machine stands still. */
    static String value(Fact.Unit fact, Stage stage) throws LessonException {
        long entry = stage.code(fact.entry());
        TranslationView unit = stage.engine()
                .explain(entry)
                .orElseThrow(() -> new LessonException(
                        "the engine " + stage.engine().name() + " translates nothing at " + fact.entry()));
        return switch (fact.field()) {
            case INSTRUCTIONS -> Integer.toString(unit.instructions());
            case BYTES -> Integer.toString(unit.codeBytes());
            case LOOPS -> Integer.toString(unit.loops().size());
            case REGISTERS ->
                unit.loops().stream()
                        .flatMap(loop -> loop.registers().stream())
                        .distinct()
                        .collect(Collectors.joining(" "));
            case ROUNDS ->
                Integer.toString(unit.loops().stream()
                        .mapToInt(TranslationView.Loop::rounds)
                        .max()
                        .orElse(1));
            case GROUPS -> Long.toString(groups(unit));
            case BYTECODE ->
                line(fact, unit, entry, stage).code().stream()
                        .filter(code -> !code.aside())
                        .map(TranslationView.Code::lines)
                        // The same in each round, as a rule.
                        .distinct()
                        .flatMap(List::stream)
                        .map(line -> FIELD_TYPE.matcher(line).replaceFirst(""))
                        .collect(Collectors.joining("; "))
                        .replace(":;", ":");
            case INSTRUCTION_BYTES ->
                Integer.toString(line(fact, unit, entry, stage).code().stream()
                        .mapToInt(TranslationView.Code::bytes)
                        .sum());
        };
    }

    private static long groups(TranslationView unit) {
        Stream<TranslationView.Run> inBlocks = unit.blocks().stream().flatMap(block -> block.runs().stream());
        Stream<TranslationView.Run> inRounds = unit.loops().stream().flatMap(loop -> loop.runs().stream());
        return Stream.concat(inBlocks, inRounds)
                .mapToLong(run -> run.groups().size())
                .sum();
    }

    private static TranslationView.Line line(Fact.Unit fact, TranslationView unit, long entry, Stage stage)
            throws LessonException {
        String place = fact.place().orElseThrow();
        long at = stage.code(place) - (entry & -Ram.PAGE_SIZE);
        return unit.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .filter(line -> line.at() == at)
                .findFirst()
                .orElseThrow(
                        () -> new LessonException("the unit at " + fact.entry() + " has no instruction at " + place));
    }
}
