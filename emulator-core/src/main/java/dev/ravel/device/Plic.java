package dev.ravel.device;

import dev.ravel.fdt.Node;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The platform-level interrupt controller (RISC-V PLIC specification 1.0.0). A source is level-triggered or
 * edge-triggered, as the board wires it; each hart has two contexts, machine mode first. Registers are 32 bits wide and
 * only reached so.
 */
public final class Plic implements Device {
    /** Priority of source 0, which does not exist; 4 bytes a source. */
    public static final long PRIORITY = 0x00_0000;

    /** Pending bits of sources 0 to 31. */
    public static final long PENDING = 0x00_1000;

    /** Enable bits of sources 0 to 31 for context 0. */
    public static final long ENABLE = 0x00_2000;

    /** Bytes of the enable bits of a context. */
    public static final long ENABLE_STRIDE = 0x80;

    /** Priority threshold of context 0. */
    public static final long THRESHOLD = 0x20_0000;

    /** Claim (read) and completion (write), from {@link #THRESHOLD}. */
    public static final long CLAIM = 4;

    /** Bytes from a context's threshold to the next one's. */
    public static final long CONTEXT_STRIDE = 0x1000;

    /** Bytes of the window on the board. */
    public static final long SIZE = 0x60_0000;

    /** Sources are 1 to this. */
    public static final int SOURCES = 95;

    /** Priorities and thresholds are 0 (never, or all) to this. */
    public static final int MAX_PRIORITY = 7;

    private static final int WORDS = SOURCES / Integer.SIZE + 1;

    private final List<InterruptLine> contexts;
    private final int[] priority = new int[SOURCES + 1];
    private final boolean[] level = new boolean[SOURCES + 1];

    /** Sources that are wired to edge-triggered gateways. */
    private final boolean[] edge = new boolean[SOURCES + 1];

    /** Sources whose interrupt is claimed and not completed: their gateways are shut. */
    private final int[] claimed = new int[WORDS];

    private final int[] pending = new int[WORDS];
    private final int[][] enable;
    private final int[] threshold;

    /**
     * The two wires to a hart.
     *
     * @param machine to MEIP
     * @param supervisor to SEIP
     */
    public record HartLines(InterruptLine machine, InterruptLine supervisor) {}

    /** A PLIC for these harts. */
    public Plic(List<HartLines> harts) {
        List<InterruptLine> lines = new ArrayList<>();
        for (HartLines hart : harts) {
            lines.add(hart.machine());
            lines.add(hart.supervisor());
        }
        contexts = List.copyOf(lines);
        enable = new int[contexts.size()][WORDS];
        threshold = new int[contexts.size()];
    }

    /**
     * The wire into a level-triggered gateway: it interrupts again after completion for as long as it is asserted. It is
     * driven with the device lock held.
     *
     * @param number 1 to {@link #SOURCES}
     */
    public InterruptLine source(int number) {
        check(number);
        return asserted -> {
            if (level[number] != asserted) {
                level[number] = asserted;
                if (asserted) {
                    openGateway(number);
                    update();
                }
            }
        };
    }

    /**
     * The wire into an edge-triggered gateway: each time the device asserts it, again or anew, is one request, which
     * waits while an earlier one is served; a wire that stays asserted requests nothing more. All sources of QEMU's
     * {@code virt} are such, and drivers for its serial port do not always take back what asserts the wire. It is driven
     * with the device lock held.
     *
     * @param number 1 to {@link #SOURCES}
     */
    public InterruptLine edgeSource(int number) {
        check(number);
        edge[number] = true;
        return asserted -> {
            if (asserted) {
                setBit(pending, number, true);
                update();
            }
        };
    }

    private static void check(int number) {
        if (number < 1 || number > SOURCES) {
            throw new IllegalArgumentException("interrupt sources are 1 to " + SOURCES + ", not " + number);
        }
    }

    /**
     * A source and its gateway.
     *
     * @param edge whether it is edge-triggered
     * @param asserted whether the wire is; of an edge-triggered one nobody knows, and this is false
     * @param priority 0 to {@link #MAX_PRIORITY}
     * @param pending whether it waits to be claimed
     * @param claimed whether it was, and is not completed
     */
    public record SourceState(boolean edge, boolean asserted, int priority, boolean pending, boolean claimed) {}

    /** A source as it is now, with the device lock held. Nothing is changed by looking. */
    public SourceState state(int number) {
        check(number);
        return new SourceState(
                edge[number], level[number], priority[number], bit(pending, number), bit(claimed, number));
    }

    /** Whether a context wants a source; machine mode of hart n is context 2n, supervisor mode 2n + 1. */
    public boolean enabled(int context, int number) {
        check(number);
        return bit(enable[context], number);
    }

    /** What a priority must be above to interrupt a context. */
    public int threshold(int context) {
        return threshold[context];
    }

    /** Forwards a level to the core, once for each completion; what is pending stays so although the level falls. */
    private void openGateway(int source) {
        if (level[source] && !bit(claimed, source)) {
            setBit(pending, source, true);
        }
    }

    private void update() {
        for (int context = 0; context < contexts.size(); context++) {
            contexts.get(context).set(priority[best(context)] > threshold[context]);
        }
    }

    /** The pending, enabled source of highest priority, of several the lowest; 0, whose priority is 0, if none. */
    private int best(int context) {
        int best = 0;
        for (int word = 0; word < WORDS; word++) {
            for (int bits = pending[word] & ~claimed[word] & enable[context][word]; bits != 0; bits &= bits - 1) {
                int source = word * Integer.SIZE + Integer.numberOfTrailingZeros(bits);
                if (priority[source] > priority[best]) {
                    best = source;
                }
            }
        }
        return best;
    }

    private int claim(int context) {
        int source = best(context);
        if (source != 0) {
            setBit(pending, source, false);
            setBit(claimed, source, true);
            update();
        }
        return source;
    }

    /** A completion by a context for which the source is not enabled is ignored (PLIC 1.0.0, chapter 9). */
    private void complete(int context, long source) {
        if (source >= 1 && source <= SOURCES && bit(enable[context], (int) source)) {
            setBit(claimed, (int) source, false);
            openGateway((int) source);
            update();
        }
    }

    private static boolean bit(int[] words, int index) {
        return (words[index / Integer.SIZE] & 1 << index) != 0;
    }

    private static void setBit(int[] words, int index, boolean value) {
        int mask = 1 << index;
        words[index / Integer.SIZE] = value ? words[index / Integer.SIZE] | mask : words[index / Integer.SIZE] & ~mask;
    }

    @Override
    public String name() {
        return "plic";
    }

    @Override
    public long read(long offset, int size) {
        if (size != 4) {
            return 0;
        }
        long value = 0;
        if (offset >= THRESHOLD) {
            int context = contextAt(offset);
            if (context < contexts.size()) {
                long register = (offset - THRESHOLD) % CONTEXT_STRIDE;
                value = register == 0 ? threshold[context] : register == CLAIM ? claim(context) : 0;
            }
        } else if (offset >= ENABLE) {
            int context = (int) ((offset - ENABLE) / ENABLE_STRIDE);
            int word = (int) ((offset - ENABLE) % ENABLE_STRIDE / 4);
            value = context < contexts.size() && word < WORDS ? enable[context][word] : 0;
        } else if (offset >= PENDING) {
            int word = (int) ((offset - PENDING) / 4);
            value = word < WORDS ? pending[word] : 0;
        } else {
            int source = (int) ((offset - PRIORITY) / 4);
            value = source <= SOURCES ? priority[source] : 0;
        }
        return value & 0xffff_ffffL;
    }

    /** The claim registers show what a read would claim. */
    @Override
    public List<DeviceRegister> registers() {
        List<DeviceRegister> registers = new ArrayList<>();
        for (int source = 1; source <= SOURCES; source++) {
            registers.add(DeviceRegister.of("priority" + source, PRIORITY + 4L * source, 4, priority[source]));
        }
        for (int word = 0; word < WORDS; word++) {
            registers.add(DeviceRegister.of("pending" + word, PENDING + 4L * word, 4, pending[word] & 0xffff_ffffL));
        }
        for (int context = 0; context < contexts.size(); context++) {
            for (int word = 0; word < WORDS; word++) {
                registers.add(DeviceRegister.of(
                        "enable" + context + "." + word,
                        ENABLE + ENABLE_STRIDE * context + 4L * word,
                        4,
                        enable[context][word] & 0xffff_ffffL));
            }
        }
        for (int context = 0; context < contexts.size(); context++) {
            long offset = THRESHOLD + CONTEXT_STRIDE * context;
            registers.add(DeviceRegister.of("threshold" + context, offset, 4, threshold[context]));
            registers.add(DeviceRegister.of("claim" + context, offset + CLAIM, 4, best(context)));
        }
        return registers;
    }

    @Override
    public void write(long offset, int size, long value) {
        if (size != 4) {
            return;
        }
        if (offset >= THRESHOLD) {
            int context = contextAt(offset);
            long register = (offset - THRESHOLD) % CONTEXT_STRIDE;
            if (context < contexts.size() && register == 0) {
                threshold[context] = (int) value & MAX_PRIORITY;
            } else if (context < contexts.size() && register == CLAIM) {
                complete(context, value & 0xffff_ffffL);
            }
        } else if (offset >= ENABLE) {
            int context = (int) ((offset - ENABLE) / ENABLE_STRIDE);
            int word = (int) ((offset - ENABLE) % ENABLE_STRIDE / 4);
            if (context < contexts.size() && word < WORDS) {
                // Source 0 does not exist.
                enable[context][word] = word == 0 ? (int) value & ~1 : (int) value;
            }
        } else if (offset < PENDING) {
            int source = (int) ((offset - PRIORITY) / 4);
            if (source >= 1 && source <= SOURCES) {
                priority[source] = (int) value & MAX_PRIORITY;
            }
        }
        update();
    }

    private static int contextAt(long offset) {
        return (int) ((offset - THRESHOLD) / CONTEXT_STRIDE);
    }

    @Override
    public void reset() {
        Arrays.fill(priority, 0);
        Arrays.fill(threshold, 0);
        Arrays.fill(claimed, 0);
        Arrays.fill(pending, 0);
        for (int[] words : enable) {
            Arrays.fill(words, 0);
        }
        for (int source = 1; source <= SOURCES; source++) {
            openGateway(source);
        }
        update();
    }

    @Override
    public void describe(Node parent, Placement placement) {
        parent.child("plic@" + Long.toHexString(placement.base()))
                .cells("riscv,ndev", SOURCES)
                .longs("reg", placement.base(), placement.size())
                .cells(
                        "interrupts-extended",
                        HartInterrupts.extended(
                                parent, HartInterrupts.MACHINE_EXTERNAL, HartInterrupts.SUPERVISOR_EXTERNAL))
                .flag("interrupt-controller")
                .strings("compatible", "sifive,plic-1.0.0", "riscv,plic0")
                .cells("#address-cells", 0)
                .cells("#interrupt-cells", 1)
                .phandle();
    }

    @Override
    public void save(StateWriter out) {
        for (int source = 1; source <= SOURCES; source++) {
            out.put("priority" + source, priority[source]);
        }
        for (int word = 0; word < WORDS; word++) {
            out.put("claimed" + word, claimed[word]);
            out.put("pending" + word, pending[word]);
            out.put("level" + word, levels(word));
            for (int context = 0; context < contexts.size(); context++) {
                out.put("enable" + context + "." + word, enable[context][word]);
            }
        }
        for (int context = 0; context < contexts.size(); context++) {
            out.put("threshold" + context, threshold[context]);
        }
    }

    private int levels(int word) {
        int bits = 0;
        for (int source = Math.max(word * Integer.SIZE, 1);
                source <= SOURCES && source / Integer.SIZE == word;
                source++) {
            bits |= level[source] ? 1 << source : 0;
        }
        return bits;
    }

    /**
     * Reads back what {@link #save} wrote. To be called when the devices have been restored: they have driven their wires
     * again, so the levels are what they are, and what that requested is forgotten for what was pending in fact. A level
     * that has risen meanwhile is a request.
     */
    @Override
    public void restore(StateReader in) {
        for (int source = 1; source <= SOURCES; source++) {
            priority[source] = (int) in.get("priority" + source) & MAX_PRIORITY;
        }
        for (int word = 0; word < WORDS; word++) {
            claimed[word] = (int) in.get("claimed" + word);
            pending[word] = (int) in.get("pending" + word);
            for (int context = 0; context < contexts.size(); context++) {
                enable[context][word] = (int) in.get("enable" + context + "." + word);
            }
        }
        for (int context = 0; context < contexts.size(); context++) {
            threshold[context] = (int) in.get("threshold" + context) & MAX_PRIORITY;
        }
        for (int source = 1; source <= SOURCES; source++) {
            if (((int) in.get("level" + source / Integer.SIZE) & 1 << source) == 0) {
                openGateway(source);
            }
        }
        update();
    }
}
