package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandsTest {
    static Stream<String> names() {
        return Main.COMMANDS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aCommandIsCalledByItsOwnName(String name) {
        assertThat(new CommandLine(Main.COMMANDS.get(name)).getCommandName()).isEqualTo(name);
    }

    /** Only what is called is made: the rest of the command line is as if all were there. */
    @ParameterizedTest
    @MethodSource("names")
    void aCommandThatIsCalledIsMadeAlone(String name) {
        CommandLine all = Main.commandLine("--debug");
        CommandLine called = Main.commandLine("--debug", name, "disasm", "--help");

        assertThat(called.getSubcommands()).containsOnlyKeys(name);
        assertThat(called.getSubcommands().get(name).getUsageMessage())
                .startsWith("Usage: ravel " + name)
                .isEqualTo(all.getSubcommands().get(name).getUsageMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "rum", ""})
    void withoutAKnownCommandAllAreThere(String argument) {
        assertThat(Main.commandLine(argument).getSubcommands().keySet())
                .containsAll(Main.COMMANDS.keySet())
                .contains("help");
    }
}
