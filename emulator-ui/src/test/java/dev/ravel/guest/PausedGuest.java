package dev.ravel.guest;

import dev.ravel.machine.Machine;
import dev.ravel.machine.config.DiskConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Linux guest that has run commands in its shell, and stands still since the last one has ended. */
final class PausedGuest implements AutoCloseable {
    private final ShellGuest guest;
    private final List<List<String>> outputs = new ArrayList<>();

    private PausedGuest(ShellGuest guest) {
        this.guest = guest;
    }

    /** Boots, runs each command, pauses. */
    static PausedGuest after(Path kernel, Path initrd, String commandLine, Path disk, List<String> commands)
            throws InterruptedException {
        PausedGuest paused = new PausedGuest(new ShellGuest(Machine.builder()
                .kernel(kernel)
                .initrd(initrd)
                .append(commandLine)
                .add(new DiskConfig(disk, false))));
        try {
            for (String command : commands) {
                paused.outputs.add(paused.guest.run(command));
            }
            paused.machine().pause();
            return paused;
        } catch (InterruptedException | RuntimeException | Error e) {
            paused.close();
            throw e;
        }
    }

    Machine machine() {
        return guest.machine();
    }

    /** What a command printed. */
    List<String> output(int command) {
        return outputs.get(command);
    }

    @Override
    public void close() {
        guest.close();
    }
}
