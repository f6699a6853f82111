package dev.ravel.inspect.step;

import dev.ravel.device.ConsolePort;
import dev.ravel.hart.Hart;
import dev.ravel.inspect.Words;
import dev.ravel.inspect.device.DeviceView;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.memory.Ram;
import dev.ravel.observe.Observer;
import dev.ravel.virtio.VirtioTransport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Moves a deterministic machine forward and back. A step is an instruction, whether it retires or traps, or an interrupt
 * that is taken; {@link #position} counts them. Every state between two steps can be come back to, exactly: harts, devices,
 * RAM, temporary disks, what was typed and not taken. Snapshots are taken every million steps and kept, ever
 * fewer of what is longer ago; the steps after one are executed again.
 *
 * <p>What was typed is typed again at its place. Who {@linkplain #type types} in the past begins another future; the one that
 * was is forgotten.
 *
 * <p>A deterministic machine has one hart, so there is one order of steps. Beyond the end of a machine, and behind a reset
 * of it, there is no way back. Observers of the hart and of virtio devices are told of what is new, not of what is executed
 * again.
 *
 * <p>For one thread, but for {@link #giveUp}; the machine must not run, and only be moved by this.
 */
public final class Stepper {
    /** Steps between two snapshots, executed in a few hundredths of a second. */
    static final long INTERVAL = 1_000_000;

    private static final int MOST_SNAPSHOTS = 64;

    private static final long MOST_SNAPSHOT_BYTES = 512L << 20;

    private final Machine machine;
    private final Hart hart;

    /** Asked for once: each time that a machine is asked for its end, it has one more to tell. */
    private final CompletableFuture<End> end;

    private final List<VirtioTransport> transports;
    private final ConsoleRecording console;
    private final History history;
    private final long interval;

    /** Whether there are snapshots to go back to. */
    private final boolean goesBack;

    /** How often the machine had been reset when this past began. */
    private long resets;

    /** The greatest position that was ever reached in this past. */
    private long latest;

    /** Whether the movement that is under way is to end. */
    private volatile boolean givenUp;

    /**
     * A stepper from the present state of a machine on.
     *
     * @param console what the machine has for a console
     * @throws IllegalArgumentException if the machine cannot be put back: in one line why
     */
    public static Stepper of(Machine machine, ConsoleRecording console) {
        return new Stepper(machine, console, INTERVAL, MOST_SNAPSHOTS);
    }

    /**
     * A stepper for a machine of any kind, which keeps nothing to go back to: the earliest position is always the present
     * one. It moves hart 0, others stand still; in a machine whose time is the wall's, time stands too. Between two movements
     * the machine may run.
     */
    public static Stepper forwardOnly(Machine machine) {
        return new Stepper(machine);
    }

    /** As {@link #of(Machine, ConsoleRecording)}, of a machine whose console nobody types at. */
    public static Stepper of(Machine machine) {
        return of(machine, new ConsoleRecording(ConsolePort.NONE));
    }

    /** As {@link #of}, with its own bounds. */
    Stepper(Machine machine, ConsoleRecording console, long interval, int mostSnapshots) {
        if (!machine.isDeterministic()) {
            throw new IllegalArgumentException("only a machine whose time is the count of instructions can step back");
        }
        List<String> outside = machine.keptByHost();
        if (!outside.isEmpty()) {
            throw new IllegalArgumentException(outside.getFirst() + " does not go back with the machine:"
                    + " it must be read-only, or temporary, or not there");
        }
        this.machine = machine;
        this.hart = machine.harts().getFirst();
        this.end = machine.end();
        this.transports = List.copyOf(DeviceView.transports(machine).values());
        this.console = console;
        this.interval = interval;
        this.goesBack = true;
        this.history = new History(mostSnapshots, MOST_SNAPSHOT_BYTES);
        this.latest = position();
        this.resets = machine.resets();
        console.begin();
        keep();
    }

    private Stepper(Machine machine) {
        this.machine = machine;
        this.hart = machine.harts().getFirst();
        this.end = machine.end();
        this.transports = List.copyOf(DeviceView.transports(machine).values());
        this.console = new ConsoleRecording(ConsolePort.NONE);
        this.interval = INTERVAL;
        this.goesBack = false;
        this.history = new History(MOST_SNAPSHOTS, MOST_SNAPSHOT_BYTES);
        this.latest = position();
    }

    /** A movement begins. */
    private void begin() {
        givenUp = false;
        if (!goesBack) {
            latest = position();
            resets = machine.resets();
        }
    }

    /** How many steps a hart has made. */
    static long position(Hart hart) {
        return hart.instret + hart.trapsTaken;
    }

    /** How many steps the machine has made since reset: instructions that retired, exceptions and interrupts together. */
    public long position() {
        return position(hart);
    }

    /** The first position that can be come back to. */
    public long earliest() {
        return goesBack ? history.first().position() : position();
    }

    /** The last position up to which steps have been made: what is typed from there on is new. */
    public long latest() {
        return latest;
    }

    /** Types bytes before the step that is next. If there were steps after it already, they will not have been. */
    public void type(byte[] bytes) {
        if (position() < latest) {
            history.forgetAfter(position());
            console.forgetFuture();
            latest = position();
        }
        console.record(position(), bytes);
    }

    /** Ends the movement that is under way soon, with {@link StepResult.GivenUp}; from any thread. */
    public void giveUp() {
        givenUp = true;
    }

    /**
     * Makes some steps, at most so many; none where the hart waits and nothing comes within a moment. So whoever lets the
     * machine run is asked soon whether it is to run on. It may be reset on the way.
     */
    public StepResult advance(long most) {
        begin();
        if (end.isDone()) {
            return ended();
        }
        return atLeastZero(most) == 0 || move(last(most), live()) || !end.isDone() ? new StepResult.There() : ended();
    }

    /** Presses the machine's reset button: what was before is forgotten. */
    public void reset() {
        machine.reset();
        beginAnew();
    }

    /** Makes so many steps. */
    public StepResult forward(long steps) {
        return goTo(position() + atLeastZero(steps));
    }

    /** Goes so many steps back. */
    public StepResult back(long steps) {
        long to = position() - atLeastZero(steps);
        StepResult result = goTo(Math.max(earliest(), to));
        return result instanceof StepResult.There && to < earliest() ? new StepResult.Beginning() : result;
    }

    private static long atLeastZero(long steps) {
        if (steps < 0) {
            throw new IllegalArgumentException(steps + " steps cannot be made");
        }
        return steps;
    }

    /** Goes forward or back to a position; before the earliest there is none. */
    public StepResult goTo(long target) {
        begin();
        return travel(target);
    }

    private StepResult travel(long target) {
        if (target < earliest()) {
            throw new IllegalArgumentException("the earliest state is that after " + earliest() + " steps");
        }
        if (end.isDone()) {
            return ended();
        }
        if (goesBack) {
            History.Moment moment = history.before(target);
            if (target < position() || moment.position() > position()) {
                restore(moment);
            }
        }
        while (position() < target) {
            if (givenUp) {
                return new StepResult.GivenUp();
            }
            if (!move(target, live())) {
                return stopped();
            }
        }
        return new StepResult.There();
    }

    private StepResult ended() {
        return new StepResult.Ended(end.join());
    }

    /** Why {@link #move} cannot go on. */
    private StepResult stopped() {
        return end.isDone() ? ended() : new StepResult.WasReset();
    }

    /**
     * Goes forward to the next place of a kind.
     *
     * @param most steps after which it is given up
     */
    public StepResult forwardTo(Goal goal, long most) {
        begin();
        long last = last(most);
        if (end.isDone()) {
            return ended();
        }
        return EventWatch.tells(goal) ? forwardToEvent(goal, last) : forwardToState(goal, last);
    }

    private StepResult forwardToEvent(Goal goal, long last) {
        while (position() < last && !givenUp) {
            EventWatch watch = new EventWatch(hart, goal, live(), true);
            // A piece may end behind the event; who cannot go back to it makes each step alone.
            boolean on = move(goesBack ? last : position() + 1, watch);
            if (watch.event().isPresent()) {
                StepEvent event = watch.event().get();
                return on ? found(event, event.position() + 1) : stopped();
            }
            if (!on) {
                return stopped();
            }
        }
        return notFound();
    }

    private StepResult found(StepEvent event, long position) {
        StepResult result = travel(position);
        return result instanceof StepResult.There ? new StepResult.Found(event) : result;
    }

    private StepResult notFound() {
        return givenUp ? new StepResult.GivenUp() : new StepResult.NotFound();
    }

    private StepResult forwardToState(Goal goal, long last) {
        int before = hart.privilege();
        long pc = hart.pc;
        BooleanSupplier there = () -> switch (goal) {
            case Goal.Address(long address) -> hart.pc == address;
            case Goal.PrivilegeChange change -> hart.privilege() != before;
            default -> throw new IllegalStateException("the machine tells of it");
        };
        return switch (until(there, last)) {
            case StepResult.There t ->
                new StepResult.Found(
                        goal instanceof Goal.Address
                                ? here()
                                : privilegeChange(position() - 1, pc, before, hart.privilege()));
            case StepResult other -> other;
        };
    }

    private StepEvent here() {
        return new StepEvent(position(), hart.pc, "address 0x" + Long.toHexString(hart.pc));
    }

    private static StepEvent privilegeChange(long position, long pc, int from, int to) {
        return new StepEvent(position, pc, Words.privilege(from) + " to " + Words.privilege(to));
    }

    /**
     * Goes back to the place of a kind that was last: the latest before now.
     *
     * @param most steps after which it is given up
     */
    public StepResult backTo(Goal goal, long most) {
        begin();
        if (end.isDone()) {
            return ended();
        }
        long floor = Math.max(earliest(), position() - atLeastZero(most));
        long end = position();
        while (end > floor) {
            long start = Math.max(floor, history.before(end - 1).position());
            travel(start);
            Optional<StepEvent> last = EventWatch.tells(goal) ? lastEvent(goal, end) : lastState(goal, end);
            if (givenUp) {
                // There may be a later one than the last that was seen.
                return new StepResult.GivenUp();
            }
            if (last.isPresent()) {
                return found(last.get(), last.get().position());
            }
            end = start;
        }
        StepResult result = travel(floor);
        if (!(result instanceof StepResult.There)) {
            return result;
        }
        return floor == earliest() ? new StepResult.Beginning() : new StepResult.NotFound();
    }

    private Optional<StepEvent> lastEvent(Goal goal, long end) {
        EventWatch watch = new EventWatch(hart, goal, Observer.NONE, false);
        while (position() < end && !givenUp) {
            move(end, watch);
        }
        return watch.event();
    }

    private Optional<StepEvent> lastState(Goal goal, long end) {
        Optional<StepEvent> last = Optional.empty();
        while (position() < end && !givenUp) {
            long position = position();
            long pc = hart.pc;
            int before = hart.privilege();
            if (goal instanceof Goal.Address(long address) && pc == address) {
                last = Optional.of(here());
            }
            move(position + 1, Observer.NONE);
            if (goal instanceof Goal.PrivilegeChange && hart.privilege() != before) {
                last = Optional.of(privilegeChange(position, pc, before, hart.privilege()));
            }
        }
        return last;
    }

    /**
     * Executes the instruction that is next, and if it is a call also what it calls, until that returns. Traps that are
     * taken in between are executed as well. An {@code ecall} is a call.
     *
     * @param most steps after which it is given up
     */
    public StepResult over(long most) {
        begin();
        long last = last(most);
        return end.isDone() ? ended() : stepOver(last);
    }

    private StepResult stepOver(long last) {
        while (position() < last && !givenUp) {
            Optional<Frame.Next> next = Frame.next(hart);
            Frame again = Frame.of(hart, 0);
            Frame after = Frame.of(hart, next.map(Frame.Next::length).orElse(0));
            long traps = hart.trapsTaken;
            if (!move(position() + 1, live())) {
                return stopped();
            }
            if (hart.trapsTaken == traps) {
                boolean call = next.filter(n -> n.flow() == Frame.Flow.CALL).isPresent();
                return call ? until(() -> after.isBack(hart), last) : new StepResult.There();
            }
            // The handler has carried it out, as that of a call does, or it is executed afterwards.
            StepResult result = until(() -> after.isBack(hart) || again.isBack(hart), last);
            if (!(result instanceof StepResult.There) || hart.pc != again.pc()) {
                return result;
            }
        }
        return notFound();
    }

    /**
     * Executes the rest of the function, until it has returned to its caller, or of the handler, until it has returned from
     * the trap.
     *
     * @param most steps after which it is given up
     */
    public StepResult out(long most) {
        begin();
        long last = last(most);
        if (end.isDone()) {
            return ended();
        }
        while (position() < last && !givenUp) {
            boolean returns = Frame.next(hart)
                    .filter(next -> next.flow() == Frame.Flow.RETURN)
                    .isPresent();
            StepResult result = stepOver(last);
            if (returns || !(result instanceof StepResult.There)) {
                return result;
            }
        }
        return notFound();
    }

    private long last(long most) {
        long now = position();
        return now + Math.min(atLeastZero(most), Long.MAX_VALUE - now);
    }

    /** Makes steps, at least one, until the state is one. */
    private StepResult until(BooleanSupplier there, long last) {
        while (position() < last && !givenUp) {
            if (!move(position() + 1, live())) {
                return stopped();
            }
            if (there.getAsBoolean()) {
                return new StepResult.There();
            }
        }
        return notFound();
    }

    private Observer live() {
        return position() < latest ? Observer.NONE : hart.observer();
    }

    /**
     * Makes some steps, not beyond {@code target}: where something is typed, a snapshot is due, or what is known ends, it
     * is fewer.
     *
     * @param observer who is told of them
     * @return whether the movement can go on: the machine has neither ended nor been reset
     */
    private boolean move(long target, Observer observer) {
        long now = position();
        if (now == latest) {
            console.listen(now);
        }
        console.deliver(now);
        long next = Math.min(target, Math.min(now + interval, console.nextPosition()));
        if (now < latest) {
            next = Math.min(next, latest);
        }
        Observer usual = hart.observer();
        hart.setObserver(observer);
        List<Observer> ofDevices = List.of();
        if (now < latest) {
            ofDevices = transports.stream().map(VirtioTransport::observer).toList();
            transports.forEach(transport -> transport.setObserver(Observer.NONE));
        }
        try {
            // A piece may begin with an interrupt, which is a step more.
            if (next - now > 1) {
                machine.advance(next - now - 1);
            } else {
                machine.advanceOne();
            }
        } finally {
            hart.setObserver(usual);
            for (int i = 0; i < ofDevices.size(); i++) {
                transports.get(i).setObserver(ofDevices.get(i));
            }
        }
        if (machine.resets() != resets) {
            beginAnew();
            return false;
        }
        latest = Math.max(latest, position());
        if (end.isDone()) {
            return false;
        }
        if (goesBack && position() - history.before(position()).position() >= interval) {
            keep();
        }
        return true;
    }

    /** The machine was reset, which sets its counts of instructions and traps to 0. */
    private void beginAnew() {
        resets = machine.resets();
        history.clear();
        console.forgetFuture();
        latest = position();
        keep();
    }

    private void keep() {
        if (!goesBack) {
            return;
        }
        var snapshot = machine.snapshot();
        history.add(new History.Moment(
                position(), snapshot, console.mark(), (long) snapshot.memory().copiedPages() << Ram.PAGE_SHIFT));
    }

    private void restore(History.Moment moment) {
        machine.restore(moment.snapshot());
        console.rewind(moment.console());
    }
}
