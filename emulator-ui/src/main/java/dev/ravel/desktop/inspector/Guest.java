package dev.ravel.desktop.inspector;

import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.linux.BrokenStructureException;
import dev.ravel.inspect.linux.InspectionException;
import dev.ravel.inspect.linux.KernelImage;
import dev.ravel.inspect.linux.LinuxKernel;
import dev.ravel.inspect.linux.Reading;
import dev.ravel.machine.Machine;
import dev.ravel.session.MachineSession;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The machine that views look at, and what is known of it from one sample to the next. For the sampler's thread.
 */
final class Guest {
    private static final long SEARCH_PAUSE = TimeUnit.SECONDS.toNanos(2);

    /** At most this part of the time is spent on searches: they take the host's processor, and keep others from the machine. */
    private static final int SEARCH_SHARE = 20;

    private static final int BANNER_LIMIT = 512;

    private final MachineSession session;
    private final Symbols images;
    private Symbols symbols;
    private Optional<KernelImage> image = Optional.empty();
    private Reading<LinuxKernel> linux = new Reading.Broken<>("no Linux kernel was looked for yet");
    private boolean searched;
    private long nextSearch;
    private long heldNanos;

    Guest(MachineSession session) {
        this.session = session;
        this.images = Symbols.ofImages(session.machine());
        this.symbols = images;
    }

    /** How many harts it has. */
    int harts() {
        return session.machine().harts().size();
    }

    /** Looks at the machine while it stands still; nothing when it is gone. */
    <T> Optional<T> whileStill(Function<Machine, T> look) {
        return session.whileStill(machine -> {
            long start = System.nanoTime();
            try {
                return look.apply(machine);
            } finally {
                heldNanos += System.nanoTime() - start;
            }
        });
    }

    /** For how many nanoseconds the machine was held since this was asked last. */
    long takeHeldNanos() {
        long held = heldNanos;
        heldNanos = 0;
        return held;
    }

    /** The symbols of its images, and of the Linux kernel that runs. */
    Symbols symbols() {
        search();
        return symbols;
    }

    /** The Linux kernel that runs, or why there is none to look into. */
    Reading<LinuxKernel> linux() {
        search();
        return linux;
    }

    /** The kernel makes no sense as it was found: it is looked for again. */
    void doubtLinux() {
        image = Optional.empty();
    }

    private void search() {
        if (searched && (stillRuns() || System.nanoTime() - nextSearch < 0)) {
            return;
        }
        searched = true;
        long start = System.nanoTime();
        // Some tenths of a second, in which the guest runs on: what is read is the kernel's own, which it leaves as it
        // is.
        Optional<Reading<LinuxKernel>> found = session.whileOpen(this::find);
        nextSearch = System.nanoTime() + Math.max(SEARCH_PAUSE, (System.nanoTime() - start) * SEARCH_SHARE);
        found.ifPresent(reading -> linux = reading);
    }

    /** Whether the kernel that was found is there; of a machine that is gone nothing is looked for. */
    private boolean stillRuns() {
        Optional<KernelImage> known = image;
        return known.isPresent()
                && session.whileOpen(machine -> runs(known.get())).orElse(true);
    }

    private Reading<LinuxKernel> find(Machine machine) {
        image = Optional.empty();
        symbols = images;
        try {
            KernelImage kernel = KernelImage.find(machine);
            image = Optional.of(kernel);
            symbols = images.or(Symbols.of(kernel.symbols()));
            return new Reading.Value<>(LinuxKernel.of(kernel));
        } catch (InspectionException e) {
            return new Reading.Broken<>(e.getMessage());
        }
    }

    /** Whether the kernel is still where it was: after a reset another one may be. */
    private static boolean runs(KernelImage kernel) {
        OptionalLong banner = kernel.symbols().address("linux_banner");
        try {
            return banner.isPresent()
                    && kernel.memory()
                            .text(banner.getAsLong(), BANNER_LIMIT)
                            .strip()
                            .equals(kernel.banner());
        } catch (BrokenStructureException e) {
            return false;
        }
    }
}
