package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.machine.End;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the launcher has Java learn from. */
class TrainingTest {
    /** Otherwise there would be no AOT cache, or one that knows nothing of the interpreter's loop, and only a clock would tell. */
    @Test
    void theProgramForTheInterpreterSwitchesTheMachineOff() throws Exception {
        assertThat(Training.interpret()).isEqualTo(new End.PoweredOff());
    }

    @Test
    void theFilesOfAGuestAreFoundAndRun() throws Exception {
        assertThat(Training.files()).isZero();
    }

    @Test
    void theProgramForTheTranslatorSwitchesTheMachineOff() throws Exception {
        assertThat(Training.translate()).isEqualTo(new End.PoweredOff());
    }

    @Test
    void theProgramThatDoesWhatAKernelDoesSwitchesTheMachineOff() throws Exception {
        for (String engine : List.of("interp", "jit")) {
            assertThat(Training.page(engine)).as(engine).isEqualTo(new End.PoweredOff());
        }
    }
}
