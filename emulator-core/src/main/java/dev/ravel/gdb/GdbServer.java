package dev.ravel.gdb;

import dev.ravel.hart.Debugger;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Waits for a debugger, GDB or another that speaks its Remote Serial Protocol, and lets it hold, step and change a machine; one at a
 * time. The machine does not run until the debugger lets it, and runs on when the debugger leaves. Each hart is a thread, whose number is
 * its {@code mhartid} and one. Closing it takes the debugger's breakpoints away and lets the machine go.
 */
public final class GdbServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(GdbServer.class.getName());

    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Machine machine;
    private final ServerSocket listening;
    private final CompletableFuture<End> end;
    private final Thread thread;
    private volatile Socket connection = new Socket();

    private GdbServer(Machine machine, ServerSocket listening) {
        this.machine = machine;
        this.listening = listening;
        this.end = machine.end();
        this.thread = Thread.ofPlatform().name("gdb").daemon().unstarted(this::serve);
    }

    /**
     * Holds a machine, which need not be started, and waits for a debugger.
     *
     * @param address port 0: any that is free
     * @throws IOException if nobody can listen there
     */
    public static GdbServer listen(Machine machine, InetSocketAddress address) throws IOException {
        ServerSocket listening = new ServerSocket();
        try {
            listening.bind(address, 1);
        } catch (IOException e) {
            listening.close();
            throw e;
        }
        GdbServer server = new GdbServer(machine, listening);
        machine.pause();
        server.thread.start();
        return server;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    private void serve() {
        boolean first = true;
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
                connection = socket;
                socket.setTcpNoDelay(true);
                if (!first) {
                    machine.pause();
                }
                first = false;
                Packets packets = new Packets(socket.getInputStream(), socket.getOutputStream());
                try {
                    new GdbSession(machine, end, packets).run();
                } finally {
                    machine.harts().forEach(hart -> hart.setDebugger(Debugger.NONE));
                    machine.resume();
                }
            } catch (SocketException e) {
                // It was closed, by the debugger or by us.
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the debugger was lost: {0}", e.getMessage());
            }
        }
        if (first) {
            machine.resume();
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
            // Who closes this because the machine has ended lets the debugger hear of the end first.
            thread.join(LAST_WORDS);
            connection.close();
            thread.join();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
