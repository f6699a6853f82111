package dev.ravel.jit;

import dev.ravel.engine.TranslationView;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import dev.ravel.isa.RegisterNames;
import dev.ravel.jit.emit.UnitEmitter;
import dev.ravel.jit.plan.AccessRun;
import dev.ravel.jit.plan.Block;
import dev.ravel.jit.plan.BulkLoop;
import dev.ravel.jit.plan.Flow;
import dev.ravel.jit.plan.Plan;
import dev.ravel.jit.plan.RegisterUse;
import dev.ravel.jit.plan.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** Puts a plan and the bytecode made of it side by side. */
final class Explanation {
    private final Plan plan;
    private final Flow flow;
    private final UnitEmitter.Explained code;
    private final Set<Integer> starts = new HashSet<>();
    private final Map<Integer, List<TranslationView.Code>> byInstruction = new HashMap<>();
    private final List<TranslationView.Code> shared = new ArrayList<>();

    private Explanation(Plan plan, UnitEmitter.Explained code) {
        this.plan = plan;
        this.flow = Flow.of(plan);
        this.code = code;
        plan.blocks().forEach(block -> starts.add(block.start()));
        sort();
    }

    /** The two side by side; the plan was made with so many instructions allowed. */
    static TranslationView of(Plan plan, int limit, UnitEmitter.Explained code) {
        Explanation explanation = new Explanation(plan, code);
        List<TranslationView.Nest> nests = explanation.nests();
        return new TranslationView(
                plan.entry(),
                limit,
                plan.bare(),
                plan.blocks().stream().map(explanation::block).toList(),
                explanation.loops(nests),
                nests,
                explanation.shared,
                code.codeSize());
    }

    /** What comes after the first stretch for no instruction, behind the blocks, lies aside. */
    private void sort() {
        boolean inBlocks = false;
        boolean aside = false;
        for (UnitEmitter.Stretch stretch : code.stretches()) {
            aside |= inBlocks && stretch.offset() < 0;
            inBlocks |= stretch.offset() >= 0;
            List<TranslationView.Code> owner = stretch.offset() < 0
                    ? shared
                    : byInstruction.computeIfAbsent(stretch.offset(), _ -> new ArrayList<>());
            owner.add(new TranslationView.Code(aside, stretch.lines(), stretch.bytes()));
        }
    }

    private static TranslationView.Bulk bulk(BulkLoop loop) {
        return new TranslationView.Bulk(
                loop.stride(),
                place(loop.to()),
                loop.from().map(Explanation::place),
                loop.from().isPresent() ? Optional.empty() : Optional.of(RegisterNames.x(loop.filler())));
    }

    private static TranslationView.Place place(BulkLoop.Place place) {
        return new TranslationView.Place(RegisterNames.x(place.register()), place.displacement());
    }

    private List<TranslationView.Loop> loops(List<TranslationView.Nest> nests) {
        Map<Integer, BulkLoop> bulks = BulkLoop.of(plan, flow);
        Map<Integer, List<Integer>> blocks = new TreeMap<>();
        for (int start : plan.blocks().stream().map(Block::start).toList()) {
            if (flow.innermost(start) != Flow.NO_LOOP) {
                blocks.computeIfAbsent(flow.innermost(start), _ -> new ArrayList<>())
                        .add(start);
            }
        }
        List<TranslationView.Loop> loops = new ArrayList<>();
        blocks.forEach((start, all) -> {
            Optional<Trace> trace = all.stream()
                    .map(code.runs().traces()::get)
                    .filter(Objects::nonNull)
                    .findFirst();
            loops.add(new TranslationView.Loop(
                    start,
                    all,
                    around(start, nests),
                    RegisterUse.names(flow.locals(all.getFirst())),
                    trace.map(Trace::rounds).orElse(1),
                    trace.map(this::runs).orElse(List.of()),
                    trace.filter(code.runs()::remembers).isPresent(),
                    Optional.ofNullable(bulks.get(all.getFirst())).map(Explanation::bulk)));
        });
        return loops;
    }

    private List<TranslationView.Nest> nests() {
        Map<Integer, List<Block>> together = new TreeMap<>();
        plan.blocks().stream()
                .filter(block -> flow.loop(block.start()) != Flow.NO_LOOP)
                .forEach(block -> together.computeIfAbsent(flow.loop(block.start()), _ -> new ArrayList<>())
                        .add(block));
        List<TranslationView.Nest> nests = new ArrayList<>();
        together.forEach((start, blocks) -> {
            // Otherwise it is a loop that is told already.
            if (blocks.stream().anyMatch(block -> flow.innermost(block.start()) != start)) {
                nests.add(new TranslationView.Nest(
                        start,
                        blocks.stream().anyMatch(Block::callsInside),
                        blocks.stream().map(Block::start).toList(),
                        RegisterUse.names(flow.locals(start))));
            }
        });
        return nests;
    }

    /** The loops around an innermost one that keep their registers together with it. */
    private static OptionalInt around(int loop, List<TranslationView.Nest> nests) {
        return nests.stream()
                .filter(nest -> nest.blocks().contains(loop))
                .mapToInt(TranslationView.Nest::start)
                .findFirst();
    }

    private List<TranslationView.Run> runs(Trace trace) {
        int[] at = trace.offsets().stream().mapToInt(Integer::intValue).toArray();
        return code.runs().in(trace).stream().map(run -> run(run, at)).toList();
    }

    private TranslationView.Block block(Block block) {
        int start = block.start();
        int[] at = places(block);
        List<TranslationView.Line> lines = new ArrayList<>();
        for (int i = 0; i < at.length; i++) {
            Decoded d = block.instructions().get(i);
            lines.add(new TranslationView.Line(
                    at[i], d.bits(), d.length(), byInstruction.getOrDefault(at[i], List.of())));
        }
        return new TranslationView.Block(
                start,
                block.checked(),
                flow.innermost(start) == Flow.NO_LOOP ? OptionalInt.empty() : OptionalInt.of(flow.innermost(start)),
                RegisterUse.names(flow.live(start)),
                RegisterUse.names(flow.written(start)),
                code.runs().in(block).stream().map(run -> run(run, at)).toList(),
                code.runs().remembers(block),
                ways(block),
                lines);
    }

    /** Offsets of the block's instructions. */
    private static int[] places(Block block) {
        int[] at = new int[block.instructions().size()];
        int next = block.start();
        for (int i = 0; i < at.length; i++) {
            at[i] = next;
            next += block.instructions().get(i).length();
        }
        return at;
    }

    private static TranslationView.Run run(AccessRun run, int[] at) {
        List<TranslationView.Group> groups = new ArrayList<>();
        for (int i = 0; i < run.groups().size(); i++) {
            AccessRun.Group group = run.groups().get(i);
            int number = i;
            List<Integer> members = run.members().entrySet().stream()
                    .filter(member -> member.getValue().group() == number)
                    .map(member -> at[member.getKey()])
                    .distinct()
                    .sorted()
                    .toList();
            groups.add(new TranslationView.Group(
                    RegisterNames.x(group.register()), group.low(), group.span() + 1, group.stores(), members));
        }
        return new TranslationView.Run(at[run.first()], at[run.end() - 1], groups);
    }

    private List<TranslationView.Way> ways(Block block) {
        List<TranslationView.Way> ways = new ArrayList<>();
        for (int target : block.successors()) {
            ways.add(new TranslationView.Way(kind(block, target), OptionalInt.of(target)));
        }
        Operation last = block.last().instruction().operation();
        if (last instanceof Operation.Illegal) {
            ways.add(new TranslationView.Way(TranslationView.Way.Kind.TRAP, OptionalInt.empty()));
        } else if (last instanceof Operation.JumpRegister && !block.calls()) {
            ways.add(new TranslationView.Way(TranslationView.Way.Kind.ADDRESS, OptionalInt.empty()));
        }
        return ways;
    }

    private TranslationView.Way.Kind kind(Block block, int target) {
        boolean inside = starts.contains(target);
        if (block.calls() && !block.targets().contains(target)) {
            return inside ? TranslationView.Way.Kind.CALL : TranslationView.Way.Kind.CALL_AND_LEAVE;
        }
        return inside ? TranslationView.Way.Kind.INSIDE : TranslationView.Way.Kind.OUTSIDE;
    }
}
