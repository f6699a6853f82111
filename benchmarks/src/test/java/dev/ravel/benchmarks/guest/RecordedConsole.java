package dev.ravel.benchmarks.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.ConsolePort;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import java.util.concurrent.TimeUnit;

/** Keeps what a guest prints. */
public final class RecordedConsole implements ConsolePort {
    private final StringBuffer text = new StringBuffer();

    private RecordedConsole() {}

    /** What a machine prints until it powers off. */
    public static String of(MachineBuilder builder) throws Exception {
        RecordedConsole console = new RecordedConsole();
        try (Machine machine = builder.console(console).build()) {
            machine.start();
            assertThat(machine.end().get(60, TimeUnit.SECONDS))
                    .as(() -> console.text.toString())
                    .isEqualTo(new End.PoweredOff());
        }
        return console.text.toString();
    }

    @Override
    public void output(int value) {
        text.append((char) value);
    }

    @Override
    public int input() {
        return NOTHING;
    }

    @Override
    public Subscription onInput(Runnable listener) {
        return () -> {};
    }
}
