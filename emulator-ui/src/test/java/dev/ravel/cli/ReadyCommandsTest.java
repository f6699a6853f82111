package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** A command out of the file that is made when Ravel is packed is what picocli finds in the annotations. */
class ReadyCommandsTest {
    private static ReadyCommands none;
    private static ReadyCommands ready;

    @BeforeAll
    static void makeThem() throws IOException {
        none = ReadyCommands.read(new ByteArrayInputStream(new byte[4]));
        ready = ReadyCommands.read(new ByteArrayInputStream(ReadyCommands.found()));
    }

    private static Stream<Class<?>> plain() {
        return Main.COMMANDS.values().stream()
                .filter(type -> ready.command(type).isPresent());
    }

    /** Else the other tests would compare what picocli finds with itself. */
    @Test
    void theCommandsThatScriptsCallAreThere() {
        assertThat(none.command(RunCommand.class)).isEmpty();
        assertThat(plain())
                .contains(RunCommand.class, InspectCommand.class, ConformanceCommand.class)
                .doesNotContain(GuestCommand.class, JitCommand.class);
        CommandLine found = Main.commandLine(RunCommand.class, ready);
        assertThat(found.getCommandSpec().mixins()).as("picocli found none").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plain")
    void theyHaveTheSameHelpAndTheSameOptions(Class<?> command) {
        CommandLine expected = Main.commandLine(command, none);
        CommandLine actual = Main.commandLine(command, ready);

        assertThat(described(actual)).isEqualTo(described(expected));
        assertThat(described(only(actual))).isEqualTo(described(only(expected)));
    }

    /** Its model transformer adds them, which picocli asks only where a command is made by itself. */
    @Test
    void inspectSaysWhatLinesItTakes() {
        String all = Main.commandLine().getSubcommands().get("inspect").getUsageMessage();

        assertThat(words(all))
                .contains(StepLine.HELP.stream().map(ReadyCommandsTest::words).toList());
        assertThat(only(Main.commandLine(InspectCommand.class, none)).getUsageMessage())
                .isEqualTo(all);
        assertThat(only(Main.commandLine(InspectCommand.class, ready)).getUsageMessage())
                .isEqualTo(all);
    }

    /** Without the ends of lines. */
    private static String words(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private static CommandLine only(CommandLine root) {
        return root.getSubcommands().values().iterator().next();
    }

    private static Map<String, String> described(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("help", command.getUsageMessage());
        all.put("version", Arrays.toString(spec.version()));
        all.put("separator", spec.parser().separator());
        all.put(
                "exits",
                List.of(
                                spec.exitCodeOnSuccess(),
                                spec.exitCodeOnUsageHelp(),
                                spec.exitCodeOnVersionHelp(),
                                spec.exitCodeOnInvalidInput(),
                                spec.exitCodeOnExecutionException())
                        .toString());
        spec.options().forEach(option -> all.put(option.longestName(), described(option)));
        spec.positionalParameters().forEach(parameter -> all.put("at " + parameter.index(), described(parameter)));
        return all;
    }

    private static String described(ArgSpec argument) {
        return Stream.of(
                        argument.type(),
                        List.of(argument.auxiliaryTypes()),
                        Stream.of(argument.converters()).map(Object::getClass).toList(),
                        argument.arity(),
                        argument.arity().isUnspecified(),
                        argument.required(),
                        argument.paramLabel(),
                        argument.hideParamSyntax(),
                        List.of(argument.description()),
                        Optional.ofNullable(argument.descriptionKey()).orElse(""),
                        argument.splitRegex(),
                        argument.splitRegexSynopsisLabel(),
                        argument.hidden(),
                        argument.interactive(),
                        argument.inherited(),
                        String.valueOf(argument.defaultValue()),
                        argument.showDefaultValue(),
                        argument.scopeType(),
                        String.valueOf(argument.completionCandidates()),
                        String.valueOf(argument.parameterConsumer()),
                        argument instanceof OptionSpec option ? asOption(option) : "",
                        argument instanceof PositionalParamSpec parameter ? parameter.index() : "")
                .map(String::valueOf)
                .toList()
                .toString();
    }

    private static String asOption(OptionSpec option) {
        return List.of(
                        List.of(option.names()),
                        option.usageHelp(),
                        option.versionHelp(),
                        option.negatable(),
                        option.fallbackValue(),
                        option.order())
                .toString();
    }

    /** What is in the fields of the command afterwards, and what is said of what is wrong. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run debian --headless --timeout 2.5 --debug",
                "run --kernel=a --initrd b --append c=d --memory 1G --cpus 4 --virtio pci --engine interp",
                "run --kernel a --disk x.img --disk y.img --exit-on [a-z]+ --stats f --gdb 1234",
                "run --headless --headless",
                "run --memory much",
                "run --virtio isa",
                "run --cpus",
                "run --nothing",
                "run a b",
                "run --help",
                "run -V",
                "--debug run --window",
                "inspect --at 0x80000000 --json",
                "inspect --traps many",
                "conformance",
                "conformance a b c",
                "asm x.s -o y",
                "disasm --nothing"
            })
    void theyReadTheSame(String line) {
        String[] arguments = line.split(" ");
        Class<?> command = Main.COMMANDS.entrySet().stream()
                .filter(entry -> List.of(arguments).contains(entry.getKey()))
                .findFirst()
                .orElseThrow()
                .getValue();

        assertThat(outcome(Main.commandLine(command, ready), arguments))
                .isEqualTo(outcome(Main.commandLine(command, none), arguments));
    }

    private static List<String> outcome(CommandLine root, String... arguments) {
        try {
            CommandLine.ParseResult parsed = root.parseArgs(arguments);
            assertThat(Main.of(root.getCommandSpec())).isNotNull();
            CommandLine command = only(root);
            return Stream.of(
                            Stream.of(
                                    parsed.isUsageHelpRequested(),
                                    command.isUsageHelpRequested(),
                                    command.isVersionHelpRequested(),
                                    parsed.subcommand().matchedArgs().size(),
                                    root.getParseResult().hasMatchedOption("--debug")),
                            values(root.getCommandSpec()),
                            values(command.getCommandSpec()),
                            fields(command.getCommandSpec().userObject()))
                    .flatMap(values -> values)
                    .map(String::valueOf)
                    .toList();
        } catch (ParameterException e) {
            return List.of(e.getClass().getName(), String.valueOf(e.getMessage()));
        }
    }

    private static Stream<Object> values(CommandSpec command) {
        return Stream.concat(
                command.options().stream()
                        .map(option -> option.longestName() + "=" + option.getValue())
                        .sorted(),
                command.positionalParameters().stream()
                        .map(parameter -> parameter.index() + "=" + parameter.getValue()));
    }

    /** What the fields of an object hold, those of objects in them included. */
    private static Stream<Object> fields(Object object) {
        Stream<Object> values = Stream.empty();
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            for (java.lang.reflect.Field field : type.getDeclaredFields()) {
                if (field.getType() == CommandSpec.class) {
                    continue;
                }
                field.setAccessible(true);
                try {
                    Object value = field.get(object);
                    values = Stream.concat(
                            values,
                            field.isAnnotationPresent(CommandLine.Mixin.class)
                                    ? fields(value)
                                    : Stream.of(field.getName() + "=" + value));
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return values;
    }
}
