package dev.ravel.asm.statement;

import dev.ravel.asm.instruction.CodeOptions;
import dev.ravel.asm.source.Lexer;
import dev.ravel.asm.source.StatementReader;
import dev.ravel.isa.Extension;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code .option}: compression, relaxation and the extensions that may be used. */
final class OptionDirective {
    /** What {@code g} stands for, and what no architecture string names. */
    private static final Set<Extension> ALWAYS = EnumSet.of(Extension.I, Extension.PRIVILEGED);

    private OptionDirective() {}

    /** Carries the directive out; the lexer stands behind its name. */
    static void carryOut(SourceAssembler source, Lexer lexer) {
        int start = lexer.start();
        String option = StatementReader.lowerCase(lexer.name("an option"));
        CodeOptions options = source.options();
        switch (option) {
            case "rvc" -> source.options(options.with(Extension.C));
            case "norvc" -> source.options(options.withCompressed(false));
            case "relax" -> source.options(options.withRelaxed(true));
            case "norelax" -> source.options(options.withRelaxed(false));
            case "push" -> source.saveOptions();
            case "pop" -> {
                if (!source.restoreOptions()) {
                    throw lexer.error(start, "`.option pop` without `.option push`");
                }
            }
            // Programs stand where they are linked: there is no other kind of code here.
            case "pic", "nopic", "csr-check", "no-csr-check" -> {}
            case "arch" -> architecture(source, lexer);
            default ->
                throw lexer.error(
                        start, "expected push, pop, rvc, norvc, relax, norelax or arch, found `" + option + "`");
        }
        lexer.expectEnd();
    }

    private static void architecture(SourceAssembler source, Lexer lexer) {
        do {
            lexer.expect(',', "`,`");
            CodeOptions options = source.options();
            int start = lexer.start();
            if (lexer.take('+')) {
                source.options(extend(options, extension(lexer)));
            } else if (lexer.take('-')) {
                source.options(options.without(extension(lexer)));
            } else {
                String name = StatementReader.lowerCase(lexer.name("`+`, `-` or an architecture such as rv64gc"));
                source.options(options.withExtensions(parse(name, lexer, start)));
            }
        } while (!lexer.atEnd());
    }

    private static CodeOptions extend(CodeOptions options, Extension extension) {
        CodeOptions result = options;
        for (Extension implied : implied(extension)) {
            result = result.with(implied);
        }
        return result;
    }

    private static Extension extension(Lexer lexer) {
        int start = lexer.start();
        String name = StatementReader.lowerCase(lexer.name("the name of an extension"));
        return find(name).orElseThrow(() -> lexer.error(start, "unknown extension `" + name + "`"));
    }

    private static Optional<Extension> find(String name) {
        for (Extension extension : Extension.values()) {
            if (extension.specName().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(extension);
            }
        }
        return Optional.empty();
    }

    /** An architecture string (Unprivileged, 27): {@code rv64gc_zba_zbb}. */
    private static Set<Extension> parse(String name, Lexer lexer, int start) {
        if (!name.startsWith("rv64")) {
            throw lexer.error(start, "expected an architecture that begins with rv64, found `" + name + "`");
        }
        Set<Extension> extensions = EnumSet.copyOf(ALWAYS);
        int i = 4;
        while (i < name.length()) {
            char letter = name.charAt(i);
            int end = i + 1;
            if (letter == '_') {
                i++;
                continue;
            } else if (letter == 'z' || letter == 's' || letter == 'x') {
                while (end < name.length() && name.charAt(end) != '_') {
                    end++;
                }
            }
            String part = withoutVersion(name.substring(i, end));
            if (part.equals("g")) {
                extensions.addAll(EnumSet.of(
                        Extension.M, Extension.A, Extension.F, Extension.D, Extension.ZICSR, Extension.ZIFENCEI));
            } else {
                int at = start + i;
                extensions.addAll(
                        implied(find(part).orElseThrow(() -> lexer.error(at, "unknown extension `" + part + "`"))));
            }
            i = end;
            // A version, such as the 2p1 of i2p1, does not matter.
            while (i < name.length() && (Character.isDigit(name.charAt(i)) || isVersionPoint(name, i))) {
                i++;
            }
        }
        return extensions;
    }

    private static boolean isVersionPoint(String name, int i) {
        return name.charAt(i) == 'p' && Character.isDigit(name.charAt(i - 1));
    }

    private static String withoutVersion(String part) {
        int end = part.length();
        while (end > 1
                && (Character.isDigit(part.charAt(end - 1)) || part.charAt(end - 1) == 'p' && end < part.length())) {
            end--;
        }
        return part.substring(0, end);
    }

    /** The extension and those that it includes. */
    private static Set<Extension> implied(Extension extension) {
        return switch (extension) {
            case D -> EnumSet.of(Extension.D, Extension.F, Extension.ZICSR);
            case F -> EnumSet.of(Extension.F, Extension.ZICSR);
            case ZFH -> EnumSet.of(Extension.ZFH, Extension.ZFHMIN, Extension.F, Extension.ZICSR);
            case ZFHMIN, ZFA -> EnumSet.of(extension, Extension.F, Extension.ZICSR);
            // Zbkb consists of Zbb instructions for the most part.
            case ZBKB -> EnumSet.of(Extension.ZBKB, Extension.ZBB);
            case ZCB -> EnumSet.of(Extension.ZCB, Extension.C);
            default -> EnumSet.of(extension);
        };
    }
}
