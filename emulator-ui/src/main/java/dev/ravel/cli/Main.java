package dev.ravel.cli;

import com.google.common.collect.ImmutableMap;
import dev.ravel.desktop.Desktop;
import dev.ravel.desktop.DesktopUnavailableException;
import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.session.Product;
import java.io.BufferedOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code ./ravel}: the root of the command line. */
@Command(
        name = "ravel",
        addMethodSubcommands = false, // to look for some reads the annotations of all methods
        description = "A RISC-V computer in pure Java.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Without a command and with a display: the window with all your machines.",
            "",
            "  ravel test           build everything and run all tests (done by the launcher)",
            "",
            "Exit status: 0 after a guest power-off, 1 on an error, 2 on wrong usage, 124 when --timeout passes.",
            "After a failure that the guest reports: its code if that is 3 to 254 and not 124 or 141, otherwise 255;",
            "standard error has the whole code. 141: the reader of standard output has gone."
        })
public final class Main implements Runnable {
    /**
     * Its commands by their names, in the order of its help. To read all that their classes say of their options takes longer
     * than to start Java: only the one that is called is made, if it is one of these.
     */
    static final ImmutableMap<String, Class<?>> COMMANDS = ImmutableMap.<String, Class<?>>builder()
            .put("run", RunCommand.class)
            .put("inspect", InspectCommand.class)
            .put("jit", JitCommand.class)
            .put("conformance", ConformanceCommand.class)
            .put("guest", GuestCommand.class)
            .put("disk", DiskCommand.class)
            .put("learn", LearnCommand.class)
            .put("asm", AsmCommand.class)
            .put("disasm", DisasmCommand.class)
            .buildOrThrow();

    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

    /** Wrong usage. */
    static final int EXIT_USAGE = 2;

    /** An error of ours, or of what the user gave us. */
    static final int EXIT_ERROR = 1;

    /** {@code --timeout} passed. */
    static final int EXIT_TIMEOUT = 124;

    @Spec
    private CommandSpec spec;

    @Option(names = "--debug", description = "Print the stack trace of an error.", scope = ScopeType.INHERIT)
    @SuppressWarnings("UnusedVariable") // a field declares the option; it is looked up in what was parsed
    private boolean debug;

    private final StandardOutput output = new StandardOutput();

    private Main() {}

    /** Runs the command line and ends the process with its exit status. */
    public static void main(String[] arguments) {
        PrintWriter err = new PrintWriter(System.err, true);
        if (System.getProperty(LOG_FORMAT) == null) {
            // One line, as of all that the command line says, instead of two with a date and a class.
            System.setProperty(LOG_FORMAT, "ravel: %5$s%6$s%n");
        }
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> err.println("ravel: " + oneLine(error)));
        end(execute(arguments));
    }

    /** Ends the process with an exit status. */
    static void end(int status) {
        Desktop.endIfDisplayIsGone(status);
        System.exit(status);
    }

    /** Runs the command line; returns the exit status. */
    static int execute(String... arguments) {
        Main main = new Main();
        PrintWriter err = new PrintWriter(System.err, true);
        CommandLine commandLine = commandLine(main, arguments);
        commandLine.setOut(new PrintWriter(
                new OutputStreamWriter(new BufferedOutputStream(main.output), Charset.defaultCharset())));
        commandLine.setErr(err);
        commandLine.setParameterExceptionHandler(Main::usageError);
        commandLine.setExecutionExceptionHandler(Main::executionError);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        int status;
        try {
            status = commandLine.execute(arguments);
        } catch (Throwable e) {
            // An Error: the JVM has no memory left, for example.
            status = report(e, err, Arrays.asList(arguments).contains("--debug"));
        }
        commandLine.getOut().flush();
        return main.output.status(status, err);
    }

    /** The command line, with the command that these arguments call, or all if they call none of them. */
    static CommandLine commandLine(String... arguments) {
        return commandLine(new Main(), arguments);
    }

    private static CommandLine commandLine(Main main, String... arguments) {
        Optional<Class<?>> called = Arrays.stream(arguments)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .flatMap(name -> Optional.ofNullable(COMMANDS.get(name)));
        if (called.isPresent()) {
            return commandLine(main, called.get(), ReadyCommands.read());
        }
        CommandLine root = new CommandLine(main);
        // A model transformer changes a command that is made by itself.
        COMMANDS.values().forEach(command -> root.addSubcommand(new CommandLine(command)));
        root.addSubcommand(CommandLine.HelpCommand.class);
        ServiceLoader.load(CommandProvider.class).forEach(provider -> root.addSubcommand(provider.command()));
        return root;
    }

    /** The command line with one command. */
    static CommandLine commandLine(Class<?> command, ReadyCommands ready) {
        return commandLine(new Main(), command, ready);
    }

    private static CommandLine commandLine(Main main, Class<?> command, ReadyCommands ready) {
        CommandLine root =
                new CommandLine(ready.command(main).<Object>map(found -> found).orElse(main));
        root.addSubcommand(new CommandLine(
                ready.command(command).<Object>map(found -> found).orElse(command)));
        return root;
    }

    /** The command line without commands. */
    static CommandLine root() {
        return new CommandLine(new Main());
    }

    /** The root of the command line that a command belongs to. */
    static Main of(CommandSpec command) {
        return (Main) command.root().userObject();
    }

    /** Standard output, for what is not text. */
    StandardOutput output() {
        return output;
    }

    @Override
    public void run() {
        if (Desktop.displayPresent(System.getenv())) {
            try {
                Desktop.start();
                RunCommand.manage();
                return;
            } catch (DesktopUnavailableException e) {
                spec.commandLine().getErr().println("ravel: " + e.getMessage());
            }
        }
        spec.commandLine().usage(spec.commandLine().getErr());
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int usageError(ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        String message = Optional.ofNullable(error.getMessage())
                .flatMap(text -> text.lines().findFirst())
                .orElse("wrong usage");
        if (error instanceof UnmatchedArgumentException unmatched) {
            message = "unknown " + (unmatched.isUnknownOption() ? "option " : "argument ")
                    + unmatched.getUnmatched().getFirst();
        }
        err.println("ravel: " + message + " (see '" + command.getCommandSpec().qualifiedName() + " --help')");
        return EXIT_USAGE;
    }

    private static int executionError(Exception error, CommandLine command, CommandLine.ParseResult parsed) {
        return report(error, command.getErr(), parsed.originalArgs().contains("--debug"));
    }

    private static int report(Throwable error, PrintWriter err, boolean debug) {
        err.println("ravel: " + oneLine(error));
        if (debug) {
            error.printStackTrace(err);
        }
        return EXIT_ERROR;
    }

    /** The one line that says what went wrong. */
    private static String oneLine(Throwable error) {
        if (error instanceof OutOfMemoryError) {
            return "Java ran out of memory (" + error.getMessage()
                    + "); give it more, for example with RAVEL_JAVA_OPTS=-Xmx2g";
        }
        if (error instanceof ConfigurationException wrong) {
            return wrong.message(FieldNames.option(wrong.field()));
        }
        if (error.getMessage() != null && isOurs(error)) {
            return Objects.requireNonNull(error.getMessage());
        }
        return "internal error: " + error + " (run again with --debug to see where)";
    }

    /** Whether the error's message was written for the user. */
    private static boolean isOurs(Throwable error) {
        return error.getClass().getName().startsWith("dev.ravel.");
    }

    /** The version, from the build. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                Product.NAME + " " + Product.VERSION + ", Java "
                        + Runtime.version().feature()
            };
        }
    }
}
