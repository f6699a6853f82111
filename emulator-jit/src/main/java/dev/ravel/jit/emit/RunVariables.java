package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.jit.plan.AccessRun;
import dev.ravel.jit.plan.AccessRuns;
import dev.ravel.jit.plan.Block;
import dev.ravel.jit.plan.Flow;
import dev.ravel.jit.plan.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.Opcodes;

/** The local variables for accesses that are looked up together: where each group of a run lies, and the pages that a loop's groups remember. */
final class RunVariables {
    private static final int REMEMBERED_LOCALS = 3;

    private final Emission code;
    private final Flow flow;

    /** The run of accesses that have been looked up together here. */
    private Optional<AccessRun> run = Optional.empty();

    private boolean alone;

    /** First variable of the places of a run's groups. */
    private final int places;

    /** First variable of the pages that groups remember. */
    private final int remembering;

    /** How many pages there are variables for. */
    private final int remembered;

    /** The groups of a loop that remember their page, each by the index of its variables. */
    private final Map<Integer, List<AccessRun.Group>> inLoop = new HashMap<>();

    /**
     * The page that a group accessed last, in local variables.
     *
     * @param start the page's virtual address
     * @param room how many of the page's addresses the group may begin at; 0 if no page is remembered
     * @param addend what makes a virtual address of the page one that RAM is accessed with
     */
    record Remembered(int start, int room, int addend) {}

    /**
     * Variables from the number {@code first} on.
     *
     * @param locals the types of all variables so far, to which those of these are added
     */
    RunVariables(Emission code, Flow flow, AccessRuns runs, List<Block> blocks, int first, List<Object> locals) {
        this.code = code;
        this.flow = flow;
        places = first;
        for (int i = 0; i < AccessRuns.MAX_GROUPS; i++) {
            locals.add(Opcodes.LONG);
        }
        for (Block each : blocks) {
            if (runs.remembers(each)) {
                remember(each.start(), runs.in(each));
            }
        }
        for (Trace each : runs.traces().values()) {
            if (runs.remembers(each)) {
                remember(each.start(), runs.in(each));
            }
        }
        remembering = first + 2 * AccessRuns.MAX_GROUPS;
        remembered = inLoop.values().stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < REMEMBERED_LOCALS * remembered; i++) {
            locals.add(Opcodes.LONG);
        }
    }

    private void remember(int start, List<AccessRun> runs) {
        List<AccessRun.Group> groups = inLoop.computeIfAbsent(flow.loop(start), _ -> new ArrayList<>());
        runs.forEach(found -> groups.addAll(found.groups()));
    }

    /** Begins a run whose members need no more than the access. */
    void enter(AccessRun begun) {
        run = Optional.of(begun);
    }

    /** Whether the code is for accesses of a run that could not be looked up together, and so will seldom run. */
    boolean alone() {
        return alone;
    }

    /** From here on {@link #alone} answers that. */
    void alone(boolean seldom) {
        alone = seldom;
    }

    /** Ends the run. */
    void leave() {
        run = Optional.empty();
    }

    /** The instruction of that index in the block as a member of the run; empty if it is none. */
    Optional<AccessRun.Member> member(int index) {
        return run.flatMap(inside -> Optional.ofNullable(inside.members().get(index)));
    }

    /** The variable for what a member of that group adds its displacement to. */
    int place(int group) {
        return places + 2 * group;
    }

    private List<AccessRun.Group> remembering(int start) {
        return inLoop.getOrDefault(flow.loop(start), List.of());
    }

    /** Whether the loop that the block is in remembers pages. */
    boolean remember(int start) {
        return !remembering(start).isEmpty();
    }

    /** Where a group of the block remembers its page; empty if it does not. */
    Optional<Remembered> remembered(int start, AccessRun.Group group) {
        List<AccessRun.Group> groups = remembering(start);
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i) == group) {
                return Optional.of(remembered(i));
            }
        }
        return Optional.empty();
    }

    private Remembered remembered(int index) {
        int first = remembering + 2 * REMEMBERED_LOCALS * index;
        return new Remembered(first, first + 2, first + 4);
    }

    /** Where the loop that the block is in is entered: no page is known. */
    void forget(int start) {
        for (int i = 0; i < remembering(start).size(); i++) {
            Remembered page = remembered(i);
            clear(page.start());
            clear(page.room());
            clear(page.addend());
        }
    }

    /** In the loop that the block is in: other pages may be mapped now. */
    void forgetPages(int start) {
        for (int i = 0; i < remembering(start).size(); i++) {
            clear(remembered(i).room());
        }
    }

    /** Where the unit is entered: gives all these variables a value. */
    void clear() {
        for (int variable = places; variable < remembering + 2 * REMEMBERED_LOCALS * remembered; variable += 2) {
            clear(variable);
        }
    }

    private void clear(int variable) {
        code.insn(LCONST_0);
        code.var(LSTORE, variable);
    }

    /** What each holds. */
    Map<Integer, String> names() {
        Map<Integer, String> names = new HashMap<>();
        for (int group = 0; group < AccessRuns.MAX_GROUPS; group++) {
            names.put(place(group), "group" + group);
        }
        for (int i = 0; i < remembered; i++) {
            names.put(remembered(i).start(), "page" + i);
            names.put(remembered(i).room(), "room" + i);
            names.put(remembered(i).addend(), "addend" + i);
        }
        return names;
    }
}
