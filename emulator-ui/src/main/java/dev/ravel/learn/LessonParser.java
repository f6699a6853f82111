package dev.ravel.learn;

import dev.ravel.engine.EngineProvider;
import dev.ravel.isa.Privilege;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a lesson's file. Lines {@code @name value} before the first step describe the lesson: {@code lesson}, {@code title},
 * {@code guest}, {@code memory} (MiB), {@code disk} (MiB of an empty disk; none if it is missing), {@code clock instructions}
 * (time is the count of instructions, so that single steps and the reader's pauses take none; the host's time if it is missing),
 * {@code console both} (what the virtio console prints is shown, too; the serial port's alone if it is missing),
 * {@code engine NAME} (what executes the instructions of the machine {@code first}; the usual one if it is missing),
 * {@code seconds}, {@code limit} (seconds, 120 if it is missing), {@code prompt} (a regular expression). {@code # title} begins a
 * step. In a step, lines of text are paragraphs, parted by empty lines, and lines {@code | cell | cell |} are rows of a table, the
 * first one its head, and lines {@code @name value} are what happens between
 * them, in this order:
 *
 * <ul>
 *   <li>{@code boot}, {@code go}, {@code pause}, {@code wait REGEX}, {@code type LINE}, {@code quietly LINE} (typed, not
 *       shown), {@code step N}, {@code run-to SYMBOL} or address, {@code to-trap}, {@code to-mode U|S|M}: what Ravel does
 *   <li>{@code send LINE} (typed, and not waited for), {@code off}: for a guest that is about to end
 *   <li>{@code key TEXT}: presses keys, without waiting, also while the machine stands still; {@code \r} at the end is Enter
 *   <li>{@code on NAME}: the rest of the step is about another machine, of the same guest and memory; it is off when its name is
 *       used first. A step begins with the machine {@code first}. {@code on NAME ENGINE}, where its name is used first: the engine
 *       that executes its instructions
 *   <li>{@code ask TEXT}, after it {@code solution LINE}, once or more, then at least one {@code check}: what the learner does
 *   <li>{@code let NAME VALUE}: keeps a value
 *   <li>{@code check CONDITION -- WORDS}: the condition is {@code console REGEX}, {@code no-console REGEX} or {@code VALUE = VALUE},
 *       also with {@code !=}, {@code >}, {@code <}; it has no words like {@code --} in it
 * </ul>
 *
 * <p>In text and values <code>{{...}}</code> is a {@link Fact}. A line that begins with {@code ;} is a comment.
 */
final class LessonParser {
    private static final Set<String> HEADER = Set.of(
            "lesson", "title", "guest", "memory", "disk", "clock", "console", "engine", "seconds", "limit", "prompt");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

    private final String file;
    private final Map<String, String> header = new HashMap<>();
    private final List<Lesson.Step> steps = new ArrayList<>();
    private final Set<String> kept = new HashSet<>();
    private final Set<String> machines = new HashSet<>(Set.of(LessonRun.FIRST));
    private final List<List<Template>> table = new ArrayList<>();
    private final StringBuilder paragraph = new StringBuilder();
    private Optional<String> title = Optional.empty();
    private List<Part> parts = new ArrayList<>();
    private Optional<Part.Ask> openAsk = Optional.empty();
    private int line;
    private int paragraphLine;
    private int askLine;

    private LessonParser(String file) {
        this.file = file;
    }

    /**
     * Reads a lesson.
     *
     * @param file its name, for messages
     * @throws LessonException at the first mistake: {@code file:line: what}
     */
    static Lesson parse(String file, String text) throws LessonException {
        LessonParser parser = new LessonParser(file);
        for (String line : text.lines().toList()) {
            parser.line++;
            try {
                parser.read(line.stripTrailing());
            } catch (IllegalArgumentException e) {
                throw LessonException.at(file, parser.line, Objects.requireNonNullElse(e.getMessage(), e.toString()));
            }
        }
        return parser.end();
    }

    private void read(String text) throws LessonException {
        if (text.startsWith(";")) {
            return;
        }
        if (!text.startsWith("|")) {
            endTable();
        }
        boolean plain = !text.isEmpty() && "@#|".indexOf(text.charAt(0)) < 0;
        if (!plain || text.startsWith("- ")) {
            endParagraph();
        }
        if (text.isEmpty()) {
            return;
        }
        if (text.charAt(0) == '#') {
            endStep();
            title = Optional.of(text.substring(1).strip());
            if (title.get().isEmpty()) {
                throw new IllegalArgumentException("the step has no title");
            }
        } else if (text.charAt(0) == '@') {
            String[] words = text.substring(1).split("\\s+", 2);
            directive(words[0], words.length > 1 ? words[1].strip() : "");
        } else if (text.charAt(0) == '|') {
            requireStep();
            endAsk();
            row(text);
        } else {
            requireStep();
            endAsk();
            if (paragraph.isEmpty()) {
                paragraphLine = line;
            }
            paragraph.append(paragraph.isEmpty() ? "" : " ").append(text.strip());
        }
    }

    private void row(String text) {
        if (text.length() < 2 || !text.endsWith("|")) {
            throw new IllegalArgumentException("a row of a table ends with '|'");
        }
        List<Template> cells = new ArrayList<>();
        for (String cell : text.substring(1, text.length() - 1).split("\\|", -1)) {
            cells.add(template(cell.strip()));
        }
        if (!table.isEmpty() && table.getFirst().size() != cells.size()) {
            throw new IllegalArgumentException("the row has " + cells.size() + " cells, the table's head "
                    + table.getFirst().size());
        }
        table.add(List.copyOf(cells));
    }

    private void endTable() {
        if (!table.isEmpty()) {
            parts.add(new Part.Table(List.copyOf(table)));
            table.clear();
        }
    }

    private void requireStep() {
        if (title.isEmpty()) {
            throw new IllegalArgumentException("before the first '# title' only '@name value' may stand");
        }
    }

    private void directive(String name, String value) throws LessonException {
        if (HEADER.contains(name)) {
            if (title.isPresent()) {
                throw new IllegalArgumentException("'@" + name + "' belongs before the first step");
            }
            if (header.put(name, nonEmpty(name, value)) != null) {
                throw new IllegalArgumentException("'@" + name + "' stands twice");
            }
            checkHeader(name, value);
            return;
        }
        requireStep();
        switch (name) {
            case "solution" -> solution(nonEmpty(name, value));
            case "check" -> {
                requireSolution();
                openAsk = Optional.empty();
                parts.add(check(value));
            }
            case "ask" -> {
                endAsk();
                askLine = line;
                openAsk = Optional.of(new Part.Ask(template(nonEmpty(name, value)), List.of()));
                parts.add(openAsk.get());
            }
            case "let" -> {
                endAsk();
                let(value);
            }
            case "on" -> {
                endAsk();
                parts.add(on(value));
            }
            default -> {
                endAsk();
                parts.add(new Part.Do(action(name, value)));
            }
        }
    }

    private void checkHeader(String name, String value) {
        switch (name) {
            case "lesson", "memory", "disk", "seconds", "limit" -> positive(value);
            case "engine" -> engine(value);
            case "prompt" -> FactParser.pattern(value);
            case "console" -> {
                if (!value.equals("both")) {
                    throw new IllegalArgumentException("write '@console both', or leave it out");
                }
            }
            case "clock" -> {
                if (!value.equals("instructions")) {
                    throw new IllegalArgumentException("write '@clock instructions', or leave it out");
                }
            }
            default -> {
                // Any text.
            }
        }
    }

    private static String nonEmpty(String name, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("'@" + name + "' wants a value");
        }
        return value;
    }

    private static int positive(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException("'" + text + "' is no positive number");
    }

    private Template template(String text) {
        return Template.parse(text, kept);
    }

    private void solution(String text) {
        Part.Ask ask = openAsk.orElseThrow(() -> new IllegalArgumentException("'@solution' belongs after '@ask'"));
        List<String> lines = new ArrayList<>(ask.solution());
        lines.add(text);
        openAsk = Optional.of(new Part.Ask(ask.text(), List.copyOf(lines)));
        parts.set(parts.size() - 1, openAsk.get());
    }

    private void requireSolution() throws LessonException {
        if (openAsk.isPresent() && openAsk.get().solution().isEmpty()) {
            throw LessonException.at(file, askLine, "'@ask' wants a '@solution' after it");
        }
    }

    /** An {@code ask} that nothing checks would pass whatever the learner does. */
    private void endAsk() throws LessonException {
        requireSolution();
        if (openAsk.isPresent()) {
            throw LessonException.at(file, askLine, "'@ask' wants a '@check' after its solution");
        }
    }

    private Part.On on(String value) {
        String[] words = value.split("\\s+");
        if (words.length > 2 || !NAME.matcher(words[0]).matches()) {
            throw new IllegalArgumentException("write '@on NAME', or '@on NAME ENGINE'");
        }
        boolean first = machines.add(words[0]);
        if (words.length == 1) {
            return new Part.On(words[0], Optional.empty());
        }
        if (!first) {
            throw new IllegalArgumentException("the machine " + words[0] + " has its engine already");
        }
        return new Part.On(words[0], Optional.of(engine(words[1])));
    }

    private static String engine(String name) {
        return EngineProvider.named(name).name();
    }

    private void let(String value) {
        String[] words = value.split("\\s+", 2);
        if (words.length != 2 || !NAME.matcher(words[0]).matches()) {
            throw new IllegalArgumentException("write '@let NAME VALUE'");
        }
        parts.add(new Part.Let(words[0], template(words[1])));
        kept.add(words[0]);
    }

    private Part.Check check(String text) {
        int dashes = text.lastIndexOf(" -- ");
        if (dashes < 0) {
            throw new IllegalArgumentException("write '@check CONDITION -- WORDS'");
        }
        return new Part.Check(
                condition(text.substring(0, dashes).strip()),
                template(text.substring(dashes + " -- ".length()).strip()));
    }

    private Part.Condition condition(String text) {
        String[] words = text.split("\\s+", 2);
        if (words.length == 2 && (words[0].equals("console") || words[0].equals("no-console"))) {
            return new Part.Condition.Console(FactParser.pattern(words[1]), words[0].equals("console"));
        }
        for (Part.Operator operator : Part.Operator.values()) {
            String sign = " " + operator.sign() + " ";
            int at = text.indexOf(sign);
            if (at >= 0) {
                return new Part.Condition.Comparison(
                        template(text.substring(0, at).strip()),
                        operator,
                        template(text.substring(at + sign.length()).strip()));
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no condition: write 'console REGEX', 'no-console REGEX' or 'A = B' (=, !=, >, <)");
    }

    private static Part.Action action(String name, String value) {
        boolean alone = switch (name) {
            case "boot", "go", "pause", "off", "to-trap" -> true;
            default -> false;
        };
        if (alone && !value.isEmpty()) {
            throw new IllegalArgumentException("'@" + name + "' stands alone");
        }
        return switch (name) {
            case "boot" -> new Part.Action.Boot();
            case "go" -> new Part.Action.Go();
            case "pause" -> new Part.Action.Pause();
            case "to-trap" -> new Part.Action.ToTrap();
            case "wait" -> new Part.Action.Wait(FactParser.pattern(value));
            case "type" -> new Part.Action.Type(nonEmpty(name, value), true);
            case "quietly" -> new Part.Action.Type(nonEmpty(name, value), false);
            case "send" -> new Part.Action.Send(nonEmpty(name, value));
            case "key" -> new Part.Action.Key(nonEmpty(name, value).replaceFirst("\\\\r$", "\r"));
            case "off" -> new Part.Action.Off();
            case "step" -> new Part.Action.Step(positive(value));
            case "run-to" -> new Part.Action.RunTo(place(nonEmpty(name, value)));
            case "to-mode" ->
                new Part.Action.ToMode(
                        switch (value) {
                            case "U" -> Privilege.USER;
                            case "S" -> Privilege.SUPERVISOR;
                            case "M" -> Privilege.MACHINE;
                            default -> throw new IllegalArgumentException("a mode is U, S or M, not '" + value + "'");
                        });
            default -> throw new IllegalArgumentException("there is no '@" + name + "'");
        };
    }

    /** A symbol, or an address that is one. */
    static String place(String text) {
        if (text.startsWith("0x")) {
            try {
                Long.parseUnsignedLong(text.substring(2), 16);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + text + "' is no address");
            }
        }
        return text;
    }

    private void endParagraph() throws LessonException {
        if (!paragraph.isEmpty()) {
            String text = paragraph.toString();
            paragraph.setLength(0);
            try {
                parts.add(new Part.Text(template(text)));
            } catch (IllegalArgumentException e) {
                throw LessonException.at(file, paragraphLine, Objects.requireNonNullElse(e.getMessage(), e.toString()));
            }
        }
    }

    private void endStep() throws LessonException {
        endParagraph();
        endTable();
        endAsk();
        if (title.isPresent()) {
            if (parts.isEmpty()) {
                throw new IllegalArgumentException("the step '" + title.get() + "' is empty");
            }
            steps.add(new Lesson.Step(title.get(), List.copyOf(parts)));
            parts = new ArrayList<>();
        }
    }

    private Lesson end() throws LessonException {
        try {
            endStep();
            for (String name : List.of("lesson", "title", "guest", "memory", "seconds", "prompt")) {
                if (!header.containsKey(name)) {
                    throw new IllegalArgumentException("the line '@" + name + "' is missing");
                }
            }
            if (steps.isEmpty()) {
                throw new IllegalArgumentException("the lesson has no steps");
            }
        } catch (IllegalArgumentException e) {
            throw LessonException.at(file, Math.max(line, 1), Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
        return new Lesson(
                positive(value("lesson")),
                value("title"),
                value("guest"),
                (long) positive(value("memory")) << 20,
                header.containsKey("disk") ? (long) positive(value("disk")) << 20 : 0,
                header.containsKey("clock"),
                header.containsKey("console"),
                Optional.ofNullable(header.get("engine")),
                positive(value("seconds")),
                positive(header.getOrDefault("limit", "120")),
                FactParser.pattern("(?:" + value("prompt") + ")\\z"),
                List.copyOf(steps));
    }

    private String value(String name) {
        return Optional.ofNullable(header.get(name)).orElseThrow();
    }
}
