package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the runs of a plan. Whatever may change the TLB or the mode ends one, as does a control transfer. An address is
 * followed through {@code addi} and copies of registers.
 *
 * <p>A group needs two accesses to be worth it. In an innermost loop, or a nest of loops, that has few groups one is enough, because there a group
 * remembers its page from one round to the next, unless accesses are bare. In a {@link Trace} a group stretches over its rounds.
 */
public final class AccessRuns {
    /** Groups of a run at most. */
    public static final int MAX_GROUPS = 4;

    /** Groups of a loop, or a nest of loops, that remember their pages at most: with more, the host has not enough registers for all that they remember. */
    public static final int MAX_REMEMBERED = 4;

    /** The span of a group at most: the larger, the more often it lies across the end of a page. */
    private static final int MAX_SPAN = 1023;

    private final Map<Integer, List<AccessRun>> runs = new HashMap<>();
    private final Set<Integer> remembering = new HashSet<>();
    private final Map<Integer, Trace> traces;
    private final Map<Integer, List<AccessRun>> inTraces = new HashMap<>();
    private final Set<Integer> rememberingTraces = new HashSet<>();

    private AccessRuns(Map<Integer, Trace> traces) {
        this.traces = traces;
    }

    private void find(Plan plan, Flow flow) {
        Set<Integer> traced = new HashSet<>();
        Map<Integer, Integer> groups = new HashMap<>();
        traces.forEach((start, trace) -> {
            List<AccessRun> found = new Search(trace).find();
            inTraces.put(start, found);
            traced.add(flow.innermost(start));
            groups.merge(flow.loop(start), groups(found), Integer::sum);
        });
        if (plan.bare()) {
            // Nothing to remember: a comparison with the bounds of RAM is all there is to do.
            plan.blocks().forEach(block -> runs.put(block.start(), new Search(block, 2).find()));
            return;
        }
        for (int start : traces.keySet()) {
            if (groups.getOrDefault(flow.loop(start), 0) <= MAX_REMEMBERED) {
                rememberingTraces.add(start);
            }
        }
        // The blocks of a loop that has a trace are for few rounds, and remember nothing.
        List<Block> inLoops = plan.blocks().stream()
                .filter(block ->
                        flow.loop(block.start()) != Flow.NO_LOOP && !traced.contains(flow.innermost(block.start())))
                .toList();
        for (Block block : inLoops) {
            List<AccessRun> found = new Search(block, 1).find();
            runs.put(block.start(), found);
            groups.merge(flow.loop(block.start()), groups(found), Integer::sum);
        }
        for (Block block : inLoops) {
            if (groups.getOrDefault(flow.loop(block.start()), 0) <= MAX_REMEMBERED) {
                remembering.add(block.start());
            }
        }
        for (Block block : plan.blocks()) {
            if (!remembering.contains(block.start())) {
                runs.put(block.start(), new Search(block, 2).find());
            }
        }
    }

    private static int groups(List<AccessRun> runs) {
        return runs.stream().mapToInt(run -> run.groups().size()).sum();
    }

    /** The runs of a plan, whose facts are {@code flow}, and of its traces. */
    public static AccessRuns of(Plan plan, Flow flow, Trace.Extent extent) {
        return of(plan, flow, Trace.of(plan, flow, extent));
    }

    /** The runs of a plan of which only these traces are made. */
    static AccessRuns of(Plan plan, Flow flow, Map<Integer, Trace> traces) {
        AccessRuns all = new AccessRuns(traces);
        all.find(plan, flow);
        return all;
    }

    /** No runs and no traces: each access is looked up alone. */
    public static AccessRuns none() {
        return new AccessRuns(Map.of());
    }

    /** The runs of a block of the plan, from its beginning to its end. Its last instruction is in none. */
    public List<AccessRun> in(Block block) {
        return runs.getOrDefault(block.start(), List.of());
    }

    /** Whether the groups in a block of the plan remember their pages from one round of its loop to the next. */
    public boolean remembers(Block block) {
        return remembering.contains(block.start());
    }

    /** The traces that a unit is written with, by their starts. */
    public Map<Integer, Trace> traces() {
        return traces;
    }

    /** The runs of a trace. Some of its instructions may be in none. */
    public List<AccessRun> in(Trace trace) {
        return inTraces.getOrDefault(trace.start(), List.of());
    }

    /** Whether the groups of a trace remember their pages from one time that it is gone through to the next. */
    public boolean remembers(Trace trace) {
        return rememberingTraces.contains(trace.start());
    }

    /** A register's value: what another one held when the run began, and so much more. */
    private record Value(int register, long more) {}

    /** A group that grows. */
    private static final class Growing {
        private final int register;
        private long low;
        private long high;
        private boolean stores;
        private final Map<Integer, Long> members = new HashMap<>();

        private Growing(int register, long low, long high) {
            this.register = register;
            this.low = low;
            this.high = high;
        }

        private boolean takes(int base, long from, long to) {
            return base == register && Math.max(high, to) - Math.min(low, from) <= MAX_SPAN;
        }

        private void add(int index, long from, long to, boolean store) {
            low = Math.min(low, from);
            high = Math.max(high, to);
            stores |= store;
            members.put(index, from);
        }
    }

    /** The search in one block or trace. */
    private static final class Search {
        private final List<Decoded> code;
        private final int least;
        private final List<AccessRun> found = new ArrayList<>();
        private final Map<Integer, Value> values = new HashMap<>();
        private final List<Growing> groups = new ArrayList<>();

        /** The first access of the run: values are told relative to those before it. */
        private int first;

        /**
         * What is accessed from this index on may never be accessed, because control may leave before. It is part of a run that begins before only
         * if the run accesses that in the same way anyhow.
         */
        private int certain;

        /** Control may leave the code in the middle, where a branch is. */
        private final boolean hasExits;

        Search(Block block, int least) {
            code = block.instructions().subList(0, block.instructions().size() - 1);
            this.least = least;
            hasExits = false;
            certain = Integer.MAX_VALUE;
        }

        Search(Trace trace) {
            code = trace.instructions();
            least = 1;
            hasExits = true;
        }

        List<AccessRun> find() {
            if (hasExits) {
                begin(0);
            }
            for (int i = 0; i < code.size(); i++) {
                Decoded d = code.get(i);
                switch (d.instruction().operation()) {
                    case Operation.Load load -> access(i, d, load.size(), false);
                    case Operation.Store store -> access(i, d, store.size(), true);
                    case Operation.Pure _, Operation.PcRelative _, Operation.Effect _, Operation.Hint _ -> {}
                    case Operation.Branch _ when hasExits -> certain = Math.min(certain, i);
                    case Operation.Jump _ when hasExits -> {}
                    default -> end();
                }
                follow(d);
            }
            end();
            return found;
        }

        private void begin(int index) {
            first = index;
            certain = Integer.MAX_VALUE;
            values.clear();
            for (int register = 1; register < 32; register++) {
                values.put(register, new Value(register, 0));
            }
        }

        private void end() {
            groups.removeIf(group -> group.members.size() < least);
            if (!groups.isEmpty()) {
                found.add(run());
            }
            groups.clear();
        }

        private AccessRun run() {
            List<AccessRun.Group> all = new ArrayList<>();
            Map<Integer, AccessRun.Member> members = new HashMap<>();
            for (Growing group : groups) {
                int number = all.size();
                all.add(new AccessRun.Group(group.register, group.low, group.high - group.low, group.stores));
                group.members.forEach((index, from) -> members.put(index, new AccessRun.Member(number, from)));
            }
            int last = members.keySet().stream().max(Integer::compare).orElseThrow();
            return new AccessRun(first, last + 1, all, members);
        }

        private void access(int index, Decoded d, int size, boolean store) {
            // The first run of a trace begins where that does, to be given up with nothing done.
            if (groups.isEmpty() && (!hasExits || !found.isEmpty())) {
                begin(index);
            }
            Value base = values.get(d.rs1());
            if (base == null || grow(base, index, base.more + d.imm(), size, store)) {
                return;
            }
            if (groups.size() == MAX_GROUPS || index > certain) {
                end();
                begin(index);
                base = new Value(d.rs1(), 0);
            }
            long from = base.more + d.imm();
            Growing group = new Growing(base.register, from, from + size - 1);
            group.add(index, from, from + size - 1, store);
            groups.add(group);
        }

        private boolean grow(Value base, int index, long from, int size, boolean store) {
            for (Growing group : groups) {
                if (group.takes(base.register, from, from + size - 1) && (index < certain || group.stores || !store)) {
                    group.add(index, from, from + size - 1, store);
                    return true;
                }
            }
            return false;
        }

        /** What the instruction makes of its register. */
        private void follow(Decoded d) {
            long written = RegisterUse.writes(d) & ~RegisterUse.FLOATS;
            if (written == 0) {
                return;
            }
            Value value = result(d);
            if (value == null) {
                values.remove(d.rd());
            } else {
                values.put(d.rd(), value);
            }
        }

        private @Nullable Value result(Decoded d) {
            return switch (d.instruction().mnemonic()) {
                case "addi" -> plus(values.get(d.rs1()), d.imm());
                case "add" -> d.rs1() == 0 ? values.get(d.rs2()) : null;
                default -> null;
            };
        }

        private static @Nullable Value plus(@Nullable Value value, long more) {
            return value == null ? null : new Value(value.register, value.more + more);
        }
    }
}
