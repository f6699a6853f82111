package dev.ravel.cli;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.Symbols;
import dev.ravel.machine.Machine;
import dev.ravel.session.GuestConsole;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs a machine to a point, where it stands still. */
final class InspectRun {
    /** Instructions between two looks at the clock. */
    private static final long PIECE = 1 << 20;

    private static final long SMALL_PIECE = 1 << 14;

    /** Instructions between two attempts to find Linux's symbols. */
    private static final long SEARCH_PAUSE = 1 << 22;

    private final Machine machine;
    private final GuestConsole console;
    private final long deadline;
    private final Optional<Double> timeout;

    /** Why it stands still. */
    enum Stopped {
        /** At the point that was asked for. */
        THERE,
        /** The guest ended before. */
        ENDED,
        TIMEOUT
    }

    InspectRun(Machine machine, GuestConsole console, Optional<Double> timeout) {
        this.machine = machine;
        this.console = console;
        this.timeout = timeout;
        this.deadline = System.nanoTime() + (long) (timeout.orElse(0.0) * 1e9);
    }

    /** Runs to the one point that is given; without one to the guest's end. */
    Stopped to(Optional<String> at, Optional<Long> after, Optional<Pattern> on) {
        OptionalLong address = OptionalLong.empty();
        if (at.isPresent()) {
            address = Addresses.isNumber(at.get())
                    ? OptionalLong.of(Addresses.number("--at", at.get()))
                    : Symbols.ofImages(machine).address(at.get());
        }
        CountDownLatch seen = new CountDownLatch(1);
        Thread printer = print(on, seen);
        if (!HostTerminal.isTerminal(0)) {
            Thread.ofPlatform().name("console-input").daemon().start(this::type);
        }
        Stopped stopped = at.isPresent()
                ? toAddress(at.get(), address)
                : after.isPresent() ? toCount(after.get()) : toOutput(on, seen);
        console.close();
        try {
            printer.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return stopped;
    }

    private Thread print(Optional<Pattern> on, CountDownLatch seen) {
        InputStream output = console.openOutput();
        Optional<OutputWatch> watch = on.map(OutputWatch::new);
        return Thread.ofPlatform().name("console-output").daemon().start(() -> {
            byte[] buffer = new byte[8192];
            OutputStream err = new FileOutputStream(FileDescriptor.err);
            boolean reader = true;
            byte last = '\n';
            try {
                for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
                    reader = reader && write(err, buffer, n);
                    last = buffer[n - 1];
                    if (watch.isPresent() && watch.get().see(buffer, 0, n)) {
                        seen.countDown();
                    }
                }
            } catch (IOException e) {
                // The console was closed: nothing more to see.
            }
            if (reader && last != '\n') {
                write(err, new byte[] {'\n'}, 1); // What we have to say comes on a line of its own.
            }
        });
    }

    private static boolean write(OutputStream err, byte[] bytes, int length) {
        try {
            err.write(bytes, 0, length);
            return true;
        } catch (IOException e) {
            return false; // Nobody reads it: what is asked for comes on standard output.
        }
    }

    private void type() {
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

    private Stopped toOutput(Optional<Pattern> on, CountDownLatch seen) {
        machine.end().thenRun(seen::countDown);
        machine.start();
        try {
            boolean inTime = true;
            if (timeout.isPresent()) {
                inTime = seen.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } else {
                seen.await();
            }
            boolean ended = machine.end().isDone();
            machine.pause();
            return !inTime ? Stopped.TIMEOUT : ended && on.isPresent() ? Stopped.ENDED : Stopped.THERE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            machine.pause();
            return Stopped.TIMEOUT;
        }
    }

    private Stopped toCount(long count) {
        while (machine.instructionsRetired() < count) {
            if (outOfTime()) {
                return Stopped.TIMEOUT;
            }
            machine.advance(Math.min(PIECE, count - machine.instructionsRetired()));
            if (machine.end().isDone()) {
                return machine.instructionsRetired() < count ? Stopped.ENDED : Stopped.THERE;
            }
        }
        return Stopped.THERE;
    }

    /** To an address, or to a symbol of Linux that has no address yet. */
    private Stopped toAddress(String text, OptionalLong known) {
        OptionalLong address = known;
        long tried = 0;
        long nextTry = 0;
        while (!machine.end().isDone()) {
            if (outOfTime()) {
                return Stopped.TIMEOUT;
            }
            if (address.isPresent()) {
                if (machine.advanceTo(address.getAsLong(), SMALL_PIECE)) {
                    return Stopped.THERE;
                }
                continue;
            }
            // The symbols can be found from the moment on that the kernel runs at its own addresses: that may be with
            // the
            // second value of satp, and some instructions before the one that is looked for.
            Hart hart = machine.harts().getFirst();
            long satp = hart.csrs.satp.value;
            if (satp != tried || hart.instret >= nextTry) {
                tried = satp;
                nextTry = hart.instret + SEARCH_PAUSE;
                address = Symbols.of(machine).address(text);
            }
            if (address.isEmpty()) {
                machine.advance(1);
            }
        }
        return Stopped.ENDED;
    }

    private boolean outOfTime() {
        return timeout.isPresent() && System.nanoTime() - deadline > 0;
    }
}
