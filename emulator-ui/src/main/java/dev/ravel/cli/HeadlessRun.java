package dev.ravel.cli;

import dev.ravel.session.GuestConsole;
import dev.ravel.session.MachineSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Joins a session's console to this terminal or to the process's pipes. */
final class HeadlessRun {
    private static final String HELP = """

            Ctrl-A X      quit: the machine is switched off
            Ctrl-A H      this help
            Ctrl-A Ctrl-A send Ctrl-A to the guest
            """;

    private final MachineSession session;
    private final HostConsole host;

    HeadlessRun(MachineSession session, HostConsole host) {
        this.session = session;
        this.host = host;
    }

    /** Starts the threads that copy; they end with the session or the process. */
    Thread attach() {
        GuestConsole.Output output = session.console().openOutput();
        Thread printer = Thread.ofPlatform().name("console-output").daemon().start(() -> print(output));
        Thread.ofPlatform().name("console-input").daemon().start(this::type);
        return printer;
    }

    private void print(InputStream output) {
        byte[] buffer = new byte[8192];
        OutputStream out = host.output();
        try {
            for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // Nobody reads any more (a closed pipe): there is no point in going on.
            session.stop();
        }
    }

    private void type() {
        byte[] buffer = new byte[4096];
        EscapeKeys keys = new EscapeKeys();
        try {
            for (int n = host.input().read(buffer); n >= 0; n = host.input().read(buffer)) {
                if (host.interactive()) {
                    typeKeys(keys, buffer, n);
                } else {
                    session.console().typePatiently(Arrays.copyOf(buffer, n));
                }
            }
        } catch (IOException e) {
            // Standard input is gone; the guest goes on without a keyboard.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void typeKeys(EscapeKeys keys, byte[] buffer, int n) throws IOException {
        byte[] forGuest = new byte[n];
        int count = 0;
        for (int i = 0; i < n; i++) {
            switch (keys.next(buffer[i] & 0xff)) {
                case GUEST -> forGuest[count++] = buffer[i];
                case QUIT -> session.stop();
                case HELP -> {
                    host.output().write(HELP.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
                    host.output().flush();
                }
                case NOTHING -> {}
            }
        }
        session.console().type(Arrays.copyOf(forGuest, count));
    }
}
