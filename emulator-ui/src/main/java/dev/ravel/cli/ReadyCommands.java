package dev.ravel.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Range;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * What picocli finds out of the annotations of commands, found when Ravel is packed. For an annotation Java makes a class while it runs, and
 * reading those of a command took a quarter of a start. Where there is no such file, and for commands that have commands of their own, picocli reads the annotations.
 */
final class ReadyCommands {
    private static final String READY = "commands.ready";

    /** Where in a JAR it is looked for. */
    static final String PLACE = "dev/ravel/cli/" + READY;

    /** Of an option that belongs to no field of ours: that asks for help. */
    private static final int NO_HOLDER = -1;

    /** What a field holds that nobody has set. */
    private enum Initial {
        EMPTY,
        FALSE,
        TEXT,

        /** Stays what it is, unless it is set. */
        OTHER
    }

    private final Map<String, byte[]> commands;

    private ReadyCommands(Map<String, byte[]> commands) {
        this.commands = commands;
    }

    /** That of the JAR that this class is from; of no command if there is none. */
    static ReadyCommands read() {
        try (InputStream in = ReadyCommands.class.getResourceAsStream(READY)) {
            return in == null ? new ReadyCommands(Map.of()) : read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Out of what {@link #found} made. */
    static ReadyCommands read(InputStream file) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(file));
        Map<String, byte[]> commands = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String name = in.readUTF();
            commands.put(name, in.readNBytes(in.readInt()));
        }
        return new ReadyCommands(commands);
    }

    /** What a command is, whose object that is; nothing if picocli has to find it out. */
    Optional<CommandSpec> command(Main command) {
        return command(Main.class, () -> command);
    }

    /** What a command is, with an object of that class; nothing if picocli has to find it out. */
    Optional<CommandSpec> command(Class<?> type) {
        return command(type, () -> Reader.make(type));
    }

    /** What the object of a command comes from. */
    @FunctionalInterface
    private interface Maker {
        Object make() throws ReflectiveOperationException;
    }

    private Optional<CommandSpec> command(Class<?> type, Maker maker) {
        byte[] bytes = commands.get(type.getName());
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Reader(new DataInputStream(new ByteArrayInputStream(bytes)), maker.make()).command());
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("made of other classes", e);
        }
    }

    /** What picocli finds in the classes of commands, to be read by this class. */
    static byte[] found() {
        List<CommandSpec> all = Stream.concat(
                        Stream.of(Main.root()), Main.COMMANDS.values().stream().map(CommandLine::new))
                .map(CommandLine::getCommandSpec)
                .filter(ReadyCommands::isPlain)
                .toList();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(file)) {
            out.writeInt(all.size());
            for (CommandSpec command : all) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                new Writer(new DataOutputStream(bytes), command).write();
                out.writeUTF(command.userObject().getClass().getName());
                out.writeInt(bytes.size());
                bytes.writeTo(out);
            }
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("a command cannot be written down", e);
        }
        return file.toByteArray();
    }

    private static boolean isPlain(CommandSpec command) {
        return command.subcommands().isEmpty()
                && command.argGroups().isEmpty()
                && command.unmatchedArgsBindings().isEmpty();
    }

    /** Writes one down. */
    private static final class Writer {
        private final DataOutputStream out;
        private final CommandSpec command;

        /** The objects whose fields are set: that of the command, then those of its mixins. */
        private final List<Object> holders = new ArrayList<>();

        private final List<Mixin> mixins = new ArrayList<>();

        /** Where the object of a mixin is. */
        private record Mixin(int holder, Field field) {}

        Writer(DataOutputStream out, CommandSpec command) {
            this.out = out;
            this.command = command;
        }

        void write() throws IOException, ReflectiveOperationException {
            out.writeUTF(command.name());
            texts(command.usageMessage().description());
            texts(command.usageMessage().footer());
            out.writeUTF(command.usageMessage().synopsisSubcommandLabel());
            out.writeUTF(
                    command.versionProvider() == null
                            ? ""
                            : command.versionProvider().getClass().getName());
            holders.add(command.userObject());
            findMixins(command, 0);
            out.writeInt(mixins.size());
            for (Mixin mixin : mixins) {
                member(mixin.holder, mixin.field);
            }
            List<Field> specs = fields(command.userObject().getClass())
                    .filter(field -> field.isAnnotationPresent(Spec.class))
                    .toList();
            out.writeInt(specs.size());
            for (Field field : specs) {
                member(0, field);
            }
            out.writeInt(command.options().size());
            for (OptionSpec option : command.options()) {
                argument(option);
                texts(option.names());
                out.writeBoolean(option.usageHelp());
                out.writeBoolean(option.versionHelp());
                out.writeBoolean(option.negatable());
                out.writeUTF(option.fallbackValue());
                out.writeInt(option.order());
            }
            out.writeInt(command.positionalParameters().size());
            for (PositionalParamSpec parameter : command.positionalParameters()) {
                argument(parameter);
                out.writeUTF(parameter.index().toString());
            }
        }

        /** The mixins of a command or a mixin, each after the one that it is in. */
        private void findMixins(CommandSpec outer, int holder) {
            outer.mixinAnnotatedElements().forEach((name, element) -> {
                CommandSpec inner = Objects.requireNonNull(outer.mixins().get(name));
                mixins.add(new Mixin(holder, (Field) element.userObject()));
                holders.add(inner.userObject());
                findMixins(inner, holders.size() - 1);
            });
        }

        /** A field of an object. */
        private void member(int holder, Field field) throws IOException {
            out.writeInt(holder);
            out.writeUTF(field.getDeclaringClass().getName());
            out.writeUTF(field.getName());
        }

        private void argument(ArgSpec argument) throws IOException, ReflectiveOperationException {
            Field field = (Field) argument.userObject();
            int holder = NO_HOLDER;
            for (int i = 0; i < holders.size(); i++) {
                if (field.getDeclaringClass().isInstance(holders.get(i))) {
                    holder = i;
                }
            }
            if (holder == NO_HOLDER && !isForHelp(argument)) {
                throw new NoSuchFieldException(field + " is in no object of the command");
            }
            member(holder, field);
            Initial initial = initial(argument);
            if (initial == Initial.OTHER && argument.typeInfo().isOptional()) {
                throw new IllegalStateException(field + " is not empty at first: picocli would empty it");
            }
            out.writeUTF(initial.name());
            out.writeUTF(initial == Initial.TEXT ? (String) argument.initialValue() : "");
            classes(argument.type());
            classes(argument.auxiliaryTypes());
            classes(Arrays.stream(argument.converters()).map(Object::getClass).toArray(Class<?>[]::new));
            out.writeUTF(argument.arity().toString());
            out.writeBoolean(argument.arity().isUnspecified());
            out.writeBoolean(argument.required());
            out.writeUTF(argument.paramLabel());
            out.writeBoolean(argument.hideParamSyntax());
            texts(argument.description());
            out.writeUTF(Objects.requireNonNullElse(argument.descriptionKey(), ""));
            out.writeUTF(argument.splitRegex());
            out.writeBoolean(argument.hidden());
            out.writeBoolean(argument.defaultValue() != null);
            out.writeUTF(Objects.requireNonNullElse(argument.defaultValue(), ""));
            out.writeUTF(argument.showDefaultValue().name());
            out.writeUTF(argument.scopeType().name());
        }

        private static boolean isForHelp(ArgSpec argument) {
            return argument instanceof OptionSpec option && (option.usageHelp() || option.versionHelp());
        }

        private static Initial initial(ArgSpec argument) {
            return switch (argument.initialValue()) {
                case Optional<?> value when value.isEmpty() -> Initial.EMPTY;
                case Boolean value when !value -> Initial.FALSE;
                case String _ -> Initial.TEXT;
                case null, default -> Initial.OTHER;
            };
        }

        private void texts(String[] texts) throws IOException {
            out.writeInt(texts.length);
            for (String text : texts) {
                out.writeUTF(text);
            }
        }

        private void classes(Class<?>... classes) throws IOException {
            texts(Arrays.stream(classes).map(Class::getName).toArray(String[]::new));
        }
    }

    /** The fields that an object of the class has. */
    private static Stream<Field> fields(@Nullable Class<?> type) {
        return type == null
                ? Stream.empty()
                : Stream.concat(fields(type.getSuperclass()), Arrays.stream(type.getDeclaredFields()));
    }

    /** Reads one. */
    private static final class Reader {
        private final DataInputStream in;
        private final List<Object> holders = new ArrayList<>();

        Reader(DataInputStream in, Object command) {
            this.in = in;
            holders.add(command);
        }

        CommandSpec command() throws IOException, ReflectiveOperationException {
            CommandSpec command = CommandSpec.wrapWithoutInspection(holders.getFirst());
            command.name(in.readUTF());
            command.usageMessage().description(texts()).footer(texts()).synopsisSubcommandLabel(in.readUTF());
            String version = in.readUTF();
            if (!version.isEmpty()) {
                command.versionProvider((IVersionProvider) make(type(version)));
            }
            for (int left = in.readInt(); left > 0; left--) {
                holders.add(Objects.requireNonNull(member().get()));
            }
            for (int left = in.readInt(); left > 0; left--) {
                member().set(command);
            }
            for (int left = in.readInt(); left > 0; left--) {
                command.addOption(option());
            }
            for (int left = in.readInt(); left > 0; left--) {
                command.addPositional(parameter());
            }
            return command;
        }

        // What both builders can do is in a class of picocli's that nobody else can name: so it stands here twice.

        private OptionSpec option() throws IOException, ReflectiveOperationException {
            Argument argument = argument();
            return OptionSpec.builder(texts())
                    .usageHelp(in.readBoolean())
                    .versionHelp(in.readBoolean())
                    .negatable(in.readBoolean())
                    .fallbackValue(in.readUTF())
                    .order(in.readInt())
                    .getter(argument.member)
                    .setter(argument.member)
                    .initialValue(argument.member.known)
                    .hasInitialValue(argument.member.known != null)
                    .type(argument.type)
                    .auxiliaryTypes(argument.auxiliaryTypes)
                    .converters(argument.converters)
                    .arity(argument.arity)
                    .required(argument.required)
                    .paramLabel(argument.label)
                    .hideParamSyntax(argument.hideSyntax)
                    .description(argument.description)
                    .descriptionKey(argument.descriptionKey)
                    .splitRegex(argument.split)
                    .hidden(argument.hidden)
                    .defaultValue(argument.defaultValue)
                    .showDefaultValue(argument.showDefault)
                    .scopeType(argument.scope)
                    .build();
        }

        private PositionalParamSpec parameter() throws IOException, ReflectiveOperationException {
            Argument argument = argument();
            return PositionalParamSpec.builder()
                    .index(in.readUTF())
                    .getter(argument.member)
                    .setter(argument.member)
                    .initialValue(argument.member.known)
                    .hasInitialValue(argument.member.known != null)
                    .type(argument.type)
                    .auxiliaryTypes(argument.auxiliaryTypes)
                    .converters(argument.converters)
                    .arity(argument.arity)
                    .required(argument.required)
                    .paramLabel(argument.label)
                    .hideParamSyntax(argument.hideSyntax)
                    .description(argument.description)
                    .descriptionKey(argument.descriptionKey)
                    .splitRegex(argument.split)
                    .hidden(argument.hidden)
                    .defaultValue(argument.defaultValue)
                    .showDefaultValue(argument.showDefault)
                    .scopeType(argument.scope)
                    .build();
        }

        /** What options and parameters have in common. */
        private record Argument(
                Member member,
                Class<?> type,
                Class<?>[] auxiliaryTypes,
                ITypeConverter<?>[] converters,
                Range arity,
                boolean required,
                String label,
                boolean hideSyntax,
                String[] description,
                String descriptionKey,
                String split,
                boolean hidden,
                @Nullable String defaultValue,
                Visibility showDefault,
                ScopeType scope) {}

        private Argument argument() throws IOException, ReflectiveOperationException {
            int holder = in.readInt();
            String owner = in.readUTF();
            String name = in.readUTF();
            Initial initial = Initial.valueOf(in.readUTF());
            String text = in.readUTF();
            Object known = switch (initial) {
                case EMPTY -> Optional.empty();
                case FALSE -> false;
                case TEXT -> text;
                case OTHER -> null;
            };
            Class<?> type = classes()[0];
            Class<?>[] auxiliaryTypes = classes();
            Class<?>[] converters = classes();
            ITypeConverter<?>[] made = new ITypeConverter<?>[converters.length];
            for (int i = 0; i < made.length; i++) {
                made[i] = (ITypeConverter<?>) make(converters[i]);
            }
            Range arity = Range.valueOf(in.readUTF()).unspecified(in.readBoolean());
            boolean required = in.readBoolean();
            String label = in.readUTF();
            boolean hideSyntax = in.readBoolean();
            String[] description = texts();
            String descriptionKey = in.readUTF();
            String split = in.readUTF();
            boolean hidden = in.readBoolean();
            boolean hasDefault = in.readBoolean();
            String defaultValue = in.readUTF();
            return new Argument(
                    new Member(holder == NO_HOLDER ? null : holders.get(holder), owner, name, known),
                    type,
                    auxiliaryTypes,
                    made,
                    arity,
                    required,
                    label,
                    hideSyntax,
                    description,
                    descriptionKey,
                    split,
                    hidden,
                    hasDefault ? defaultValue : null,
                    Visibility.valueOf(in.readUTF()),
                    ScopeType.valueOf(in.readUTF()));
        }

        private Member member() throws IOException {
            return new Member(holders.get(in.readInt()), in.readUTF(), in.readUTF(), null);
        }

        private String[] texts() throws IOException {
            String[] texts = new String[in.readInt()];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = in.readUTF();
            }
            return texts;
        }

        private Class<?>[] classes() throws IOException, ReflectiveOperationException {
            String[] names = texts();
            Class<?>[] classes = new Class<?>[names.length];
            for (int i = 0; i < names.length; i++) {
                classes[i] = type(names[i]);
            }
            return classes;
        }

        private static Class<?> type(String name) throws ReflectiveOperationException {
            Class<?> primitive = Class.forPrimitiveName(name);
            return primitive == null ? Class.forName(name) : primitive;
        }

        private static Object make(Class<?> type) throws ReflectiveOperationException {
            return type.getDeclaredConstructor().newInstance();
        }
    }

    /**
     * A field that is looked up when it has to be: most keep what they begin with. So it is for one command line, as a process has.
     * Without an object it is nobody's field.
     */
    private static final class Member implements IGetter, ISetter {
        private final @Nullable Object holder;
        private final String owner;
        private final String name;
        private @Nullable Field field;

        /** What it holds, as long as that is known. */
        private @Nullable Object known;

        Member(@Nullable Object holder, String owner, String name, @Nullable Object known) {
            this.holder = holder;
            this.owner = owner;
            this.name = name;
            this.known = known;
        }

        private Field field() throws ReflectiveOperationException {
            if (field == null) {
                field = Class.forName(owner).getDeclaredField(name);
                field.setAccessible(true);
            }
            return field;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as picocli wants it
        public <T> @Nullable T get() throws ReflectiveOperationException {
            return (T) (known != null || holder == null ? known : field().get(holder));
        }

        @Override
        public <T> @Nullable T set(@Nullable T value) throws ReflectiveOperationException {
            if (holder == null) {
                known = value;
            } else if (known == null || !known.equals(value)) {
                field().set(holder, value);
                known = null;
            }
            // What it held before, if that is at hand: picocli does not ask.
            return null;
        }
    }
}
