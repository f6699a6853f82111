package dev.ravel.cli;

import dev.ravel.inspect.HartView;
import dev.ravel.inspect.InstructionView;
import dev.ravel.inspect.Words;
import dev.ravel.inspect.step.StepEvent;
import dev.ravel.inspect.step.StepResult;
import dev.ravel.machine.End;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where a movement of a machine has led, as lines of at most 80 columns, names from the guest aside, and for scripts. */
final class StepText {
    /** So many changes have a line each, with the value before. */
    private static final int FEW = 8;

    /** Words of an event that say no more than {@code pc} does. */
    private static final String ADDRESS = "address ";

    private StepText() {}

    static List<String> moved(StepSession.Moved moved) {
        List<String> lines = new ArrayList<>();
        HartView now = moved.after();
        InstructionView next = now.instruction();
        lines.add("step " + moved.position() + ", " + Words.privilege(now.privilege()) + " mode");
        if (moved.result() instanceof StepResult.Found(StepEvent event)
                && !event.words().startsWith(ADDRESS)) {
            InspectText.wrap(lines, "at " + event.words() + from(event, moved), 2);
        }
        lines.add("  pc   " + InspectText.hex(now.pc()) + InspectText.symbol(next.symbol()));
        lines.add("  next " + next.text() + InspectText.symbol(next.target()));
        List<HartView.Change> changes = changes(moved);
        if (changes.size() <= FEW) {
            for (HartView.Change change : changes) {
                lines.add(String.format(
                        "  %-4s %s -> %s",
                        change.name(), InspectText.hex(change.before()), InspectText.hex(change.after())));
            }
        } else {
            lines.add("  " + changes.size() + " registers have changed:");
            String all = changes.stream()
                    .map(change -> change.name() + "=" + InspectText.hex(change.after()))
                    .collect(Collectors.joining(" "));
            InspectText.wrap(lines, all, 4);
        }
        return lines;
    }

    /** The instruction that did it, unless it is the next one. */
    private static String from(StepEvent event, StepSession.Moved moved) {
        return event.pc() == moved.after().pc()
                ? ""
                : " by the instruction at " + InspectText.hex(event.pc())
                        + InspectText.symbol(moved.symbols().nearest(event.pc()));
    }

    private static List<HartView.Change> changes(StepSession.Moved moved) {
        return moved.after().changesSince(moved.before()).stream()
                .filter(change -> !change.name().equals("pc") && !change.name().equals("privilege"))
                .toList();
    }

    /** Why a machine is not where it was to go. */
    static Optional<String> complaint(StepSession.Moved moved) {
        return switch (moved.result()) {
            case StepResult.There there -> Optional.empty();
            case StepResult.Found found -> Optional.empty();
            case StepResult.NotFound notFound -> Optional.of("not within " + moved.limit() + " steps");
            case StepResult.GivenUp givenUp -> Optional.of("given up on the way");
            case StepResult.Beginning beginning -> Optional.of("this is the earliest state that is known");
            case StepResult.WasReset reset ->
                Optional.of("the guest has reset the machine: there is no way back to before that");
            case StepResult.Ended(End end) -> Optional.of(words(end) + ": there is no way on or back");
        };
    }

    private static String words(End end) {
        return switch (end) {
            case End.PoweredOff off -> "the guest has powered off";
            case End.Failed(long code) -> "the guest has failed with code " + code;
            case End.Stopped stopped -> "the machine was stopped";
            case End.Broken(Throwable cause) -> "the machine broke: " + cause;
        };
    }

    static Object json(String line, StepSession.Moved moved) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("line", line);
        step.put(
                "outcome",
                switch (moved.result()) {
                    case StepResult.There there -> "there";
                    case StepResult.Found found -> "found";
                    case StepResult.NotFound notFound -> "not found";
                    case StepResult.GivenUp givenUp -> "given up";
                    case StepResult.Beginning beginning -> "beginning";
                    case StepResult.WasReset reset -> "reset";
                    case StepResult.Ended ended -> "ended";
                });
        if (moved.result() instanceof StepResult.Found(StepEvent event)) {
            step.put("event", event.words());
            step.put("eventPc", InspectText.hex(event.pc()));
        }
        HartView now = moved.after();
        step.put("step", moved.position());
        step.put("instructionsRetired", now.instructionsRetired());
        step.put("privilege", Words.privilege(now.privilege()));
        step.put("pc", InspectText.hex(now.pc()));
        now.instruction().symbol().ifPresent(symbol -> step.put("symbol", symbol.toString()));
        step.put("instruction", now.instruction().text());
        Map<String, Object> changed = new LinkedHashMap<>();
        for (HartView.Change change : changes(moved)) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("before", InspectText.hex(change.before()));
            values.put("after", InspectText.hex(change.after()));
            changed.put(change.name(), values);
        }
        step.put("changed", changed);
        return step;
    }

    static Object json(String line, Object value) {
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("line", line);
        seen.put("value", value);
        return seen;
    }
}
