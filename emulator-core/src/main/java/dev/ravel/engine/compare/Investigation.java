package dev.ravel.engine.compare;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;

import dev.ravel.asm.Disassembler;
import dev.ravel.engine.EngineProvider;
import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds the first instruction after which two engines differ: goes back to the beginning of the interval as often as it
 * takes, executes fewer or more instructions of what was recorded, and compares.
 *
 * <p>The machine itself is left as the reference left it, in registers and RAM.
 */
final class Investigation {
    /** Instructions shown before the difference. */
    private static final int SHOWN = 16;

    /** Differences shown at most. */
    private static final int LINES = 40;

    private final HartState.Names names;
    private final Bus world;
    private final Hart hart;
    private final Follower subject;
    private final Interval interval;
    private final EngineProvider referenceProvider;
    private final Disassembler disassembler = new Disassembler(Extensions.RV64, new Disassembler.Style(true, false));

    /**
     * @param world the machine, at the end of the interval
     * @param hart its hart
     */
    Investigation(
            HartState.Names names,
            Bus world,
            Hart hart,
            Follower subject,
            Interval interval,
            EngineProvider referenceProvider) {
        this.names = names;
        this.world = world;
        this.hart = hart;
        this.subject = subject;
        this.interval = interval;
        this.referenceProvider = referenceProvider;
    }

    /** The report. */
    String report() {
        List<String> seen = differences(hart, world.ram());
        List<Slice.Patch> end = interval.present(world.ram());
        world.ram().setWatcher(new Keeper());
        // The machine's own hart and engine stay out of it: a second reference executes what they did, on their RAM.
        try (Follower reference = new Follower(world, world.ram(), hart.id(), referenceProvider)) {
            return report(reference, seen);
        } catch (UnrepeatableException e) {
            return unrepeatable(e, seen);
        } finally {
            end.forEach(patch -> Interval.apply(patch, world.ram()));
            world.ram().setWatcher(Ram.Watcher.NOBODY);
        }
    }

    /** Keeps what the second reference changes, should it change other pages than the first. */
    private final class Keeper implements Ram.Watcher {
        @Override
        public void storing(int page) {
            interval.keep(world.ram(), page);
        }

        @Override
        public void written(long offset, long length) {}
    }

    private String report(Follower reference, List<String> seen) {
        long total = interval.instructions();
        if (!differAfter(reference, total)) {
            return unexplained(reference, total, seen);
        }
        long equal = 0;
        long different = total;
        while (different - equal > 1) {
            long middle = equal + (different - equal) / 2;
            if (differAfter(reference, middle)) {
                different = middle;
            } else {
                equal = middle;
            }
        }
        List<String> shown = trace(reference, different);
        differAfter(reference, different);
        StringBuilder report = new StringBuilder();
        report.append(String.format(
                "%s and %s differ after %d instructions, at pc 0x%x; the last ones of %s:%n",
                names.reference(), names.subject(), reference.hart().instret, reference.hart().pc, names.reference()));
        shown.forEach(line -> report.append("    ").append(line).append('\n'));
        differences(reference.hart(), reference.ram())
                .forEach(line -> report.append(line).append('\n'));
        return report.toString().stripTrailing();
    }

    /** Something came from outside that was not written down: what was seen at first is all there is to tell. */
    private String unrepeatable(UnrepeatableException e, List<String> seen) {
        StringBuilder report = new StringBuilder();
        report.append(String.format(
                "%s and %s differ after %d instructions, at pc 0x%x; the last %d of %s cannot be executed again: it %s%n",
                names.reference(),
                names.subject(),
                hart.instret,
                hart.pc,
                interval.instructions(),
                names.reference(),
                e.getMessage()));
        seen.forEach(line -> report.append(line).append('\n'));
        return report.toString().stripTrailing();
    }

    /** The reference does not do what it did: {@link #getMessage} says what it does. */
    private static final class UnrepeatableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnrepeatableException(String what) {
            super(what);
        }
    }

    /** The difference depends on more than the interval: on what the subject had translated by then, say. */
    private String unexplained(Follower reference, long total, List<String> seen) {
        StringBuilder report = new StringBuilder();
        report.append(String.format(
                "%s and %s differ after %d instructions; not if the last %d are executed again, the last ones of %s being:%n",
                names.reference(), names.subject(), hart.instret, total, names.reference()));
        trace(reference, total)
                .forEach(line -> report.append("    ").append(line).append('\n'));
        seen.forEach(line -> report.append(line).append('\n'));
        return report.toString().stripTrailing();
    }

    /** Goes back, executes so many instructions on both, and compares. */
    private boolean differAfter(Follower reference, long instructions) {
        Optional<String> complaint = executeAgain(reference, instructions);
        if (complaint.isPresent()) {
            throw new UnrepeatableException(complaint.get());
        }
        return executeAgain(subject, instructions).isPresent()
                || !new HartState.Equality().holds(reference.hart(), subject.hart())
                || interval.mismatch(reference.ram(), subject.ram()) >= 0;
    }

    private Optional<String> executeAgain(Follower follower, long instructions) {
        interval.rewind(follower.ram());
        interval.start.copyTo(follower.hart());
        long left = instructions;
        for (Slice slice : interval.slices) {
            if (left == 0) {
                break;
            }
            begin(slice, follower);
            follower.execute(slice, left);
            if (follower.complaint().isPresent()) {
                return follower.complaint();
            }
            left -= Math.min(left, slice.instructions);
        }
        return Optional.empty();
    }

    /** What happened before the first instruction of a slice. */
    private static void begin(Slice slice, Follower follower) {
        slice.before.forEach(patch -> Interval.apply(patch, follower.ram()));
        HartState.setLines(follower.hart(), slice.lines);
        if (slice.interrupt) {
            follower.hart().takeInterrupt();
        }
    }

    /** The last instructions up to that count, as the reference executes them. */
    private List<String> trace(Follower reference, long count) {
        Deque<String> lines = new ArrayDeque<>();
        for (long i = Math.max(0, count - SHOWN); i < count; i++) {
            executeAgain(reference, i);
            // An interrupt between slices comes before the next instruction.
            settle(reference, i);
            lines.add(instruction(reference.hart()));
        }
        return List.copyOf(lines);
    }

    /** Takes the interrupt that comes after {@code executed} instructions, if one does. */
    private void settle(Follower reference, long executed) {
        long left = executed;
        for (Slice slice : interval.slices) {
            if (left == 0) {
                begin(slice, reference);
            }
            if (left < slice.instructions) {
                return;
            }
            left -= slice.instructions;
        }
    }

    private String instruction(Hart at) {
        int bits = at.mmu.fetch(at.pc);
        String address = String.format("0x%x:", at.pc);
        if (at.mmu.faultCause != Mmu.NO_FAULT) {
            at.mmu.faultCause = Mmu.NO_FAULT;
            return address + " (cannot be fetched)";
        }
        return address + " " + disassembler.disassemble(bits, at.pc).replace('\t', ' ');
    }

    private List<String> differences(Hart reference, Ram ram) {
        List<String> lines = new ArrayList<>();
        subject.complaint().ifPresent(what -> lines.add(names.subject() + " " + what));
        lines.addAll(HartState.differences(reference, subject.hart(), names));
        long at = interval.mismatch(ram, subject.ram());
        if (at >= 0) {
            long offset = at & -Long.BYTES;
            lines.add(names.line(
                    String.format("memory at 0x%x:", ram.address(offset)),
                    ram.segment().get(DOUBLEWORD, offset),
                    subject.ram().segment().get(DOUBLEWORD, offset)));
        }
        return lines.size() <= LINES ? lines : lines.subList(0, LINES);
    }
}
