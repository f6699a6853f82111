package dev.ravel.testroms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.firmware.Firmware;
import dev.ravel.machine.End;
import dev.ravel.machine.config.Bios;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The firmware entered by hand, with nothing sensible in {@code a2}. */
class FirmwareFailuresTest {

    @Test
    void withoutInformationAboutTheNextStageItSaysSoOnceAndStopsTheMachine() throws Exception {
        TestMachine.Result result = enterWith("0");
        assertThat(result.end()).isEqualTo(new End.Failed(1));
        assertThat(result.console())
                .isEqualTo("Ravel firmware: a2 does not point to fw_dynamic information, nothing to start\n");
    }

    @Test
    void aTrapInTheFirmwareItselfIsReportedInOneLineAndStopsTheMachine() throws Exception {
        TestMachine.Result result = enterWith("0x48");
        assertThat(result.end()).isEqualTo(new End.Failed(1));
        assertThat(result.console().strip().lines())
                .singleElement()
                .asString()
                .startsWith("Ravel firmware: unexpected trap on hart 0x0 mcause=0x5 mepc=0x800")
                .contains(" mtval=0x48 mstatus=0x", " ra=0x", " sp=0x8001", " a1=0x1234 ");
    }

    private static TestMachine.Result enterWith(String information) throws Exception {
        byte[] firmware =
                Firmware.assemble(TestRom.Start.MACHINE_MODE.address()).flat();
        String source = """
                _start: li      a1, 0x1234
                        li      a2, %s
                        j       firmware
                        .balign %d
                firmware:
                        .byte   %s
                """.formatted(
                        information,
                        Firmware.SIZE,
                        IntStream.range(0, firmware.length)
                                .mapToObj(i -> Integer.toString(firmware[i] & 0xff))
                                .collect(Collectors.joining(", ")));
        try (TestMachine machine =
                new TestMachine(Assembler.assemble("enter.s", source), new Bios.None(), 1, "interp")) {
            machine.start();
            return machine.result(Duration.ofSeconds(10));
        }
    }
}
