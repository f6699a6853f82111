package dev.ravel.jit;

import dev.ravel.engine.CodeSource;
import dev.ravel.engine.CodeStatus;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.engine.Translation;
import dev.ravel.engine.TranslationView;
import dev.ravel.engine.Translator;
import dev.ravel.engine.interpreter.Interpreter;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.InstructionSet;
import dev.ravel.jit.emit.UnitEmitter;
import dev.ravel.jit.plan.Block;
import dev.ravel.jit.plan.Plan;
import dev.ravel.jit.plan.Planner;
import dev.ravel.jit.runtime.GuestState;
import dev.ravel.jit.runtime.Rehearsal;
import dev.ravel.jit.runtime.Unit;
import dev.ravel.jit.runtime.UnitLoader;
import dev.ravel.jit.runtime.UnitTable;
import dev.ravel.jit.store.KeptUnit;
import dev.ravel.jit.store.UnitStore;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.observe.Observer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Interprets, and translates what the interpreter spends its time on. */
public final class JitEngine implements ExecutionEngine {
    private static final Logger LOGGER = System.getLogger(JitEngine.class.getName());

    /** Instructions from which on what is hot is translated with the code before it. */
    private static final int LARGE = 40;

    /**
     * Of the samples that make code hot, how many are enough for a unit that is kept. With fewer a boot has more of them compiled than it gains by.
     */
    private static final int WARM_PERCENT = 10;

    /** How many units a guest has compiled when it begins to run, if they are kept. */
    private static final int FIRST = 32;

    /** Whether an engine that could not translate something says so when it is closed, by an exception: for tests. */
    private static final boolean STRICT = Boolean.getBoolean("ravel.jit.strict");

    /** Whether a translator of this JVM has translated something. */
    private static final AtomicBoolean WARM = new AtomicBoolean();

    private final InstructionSet instructions;
    private final Ram ram;
    private final JitSettings settings;
    private final Planner planner;
    private final UnitTable table;
    private final UnitLoader loader;
    private final Interpreter interpreter;
    private final UnitLedger ledger;
    private final List<GuestState> states = new CopyOnWriteArrayList<>();
    private final AtomicLong translatingNanos = new AtomicLong();
    private final AtomicLong recalled = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong uncompiled = new AtomicLong();
    private volatile Optional<Hart> anyHart = Optional.empty();
    private final Optional<UnitStore> store;
    private final @Nullable Beside beside;

    private final Expectations expectations = new Expectations(this::replace);

    /** What a thread of its own translates with. */
    private record Beside(Background background, Rehearsal rehearsal) {}

    /** A unit that is rehearsed, at the offset that was hot. */
    private final class Rehearsed implements Background.Awaited {
        private final UnitLedger.Entry entry;
        private final int offset;
        private final Rehearsal.Part part;

        Rehearsed(UnitLedger.Entry entry, int offset, Rehearsal rehearsal) {
            this.entry = entry;
            this.offset = offset;
            this.part = rehearsal.rehearse(entry.unit(), entry.offsets());
        }

        @Override
        public CodeSource page() {
            return entry.page();
        }

        @Override
        public boolean holds(int offset) {
            return entry.code().starts().get(offset);
        }

        @Override
        public boolean isCompiled() {
            return part.isCompiled();
        }

        @Override
        public void premiere(boolean compiled) {
            if (!compiled) {
                uncompiled.incrementAndGet();
            }
            part.repeat();
            installNow(offset, compiled ? entry.asCompiled() : entry);
        }

        @Override
        public void forget() {
            ledger.inVain();
        }
    }

    /** An engine for the harts of one machine: those whose memory is that of {@code bus}. */
    public JitEngine(Bus bus, InstructionSet instructions, JitSettings settings) {
        this.ram = bus.ram();
        this.instructions = instructions;
        this.settings = settings;
        this.ledger = new UnitLedger(settings.budget());
        this.planner = new Planner(instructions);
        this.table = new UnitTable(ram.pages());
        this.loader = new UnitLoader(new UnitLoader.Memory(ram, bus.tlbStorage()));
        this.interpreter = new Interpreter(ram, instructions, new Hot());
        this.store = settings.store().map(this::store);
        this.beside = settings.background() ? beside() : null;
    }

    private UnitStore store(Path file) {
        return new UnitStore(
                file,
                () -> BuildIdentity.known()
                        .map(build -> String.join(
                                " ",
                                build,
                                Integer.toString(settings.unitSize()),
                                UnitEmitter.circumstances(loader.access()))));
    }

    private Beside beside() {
        return new Beside(new Background(this::perform, () -> store.ifPresent(UnitStore::load)), new Rehearsal());
    }

    @Override
    public void loaded() {
        if (beside != null) {
            beside.background().request(() -> {
                store.ifPresent(units -> recallFirst(units, beside.background()));
                if (WARM.compareAndSet(false, true)) {
                    warmUp(beside.rehearsal());
                }
            });
        }
    }

    private void perform(Background.Request request) {
        if (request.make()) {
            translate(request);
        } else {
            recall(request);
        }
    }

    /**
     * Translates a loop that nobody runs, so that the JVM loads what translating takes while the guest starts: the first hot loop
     * would wait for it.
     */
    private void warmUp(Rehearsal rehearsal) {
        int[] loop = {
            encode("ld", 10, 0, 11), encode("sd", 10, 0, 12), encode("add", 11, 11, 10), encode("bne", 11, 10, -12)
        };
        planner.plan(
                        0,
                        at -> at < 4 * loop.length ? loop[at >> 2] >>> (at & 2) * 8 & 0xffff : 0,
                        at -> at < 4 * loop.length,
                        _ -> false,
                        loop.length)
                .ifPresent(plan -> {
                    UnitEmitter.Emitted emitted = UnitEmitter.emit(plan, "Unit_warm", loader.access());
                    Unit unit = loader.define(
                            emitted.classFile(), emitted.classes(), emitted.constantArray(), table.units(0));
                    rehearsal.rehearse(unit, plan.entries());
                });
    }

    private int encode(String mnemonic, long... operands) {
        return instructions.byMnemonic(mnemonic).orElseThrow().encode(operands);
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
        if (beside != null) {
            // It reads RAM, which is unmapped next; a translation takes milliseconds.
            beside.background().close();
            beside.rehearsal().close();
        }
        store.ifPresent(UnitStore::save);
        ledger.clear();
        interpreter.close();
        if (STRICT && failures.get() > 0) {
            throw new IllegalStateException(failures + " pieces of code could not be translated; the log says why");
        }
    }

    @Override
    public Map<String, Long> counters() {
        UnitLedger.Totals totals = ledger.totals();
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put(
                "translatedInstructions",
                states.stream().mapToLong(GuestState::executed).sum());
        counters.put("units", totals.units());
        counters.put("unitBytecodeBytes", totals.bytes());
        counters.put("unitsMade", totals.made());
        counters.put("unitsRecalled", recalled.get());
        counters.put("unitsInvalidated", totals.invalidated());
        counters.put("unitsDropped", totals.dropped());
        counters.put("unitsReplaced", totals.replaced());
        counters.put("unitsFailed", failures.get());
        counters.put("unitsNotCompiledInTime", uncompiled.get());
        counters.put("translatingMilliseconds", translatingNanos.get() / 1_000_000);
        return counters;
    }

    @Override
    public Optional<TranslationView> explain(long address) {
        long place = ram.codeOffset(address);
        if (place < 0 || (place & 1) != 0) {
            return Optional.empty();
        }
        CodeSource page = interpreter.glance((int) (place >>> Ram.PAGE_SHIFT));
        int offset = (int) place & Ram.PAGE_SIZE - 1;
        for (int limit = settings.unitSize(); ; limit /= 2) {
            Optional<Plan> plan =
                    planAround(page, offset, limit, states.stream().anyMatch(GuestState::isBare));
            if (plan.isEmpty()) {
                return Optional.empty();
            }
            UnitEmitter.Explained code = UnitEmitter.explain(plan.get(), "Unit_explained", loader.access());
            if (code.codeSize() <= UnitEmitter.MAX_CODE || limit == 1) {
                return Optional.of(Explanation.of(plan.get(), limit, code));
            }
        }
    }

    @Override
    public CodeStatus status(long address) {
        long place = ram.codeOffset(address);
        if (place < 0) {
            return CodeStatus.INTERPRETED;
        }
        int page = (int) (place >>> Ram.PAGE_SHIFT);
        long invalidations = ledger.invalidations(page);
        return ledger.at(page, (int) place & Ram.PAGE_SIZE - 1)
                .map(entry -> new CodeStatus(
                        entry.compiled() ? CodeStatus.State.COMPILED : CodeStatus.State.TRANSLATED,
                        OptionalLong.of(address(entry.page(), entry.code().entry())),
                        entry.code().starts().cardinality(),
                        entry.bytes(),
                        invalidations))
                .orElseGet(() -> CodeStatus.interpreted(invalidations));
    }

    /**
     * The plan for what is hot at that offset. If it is large it is one for the function around it: that is hot next, and HotSpot would compile the same code
     * once more. What is small is compiled sooner by itself.
     */
    private Optional<Plan> planAround(CodeSource page, int offset, int limit, boolean bare) {
        Optional<Plan> plan = plan(page, offset, limit, bare);
        if (plan.isEmpty() || plan.get().instructions() < LARGE || !plan.get().beginsWithLoop()) {
            return plan;
        }
        int start = planner.beginning(offset, page::halfword, page::isMet, page::isEntry);
        if (start == offset) {
            return plan;
        }
        return plan(page, start, limit, bare)
                .filter(around -> around.entries().contains(offset)
                        && around.instructions() <= plan.get().instructions() * 3 / 2)
                .or(() -> plan);
    }

    private Optional<Plan> plan(CodeSource page, int offset, int limit, boolean bare) {
        return planner.plan(offset, page::halfword, at -> isWanted(page, at), page::isEntry, limit)
                .map(plan ->
                        expectations.of(page, plan, states.stream().anyMatch(GuestState::hasOrdinaryFloats), bare));
    }

    /** Has the units that hold the instruction at that offset in RAM made anew. */
    private void replace(long offset) {
        for (UnitLedger.Entry entry :
                ledger.takeAway((int) (offset >>> Ram.PAGE_SHIFT), (int) offset & Ram.PAGE_SIZE - 1)) {
            drop(entry);
            store.ifPresent(units -> entry.kept().ifPresent(units::forget));
            long now = anyHart.map(hart -> hart.instret).orElse(0L);
            translateSoon(new Background.Request(
                    entry.page(), entry.code().entry(), entry.code().bare(), true, now));
        }
    }

    /** At once if nothing is done in the background. */
    private void translateSoon(Background.Request request) {
        if (beside == null) {
            translate(request);
            return;
        }
        if (!beside.background().request(request)) {
            // It asks again if it stays hot.
            request.page().sampleAnew(request.offset());
        }
    }

    /** Has a unit that was kept run, if there is one of what is at that place. */
    private boolean recall(Background.Request request) {
        if (store.isEmpty()) {
            return false;
        }
        CodeSource page = request.page();
        long start = System.nanoTime();
        // At first the bytes are only looked at: to read them as a translator does has them watched.
        Optional<KeptUnit> found = store.get()
                .find(
                        request.offset(),
                        request.bare(),
                        request.make(),
                        request.now(),
                        interpreter.glance(page.number())::halfword)
                .filter(kept -> kept.origin().isIn(page::halfword));
        if (found.isEmpty()) {
            return false;
        }
        KeptUnit kept = found.get();
        try {
            Optional<JitEvents.Translate> event = JitEvents.translating();
            Decoded[] constants = Arrays.stream(kept.constants())
                    .mapToObj(instructions::decode)
                    .toArray(Decoded[]::new);
            begin(page, request.offset(), kept, constants, event);
            recalled.incrementAndGet();
            return true;
        } catch (RuntimeException | LinkageError e) {
            // What is in the file is not what was written to it.
            store.get().forget(kept);
            LOGGER.log(Level.DEBUG, "a unit that was kept is made anew", e);
            return false;
        } finally {
            translatingNanos.addAndGet(System.nanoTime() - start);
        }
    }

    /**
     * Has units compiled that the guest in RAM needed first when it ran before. Those not whose place is in one of these: there was
     * need of two because the first one was yet to be compiled.
     */
    private void recallFirst(UnitStore units, Background background) {
        List<Background.Request> requests = new ArrayList<>();
        // Pages first: soon a hart runs.
        for (KeptUnit.Origin origin : units.first(FIRST, ram.pages(), number -> interpreter.glance(number)::halfword)) {
            interpreter
                    .page(origin.page())
                    .map(page -> new Background.Request(page, origin.offset(), origin.bare(), false, 0))
                    .ifPresent(requests::add);
        }
        requests.forEach(background::take);
    }

    /** Makes a unit of its class and has it run, at once or when it was rehearsed. */
    private void begin(
            CodeSource page, int offset, KeptUnit kept, Decoded[] constants, Optional<JitEvents.Translate> event) {
        Unit unit = loader.define(kept.classFile(), kept.classes(), constants, table.units(page.number()));
        tell(event, page, offset, kept);
        install(offset, entry(page, unit, kept));
    }

    private UnitLedger.Entry entry(CodeSource page, Unit unit, KeptUnit kept) {
        BitSet starts = new BitSet();
        Arrays.stream(kept.starts()).forEach(starts::set);
        return new UnitLedger.Entry(
                page,
                Arrays.stream(kept.entries()).boxed().toList(),
                unit,
                kept.codeSize(),
                new UnitLedger.Code(kept.entry(), starts, kept.origin().bare()),
                store.isPresent() ? Optional.of(kept) : Optional.empty(),
                false);
    }

    private static KeptUnit keep(CodeSource page, int offset, boolean bare, Plan plan, UnitEmitter.Emitted emitted) {
        BitSet starts = new BitSet();
        IntStream.Builder code = IntStream.builder();
        for (Block block : plan.blocks()) {
            int at = block.start();
            for (Decoded instruction : block.instructions()) {
                starts.set(at);
                // Not from RAM, where other bytes may be by now.
                for (int half = 0; half < instruction.length(); half += 2) {
                    code.add(at + half).add(instruction.bits() >>> 8 * half & 0xffff);
                }
                at += instruction.length();
            }
        }
        return new KeptUnit(
                new KeptUnit.Origin(offset, page.number(), bare, code.build().toArray()),
                plan.entry(),
                starts.stream().toArray(),
                plan.entries().stream().mapToInt(Integer::intValue).toArray(),
                emitted.constants().stream().mapToInt(Decoded::bits).toArray(),
                emitted.codeSize(),
                List.copyOf(emitted.classes()),
                emitted.classFile());
    }

    private void translate(Background.Request request) {
        if (recall(request)) {
            return;
        }
        CodeSource page = request.page();
        int offset = request.offset();
        boolean bare = request.bare();
        long start = System.nanoTime();
        try {
            Optional<JitEvents.Translate> event = JitEvents.translating();
            int limit = settings.unitSize();
            while (true) {
                Optional<Plan> plan = planAround(page, offset, limit, bare);
                if (plan.isEmpty()) {
                    return;
                }
                UnitEmitter.Emitted emitted = UnitEmitter.emit(
                        plan.get(), "Unit_" + Long.toHexString(address(page, offset)), loader.access());
                if (emitted.codeSize() > UnitEmitter.MAX_CODE && limit > 1) {
                    limit /= 2;
                    continue;
                }
                KeptUnit kept = keep(page, offset, bare, plan.get(), emitted);
                // Before it runs: it may be found wrong and forgotten at once.
                store.ifPresent(units -> units.keep(kept, request.now()));
                begin(page, offset, kept, emitted.constantArray(), event);
                return;
            }
        } catch (RuntimeException | LinkageError e) {
            failures.incrementAndGet();
            // The interpreter goes on; a bug of ours must not take the guest down.
            LOGGER.log(Level.WARNING, "code at 0x" + Long.toHexString(address(page, offset)) + " is not translated", e);
        } finally {
            translatingNanos.addAndGet(System.nanoTime() - start);
        }
    }

    private void tell(Optional<JitEvents.Translate> event, CodeSource page, int offset, KeptUnit unit) {
        if (event.isPresent()) {
            // No lambda: to make it the JVM would load the event's class, which is in no AOT cache.
            event.get().commit(address(page, offset), unit);
        }
        observer().codeTranslated(name(), address(page, offset), unit.starts().length);
    }

    private Observer observer() {
        return anyHart.map(Hart::observer).orElse(Observer.NONE);
    }

    private void install(int offset, UnitLedger.Entry entry) {
        if (beside == null) {
            installNow(offset, entry);
        } else {
            beside.background().await(new Rehearsed(entry, offset, beside.rehearsal()));
        }
    }

    private void installNow(int offset, UnitLedger.Entry entry) {
        CodeSource page = entry.page();
        List<UnitLedger.Entry> victims = ledger.add(entry);
        if (page.install(offset, entry.unit())) {
            for (int at : entry.offsets()) {
                if (!page.isTranslated(at)) {
                    page.install(at, entry.unit());
                }
            }
        } else {
            ledger.invalidate(page);
        }
        victims.forEach(this::drop);
    }

    private void drop(UnitLedger.Entry victim) {
        for (int at : victim.offsets()) {
            victim.page().remove(at, victim.unit());
        }
        JitEvents.dropped(address(victim.page(), victim.offsets().getFirst()), victim.bytes());
        observer().codeInvalidated(address(victim.page(), 0));
    }

    private boolean isWanted(CodeSource page, int offset) {
        return settings.threshold() == 1 || page.isMet(offset);
    }

    private long address(CodeSource page, int offset) {
        return ram.address(((long) page.number() << Ram.PAGE_SHIFT) + offset);
    }

    /** What the interpreter tells. */
    private final class Hot implements Translator {
        @Override
        public int threshold() {
            return settings.threshold();
        }

        @Override
        public int warmThreshold() {
            return beside == null || store.isEmpty() ? 0 : settings.threshold() * WARM_PERCENT / 100;
        }

        @Override
        public void warm(Hart hart, CodeSource page, int offset) {
            if (beside != null && store.isPresent() && store.get().isDueAt(offset, hart.instret)) {
                beside.background().request(request(hart, page, offset, false));
            }
        }

        @Override
        public Executor attach(Hart hart) {
            GuestState state = new GuestState(hart, table, expectations);
            states.add(state);
            anyHart = Optional.of(hart);
            return state;
        }

        @Override
        public void hot(Hart hart, CodeSource page, int offset) {
            translateSoon(request(hart, page, offset, true));
        }

        private Background.Request request(Hart hart, CodeSource page, int offset, boolean make) {
            boolean bare = states.stream().anyMatch(state -> state.isBare(hart));
            return new Background.Request(page, offset, bare, make, hart.instret);
        }

        @Override
        public void installed(CodeSource page, int offset, Translation translation) {
            table.put(page.number(), offset, (Unit) translation);
        }

        @Override
        public void removed(CodeSource page, int offset) {
            table.put(page.number(), offset, null);
        }

        @Override
        public void dropped(CodeSource page) {
            table.drop(page.number());
            expectations.forget(page);
            int units = ledger.invalidate(page);
            if (units == 0) {
                return;
            }
            JitEvents.invalidated(address(page, 0), units);
            observer().codeInvalidated(address(page, 0));
        }
    }
}
