package dev.ravel.machine;

import dev.ravel.boot.BootImage;
import dev.ravel.boot.BootLayout;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.hart.Hart;
import dev.ravel.machine.board.Assembly;
import dev.ravel.machine.board.StateKeeper;
import dev.ravel.machine.config.MachineConfig;
import dev.ravel.machine.life.HartRunner;
import dev.ravel.machine.life.LifeCycle;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.snapshot.Snapshot;
import dev.ravel.snapshot.SnapshotException;
import dev.ravel.virtio.VirtioDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A computer: {@link #builder} describes it, {@link #start} switches it on, {@link #end} tells how it went off,
 * {@link #close} gives everything back. All methods may be called from any thread.
 */
public final class Machine implements AutoCloseable {
    private final Assembly parts;
    private final LifeCycle life;
    private final StateKeeper keeper;
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final List<Thread> threads = new ArrayList<>();
    private boolean started;
    private boolean closed;

    /** Held by who changes or reads all of it while its harts' threads stand still, and by who moves it then. */
    private final ReentrantLock standing = new ReentrantLock();

    /** Moves hart 0 while the machine is held. */
    private final HartRunner mover;

    /** Whether a reset has been asked for that is due before anything else happens to the machine. */
    private final AtomicBoolean resetWanted = new AtomicBoolean();

    private final AtomicLong resets = new AtomicLong();

    /** How many {@link #pause} were not taken back; guarded by {@link #life}. */
    private int pauses;

    private Machine(Assembly parts) {
        this.parts = parts;
        this.life = new LifeCycle(parts::wakeHarts);
        this.keeper = new StateKeeper(parts);
        this.mover = runner(parts.harts().getFirst());
        parts.connect(new Assembly.Owner() {
            @Override
            public void poweredOff() {
                Machine.this.end(new End.PoweredOff());
            }

            @Override
            public void failed(long code) {
                Machine.this.end(new End.Failed(code));
            }

            @Override
            public void resetRequested() {
                Machine.this.resetRequested();
            }
        });
    }

    /** Describes a machine. */
    public static MachineBuilder builder() {
        return new MachineBuilder();
    }

    static Machine assemble(MachineConfig config) {
        Machine machine = new Machine(Assembly.of(config));
        machine.parts.reset();
        machine.engine().loaded();
        return machine;
    }

    /** Switches it on, or lets it go on after {@link #pause}. */
    public synchronized void start() {
        if (closed) {
            throw new IllegalStateException("the machine is closed");
        }
        if (!started) {
            started = true;
            for (Hart hart : parts.harts()) {
                HartRunner runner = runner(hart);
                threads.add(
                        Thread.ofPlatform().name("hart-" + hart.id()).daemon().start(runner));
            }
            life.release();
        }
    }

    /** Lets all harts and the machine's time stand still; returns when they do. Each call needs a {@link #resume}. */
    public void pause() {
        beginPause();
        awaitPause();
    }

    /** Takes one {@link #pause} back. */
    public void resume() {
        synchronized (life) {
            if (pauses > 0) {
                pauses--;
            }
            if (pauses == 0) {
                parts.resumeTime();
            }
        }
        life.release();
    }

    /**
     * Begins a {@link #pause} from the thread of a hart, in the middle of an instruction: a hart that calls this executes no
     * other one. It is to be followed by {@link #awaitPause}, on another thread.
     */
    public void beginPause() {
        life.beginHold();
    }

    /** The rest of {@link #pause} after {@link #beginPause}: returns when all harts stand still. */
    public void awaitPause() {
        life.awaitStill();
        synchronized (life) {
            pauses++;
            parts.pauseTime();
        }
    }

    /**
     * Records all that the machine is, at an instruction boundary. A running machine is paused for it and goes on; what it
     * does is not changed by it. A snapshot shares with an earlier one, as long as there is a reference to that, the pages
     * of RAM that are the same: so it takes the time and memory of the pages written to in between. Not to be called by an
     * observer.
     *
     * <p>The contents of disks, but for temporary ones, and of shared folders are not part of it.
     *
     * @throws IllegalStateException if the machine is closed
     */
    public Snapshot snapshot() {
        pause();
        standing.lock();
        try {
            synchronized (this) {
                if (closed) {
                    throw new IllegalStateException("the machine is closed");
                }
                resetIfWanted();
                return keeper.take();
            }
        } finally {
            standing.unlock();
            resume();
        }
    }

    /**
     * Makes the machine what it was when the snapshot was taken, of this machine or of one that was built alike: same RAM,
     * harts, clock, devices, disks of the same sizes; engine, console, kernel and observer may be others. A running
     * machine is paused for it and goes on from there; a paused one stays so. Not to be called by an observer.
     *
     * @throws SnapshotException if the snapshot is of another kind of machine or makes no sense: in one line what and where;
     *     the machine is what it was
     * @throws IllegalStateException if the machine is closed or has ended
     */
    public void restore(Snapshot snapshot) {
        pause();
        standing.lock();
        try {
            synchronized (this) {
                if (closed || end.isDone()) {
                    throw new IllegalStateException(closed ? "the machine is closed" : "the machine has ended");
                }
                keeper.putBack(snapshot);
                resetWanted.set(false);
            }
        } finally {
            standing.unlock();
            resume();
        }
    }

    /**
     * Presses the reset button: devices and harts as after power-on, images loaded anew; a running machine runs on. It has
     * happened when this returns, unless an observer calls it: then it does right after the instruction.
     */
    public void reset() {
        resetWanted.set(true);
        if (standing.isHeldByCurrentThread()) {
            parts.wakeHarts();
        } else {
            life.beginHold();
            resetOnceStill();
        }
    }

    /** The guest asks, in the middle of an instruction, which is the last one before the reset. */
    private void resetRequested() {
        resetWanted.set(true);
        if (standing.isHeldByCurrentThread()) {
            parts.wakeHarts();
        } else {
            life.beginHold();
            Thread.ofVirtual().name("machine-reset").start(this::resetOnceStill);
        }
    }

    private void resetOnceStill() {
        try {
            life.awaitStill();
            standing.lock();
            try {
                resetIfWanted();
            } finally {
                standing.unlock();
            }
        } finally {
            life.release();
        }
    }

    private void resetIfWanted() {
        if (resetWanted.getAndSet(false) && !end.isDone()) {
            parts.reset();
            resets.incrementAndGet();
        }
    }

    /** How many times it was reset since it was built, by the guest or by {@link #reset}. */
    public long resets() {
        return resets.get();
    }

    /**
     * Executes {@code instructions} on hart 0 while the machine is not running: for debuggers and tests.
     *
     * @throws IllegalStateException if the machine is running
     */
    public void step(long instructions) {
        for (long i = 0; i < instructions; i++) {
            move(HartRunner::step);
        }
    }

    /**
     * Executes at most {@code instructions} on hart 0, those that trap included, while the machine is not running: as {@link
     * #step}, but not one by one, and {@code wfi} waits, though not for long. How many have retired is for the caller to see:
     * it may be fewer, where something has to be looked at in between. Where the guest asks for a reset, the machine stands
     * at its beginning afterwards.
     *
     * @throws IllegalStateException if the machine is running
     */
    public void advance(long instructions) {
        move(runner -> runner.advance(instructions));
    }

    /**
     * As {@code advance(1)}, but an interrupt is not followed by an instruction: hart 0 is about to execute the first one
     * of the handler then.
     *
     * @throws IllegalStateException if the machine is running
     */
    public void advanceOne() {
        move(HartRunner::advanceOne);
    }

    /**
     * As {@link #advance}, one by one, until hart 0 is about to execute the instruction at {@code pc}.
     *
     * @return whether it is
     * @throws IllegalStateException if the machine is running
     */
    public boolean advanceTo(long pc, long instructions) {
        Hart hart = parts.harts().getFirst();
        for (long i = 0; i < instructions && hart.pc != pc; i++) {
            advance(1);
        }
        return hart.pc == pc;
    }

    /**
     * Executes one instruction of a hart while the machine is not running, and nothing else: other harts, devices, interrupts
     * and time stand still, as one who follows a program by hand wants it.
     *
     * @throws IllegalStateException if the machine is running
     */
    public void stepAlone(Hart hart) {
        move(hart == harts().getFirst() ? mover : runner(hart), HartRunner::stepAlone);
    }

    /** Lets hart 0 move on this thread, and resets the machine afterwards if the guest has asked for that. */
    private void move(Consumer<HartRunner> piece) {
        move(mover, piece);
    }

    private void move(HartRunner runner, Consumer<HartRunner> piece) {
        standing.lock();
        try {
            if (!life.held()) {
                throw new IllegalStateException("the machine is running: pause it first");
            }
            resetIfWanted();
            piece.accept(runner);
            resetIfWanted();
        } finally {
            standing.unlock();
        }
    }

    private HartRunner runner(Hart hart) {
        return new HartRunner(hart, parts, life, e -> end(new End.Broken(e)));
    }

    /** Ends the machine's life; the first reason stays. */
    private void end(End reason) {
        if (life.end()) {
            end.complete(reason);
        }
    }

    /** Pulls the plug: the machine ends with {@link End.Stopped} unless it has ended already. */
    public void stop() {
        end(new End.Stopped());
    }

    /** Completes when the machine has ended. */
    public CompletableFuture<End> end() {
        return end.copy();
    }

    /** Starts the machine and waits for its end. */
    public End run() {
        start();
        return end.join();
    }

    /** The harts, by number. Their state may be looked at while the machine is paused or ended. */
    public List<Hart> harts() {
        return parts.harts();
    }

    /** The physical address space. */
    public Bus bus() {
        return parts.bus();
    }

    /** The RAM. */
    public Ram ram() {
        return parts.bus().ram();
    }

    /** Whether its time is the count of instructions, so that two runs with the same input are the same. */
    public boolean isDeterministic() {
        return parts.isDeterministic();
    }

    /**
     * What a guest can change and a {@link #snapshot} does not hold, in words: contents of disks and of shared folders. It
     * stays as it is when a snapshot is put back.
     */
    public List<String> keptByHost() {
        return parts.bus().windows().stream()
                .flatMap(window -> window.device().keptByHost().stream())
                .toList();
    }

    /** The devices that are wired to the PLIC, by the number of their source; of an empty virtio slot there is none. */
    public SortedMap<Integer, Bus.Window> interruptSources() {
        return parts.interruptSources();
    }

    /** The device tree that the guest is given. */
    public byte[] deviceTree() {
        return parts.deviceTree().clone();
    }

    /** Where firmware, kernel, initramfs and device tree were placed. */
    public BootLayout layout() {
        return parts.layout();
    }

    /** The first virtio device of a kind, if there is one. */
    public <T extends VirtioDevice> Optional<T> virtio(Class<T> kind) {
        return parts.virtios(kind).stream().findFirst();
    }

    /** All virtio devices of a kind, by their slots. */
    public <T extends VirtioDevice> List<T> virtios(Class<T> kind) {
        return parts.virtios(kind);
    }

    /** The kernel as an ELF, if it was one: for its symbols. */
    public Optional<BootImage.Elf> kernelElf() {
        return parts.layout()
                .kernel()
                .map(BootLayout.Placed::image)
                .filter(BootImage.Elf.class::isInstance)
                .map(BootImage.Elf.class::cast);
    }

    /** The engine that executes instructions. */
    public ExecutionEngine engine() {
        return parts.engine();
    }

    /** Instructions retired by all harts; exact when the machine stands still, otherwise a little behind. */
    public long instructionsRetired() {
        return parts.harts().stream().mapToLong(hart -> hart.instret).sum();
    }

    /** Stops the machine if it runs, ends its threads and gives back memory, files and locks. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        stop();
        LifeCycle.join(threads);
        standing.lock();
        try {
            parts.close();
        } finally {
            standing.unlock();
        }
    }
}
