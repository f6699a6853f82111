package dev.ravel.cli;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.step.Goal;
import dev.ravel.inspect.step.StepResult;
import dev.ravel.inspect.step.Stepper;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.session.GuestConsole;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs a machine to a point, where it stands still. Its console is printed until this is closed. */
final class InspectRun implements AutoCloseable {
    /** Instructions between two looks at the clock. */
    private static final long PIECE = 1 << 20;

    private static final long SMALL_PIECE = 1 << 14;

    /** Instructions between two attempts to find Linux's symbols. */
    private static final long SEARCH_PAUSE = 1 << 22;

    private final Machine machine;

    /** Asked for once: each time that a machine is asked for its end, it has one more to tell. */
    private final CompletableFuture<End> end;

    private final Optional<Stepper> stepper;
    private final Point point;
    private final CountDownLatch seen = new CountDownLatch(1);
    private final ConsolePrinter printer;
    private final long deadline;

    /** Where a machine is to stand still: where one of the first three says; without one at the guest's end. */
    record Point(Optional<String> at, Optional<Long> after, Optional<Pattern> on, Optional<Double> timeout) {}

    /** Why it stands still. */
    enum Stopped {
        /** At the point that was asked for. */
        THERE,
        /** The guest ended before. */
        ENDED,
        /** The machine was reset before, by its guest, and counts from 0. */
        RESET,
        TIMEOUT
    }

    /**
     * @param stepper moves the machine, if it is to be able to go back
     */
    InspectRun(Machine machine, GuestConsole console, Optional<Stepper> stepper, Point point) {
        this.machine = machine;
        this.end = machine.end();
        this.stepper = stepper;
        this.point = point;
        this.printer = new ConsolePrinter(console, point.on, seen::countDown);
        this.deadline = System.nanoTime() + (long) (point.timeout.orElse(0.0) * 1e9);
    }

    /** What comes through a pipe is typed into the guest from now on. */
    static void typeStandardInput(GuestConsole console) {
        if (!HostTerminal.isTerminal(0)) {
            Thread.ofPlatform().name("console-input").daemon().start(() -> type(console));
        }
    }

    private static void type(GuestConsole console) {
        byte[] buffer = new byte[4096];
        try (InputStream in = new FileInputStream(FileDescriptor.in)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                console.typePatiently(Arrays.copyOf(buffer, n));
            }
        } catch (IOException e) {
            // Standard input is gone; the guest goes on without a keyboard.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs to the point. */
    Stopped toPoint() {
        if (point.at.isPresent()) {
            return toAddress(point.at.get());
        }
        if (point.after.isPresent()) {
            return toCount(point.after.get());
        }
        return stepper.isPresent() ? stepToOutput() : toOutput();
    }

    /** How long until the time has passed that it may take; none if it may take any. */
    OptionalLong nanosLeft() {
        return point.timeout.isPresent() ? OptionalLong.of(deadline - System.nanoTime()) : OptionalLong.empty();
    }

    /** Waits until all that the guest has written is printed, on whole lines. */
    void flush() {
        printer.flush();
    }

    @Override
    public void close() {
        printer.close();
    }

    private Stopped toOutput() {
        var unused = end.thenRun(seen::countDown);
        machine.start();
        try {
            boolean inTime = true;
            if (point.timeout.isPresent()) {
                inTime = seen.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } else {
                seen.await();
            }
            boolean ended = end.isDone();
            machine.pause();
            return !inTime ? Stopped.TIMEOUT : ended && point.on.isPresent() ? Stopped.ENDED : Stopped.THERE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            machine.pause();
            return Stopped.TIMEOUT;
        }
    }

    private Stopped stepToOutput() {
        while (seen.getCount() > 0) {
            if (outOfTime()) {
                return Stopped.TIMEOUT;
            }
            advance(PIECE);
            if (end.isDone()) {
                return point.on.isPresent() ? Stopped.ENDED : Stopped.THERE;
            }
        }
        return Stopped.THERE;
    }

    private Stopped toCount(long count) {
        long resets = machine.resets();
        while (machine.instructionsRetired() < count) {
            if (outOfTime()) {
                return Stopped.TIMEOUT;
            }
            advance(Math.min(PIECE, count - machine.instructionsRetired()));
            if (end.isDone()) {
                return machine.instructionsRetired() < count ? Stopped.ENDED : Stopped.THERE;
            }
            if (machine.resets() != resets) {
                return Stopped.RESET;
            }
        }
        return Stopped.THERE;
    }

    /** To an address, or to a symbol of Linux that has no address yet. */
    private Stopped toAddress(String text) {
        OptionalLong address = Addresses.isNumber(text)
                ? OptionalLong.of(Addresses.number("--at", text))
                : Symbols.ofImages(machine).address(text);
        long tried = 0;
        long nextTry = 0;
        while (!end.isDone()) {
            if (outOfTime()) {
                return Stopped.TIMEOUT;
            }
            if (address.isPresent()) {
                if (advanceTo(address.getAsLong())) {
                    return Stopped.THERE;
                }
                continue;
            }
            // The symbols can be found from the moment on that the kernel runs at its own addresses: that may be with
            // the second value of satp, and some instructions before the one that is looked for.
            Hart hart = machine.harts().getFirst();
            long satp = hart.csrs.satp.value;
            if (satp != tried || hart.instret >= nextTry) {
                tried = satp;
                nextTry = hart.instret + SEARCH_PAUSE;
                address = Symbols.of(machine).address(text);
            }
            if (address.isEmpty()) {
                advance(1);
            }
        }
        return Stopped.ENDED;
    }

    private void advance(long instructions) {
        if (stepper.isPresent()) {
            stepper.get().forward(instructions);
        } else {
            machine.advance(instructions);
        }
    }

    private boolean advanceTo(long address) {
        if (stepper.isEmpty()) {
            return machine.advanceTo(address, SMALL_PIECE);
        }
        return machine.harts().getFirst().pc == address
                || stepper.get().forwardTo(new Goal.Address(address), SMALL_PIECE) instanceof StepResult.Found;
    }

    private boolean outOfTime() {
        return point.timeout.isPresent() && System.nanoTime() - deadline > 0;
    }
}
