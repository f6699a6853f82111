package dev.ravel.learn;

import dev.ravel.csr.Csr;
import dev.ravel.hart.Hart;
import dev.ravel.inspect.Exit;
import dev.ravel.inspect.InterruptSource;
import dev.ravel.inspect.PageWalkView;
import dev.ravel.inspect.Words;
import dev.ravel.inspect.linux.Cgroup;
import dev.ravel.inspect.linux.LinuxKernel;
import dev.ravel.inspect.linux.Reading;
import dev.ravel.inspect.linux.Task;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Privilege;
import dev.ravel.mmu.AccessType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;

/** What the machine on a stage says, since its start and since the present step's, and what was kept of any machine. */
final class LiveFacts implements Template.Source {
    private static final int MPP_SHIFT = 11;

    private final Stage stage;
    private final Map<String, String> kept;
    private long[][] trapsBefore = {};
    private long instructionsBefore;
    private long accessesBefore;
    private List<Exit> exitsBefore = List.of();
    private Map<String, Long> countersBefore = Map.of();
    private int consoleBefore;

    /**
     * Facts from now on.
     *
     * @param kept names and values, which all machines of a lesson share
     */
    LiveFacts(Stage stage, Map<String, String> kept) throws LessonException {
        this.stage = stage;
        this.kept = kept;
        beginStep();
    }

    /** From now on another step runs. */
    void beginStep() throws LessonException {
        stage.still(() -> {
            trapsBefore = stage.observed().copy();
            exitsBefore = stage.observed().exits();
            accessesBefore = stage.observed().accesses();
            instructionsBefore = stage.instructions();
            countersBefore = stage.engine().counters();
            consoleBefore = stage.transcript().length();
            return true;
        });
    }

    void keep(String name, String value) {
        kept.put(name, value);
    }

    /** How much was on the console before the present step. */
    int consoleStart() {
        return consoleBefore;
    }

    /** What the present step has printed. */
    String console() {
        return stage.transcript().from(consoleBefore);
    }

    @Override
    public String value(Fact fact) throws LessonException {
        return stage.still(() -> read(fact));
    }

    private String read(Fact fact) throws LessonException {
        return switch (fact) {
            case Fact.Instructions f -> Long.toString(stage.instructions() - (f.ofStep() ? instructionsBefore : 0));
            case Fact.Traps f -> Long.toString(count(f));
            case Fact.LastTrap f -> lastTrap(f.detail());
            case Fact.Accesses f -> Long.toString(stage.observed().accesses() - (f.ofStep() ? accessesBefore : 0));
            case Fact.LastAccess f -> lastAccess(f.detail());
            case Fact.Walk f -> walk(f);
            case Fact.WalkLevel f -> walkLevel(f);
            case Fact.Source f -> source(f);
            case Fact.Exits f ->
                Long.toString(count(f, stage.observed().exits()) - (f.ofStep() ? count(f, exitsBefore) : 0));
            case Fact.Word f -> {
                long word = stage.word(resolved(f.place()), f.bytes());
                yield f.decimal() ? Long.toUnsignedString(word) : hex(word);
            }
            case Fact.Engine f -> stage.engine().name();
            case Fact.Counter f -> counter(f);
            case Fact.Assembly f -> stage.instruction(resolved(f.place()));
            case Fact.Unit f -> UnitFacts.value(f, stage);
            case Fact.Mode f -> Privilege.letter(stage.hart().privilege());
            case Fact.Pc f -> hex(stage.hart().pc);
            case Fact.NextInstruction f -> stage.nextInstruction();
            case Fact.Integer f -> hex(stage.hart().x[f.number()]);
            case Fact.ControlRegister f -> hex(csr(f.number()));
            case Fact.Bit f -> Long.toString(csr(f.csr()) >>> f.bit() & 1);
            case Fact.Console f -> lastMatch(f);
            case Fact.LinuxTask f -> linux(f);
            case Fact.Group f -> group(f);
            case Fact.Took f ->
                Long.toString(
                        f.instructions()
                                ? stage.took().instructions()
                                : stage.took().millis());
            case Fact.HostMemory f ->
                Long.toString(stage.hostMemory()
                        .orElseThrow(
                                () -> new LessonException("this host does not tell how much memory a machine takes")));
            case Fact.MemoryChecksum f -> hex(stage.memoryChecksum());
            case Fact.Host f -> HostProcess.value(f.field(), stage.hart().id());
            case Fact.Quotient f -> quotient(f);
            case Fact.Kept f -> kept(f.name());
        };
    }

    private String kept(String name) throws LessonException {
        return Optional.ofNullable(kept.get(name)).orElseThrow(() -> new LessonException(name + " has no value yet"));
    }

    /** A place, or the value that was kept under its name. */
    private String resolved(String place) {
        return kept.getOrDefault(place, place);
    }

    private String quotient(Fact.Quotient f) throws LessonException {
        BigDecimal dividend = decimal(kept(f.dividend()));
        BigDecimal divisor = decimal(Character.isDigit(f.divisor().charAt(0)) ? f.divisor() : kept(f.divisor()));
        if (divisor.signum() == 0) {
            throw new LessonException(f.divisor() + " is zero: nothing can be divided by it");
        }
        BigDecimal quotient = dividend.divide(divisor, MathContext.DECIMAL64);
        boolean large = quotient.abs().compareTo(BigDecimal.valueOf(100)) >= 0;
        return (large
                        ? quotient.setScale(0, RoundingMode.HALF_UP)
                        : quotient.round(new MathContext(3, RoundingMode.HALF_UP)))
                .toPlainString();
    }

    private static BigDecimal decimal(String text) throws LessonException {
        try {
            return LessonRun.number(text);
        } catch (NumberFormatException e) {
            throw new LessonException("'" + text + "' is no number");
        }
    }

    private static long count(Fact.Exits f, List<Exit> exits) {
        return exits.stream()
                .filter(exit -> f.kind().isEmpty() || f.kind().get() == exit.kind())
                .filter(exit -> f.what().isEmpty() || (exit.what() + " ").startsWith(f.what() + " "))
                .mapToLong(Exit::count)
                .sum();
    }

    private long count(Fact.Traps f) {
        long now = stage.observed().count(f.interrupts(), f.code());
        if (!f.ofStep()) {
            return now;
        }
        long before = 0;
        long[] counts = trapsBefore[f.interrupts() ? 1 : 0];
        for (int code = 0; code < counts.length; code++) {
            if (f.code().isEmpty() || f.code().getAsInt() == code) {
                before += counts[code];
            }
        }
        return now - before;
    }

    private String counter(Fact.Counter f) throws LessonException {
        Long now = stage.engine().counters().get(f.name());
        if (now == null) {
            throw new LessonException("the engine " + stage.engine().name() + " does not count " + f.name());
        }
        return Long.toString(now - (f.ofStep() ? countersBefore.getOrDefault(f.name(), 0L) : 0));
    }

    private String lastTrap(Fact.LastTrap.Detail detail) throws LessonException {
        StageObserver.Exception trap =
                stage.observed().last().orElseThrow(() -> new LessonException("no exception has been taken yet"));
        return switch (detail) {
            case CAUSE -> Integer.toString(trap.cause());
            case NAME -> Words.exception(trap.cause());
            case FROM -> Privilege.letter(trap.from());
            case TO -> Privilege.letter(trap.to());
            case EPC -> hex(trap.epc());
            case TVAL -> hex(trap.tval());
        };
    }

    private String lastAccess(Fact.LastAccess.Detail detail) throws LessonException {
        StageObserver.Access access =
                stage.observed().lastAccess().orElseThrow(() -> new LessonException("no device has been accessed yet"));
        return switch (detail) {
            case DEVICE -> access.device();
            case ADDRESS -> hex(access.address());
            case VALUE -> hex(access.value());
            case KIND -> access.write() ? "write" : "read";
        };
    }

    private PageWalkView walk(String address) throws LessonException {
        String place = resolved(address);
        try {
            long va = LessonRun.number(place).toBigIntegerExact().longValue();
            return PageWalkView.of(stage.hart(), va, AccessType.LOAD, walkingMode());
        } catch (NumberFormatException e) {
            throw new LessonException("'" + place + "' is no address");
        }
    }

    /** The mode that loads count as; while firmware runs, that of the kernel which has called it, or was interrupted. */
    private int walkingMode() {
        Hart hart = stage.hart();
        return hart.privilege() == Privilege.MACHINE
                ? (int) (hart.csrs.mstatus.read() >>> MPP_SHIFT & 3)
                : hart.mmu.dataPrivilege();
    }

    private String walk(Fact.Walk f) throws LessonException {
        PageWalkView walk = walk(f.address());
        LessonException unmapped = new LessonException(hex(walk.va()) + " is not mapped: " + walk.decision());
        return switch (f.field()) {
            case MODE -> walk.mode();
            case ROOT -> hex(walk.root());
            case LEVELS -> Integer.toString(walk.levels().size());
            case ENTRY -> hex(lastLevel(walk).entry());
            case BITS -> lastLevel(walk).bits();
            case PAGE -> {
                if (walk.page() == 0) {
                    throw unmapped;
                }
                yield Words.size(walk.page());
            }
            case PHYSICAL -> hex(walk.physical().orElseThrow(() -> unmapped));
            case TARGET -> walk.target().orElseThrow(() -> unmapped);
            case DECISION -> walk.decision();
        };
    }

    private String walkLevel(Fact.WalkLevel f) throws LessonException {
        PageWalkView walk = walk(f.address());
        PageWalkView.Level level = walk.levels().stream()
                .filter(l -> l.level() == f.level())
                .findFirst()
                .orElseThrow(() -> new LessonException("the walk of " + hex(walk.va()) + " reads no entry of level "
                        + f.level() + ": " + walk.decision()));
        return switch (f.field()) {
            case INDEX -> Integer.toString(level.index());
            case AT -> hex(level.entryAddress());
            case ENTRY -> hex(level.entry());
            case BITS -> level.bits();
            case KIND -> level.kind().name().toLowerCase(Locale.ROOT);
            case LEADS_TO -> hex(level.leadsTo());
        };
    }

    private String source(Fact.Source f) {
        InterruptSource source = stage.interruptSource(f.number());
        return switch (f.field()) {
            case PRIORITY -> Integer.toString(source.priority());
            case PENDING -> source.pending() ? "1" : "0";
            case ENABLED -> source.enabled() ? "1" : "0";
            case THRESHOLD -> Integer.toString(source.threshold());
        };
    }

    private static PageWalkView.Level lastLevel(PageWalkView walk) throws LessonException {
        if (walk.levels().isEmpty()) {
            throw new LessonException("no entry of a page table is read: " + walk.decision());
        }
        return walk.levels().getLast();
    }

    private long csr(int number) throws LessonException {
        Csr csr = stage.hart().csrs.find(number);
        if (csr == null) {
            throw new LessonException("this hart has no register " + CsrNumber.nameOf(number));
        }
        return csr.read();
    }

    private String lastMatch(Fact.Console f) throws LessonException {
        Matcher matcher = f.pattern().matcher(console());
        Optional<String> last = Optional.empty();
        while (matcher.find()) {
            last = Optional.of(matcher.groupCount() > 0 ? String.valueOf(matcher.group(1)) : matcher.group());
        }
        return last.orElseThrow(() -> new LessonException("the console did not show '" + f.pattern() + "'"));
    }

    private String linux(Fact.LinuxTask f) throws LessonException {
        Task task = stage.linux().tasks().tasks().stream()
                .filter(t -> t.leader() && t.comm().equals(f.comm()) && t.state() != 'Z' && t.state() != 'X')
                .max(Comparator.comparingLong(t -> t.times().start()))
                .orElseThrow(() -> new LessonException("no process " + f.comm() + " is in the guest"));
        return switch (f.field()) {
            case PID -> Integer.toString(task.pid());
            case INNER_PID -> Integer.toString(whole(task.pids()).getLast().pid());
            case PID_LEVELS -> Integer.toString(whole(task.pids()).size());
            case UID -> Integer.toString(whole(task.credentials()).uid());
            case HOSTNAME ->
                whole(task.namespaces())
                        .uts()
                        .orElseThrow(() -> new LessonException("the process " + f.comm() + " is exiting"))
                        .nodeName();
            case CGROUP -> whole(task.cgroup()).path();
            case NAMESPACE ->
                Optional.ofNullable(
                                whole(task.namespaces()).inodes().get(f.kind().orElseThrow()))
                        .map(inode -> Long.toString(inode))
                        .orElseThrow(() -> new LessonException("the process " + f.comm() + " is exiting"));
        };
    }

    private String group(Fact.Group f) throws LessonException {
        LinuxKernel linux = stage.linux();
        Cgroup group = whole(linux.cgroups(linux.tasks()))
                .find(f.path())
                .orElseThrow(() -> new LessonException("no control group " + f.path() + " is in the guest"));
        return f.field().of(group);
    }

    /** What was read of the guest's memory, if it could be. */
    static <T> T whole(Reading<T> reading) throws LessonException {
        return switch (reading) {
            case Reading.Value<T> v -> v.value();
            case Reading.Broken<T> b -> throw new LessonException("the guest's memory: " + b.reason());
        };
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
