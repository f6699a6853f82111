package dev.ravel.testroms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.engine.EngineProvider;
import dev.ravel.isa.Extension;
import dev.ravel.machine.End;
import dev.ravel.machine.config.Bios;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TestRomsTest {
    private static final Set<Extension> UNKNOWN_TO_THE_ORACLE = Set.of(Extension.ZFA, Extension.ZICOND);

    static List<String> engines() {
        return EngineProvider.names();
    }

    static List<String> enginesForFourHarts() {
        return EngineProvider.names(4);
    }

    static Stream<Arguments> everyRomOnEveryEngine() {
        return Stream.of(TestRom.values())
                .flatMap(rom -> EngineProvider.names(rom.harts()).stream().map(engine -> Arguments.of(rom, engine)));
    }

    @ParameterizedTest
    @MethodSource("everyRomOnEveryEngine")
    void everyCheckOfTheProgramPasses(TestRom rom, String engine) throws Exception {
        TestMachine.Result result = TestMachine.run(rom, rom.harts(), engine);
        assertThat(result.end()).as(result.console()).isEqualTo(new End.PoweredOff());
    }

    @Test
    void everyInstructionThatWorksOnRegistersWasMeasured() {
        String table = new String(TestRom.read("results-table.s").orElseThrow(), StandardCharsets.US_ASCII);
        assertThat(ResultTable.cases())
                .filteredOn(c -> !UNKNOWN_TO_THE_ORACLE.contains(c.instruction().extension()))
                .allSatisfy(c -> assertThat(table).contains(String.format("0x%08x", c.encoding())));
    }

    @ParameterizedTest
    @MethodSource("enginesForFourHarts")
    void theFirmwareAnswersAllCallsBetweenHarts(String engine) throws Exception {
        for (int harts : new int[] {2, 4}) {
            TestMachine.Result result = TestMachine.run(TestRom.SBI, harts, engine);
            assertThat(result.end()).as(result.console()).isEqualTo(new End.PoweredOff());
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aFailedCheckEndsTheMachineWithItsNumber(String engine) throws Exception {
        try (TestMachine machine = new TestMachine(
                TestRom.assemble("failure.s", TestRom.Start.MACHINE_MODE.address()), new Bios.None(), 1, engine)) {
            machine.start();
            assertThat(machine.result(Duration.ofSeconds(10)).end()).isEqualTo(new End.Failed(42));
        }
    }
}
