package dev.ravel.testroms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.firmware.Kernel;
import dev.ravel.machine.End;
import dev.ravel.machine.config.Bios;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HelloTest {
    private static final String PROMPT = "hello> ";

    private TestMachine machine;
    private int seen;

    @BeforeEach
    void boot() throws Exception {
        machine = new TestMachine(Kernel.HELLO.assemble(), new Bios.BuiltIn(), 2, "interp");
        machine.start();
        seen = machine.awaitText(PROMPT, 0);
    }

    @AfterEach
    void close() throws IOException {
        machine.close();
    }

    @Test
    void showsTheMachineThatTheDeviceTreeDescribes() {
        assertThat(machine.printed())
                .contains("Hello from supervisor mode on hart 0.")
                .contains("The firmware below speaks SBI 2.0")
                .contains("memory: 128 MiB from 0x80000000")
                .contains("cpu@1: riscv")
                .contains("serial@10000000: ns16550a");
    }

    @Test
    void answersCommandsAndCorrectionsOfThem() throws Exception {
        assertThat(answer("help\r")).contains("echo TEXT");
        assertThat(answer("echo one  two\r")).contains("\none  two\n");
        assertThat(answer("ex\177cho a\b\b\r")).contains("\n\n");
        assertThat(answer("harts\r")).contains("hart 0 runs this\nhart 1 waits in the firmware\n");
        assertThat(answer("uptime\r")).containsPattern("\n[0-9]+\\.[0-9] s\n");
        assertThat(answer("nonsense\r")).contains("nonsense: no such command, try help");
        assertThat(answer("half a line\003")).contains("^C\n");
    }

    @Test
    void poweroffSwitchesTheMachineOff() throws Exception {
        machine.type("poweroff\r");
        assertThat(machine.result(Duration.ofSeconds(10)).end()).isEqualTo(new End.PoweredOff());
    }

    @Test
    void rebootStartsAgain() throws Exception {
        machine.type("reboot\r");
        seen = machine.awaitText(PROMPT, seen);
        assertThat(machine.printed()).matches("(?s)(.*Hello from supervisor mode){2}.*");
    }

    private String answer(String line) throws InterruptedException {
        machine.type(line);
        int from = seen;
        seen = machine.awaitText("\n" + PROMPT, from);
        return machine.printed().substring(from, seen);
    }
}
