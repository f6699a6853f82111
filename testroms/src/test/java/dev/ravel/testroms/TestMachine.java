package dev.ravel.testroms;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.asm.program.Program;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.device.QueuedConsole;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.VirtioBus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A whole machine, most often with an assembled program in it, whose console is recorded and typed into. */
final class TestMachine implements AutoCloseable {
    private static final int KEYBOARD_BUFFER = 1024;

    /**
     * For what never ends. Harts wait for each other a thousand times in {@link TestRom#SMP}: a twentieth of a second on two
     * idle processors, 3 to 9 s where eight other threads want them, since each wait costs the others' turns.
     */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final QueuedConsole console = new QueuedConsole(KEYBOARD_BUFFER, this::print);
    private final Machine machine;

    /** How the machine ended and what it printed. */
    record Result(End end, String console) {}

    TestMachine(Program program, Bios bios, int harts, String engine) throws ImageException {
        this(program, bios, harts, engine, VirtioBus.MMIO);
    }

    private TestMachine(Program program, Bios bios, int harts, String engine, VirtioBus virtio) throws ImageException {
        this(Machine.builder()
                .memory(TestRom.MEMORY)
                .cpus(harts)
                .engine(engine)
                .bios(bios)
                .virtioBus(virtio)
                .kernel(ImageLoader.parse("program", ElfWriter.write(program))));
    }

    TestMachine(MachineBuilder builder) {
        machine = builder.console(console).build();
    }

    /** Runs a test program to its end. */
    static Result run(TestRom rom, int harts, String engine) throws Exception {
        Bios bios = rom.start() == TestRom.Start.MACHINE_MODE ? new Bios.None() : new Bios.BuiltIn();
        VirtioBus virtio = rom == TestRom.PCI ? VirtioBus.PCI : VirtioBus.MMIO;
        try (TestMachine machine = new TestMachine(rom.assemble(), bios, harts, engine, virtio)) {
            machine.start();
            return machine.result(LIMIT);
        }
    }

    void start() {
        machine.start();
    }

    /** Waits for the end. A machine that takes longer is stopped. */
    Result result(Duration limit) throws Exception {
        try {
            machine.end().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            machine.stop();
        }
        return new Result(machine.end().get(), printed());
    }

    /** Waits until the console shows a text after {@code from} characters; answers how many there are up to its end. */
    int awaitText(String text, int from) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < end) {
            int at = printed().indexOf(text, from);
            if (at >= 0) {
                return at + text.length();
            }
            Thread.sleep(5);
        }
        throw new AssertionError("the console does not show \"" + text + "\" but:\n" + printed());
    }

    void type(String text) throws InterruptedException {
        console.type(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** What the console shows, lines ended by a line feed alone. */
    String printed() {
        synchronized (printed) {
            return printed.toString(StandardCharsets.US_ASCII).replace("\r\n", "\n");
        }
    }

    private void print(byte[] bytes, int offset, int length) {
        synchronized (printed) {
            printed.write(bytes, offset, length);
        }
    }

    @Override
    public void close() {
        machine.close();
        console.close();
    }
}
