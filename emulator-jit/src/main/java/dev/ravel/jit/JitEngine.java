package dev.ravel.jit;

import dev.ravel.engine.CodeSource;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.engine.Translation;
import dev.ravel.engine.Translator;
import dev.ravel.engine.interpreter.Interpreter;
import dev.ravel.hart.Hart;
import dev.ravel.isa.InstructionSet;
import dev.ravel.jit.emit.UnitEmitter;
import dev.ravel.jit.plan.Plan;
import dev.ravel.jit.plan.Planner;
import dev.ravel.jit.runtime.GuestState;
import dev.ravel.jit.runtime.Rehearsal;
import dev.ravel.jit.runtime.Unit;
import dev.ravel.jit.runtime.UnitLoader;
import dev.ravel.jit.runtime.UnitTable;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Interprets, and translates what the interpreter spends its time on. */
public final class JitEngine implements ExecutionEngine {
    private static final Logger LOGGER = System.getLogger(JitEngine.class.getName());

    /** Milliseconds from one look to the next whether HotSpot has compiled a rehearsed unit. */
    private static final long COMPILATION_MILLIS = 5;

    /** Looks after which a unit is run nevertheless. */
    private static final int PATIENCE = 60;

    private final Ram ram;
    private final JitSettings settings;
    private final Planner planner;
    private final UnitTable table;
    private final UnitLoader loader;
    private final Interpreter interpreter;
    private final @Nullable Background background;

    /**
     * What a thread of its own translates with.
     *
     * @param pending places that a unit which is being rehearsed will be entered at; for that thread only
     */
    private record Background(ScheduledExecutorService executor, Rehearsal rehearsal, Set<Place> pending) {}

    /** An offset in a page. */
    private record Place(CodeSource page, int offset) {}

    /** An engine for the harts of one machine: those whose memory is that of {@code bus}. */
    public JitEngine(Bus bus, InstructionSet instructions, JitSettings settings) {
        this.ram = bus.ram();
        this.settings = settings;
        this.planner = new Planner(instructions);
        this.table = new UnitTable(ram.size());
        this.loader = new UnitLoader(new UnitLoader.Memory(ram.segment(), bus.tlbStorage().elements()));
        this.interpreter = new Interpreter(ram, instructions, new Hot());
        this.background = settings.background()
                ? new Background(
                        Executors.newSingleThreadScheduledExecutor(
                                Thread.ofPlatform().daemon().name("ravel-jit").factory()),
                        new Rehearsal(),
                        new HashSet<>())
                : null;
    }

    @Override
    public String name() {
        return "jit";
    }

    @Override
    public Stop run(Hart hart, long maxInstructions) {
        return interpreter.run(hart, maxInstructions);
    }

    @Override
    public void close() {
        if (background != null) {
            background.executor().shutdownNow();
            // It reads RAM, which is unmapped next; a translation takes milliseconds.
            background.executor().close();
            background.rehearsal().close();
        }
        interpreter.close();
    }

    private void translate(CodeSource page, int offset) {
        try {
            int limit = settings.unitSize();
            while (true) {
                Optional<Plan> plan =
                        planner.plan(offset, page::halfword, at -> isWanted(page, at), page::isEntry, limit);
                if (plan.isEmpty()) {
                    return;
                }
                UnitEmitter.Emitted emitted =
                        UnitEmitter.emit(plan.get(), "Unit_" + Long.toHexString(address(page, offset)));
                if (emitted.codeSize() > UnitEmitter.MAX_CODE && limit > 1) {
                    limit /= 2;
                    continue;
                }
                Unit unit = loader.define(emitted.classFile(), emitted.constantArray());
                install(page, offset, plan.get().entries(), unit);
                return;
            }
        } catch (RuntimeException | LinkageError e) {
            // The interpreter goes on; a bug of ours must not take the guest down.
            LOGGER.log(
                    Level.WARNING, "code at 0x" + Long.toHexString(address(page, offset)) + " is not translated", e);
        }
    }

    private void install(CodeSource page, int offset, List<Integer> entries, Unit unit) {
        if (background == null) {
            installNow(page, offset, entries, unit);
            return;
        }
        List<Place> places = entries.stream().map(entry -> new Place(page, entry)).toList();
        background.pending().addAll(places);
        background.rehearsal().rehearse(unit, entries);
        later(background, () -> premiere(background, places, offset, unit, PATIENCE), COMPILATION_MILLIS);
    }

    /** Installs a rehearsed unit when it is compiled, or after so many more looks. */
    private void premiere(Background background, List<Place> places, int offset, Unit unit, int patience) {
        List<Integer> entries = places.stream().map(Place::offset).toList();
        if (patience > 0 && !background.rehearsal().isCompiled(unit, entries)) {
            later(
                    background,
                    () -> premiere(background, places, offset, unit, patience - 1),
                    COMPILATION_MILLIS);
            return;
        }
        places.forEach(background.pending()::remove);
        background.rehearsal().repeat(unit, entries);
        installNow(places.getFirst().page(), offset, entries, unit);
    }

    private static void installNow(CodeSource page, int offset, List<Integer> entries, Unit unit) {
        for (int entry : entries) {
            if (entry == offset || !page.isTranslated(entry)) {
                page.install(entry, unit);
            }
        }
    }

    private static void later(Background background, Runnable work, long millis) {
        try {
            background.executor().schedule(work, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The engine is being closed.
            LOGGER.log(Level.DEBUG, "not translated", e);
        }
    }

    private boolean isWanted(CodeSource page, int offset) {
        return settings.threshold() == 1 || page.isMet(offset);
    }

    private long address(CodeSource page, int offset) {
        return ram.base() + ((long) page.number() << Ram.PAGE_SHIFT) + offset;
    }

    /** What the interpreter tells. */
    private final class Hot implements Translator {
        @Override
        public int threshold() {
            return settings.threshold();
        }

        @Override
        public Executor attach(Hart hart) {
            return new GuestState(hart, table);
        }

        @Override
        public void hot(Hart hart, CodeSource page, int offset) {
            if (background == null) {
                translate(page, offset);
                return;
            }
            later(
                    background,
                    () -> {
                        if (!page.isTranslated(offset) && !background.pending().contains(new Place(page, offset))) {
                            translate(page, offset);
                        }
                    },
                    0);
        }

        @Override
        public void installed(CodeSource page, int offset, Translation translation) {
            table.put(page.number(), offset, (Unit) translation);
        }

        @Override
        public void dropped(CodeSource page) {
            table.drop(page.number());
        }
    }
}
