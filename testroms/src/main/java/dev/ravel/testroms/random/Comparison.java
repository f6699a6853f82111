package dev.ravel.testroms.random;

import dev.ravel.asm.Disassembler;
import dev.ravel.extension.Extensions;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs programs on two machines and compares everything: registers, CSRs, counters, memory. After a difference it finds
 * the first instruction that made one.
 */
public final class Comparison implements AutoCloseable {
    /** No program executes so many instructions; where both stop there, they are compared there. */
    public static final long BUDGET = 2_000_000;

    private static final Disassembler DISASSEMBLER =
            new Disassembler(Extensions.RV64, new Disassembler.Style(false, false));

    private final ProgramMachine reference;
    private final ProgramMachine subject;
    private long instructions;

    /** @param reference the machine that is right */
    public Comparison(ProgramMachine reference, ProgramMachine subject) {
        this.reference = reference;
        this.subject = subject;
    }

    /**
     * A difference.
     *
     * @param program what was run
     * @param instructions how many instructions both machines executed before they differed, the differing one included
     * @param report for people: the program, where, and what
     */
    public record Difference(RandomProgram program, long instructions, String report) {}

    /** The instructions that the reference has retired in all programs so far. */
    public long instructions() {
        return instructions;
    }

    /** Whether the program that was run last has written over its code on the reference. */
    public boolean hasChanged(RandomProgram program) {
        return reference.hasChanged(program);
    }

    /**
     * Runs one program on both.
     *
     * @param slice instructions to ask the subject's engine for in one call at most
     */
    public Optional<Difference> compare(RandomProgram program, long slice) {
        reference.load(program);
        subject.load(program);
        boolean ended = reference.run(BUDGET, BUDGET);
        instructions += reference.hart().instret;
        boolean alsoEnded = subject.run(BUDGET, slice);
        return ended == alsoEnded && reference.isLike(subject)
                ? Optional.empty()
                : Optional.of(locate(program, slice, ended));
    }

    /** Bisects: the programs are deterministic. */
    private Difference locate(RandomProgram program, long slice, boolean ended) {
        List<String> atEnd = differences();
        long equal = 0;
        long different = Math.max(executed(reference), executed(subject)) + 1;
        if (!differAfter(program, slice, different)) {
            // It does not happen again: report what was seen.
            return new Difference(program, -1, report(program, "not reproducible", atEnd, List.of()));
        }
        while (different - equal > 1) {
            long middle = equal + (different - equal) / 2;
            if (differAfter(program, slice, middle)) {
                different = middle;
            } else {
                equal = middle;
            }
        }
        List<String> trace = trace(program, equal);
        differAfter(program, slice, different);
        String where = "after " + different + " instructions, by " + slice
                + (ended ? "" : "; the reference did not end after " + BUDGET);
        return new Difference(program, different, report(program, where, differences(), trace));
    }

    private static long executed(ProgramMachine machine) {
        return machine.hart().instret + machine.peek(Layout.SAVE + Layout.SAVE_TRAPS);
    }

    private boolean differAfter(RandomProgram program, long slice, long budget) {
        reference.load(program);
        subject.load(program);
        reference.run(budget, budget);
        subject.run(budget, slice);
        return !reference.isLike(subject);
    }

    /** The last instructions before, and the one that differs. */
    private List<String> trace(RandomProgram program, long before) {
        List<String> trace = new ArrayList<>();
        for (long count = Math.max(0, before - 11); count <= before; count++) {
            reference.load(program);
            reference.run(count, Math.max(1, count));
            trace.add(instruction(program, reference.hart().pc));
        }
        return trace;
    }

    private String instruction(RandomProgram program, long pc) {
        long offset = program.physical(pc) >= 0 ? program.physical(pc) : pc;
        String address = "0x" + Long.toHexString(pc);
        if (offset < Layout.BASE || offset > Layout.BASE + Layout.SIZE - 8) {
            return address + ": not in memory";
        }
        return address + ": "
                + DISASSEMBLER.disassemble((int) reference.peek(offset), pc).replace('\t', ' ');
    }

    private static String report(RandomProgram program, String where, List<String> differences, List<String> trace) {
        StringBuilder report = new StringBuilder();
        report.append("program ")
                .append(program.seed())
                .append(" (")
                .append(program.mode())
                .append(") differs ");
        report.append(where).append('\n');
        trace.forEach(line -> report.append("    ").append(line).append('\n'));
        differences.forEach(line -> report.append("  ").append(line).append('\n'));
        return report.toString();
    }

    /** What is different now, a line each: the reference's value first. */
    private List<String> differences() {
        List<String> found = new ArrayList<>();
        Map<String, Long> theirs = subject.state();
        reference.state().forEach((name, value) -> {
            Long other = theirs.get(name);
            if (!value.equals(other)) {
                found.add(line(name, value, other == null ? 0 : other));
            }
        });
        MemorySegment left = reference.memory();
        MemorySegment right = subject.memory();
        for (long at = left.mismatch(right); at >= 0 && found.size() < 40; ) {
            long address = Layout.BASE + (at & -8);
            found.add(line("memory 0x" + Long.toHexString(address), reference.peek(address), subject.peek(address)));
            long from = (at & -8) + 8;
            if (from >= Layout.SIZE) {
                break;
            }
            long next = left.asSlice(from).mismatch(right.asSlice(from));
            at = next < 0 ? -1 : from + next;
        }
        return found;
    }

    private static String line(String name, long expected, long actual) {
        return String.format("%s: 0x%x, not 0x%x", name, expected, actual);
    }

    @Override
    public void close() {
        reference.close();
        subject.close();
    }
}
