package dev.ravel.asm.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A macro: {@code .macro name parameters}.
 *
 * @param name its name
 * @param parameters in order
 * @param body the lines up to {@code .endm}
 */
public record Macro(String name, List<Parameter> parameters, List<Line> body) {

    /**
     * A parameter.
     *
     * @param name its name
     * @param fallback the text without an argument
     * @param required whether there has to be an argument
     * @param rest whether it takes all remaining arguments
     */
    record Parameter(String name, String fallback, boolean required, boolean rest) {}

    /** An argument as written and where. */
    public record Argument(String text, int index) {}

    /** Reads the parameters of a definition: {@code a, b=1, c:req, d:vararg}, commas optional. */
    public static List<Parameter> parameters(Line line, int index) {
        var parameters = new ArrayList<Parameter>();
        String text = line.text();
        int i = skipBlanks(text, index);
        while (i < text.length()) {
            if (text.charAt(i) == ',') {
                i = skipBlanks(text, i + 1);
                continue;
            }
            int start = i;
            while (i < text.length() && Lexer.isNamePart(text.charAt(i))) {
                i++;
            }
            if (i == start) {
                throw line.error(i, "expected the name of a parameter");
            }
            String name = text.substring(start, i);
            for (Parameter earlier : parameters) {
                if (earlier.name.equals(name)) {
                    throw line.error(start, "parameter `" + name + "` occurs twice");
                }
            }
            boolean required = false;
            boolean rest = false;
            i = skipBlanks(text, i);
            if (i < text.length() && text.charAt(i) == ':') {
                int from = skipBlanks(text, i + 1);
                i = from;
                while (i < text.length() && Lexer.isNamePart(text.charAt(i))) {
                    i++;
                }
                String qualifier = text.substring(from, i);
                required = qualifier.equals("req");
                rest = qualifier.equals("vararg");
                if (!required && !rest) {
                    throw line.error(from, "expected `req` or `vararg` after `" + name + ":`");
                }
                i = skipBlanks(text, i);
            }
            String fallback = "";
            if (i < text.length() && text.charAt(i) == '=') {
                int from = skipBlanks(text, i + 1);
                i = argumentEnd(text, from);
                fallback = unquoted(text.substring(from, i));
                i = skipBlanks(text, i);
            }
            parameters.add(new Parameter(name, fallback, required, rest));
        }
        return parameters;
    }

    /** Cuts arguments at commas, and at blanks between words. */
    public static List<Argument> arguments(String text, int index) {
        var arguments = new ArrayList<Argument>();
        int i = skipBlanks(text, index);
        while (i < text.length()) {
            int end = argumentEnd(text, i);
            arguments.add(new Argument(text.substring(i, end).strip(), i));
            i = skipBlanks(text, end);
            if (i < text.length() && text.charAt(i) == ',') {
                i = skipBlanks(text, i + 1);
                if (i == text.length()) {
                    arguments.add(new Argument("", i));
                }
            }
        }
        return arguments;
    }

    /** The lines that a call stands for. {@code count} is the number of macros expanded before. */
    public List<Line> expand(Line call, int index, int count) {
        Map<String, String> values = new HashMap<>();
        int position = 0;
        String text = call.text();
        for (Argument argument : arguments(text, index)) {
            int equals = keywordEnd(argument.text);
            if (equals >= 0) {
                String name = argument.text.substring(0, equals).strip();
                if (parameters.stream().anyMatch(parameter -> parameter.name.equals(name))) {
                    values.put(
                            name, unquoted(argument.text.substring(equals + 1).strip()));
                    continue;
                }
            }
            if (position == parameters.size()) {
                throw call.error(
                        argument.index, "macro `" + name + "` takes " + parameters.size() + " arguments, no more");
            }
            Parameter parameter = parameters.get(position++);
            if (parameter.rest) {
                values.put(parameter.name, text.substring(argument.index).strip());
                break;
            }
            if (!argument.text.isEmpty()) {
                values.put(parameter.name, unquoted(argument.text));
            }
        }
        for (Parameter parameter : parameters) {
            if (!values.containsKey(parameter.name)) {
                if (parameter.required) {
                    throw call.error(index, "macro `" + name + "` needs argument `" + parameter.name + "`");
                }
                values.put(parameter.name, parameter.fallback);
            }
        }
        String origin = call.origin().isEmpty()
                ? " (in macro `" + name + "` called at " + call.file() + ":" + call.number() + ")"
                : call.origin();
        return new Substitution(values, Integer.toString(count), origin).apply(body);
    }

    /** The index of the {@code =} of {@code name=value}, or -1. */
    private static int keywordEnd(String argument) {
        int i = 0;
        while (i < argument.length() && Lexer.isNamePart(argument.charAt(i))) {
            i++;
        }
        i = skipBlanks(argument, i);
        boolean keyword = i > 0
                && i < argument.length()
                && argument.charAt(i) == '='
                && !(i + 1 < argument.length() && argument.charAt(i + 1) == '=');
        return keyword ? i : -1;
    }

    public static String unquoted(String argument) {
        boolean quoted = argument.length() >= 2
                && argument.charAt(0) == '"'
                && Line.skipQuoted(argument, 0) == argument.length()
                && argument.endsWith("\"");
        return quoted ? argument.substring(1, argument.length() - 1) : argument;
    }

    /** The end of the argument that starts at {@code i}: a comma, or a blank between two words, outside parentheses. */
    private static int argumentEnd(String text, int i) {
        int depth = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == ',' && depth == 0) {
                return i;
            } else if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (Lexer.isBlank(c) && depth <= 0) {
                int next = skipBlanks(text, i);
                if (next == text.length() || isWord(text.charAt(i - 1)) && isWord(text.charAt(next))) {
                    return i;
                }
                i = next;
                continue;
            }
            i = Line.skipQuoted(text, i);
        }
        return text.length();
    }

    private static boolean isWord(char c) {
        return Lexer.isNamePart(c) || c == '"' || c == '\'' || c == '\\' || c == '@';
    }

    private static int skipBlanks(String text, int i) {
        while (i < text.length() && Lexer.isBlank(text.charAt(i))) {
            i++;
        }
        return i;
    }
}
