package dev.ravel.engine.interpreter;

import dev.ravel.engine.CodeSource;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.engine.Translator;
import dev.ravel.hart.Hart;
import dev.ravel.isa.InstructionSet;
import dev.ravel.memory.DirectAccess;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessType;
import dev.ravel.mmu.Mmu;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The reference engine: runs chains of pre-decoded steps. The commonest are cases of one of two loops, {@link CommonSteps} for code that is met again
 * soon and {@link FlatSteps} for other code; the others, and all where {@link DirectAccess} is not allowed, are a virtual call each.
 */
public final class Interpreter implements ExecutionEngine {
    private static final AtomicBoolean PREPARED = new AtomicBoolean();

    /** Instructions after which the loop looks whether the hart is needed, at most: some 50 microseconds. */
    static final int CHAIN = 16_384;

    /** Instructions, those that trap included, from one look at the time to the next, at least. */
    private static final int LOOK = 4096;

    private final CodeCache cache;
    private final Map<Hart, Context> contexts = new ConcurrentHashMap<>();

    /**
     * Has HotSpot compile the loop while a machine is being made. Otherwise it does so when a guest is in it, which meanwhile is interpreted
     * twice: first as a replacement on the stack, which the next call does not find, and then for calls. Only where HotSpot knows
     * from an AOT cache how the loop is used, as the launcher says by the property {@code ravel.trained}: else it would compile it for no guest at all.
     */
    public static void prepare() {
        if (DirectAccess.ALLOWED && Boolean.getBoolean("ravel.trained") && PREPARED.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("ravel-prepare").start(CommonSteps::rehearse);
        }
    }

    /** An interpreter for the harts of one machine: those whose memory is {@code ram}. */
    public Interpreter(Ram ram, InstructionSet instructions) {
        this(ram, instructions, null);
    }

    /** As {@link #Interpreter(Ram, InstructionSet)}; what becomes hot is handed to {@code translator}. */
    public Interpreter(Ram ram, InstructionSet instructions, @Nullable Translator translator) {
        cache = new CodeCache(ram, new BlockBuilder(ram, instructions), translator);
    }

    @Override
    public String name() {
        return "interp";
    }

    @Override
    public Stop run(Hart hart, long maxInstructions) {
        Context c = contexts.computeIfAbsent(hart, this::context);
        c.reload();
        if (c.sampler != null) {
            c.sampler.begin();
        }
        c.waiting = false;
        c.end = c.instret + maxInstructions;
        cache.acknowledge(c);
        long lookAt = maxInstructions - LOOK;
        boolean due = false;
        do {
            if (cache.epoch != c.seenEpoch) {
                cache.acknowledge(c);
            }
            if (c.instret > c.limit) {
                c.locality.look(c.pc);
            }
            long end = Math.min(c.end, c.instret + CHAIN) - BlockBuilder.MAX_BLOCK;
            c.limit = Math.min(end, c.sampleAt);
            if (c.instret <= c.limit) {
                loop(enter(c), c);
            } else if (c.instret <= end) {
                c.limit = end;
                loop(sample(enter(c), c), c);
            } else {
                finish(enter(c), c);
            }
            long left = c.end - c.instret;
            if (left <= lookAt) {
                due = hart.hasDeadlinePassed();
                lookAt = left - LOOK;
            }
        } while (c.instret < c.end && !c.waiting && !hart.needsAttention() && !due);
        c.epoch = CodeCache.NOT_RUNNING;
        hart.pc = c.pc;
        hart.instret = c.instret;
        return c.waiting ? Stop.WAIT : Stop.POLL;
    }

    /** The loop. In a method of its own so that HotSpot compiles it, and replaces it on the stack, apart from all else. */
    private static void loop(@Nullable Step first, Context c) {
        if (DirectAccess.ALLOWED) {
            if (c.locality.flat) {
                FlatSteps.run(first, c);
            } else {
                CommonSteps.run(first, c);
            }
            return;
        }
        Step step = first;
        while (step != null) {
            step = step.execute(c);
        }
    }

    /** As {@link #loop} where the budget ends within the block or with it: the block cannot go on to another then. */
    private static void finish(@Nullable Step first, Context c) {
        long room = c.end - c.instret;
        Step step = first;
        while (step != null) {
            if (step.index() >= room) {
                c.pc += step.offset;
                c.instret += step.index();
                return;
            }
            step = step.execute(c);
        }
    }

    private static @Nullable Step sample(@Nullable Step first, Context c) {
        return c.sampler == null ? first : c.sampler.sample(first);
    }

    /** The step at the pc, by whatever means; null after a fault, which was taken. */
    private @Nullable Step enter(Context c) {
        Step step = c.lookup();
        if (step != null) {
            return step;
        }
        long offset = CodeCache.fetchOffset(c, c.pc);
        if (offset < 0) {
            long pa = c.mmu.translate(c.pc, 2, AccessType.FETCH);
            if (pa == Mmu.FAILED) {
                return c.singles.fault();
            }
            // That may have filled the TLB; if not, the page must not be cached.
            step = c.lookup();
            if (step != null) {
                return step;
            }
            offset = CodeCache.fetchOffset(c, c.pc);
            if (offset < 0) {
                return c.singles.at(pa);
            }
        }
        step = cache.block(c, offset);
        if (step == null) {
            return c.singles.next();
        }
        return c.sampler == null ? step : c.sampler.met(offset, step);
    }

    /**
     * The page of that index to look at, while the machine stands still: reading it watches nothing, and it takes no translation.
     * If no instruction of it was decoded, it is as if all had been.
     */
    public CodeSource glance(int number) {
        return cache.glance(number);
    }

    /** The page of that index, for translations of what nobody has run yet. Empty once a hart has begun to run. */
    public Optional<CodeSource> page(int number) {
        return cache.page(number);
    }

    @Override
    public void close() {
        cache.close();
        contexts.clear();
    }

    private Context context(Hart hart) {
        Context context = new Context(hart, cache);
        hart.mmu.forgetStores();
        cache.register(context);
        return context;
    }
}
