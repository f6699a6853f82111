package dev.ravel.conformance;

import dev.ravel.boot.BootImage;
import dev.ravel.conformance.Verdict.Outcome;
import dev.ravel.engine.DifferenceException;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Runs bare-metal ELF programs that report through HTIF ({@code tohost}: 1 for success, {@code code << 1 | 1} for failure).
 *
 * @param engine name of the execution engine
 * @param jobs programs at a time
 * @param timeout for each program
 * @param signatures folder for signature files, if they are wanted
 */
public record ConformanceRunner(String engine, int jobs, Duration timeout, Optional<Path> signatures) {
    private static final long MEMORY = 256L << 20;

    /** Checks the numbers. */
    public ConformanceRunner {
        if (jobs < 1 || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("jobs and timeout must be positive");
        }
    }

    /**
     * Runs all programs; verdicts come in the order of the programs.
     *
     * @param report is told each verdict in that order, as soon as it and all before it are known
     */
    public List<Verdict> run(List<Path> programs, Consumer<Verdict> report) {
        List<Verdict> verdicts = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(jobs)) {
            List<Future<Verdict>> futures =
                    programs.stream().map(p -> pool.submit(() -> run(p))).toList();
            for (int i = 0; i < futures.size(); i++) {
                Verdict verdict = await(programs.get(i), futures.get(i));
                verdicts.add(verdict);
                report.accept(verdict);
            }
        }
        return verdicts;
    }

    private static Verdict await(Path program, Future<Verdict> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            return new Verdict(program, Outcome.ERROR, "internal error: " + e.getCause(), 0, Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Verdict(program, Outcome.ERROR, "interrupted", 0, Duration.ZERO);
        }
    }

    /** Runs one program. */
    public Verdict run(Path program) {
        long start = System.nanoTime();
        try (Machine machine = Machine.builder()
                .bios(new Bios.None())
                .kernel(program)
                .memory(MEMORY)
                .engine(engine)
                .build()) {
            Optional<BootImage.Elf> elf = machine.kernelElf();
            if (elf.isEmpty() || elf.get().address("tohost").isEmpty()) {
                return verdict(program, Outcome.ERROR, "not an ELF with the symbol tohost", 0, start);
            }
            machine.start();
            End end = machine.end().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            long instructions = machine.instructionsRetired();
            return switch (end) {
                case End.PoweredOff off -> {
                    writeSignature(machine, elf.get());
                    yield verdict(program, Outcome.PASS, "", instructions, start);
                }
                case End.Failed failed ->
                    verdict(program, Outcome.FAIL, "test " + failed.code() + " failed", instructions, start);
                case End.Stopped stopped ->
                    verdict(program, Outcome.ERROR, "the machine was stopped", instructions, start);
                case End.Broken broken
                when broken.cause() instanceof DifferenceException difference ->
                    verdict(program, Outcome.ERROR, String.valueOf(difference.getMessage()), instructions, start);
                case End.Broken broken ->
                    verdict(program, Outcome.ERROR, "internal error: " + broken.cause(), instructions, start);
            };
        } catch (DifferenceException e) {
            return verdict(program, Outcome.ERROR, String.valueOf(e.getMessage()), 0, start);
        } catch (TimeoutException e) {
            return verdict(program, Outcome.TIMEOUT, "no result after " + timeout.toSeconds() + " s", 0, start);
        } catch (ConfigurationException | IOException e) {
            return verdict(program, Outcome.ERROR, String.valueOf(e.getMessage()), 0, start);
        } catch (ExecutionException e) {
            return verdict(program, Outcome.ERROR, "internal error: " + e.getCause(), 0, start);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return verdict(program, Outcome.ERROR, "interrupted", 0, start);
        }
    }

    private static Verdict verdict(Path program, Outcome outcome, String detail, long instructions, long start) {
        return new Verdict(program, outcome, detail, instructions, Duration.ofNanos(System.nanoTime() - start));
    }

    private void writeSignature(Machine machine, BootImage.Elf elf) throws IOException {
        if (signatures.isPresent()) {
            Optional<String> signature = Signature.read(machine.ram(), elf);
            if (signature.isPresent()) {
                Files.createDirectories(signatures.get());
                Files.writeString(signatures.get().resolve(programName(elf) + ".signature"), signature.get());
            }
        }
    }

    private static String programName(BootImage.Elf elf) {
        String name = elf.name();
        Path file = Path.of(name.substring(name.indexOf(' ') + 1)).getFileName();
        return file.toString();
    }
}
