package dev.ravel.inspect;

import dev.ravel.csr.Csr;
import dev.ravel.csr.Interrupts;
import dev.ravel.csr.Mstatus;
import dev.ravel.device.Clint;
import dev.ravel.device.Plic;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Privilege;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.Board;
import dev.ravel.memory.Bus;
import dev.ravel.time.TimeCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The way of interrupts at one moment: from the lines of devices through the PLIC, and from timers and software, into {@code
 * mip} of each hart, and what lets each through or holds it there.
 *
 * @param sources of the PLIC that something is wired to, by number
 * @param harts by number
 */
public record InterruptWiring(List<Source> sources, List<HartEnd> harts) {
    /** In the order in which a hart takes them (Privileged 1.13, 3.1.9). */
    private static final List<Integer> CODES = List.of(
            Cause.MACHINE_EXTERNAL,
            Cause.MACHINE_SOFTWARE,
            Cause.MACHINE_TIMER,
            Cause.SUPERVISOR_EXTERNAL,
            Cause.SUPERVISOR_SOFTWARE,
            Cause.SUPERVISOR_TIMER);

    public InterruptWiring {
        sources = List.copyOf(sources);
        harts = List.copyOf(harts);
    }

    /**
     * A source of the PLIC.
     *
     * @param device the name of what is wired to it, at physical address {@code base}
     * @param routes to each context: machine mode of hart 0, its supervisor mode, machine mode of hart 1, and so on
     */
    public record Source(int number, String device, long base, Plic.SourceState state, List<Route> routes) {
        public Source {
            routes = List.copyOf(routes);
        }

        /** Whether the device asks for attention: its line is asserted, or what it asked waits. */
        public boolean asks() {
            return state.asserted() || state.pending();
        }

        /** What becomes of it, in a few words. */
        public String fate() {
            List<Route> enabled = routes.stream()
                    .filter(route -> route.gate() != Gate.NOT_ENABLED)
                    .toList();
            if (enabled.isEmpty()) {
                return "enabled for nobody";
            }
            String raised = enabled.stream()
                    .filter(route -> route.gate() == Gate.RAISED)
                    .map(route -> route.bit() + " of hart " + route.hart())
                    .collect(Collectors.joining(", "));
            // One that the threshold of one context stops may pass to another one.
            return raised.isEmpty()
                    ? enabled.stream()
                            .map(Route::gate)
                            .max(Gate::compareTo)
                            .orElseThrow()
                            .words()
                    : "raises " + raised;
        }
    }

    /**
     * From a source to a context.
     *
     * @param mode whose external interrupt it leads to: {@link Privilege#MACHINE} or {@link Privilege#SUPERVISOR}
     * @param threshold the context's
     */
    public record Route(int hart, int mode, int threshold, Gate gate) {
        /** Where it leads in {@code mip}: {@code SEIP}. */
        public String bit() {
            return Privilege.letter(mode) + "EIP";
        }
    }

    /** What a PLIC does with a source for a context (PLIC 1.0.0, chapters 4 to 9), the further on its way the later. */
    public enum Gate {
        NOT_ENABLED("not enabled"),
        NO_PRIORITY("priority 0: never"),
        BELOW_THRESHOLD("stopped by the threshold"),
        IN_SERVICE("claimed, not completed"),
        /** It would pass if it were pending. */
        OPEN("nothing is pending"),
        RAISED("passes");

        private final String words;

        Gate(String words) {
            this.words = words;
        }

        /** In a few words. */
        public String words() {
            return words;
        }
    }

    /**
     * Where the wires end.
     *
     * @param privilege a constant of {@link Privilege}
     * @param machineEnabled {@code mstatus.MIE}
     * @param supervisorEnabled {@code mstatus.SIE}
     * @param timer what raises timer and software interrupts
     * @param interrupts in the order in which they are taken, if they go to the same mode
     */
    public record HartEnd(
            int hart,
            int privilege,
            boolean machineEnabled,
            boolean supervisorEnabled,
            Timer timer,
            List<Interrupt> interrupts) {
        public HartEnd {
            interrupts = List.copyOf(interrupts);
        }

        /** What is taken before the next instruction, if anything is. */
        public Optional<Interrupt> next() {
            return interrupts.stream().filter(one -> one.fate() == Fate.NEXT).findFirst();
        }

        /** One of {@code mip} by its code. */
        public Interrupt interrupt(int code) {
            return interrupts.stream()
                    .filter(one -> one.code() == code)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no interrupt has the code " + code));
        }
    }

    /**
     * A hart's part of the CLINT and its own timer.
     *
     * @param mtime ticks now
     * @param mtimecmp MTIP is pending when {@code mtime} is not below it, unsigned
     * @param stimecmp the same for STIP; empty while {@code menvcfg.STCE} is clear, and STIP is software's
     * @param msip whether the software interrupt of machine mode is asked for
     */
    public record Timer(long mtime, long mtimecmp, Optional<Long> stimecmp, boolean msip) {
        /** When that time is: {@code in 1200 ticks}. */
        public String until(long compare) {
            if (compare == TimeCounter.NEVER) {
                return "never";
            }
            return Long.compareUnsigned(mtime, compare) < 0
                    ? "in " + Long.toUnsignedString(compare - mtime) + " ticks"
                    : "reached " + Long.toUnsignedString(mtime - compare) + " ticks ago";
        }

        /** All of it in words. */
        public String words() {
            return "mtime " + Long.toUnsignedString(mtime) + ", mtimecmp " + until(mtimecmp) + ", stimecmp "
                    + stimecmp.map(this::until).orElse("off (menvcfg.STCE is clear)") + ", msip " + (msip ? 1 : 0);
        }
    }

    /**
     * An interrupt of a hart.
     *
     * @param code a constant of {@link Cause}
     * @param from what raises it, in words
     * @param pending its bit in {@code mip}
     * @param enabled its bit in {@code mie}
     * @param to the mode that it is taken to, by {@code mideleg}
     */
    public record Interrupt(int code, String from, boolean pending, boolean enabled, int to, Fate fate) {
        /** Its name in {@code mip}: {@code SEIP}. */
        public String bit() {
            return name() + "P";
        }

        /** Its name in {@code mie}: {@code SEIE}. */
        public String enableBit() {
            return name() + "E";
        }

        private String name() {
            return switch (code) {
                case Cause.MACHINE_EXTERNAL -> "MEI";
                case Cause.MACHINE_SOFTWARE -> "MSI";
                case Cause.MACHINE_TIMER -> "MTI";
                case Cause.SUPERVISOR_EXTERNAL -> "SEI";
                case Cause.SUPERVISOR_SOFTWARE -> "SSI";
                default -> "STI";
            };
        }
    }

    /** What happens to an interrupt of a hart (3.1.6.1, 3.1.9). */
    public enum Fate {
        QUIET("not pending"),
        DISABLED("its bit in mie is clear"),
        /** The mode that it goes to is below the hart's: it waits until the hart is back there. */
        HIGHER_MODE("hart in a higher mode"),
        /** The hart is in the mode that it goes to, whose bit in {@code mstatus} is clear. */
        SWITCHED_OFF("switched off in mstatus"),
        BEHIND("another one comes first"),
        NEXT("taken next");

        private final String words;

        Fate(String words) {
            this.words = words;
        }

        /** In a few words. */
        public String words() {
            return words;
        }
    }

    /** The present state of a machine that stands still. Nothing changes by looking. */
    public static InterruptWiring of(Machine machine) {
        Bus bus = machine.bus();
        bus.deviceLock().lock();
        try {
            Plic plic = InterruptSource.plic(bus);
            int contexts = InterruptSource.CONTEXTS * machine.harts().size();
            List<Source> sources = new ArrayList<>();
            for (Map.Entry<Integer, Bus.Window> wire :
                    machine.interruptSources().entrySet()) {
                sources.add(source(plic, wire.getKey(), wire.getValue(), contexts));
            }
            return new InterruptWiring(
                    sources,
                    machine.harts().stream().map(hart -> end(hart, bus)).toList());
        } finally {
            bus.deviceLock().unlock();
        }
    }

    private static Source source(Plic plic, int number, Bus.Window wired, int contexts) {
        Plic.SourceState state = plic.state(number);
        List<Route> routes = new ArrayList<>();
        for (int context = 0; context < contexts; context++) {
            int threshold = plic.threshold(context);
            routes.add(new Route(
                    context / InterruptSource.CONTEXTS,
                    context % InterruptSource.CONTEXTS == 0 ? Privilege.MACHINE : Privilege.SUPERVISOR,
                    threshold,
                    gate(state, plic.enabled(context, number), threshold)));
        }
        return new Source(number, wired.device().name(), wired.base(), state, routes);
    }

    private static Gate gate(Plic.SourceState state, boolean enabled, int threshold) {
        if (!enabled) {
            return Gate.NOT_ENABLED;
        }
        if (state.priority() == 0) {
            return Gate.NO_PRIORITY;
        }
        if (state.priority() <= threshold) {
            return Gate.BELOW_THRESHOLD;
        }
        if (state.claimed()) {
            return Gate.IN_SERVICE;
        }
        return state.pending() ? Gate.RAISED : Gate.OPEN;
    }

    private static HartEnd end(Hart hart, Bus bus) {
        Interrupts registers = hart.csrs.interrupts;
        long pending = registers.pending();
        long delegated = registers.delegated.value;
        boolean machine = hart.csrs.mstatus.has(Mstatus.MIE);
        boolean supervisor = hart.csrs.mstatus.has(Mstatus.SIE);
        List<Interrupt> all = new ArrayList<>();
        for (int code : CODES) {
            int to = isSet(delegated, code) ? Privilege.SUPERVISOR : Privilege.MACHINE;
            boolean enabled = isSet(registers.enabled.value, code);
            boolean on = to == Privilege.MACHINE ? machine : supervisor;
            Fate fate = fate(isSet(pending, code), enabled, Integer.compare(to, hart.privilege()), on);
            all.add(new Interrupt(code, from(hart, code), isSet(pending, code), enabled, to, fate));
        }
        return new HartEnd(hart.id(), hart.privilege(), machine, supervisor, timer(hart, bus), ranked(all));
    }

    /**
     * What becomes of it if it were alone.
     *
     * @param order of the mode that it goes to and the hart's: below 0 if the hart is in the higher one
     * @param on whether the mode that it goes to has interrupts switched on
     */
    private static Fate fate(boolean pending, boolean enabled, int order, boolean on) {
        if (!pending) {
            return Fate.QUIET;
        }
        if (!enabled) {
            return Fate.DISABLED;
        }
        if (order < 0) {
            return Fate.HIGHER_MODE;
        }
        return order == 0 && !on ? Fate.SWITCHED_OFF : Fate.NEXT;
    }

    /** Of those that could be taken all but one come later: what goes to machine mode is first, whatever its number (3.1.9). */
    private static List<Interrupt> ranked(List<Interrupt> all) {
        OptionalInt mode = all.stream()
                .filter(one -> one.fate() == Fate.NEXT)
                .mapToInt(Interrupt::to)
                .max();
        Optional<Interrupt> first = all.stream()
                .filter(one -> one.fate() == Fate.NEXT && one.to() == mode.orElseThrow())
                .findFirst();
        return all.stream()
                .map(one -> one.fate() == Fate.NEXT && !first.equals(Optional.of(one)) ? behind(one) : one)
                .toList();
    }

    private static Interrupt behind(Interrupt one) {
        return new Interrupt(one.code(), one.from(), one.pending(), one.enabled(), one.to(), Fate.BEHIND);
    }

    private static String from(Hart hart, int code) {
        int context = InterruptSource.CONTEXTS * hart.id();
        return switch (code) {
            case Cause.MACHINE_EXTERNAL -> "PLIC context " + context;
            case Cause.MACHINE_SOFTWARE -> "CLINT msip";
            case Cause.MACHINE_TIMER -> "CLINT mtimecmp";
            case Cause.SUPERVISOR_EXTERNAL -> "PLIC context " + (context + 1) + " or mip";
            case Cause.SUPERVISOR_SOFTWARE -> "software in mip";
            default -> hart.csrs.environment.supervisorTimer() ? "stimecmp" : "software in mip";
        };
    }

    private static Timer timer(Hart hart, Bus bus) {
        return new Timer(
                clint(bus, Clint.MTIME),
                clint(bus, Clint.MTIMECMP + (long) Long.BYTES * hart.id()),
                hart.csrs.environment.supervisorTimer()
                        ? Optional.ofNullable(hart.csrs.find(CsrNumber.STIMECMP))
                                .map(Csr::read)
                        : Optional.empty(),
                isSet(hart.csrs.interrupts.lines(), Cause.MACHINE_SOFTWARE));
    }

    /** To read the registers of a CLINT changes nothing. */
    private static long clint(Bus bus, long offset) {
        return bus.find(Board.CLINT, Long.BYTES).device().read(offset, Long.BYTES);
    }

    private static boolean isSet(long value, int bit) {
        return (value >>> bit & 1) != 0;
    }
}
