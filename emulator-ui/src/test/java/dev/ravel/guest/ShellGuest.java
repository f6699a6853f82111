package dev.ravel.guest;

import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.session.GuestConsole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A Linux guest that runs commands in the shell of its console. */
final class ShellGuest implements AutoCloseable {
    /** The longest silence, on a busy host. */
    private static final long PATIENCE_SECONDS = 100;

    private static final int LAST_WORDS = 500;

    private final GuestConsole console = new GuestConsole();
    private final Machine machine;
    private final GuestConsole.Output output;
    private final StringBuilder text = new StringBuilder();
    private final Semaphore grown = new Semaphore(0);
    private int commands;

    /** Boots what the builder says; it is given the console. */
    ShellGuest(MachineBuilder builder) {
        machine = builder.console(console).build();
        output = console.openOutput();
        Thread.ofVirtual().start(this::read);
        machine.start();
        // Neither the echo of a line nor its wrapping may look like output.
        type("stty -echo; PS1=; PS2=");
    }

    /** The Debian guest, if it can be had. */
    static MachineBuilder debian() {
        Guest guest = DebianGuest.require();
        return Machine.builder().kernel(guest.kernel()).initrd(guest.initrd()).append(guest.commandLine());
    }

    /** What a command prints until it has ended, line by line. */
    List<String> run(String command) throws InterruptedException {
        int number = commands++;
        type("echo \"<\"" + number + "; " + command + "\necho " + number + "\">\"");
        return await("<" + number + "\r\n", number + ">\r\n");
    }

    private void type(String line) {
        console.type((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void read() {
        byte[] buffer = new byte[8192];
        try {
            for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
                synchronized (text) {
                    text.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
                }
                grown.release();
            }
        } catch (IOException e) {
            // Closed: nothing more to read.
        }
    }

    private List<String> await(String begin, String end) throws InterruptedException {
        while (true) {
            synchronized (text) {
                int from = text.indexOf(begin);
                int to = from < 0 ? -1 : text.indexOf(end, from + begin.length());
                if (to >= 0) {
                    return text.substring(from + begin.length(), to)
                            .lines()
                            .filter(line -> !line.startsWith("echo "))
                            .toList();
                }
            }
            if (!grown.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                synchronized (text) {
                    throw new AssertionError("the guest says nothing more; its last words: "
                            + text.substring(Math.max(0, text.length() - LAST_WORDS)));
                }
            }
        }
    }

    Machine machine() {
        return machine;
    }

    @Override
    public void close() {
        console.close();
        machine.close();
    }
}
