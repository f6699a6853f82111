package dev.ravel.guest;

import dev.ravel.machine.Machine;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.session.GuestConsole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A Linux guest that has run commands in its shell, and stands still since the last one has ended. */
final class PausedGuest implements AutoCloseable {
    /** The longest silence, on a busy host. */
    private static final long PATIENCE_SECONDS = 100;

    private static final int LAST_WORDS = 500;

    private final GuestConsole console = new GuestConsole();
    private final Machine machine;
    private final GuestConsole.Output output;
    private final StringBuilder text = new StringBuilder();
    private final Semaphore grown = new Semaphore(0);
    private final List<List<String>> outputs = new ArrayList<>();

    private PausedGuest(Path kernel, Path initrd, String commandLine, Path disk) {
        machine = Machine.builder()
                .kernel(kernel)
                .initrd(initrd)
                .append(commandLine)
                .add(new DiskConfig(disk, false))
                .console(console)
                .build();
        output = console.openOutput();
    }

    /** Boots, runs each command, pauses. */
    static PausedGuest after(Path kernel, Path initrd, String commandLine, Path disk, List<String> commands)
            throws InterruptedException {
        PausedGuest paused = new PausedGuest(kernel, initrd, commandLine, disk);
        try {
            Thread.ofVirtual().start(paused::read);
            paused.machine.start();
            // Neither the echo of a line nor its wrapping may look like output.
            paused.type("stty -echo; PS1=; PS2=");
            for (int i = 0; i < commands.size(); i++) {
                paused.type("echo \"<\"" + i + "; " + commands.get(i) + "\necho " + i + "\">\"");
                paused.outputs.add(paused.await("<" + i + "\r\n", i + ">\r\n"));
            }
            paused.machine.pause();
            return paused;
        } catch (InterruptedException | RuntimeException | Error e) {
            paused.close();
            throw e;
        }
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

    /** What a command printed. */
    List<String> output(int command) {
        return outputs.get(command);
    }

    @Override
    public void close() {
        console.close();
        machine.close();
    }
}
