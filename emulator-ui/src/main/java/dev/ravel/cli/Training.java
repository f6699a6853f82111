package dev.ravel.cli;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.engine.EngineProvider;
import dev.ravel.guest.GuestException;
import dev.ravel.guest.PretendedGuest;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.Bios;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What the launcher has Java do to learn its AOT cache from: the command line that it is given, then one that names files of a guest,
 * a program that is translated, one that does what kernels
 * do, on either engine, and then the interpreter's loop with all instructions that it knows by itself, each about as often as the others. HotSpot compiles the loop in each start
 * for what it was in training.
 */
final class Training {
    private static final String INTERPRETED = "interpreted.s";
    private static final String TRANSLATED = "translated.s";
    private static final String PAGED = "paged.s";

    /** How long it may take, in seconds: the first start waits for it. It is some ten on a busy machine. */
    private static final int LIMIT = 120;

    private Training() {}

    /** Runs a command line of {@code ravel}, and then trains the translator and the interpreter. */
    public static void main(String[] arguments) throws IOException, ImageException {
        endAfter(LIMIT);
        int status = Main.execute(arguments);
        try {
            files();
        } catch (GuestException _) {
            // A host with no room for two small files: starts from files are slower for it.
        }
        // Whatever came of it: the cache is taken for one that knows the loop.
        translate();
        page(EngineProvider.preferred().name());
        page(EngineProvider.reference().name());
        interpret();
        Main.end(status);
    }

    /** Ends the JVM then, if it has not come to its end before: with a cache of what it has learned so far. */
    private static void endAfter(int seconds) {
        Thread.ofPlatform().daemon().name("training-limit").start(() -> {
            try {
                Thread.sleep(Duration.ofSeconds(seconds));
                System.exit(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Finds a guest, and has the command line run its files; returns its status. */
    static int files() throws IOException, GuestException {
        return PretendedGuest.with(
                ElfWriter.write(program(TRANSLATED)),
                guest -> Main.execute(
                        "run",
                        "--headless",
                        "--bios",
                        "none",
                        "--kernel",
                        guest.kernel().toString(),
                        "--initrd",
                        guest.initrd().toString()));
    }

    /** Runs the program that is for the interpreter. */
    static End interpret() throws IOException, ImageException {
        return run(INTERPRETED, EngineProvider.reference().name());
    }

    /** Runs the program that is for the translator. */
    static End translate() throws IOException, ImageException {
        return run(TRANSLATED, EngineProvider.preferred().name());
    }

    /** Runs the program that does what a kernel does. */
    static End page(String engine) throws IOException, ImageException {
        return run(PAGED, engine);
    }

    private static End run(String file, String engine) throws IOException, ImageException {
        try (Machine machine = Machine.builder()
                .engine(engine)
                .bios(new Bios.None())
                .kernel(ImageLoader.parse(file, ElfWriter.write(program(file))))
                .build()) {
            return machine.run();
        }
    }

    private static Program program(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(Training.class.getResourceAsStream(file))) {
            return new Assembler(AssemblerOptions.standard())
                    .assemble(List.of(new Source(file, new String(in.readAllBytes(), StandardCharsets.UTF_8))));
        }
    }
}
