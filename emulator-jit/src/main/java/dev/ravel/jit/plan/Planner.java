package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.InstructionSet;
import dev.ravel.isa.Operation;
import dev.ravel.memory.Ram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * Finds what belongs together: from the entry along branches, jumps and over calls, nearest first, as long as it stays in
 * the page and the size allows. Code that never ran is left out where the caller knows: it would only be in the way of
 * HotSpot.
 */
public final class Planner {
    /** Bytes before and behind a unit's code in which a computed jump's targets are looked for. */
    private static final int REACH = 512;

    /** Targets of computed jumps in a unit at most. */
    private static final int MAX_TARGETS = 64;

    /** Instructions of a callee that becomes part of its caller's unit, at most. */
    private static final int MAX_CALLEE = 32;

    /** Instructions of all functions that a unit has because some call by an address may go there, at most. */
    private static final int MAX_NEAR = 64;

    private final InstructionSet instructions;

    /** A planner for code of this instruction set. */
    public Planner(InstructionSet instructions) {
        this.instructions = instructions;
    }

    /**
     * The plan for what begins at {@code entry}; empty if there is no whole instruction in the page.
     *
     * @param halfword gives the 16 bits at an even offset in the page
     * @param wanted whether code at an offset is worth it; the entry always is
     * @param entered whether control has come to an offset by an address, as a computed jump does
     * @param limit instructions at most, at least 1
     */
    public Optional<Plan> plan(
            int entry, IntUnaryOperator halfword, IntPredicate wanted, IntPredicate entered, int limit) {
        Search search = new Search(halfword, wanted, entered, limit);
        search.follow(entry);
        return search.code.isEmpty()
                ? Optional.empty()
                : Optional.of(search.withNeededChecks(new Plan(entry, search.blocks())));
    }

    /**
     * Where the code begins, before a place in it, that leads to that place: a function's first instruction, if all from there on ran. It is the first of
     * the places that control has come to by an address and from where it goes to {@code entry} without leaving what is contiguous and met.
     *
     * @param met whether code at an offset has run
     */
    public int beginning(int entry, IntUnaryOperator halfword, IntPredicate met, IntPredicate entered) {
        int first = entry;
        while (first >= 2 && first > entry - REACH && met.test(first - 2)) {
            first -= 2;
        }
        Search search = new Search(halfword, met, entered, REACH);
        NavigableMap<Integer, Decoded> before = new TreeMap<>();
        for (int at = first; at < entry; at += before.get(at).length()) {
            Optional<Decoded> found = search.decode(at);
            if (found.isEmpty()) {
                return entry;
            }
            before.put(at, found.get());
        }
        NavigableSet<Integer> leading = new TreeSet<>(Set.of(entry));
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<Integer, Decoded> each : before.descendingMap().entrySet()) {
                more |= leads(each.getKey(), each.getValue(), leading) && leading.add(each.getKey());
            }
        }
        return leading.stream().filter(entered::test).findFirst().orElse(entry);
    }

    /** Whether control goes from an instruction to one of those places, perhaps by a call that comes back. */
    private static boolean leads(int at, Decoded d, Set<Integer> places) {
        boolean over = places.contains(at + d.length());
        return switch (d.instruction().operation()) {
            case Operation.Branch _ -> over || places.contains(at + (int) d.imm());
            case Operation.Jump _ -> d.rd() != 0 ? over : places.contains(at + (int) d.imm());
            case Operation.JumpRegister _ -> d.rd() != 0 && over;
            case Operation.Illegal _ -> false;
            default -> over;
        };
    }

    private final class Search {
        final NavigableMap<Integer, Decoded> code = new TreeMap<>();
        private final Set<Integer> leaders = new TreeSet<>();
        private final Set<Integer> repeated = new HashSet<>();

        /** Those of {@link #repeated} that control comes to otherwise than by a jump backwards. */
        private final Set<Integer> resumed = new HashSet<>();

        private final Deque<Integer> open = new ArrayDeque<>();
        private final IntUnaryOperator halfword;
        private final IntPredicate wanted;
        private final IntPredicate entered;
        private final int limit;
        /** Calls by an address that a register holds. */
        private final NavigableSet<Integer> computedCalls = new TreeSet<>();

        private final NavigableSet<Integer> callTargets = new TreeSet<>();

        /** What is called within the page. */
        private final Deque<Integer> callees = new ArrayDeque<>();

        private final NavigableSet<Integer> computedJumps = new TreeSet<>();
        private final NavigableSet<Integer> targets = new TreeSet<>();

        Search(IntUnaryOperator halfword, IntPredicate wanted, IntPredicate entered, int limit) {
            this.halfword = halfword;
            this.wanted = wanted;
            this.entered = entered;
            this.limit = limit;
        }

        void follow(int entry) {
            enter(entry);
            if (!computedJumps.isEmpty()) {
                followComputedJumps();
            }
            while (!callees.isEmpty()) {
                followCall(callees.remove());
            }
            if (!computedCalls.isEmpty()) {
                followComputedCalls();
            }
        }

        /** Control comes to that place with a budget that nobody knows. */
        private void enter(int at) {
            begin(at);
            drain();
        }

        /** As {@link #enter}, but what it leads to is left for later. */
        private void begin(int at) {
            leaders.add(at);
            repeated.add(at);
            resumed.add(at);
            open.add(at);
        }

        /** Whether code there is worth to be in the unit. */
        private boolean isWorth(int target) {
            return target >= 0 && target < Ram.PAGE_SIZE && wanted.test(target);
        }

        /**
         * What is called becomes part of the unit if it is, for other reasons, already or if it is short: control goes there and back as by jumps, and
         * HotSpot sees no call. It may hold a loop, for many are left in their first round: of what looks something up, for one. What is longer would be
         * compiled once more for each caller, and a call is little beside it.
         */
        private void followCall(int callee) {
            if (code.containsKey(callee) || isShort(callee, MAX_CALLEE, true)) {
                enter(callee);
            }
        }

        private void drain() {
            while (!open.isEmpty()) {
                run(open.remove());
            }
        }

        /**
         * Whether what is called is no more than a few instructions, for which there is room, all of them behind its first.
         *
         * @param loops whether one of them may lead back to one before it: as far as anybody knows, a loop around a call by an address might be what
         *     that calls
         */
        private boolean isShort(int callee, int instructions, boolean loops) {
            int room = Math.min(limit - code.size(), instructions);
            Set<Integer> seen = new HashSet<>();
            NavigableSet<Integer> left = new TreeSet<>(Set.of(callee));
            while (!left.isEmpty()) {
                int at = Objects.requireNonNull(left.pollFirst());
                if (!seen.add(at)) {
                    continue;
                }
                Optional<Decoded> found = decode(at);
                if (found.isEmpty() || room-- <= 0) {
                    return false;
                }
                int next = at + found.get().length();
                switch (found.get().instruction().operation()) {
                    case Operation.Branch _ -> {
                        left.add(next);
                        left.add(at + (int) found.get().imm());
                    }
                    case Operation.Jump _ ->
                        left.add(found.get().rd() == 0 ? at + (int) found.get().imm() : next);
                    case Operation.JumpRegister _ -> {
                        if (found.get().rd() != 0) {
                            left.add(next);
                        } else if (!Block.isReturn(found.get())) {
                            return false;
                        }
                    }
                    case Operation.Illegal _ -> {
                        return false;
                    }
                    default -> left.add(next);
                }
                if (!left.isEmpty() && left.first() < (loops ? callee : at + 1)) {
                    return false;
                }
            }
            return true;
        }

        /**
         * A computed jump (a switch) goes to places near it that control has come to by an address: the nearest are taken,
         * and what they lead to.
         */
        private void followComputedJumps() {
            for (int at : enteredNear(computedJumps.first())) {
                if (targets.size() == MAX_TARGETS || code.size() >= limit) {
                    break;
                }
                targets.add(at);
                enter(at);
            }
            targets.retainAll(code.keySet());
        }

        /** As {@link #followComputedJumps}: a call by an address goes to short functions near it. */
        private void followComputedCalls() {
            int end = code.size() + MAX_NEAR;
            for (int at : enteredNear(computedCalls.first())) {
                if (callTargets.size() < MAX_TARGETS && isShort(at, end - code.size(), false)) {
                    callTargets.add(at);
                    enter(at);
                }
            }
            callTargets.retainAll(code.keySet());
        }

        /** The places near the unit's code that control has come to by an address, those nearest to {@code middle} first. */
        private List<Integer> enteredNear(int middle) {
            int from = Math.max(code.firstKey() - REACH, 0);
            int to = Math.min(code.lastKey() + REACH, Ram.PAGE_SIZE - 2);
            List<Integer> near = new ArrayList<>();
            for (int at = from & -2; at <= to; at += 2) {
                if (entered.test(at)) {
                    near.add(at);
                }
            }
            near.sort(Comparator.comparingInt(at -> Math.abs(at - middle)));
            return near;
        }

        /** Decodes straight on from {@code start} to a transfer of control, to known code, or to the limits. */
        private void run(int start) {
            int at = start;
            while (code.size() < limit && !code.containsKey(at)) {
                Optional<Decoded> found = decode(at);
                if (found.isEmpty() || overlaps(at, found.get().length())) {
                    return;
                }
                Decoded instruction = found.get();
                code.put(at, instruction);
                int next = at + instruction.length();
                switch (instruction.instruction().operation()) {
                    case Operation.Branch _ -> {
                        lead(at, next);
                        lead(at, at + (int) instruction.imm());
                        return;
                    }
                    case Operation.Jump _ -> {
                        if (instruction.rd() == 0) {
                            lead(at, at + (int) instruction.imm());
                        } else {
                            resume(next);
                            call(at + (int) instruction.imm());
                        }
                        return;
                    }
                    case Operation.JumpRegister _ -> {
                        if (instruction.rd() != 0) {
                            resume(next);
                            computedCalls.add(at);
                        } else if (!Block.isReturn(instruction)) {
                            computedJumps.add(at);
                        }
                        return;
                    }
                    case Operation.Illegal _ -> {
                        return;
                    }
                    case Operation.Control _ -> {
                        // Most of these never go on behind themselves.
                        lead(at, next);
                        return;
                    }
                    default -> at = next;
                }
            }
            // Known code goes on here.
            if (code.containsKey(at)) {
                leaders.add(at);
            }
        }

        /** Control goes from the instruction at {@code from} to {@code target}. */
        private void lead(int from, int target) {
            if (!isWorth(target)) {
                return;
            }
            leaders.add(target);
            if (target <= from) {
                repeated.add(target);
            }
            open.add(target);
        }

        private void call(int target) {
            if (isWorth(target)) {
                callees.add(target);
            }
        }

        /** Control comes back to {@code target} from a call, with a budget that nobody knows. */
        private void resume(int target) {
            if (isWorth(target)) {
                begin(target);
            }
        }

        /**
         * A loop that is entered in its middle looks at the budget there, and not where it begins: so there is one place only that
         * control comes into it.
         *
         * <p>Nor need a jump backwards close a loop: where what is seldom met is written behind a loop, it goes back into the middle of a round. The budget is looked
         * at only where a way round comes to its lowest place, and each has one.
         */
        Plan withNeededChecks(Plan plan) {
            Map<Integer, Integer> loops = InnerLoops.of(plan).innermost();
            Set<Integer> on = new HashSet<>();
            Set<Integer> off = new HashSet<>();
            for (int loop : new TreeSet<>(loops.values())) {
                List<Block> inside = plan.blocks().stream()
                        .filter(block -> loops.getOrDefault(block.start(), Flow.NO_LOOP) == loop)
                        .toList();
                Set<Integer> entered = Flow.entered(plan, loops, loop);
                List<Integer> checked =
                        inside.stream().filter(Block::checked).map(Block::start).toList();
                if (entered.size() == 1
                        && checked.stream().noneMatch(resumed::contains)
                        && !Trace.round(inside, inside.getFirst()).isEmpty()) {
                    off.addAll(checked);
                    on.addAll(entered);
                }
            }
            return new Plan(
                    plan.entry(),
                    plan.blocks().stream()
                            .map(block -> block.withCheck(on.contains(block.start())
                                    || block.checked()
                                            && !off.contains(block.start())
                                            && (resumed.contains(block.start())
                                                    || plan.comesBack(block.start(), next -> next > block.start()))))
                            .toList());
        }

        private Optional<Decoded> decode(int at) {
            if (at >= Ram.PAGE_SIZE) {
                return Optional.empty();
            }
            int bits = halfword.applyAsInt(at) & 0xffff;
            if ((bits & 3) == 3) {
                if (at + 4 > Ram.PAGE_SIZE) {
                    return Optional.empty();
                }
                bits |= halfword.applyAsInt(at + 2) << 16;
            }
            return Optional.of(instructions.decode(bits));
        }

        /** Whether an instruction here would share bytes with one that is there: somebody jumps into the middle of it. */
        private boolean overlaps(int at, int length) {
            Map.Entry<Integer, Decoded> before = code.lowerEntry(at);
            Map.Entry<Integer, Decoded> after = code.higherEntry(at);
            return before != null && before.getKey() + before.getValue().length() > at
                    || after != null && after.getKey() < at + length;
        }

        List<Block> blocks() {
            List<Block> blocks = new ArrayList<>();
            List<Decoded> current = new ArrayList<>();
            int start = -1;
            int expected = -1;
            for (Map.Entry<Integer, Decoded> each : code.entrySet()) {
                int at = each.getKey();
                if (!current.isEmpty() && (at != expected || leaders.contains(at) || endsBlock(current.getLast()))) {
                    blocks.add(block(start, expected, current));
                    current = new ArrayList<>();
                }
                if (current.isEmpty()) {
                    start = at;
                }
                current.add(each.getValue());
                expected = at + each.getValue().length();
            }
            blocks.add(block(start, expected, current));
            return withReturns(blocks);
        }

        /** Adds to returns where they may go in the unit: behind the calls from which control comes to them. */
        private List<Block> withReturns(List<Block> blocks) {
            List<Block> calls = blocks.stream()
                    .filter(block -> block.calls() && !block.targets().isEmpty())
                    .toList();
            if (calls.isEmpty()) {
                return blocks;
            }
            Map<Integer, Block> byStart = new HashMap<>();
            blocks.forEach(block -> byStart.put(block.start(), block));
            Map<Integer, NavigableSet<Integer>> places = new HashMap<>();
            for (Block call : calls) {
                if (byStart.containsKey(call.end())) {
                    for (int at : returns(byStart, call.targets())) {
                        places.computeIfAbsent(at, _ -> new TreeSet<>()).add(call.end());
                    }
                }
            }
            return blocks.stream()
                    .map(block -> block.withTargets(places.getOrDefault(block.start(), new TreeSet<>(block.targets()))))
                    .toList();
        }

        /** The blocks that return from what is called at these places. */
        private Set<Integer> returns(Map<Integer, Block> blocks, List<Integer> callees) {
            Set<Integer> found = new HashSet<>();
            Set<Integer> seen = new HashSet<>(callees);
            Deque<Integer> left = new ArrayDeque<>(seen);
            while (!left.isEmpty()) {
                Block block = blocks.get(left.remove());
                if (block == null) {
                    continue;
                }
                if (block.returns()) {
                    found.add(block.start());
                }
                for (int next : block.calls() ? List.of(block.end()) : block.successors()) {
                    if (seen.add(next)) {
                        left.add(next);
                    }
                }
            }
            return found;
        }

        private Block block(int start, int end, List<Decoded> content) {
            return new Block(start, content, repeated.contains(start), targets(end, content.getLast()));
        }

        /** Where control may go in the unit from the instruction that ends there, if it is a jump to a register or a call. */
        private List<Integer> targets(int end, Decoded last) {
            return switch (last.instruction().operation()) {
                case Operation.JumpRegister _
                when !Block.isReturn(last) -> List.copyOf(last.rd() == 0 ? targets : callTargets);
                case Operation.Jump _
                when last.rd() != 0 -> {
                    int callee = end - last.length() + (int) last.imm();
                    // The budget has to be looked at there: a function that calls itself goes round without a jump
                    // backwards.
                    yield resumed.contains(callee) && code.containsKey(callee) ? List.of(callee) : List.of();
                }
                default -> List.of();
            };
        }

        private static boolean endsBlock(Decoded instruction) {
            return switch (instruction.instruction().operation()) {
                case Operation.Branch _,
                        Operation.Jump _,
                        Operation.JumpRegister _,
                        Operation.Illegal _,
                        Operation.Control _ -> true;
                default -> false;
            };
        }
    }
}
