package dev.ravel.learn;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plays the steps of a lesson, one after the other, on machines of its own. For one thread. */
public final class LessonRun implements AutoCloseable {
    private static final Logger LOG = System.getLogger(LessonRun.class.getName());

    private static final Pattern NUMBER = Pattern.compile("0x[0-9a-f]+|-?[0-9]+(\\.[0-9]+)?");

    /** A pattern that is a text, but for where it has to begin and end. */
    private static final Pattern PLAIN_TEXT = Pattern.compile("\\^?([\\w :/,-]+)\\$?");

    /** The machine that every step begins with. */
    static final String FIRST = "first";

    /** A machine and what it says. */
    private record Place(Stage stage, LiveFacts facts) {}

    private final Lesson lesson;
    private final Stage.GuestSource guests;
    private final Machines seen;
    private final boolean[] passed;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<String, String> kept = new HashMap<>();
    private int next;

    /** What was at the beginning of steps, by their index. */
    private final NavigableMap<Integer, Mark> marks = new TreeMap<>();

    private record Mark(
            Map<String, Place> places, Map<String, Stage.Mark> stages, Map<String, String> kept, boolean[] passed) {
        Place place(String machine) {
            return Objects.requireNonNull(places.get(machine));
        }
    }

    /** A run that is before its first step. The machine is made with the first step. */
    public LessonRun(Lesson lesson, Stage.GuestSource guests) {
        this(lesson, guests, Machines.UNSEEN);
    }

    /** As {@link #LessonRun(Lesson, Stage.GuestSource)}; somebody looks at its machines. */
    public LessonRun(Lesson lesson, Stage.GuestSource guests, Machines seen) {
        this.lesson = lesson;
        this.guests = guests;
        this.seen = seen;
        this.passed = new boolean[lesson.checks()];
    }

    /** How many steps have been played. */
    public int played() {
        return next;
    }

    /** Whether all steps have been played. */
    public boolean finished() {
        return next == lesson.steps().size();
    }

    /** How many checks have been made and passed. One that was not made is not among them. */
    public int passedChecks() {
        int count = 0;
        for (boolean one : passed) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /** Whether every check of the lesson has been made and passed. */
    public boolean passed() {
        return passedChecks() == passed.length;
    }

    /**
     * Plays the next step.
     *
     * @return whether it was played to its end: the learner can leave it
     * @throws LessonException if the lesson cannot go on
     */
    public boolean play(Page page, Learner learner) throws LessonException, InterruptedException {
        Lesson.Step step = lesson.steps().get(next);
        if (learner.mayGoBack()) {
            keepWayBack();
        }
        page.step(next + 1, lesson.steps().size(), step.title());
        for (Place place : places.values()) {
            place.stage().awaitPrinted();
            place.facts().beginStep();
        }
        int check = (int) lesson.steps().subList(0, next).stream()
                .flatMap(s -> s.parts().stream())
                .filter(Part.Check.class::isInstance)
                .count();
        Place first = place(FIRST, lesson.engine());
        page.machine(FIRST);
        if (!new Playing(first, page, learner, check).all(step.parts())) {
            return false;
        }
        next++;
        return true;
    }

    private void keepWayBack() throws InterruptedException {
        try {
            Map<String, Stage.Mark> stages = new LinkedHashMap<>();
            for (Map.Entry<String, Place> place : places.entrySet()) {
                stages.put(place.getKey(), place.getValue().stage().mark());
            }
            marks.put(next, new Mark(Map.copyOf(places), stages, Map.copyOf(kept), passed.clone()));
        } catch (OutOfMemoryError e) {
            // Then who goes back waits for new machines.
            LOG.log(Level.DEBUG, "no room for a snapshot before step {0}", next + 1);
            marks.clear();
        }
    }

    /**
     * Goes back to before a step that was begun: the machines are what they were then, their disks, and what was checked.
     * If one of them has been switched off since, the steps before are played again on new ones, without showing them.
     *
     * @param steps how many steps have been played then
     */
    public void back(int steps) throws LessonException, InterruptedException {
        Mark mark = marks.get(steps);
        if (mark == null || !isOpen(mark)) {
            replay(steps);
            return;
        }
        for (String machine : List.copyOf(places.keySet())) {
            if (!mark.places.containsKey(machine)) {
                Objects.requireNonNull(places.remove(machine)).stage().close();
                seen.closed(machine);
            }
        }
        for (Map.Entry<String, Stage.Mark> one : mark.stages.entrySet()) {
            String machine = one.getKey();
            Stage stage = mark.place(machine).stage();
            stage.goBack(one.getValue(), shown -> seen.wentBack(machine, stage.console(), shown));
        }
        kept.clear();
        kept.putAll(mark.kept);
        System.arraycopy(mark.passed, 0, passed, 0, passed.length);
        marks.tailMap(steps, false).clear();
        next = steps;
    }

    private boolean isOpen(Mark mark) {
        return mark.stages.entrySet().stream()
                .allMatch(one -> places.get(one.getKey()) == mark.place(one.getKey())
                        && mark.place(one.getKey()).stage().canGoBack(one.getValue()));
    }

    private Place place(String machine, Optional<String> engine) throws LessonException {
        Place there = places.get(machine);
        if (there != null) {
            return there;
        }
        Stage stage = new Stage(lesson, engine, guests);
        Place made;
        try {
            made = new Place(stage, new LiveFacts(stage, kept));
        } catch (LessonException e) {
            stage.close();
            throw e;
        }
        places.put(machine, made);
        seen.made(machine, stage.console());
        return made;
    }

    /**
     * Goes back to before the first step: the machines are switched off, new ones will be made, no check counts as made.
     */
    public void restart() {
        close();
        Arrays.fill(passed, false);
        next = 0;
    }

    /** Plays the first {@code steps} steps of a new run again, with their solutions and without showing them. */
    public void replay(int steps) throws LessonException, InterruptedException {
        restart();
        while (next < steps) {
            play(Page.NONE, Learner.SCRIPT);
        }
    }

    /** Switches the machines off. */
    @Override
    public void close() {
        places.forEach((machine, place) -> {
            place.stage().close();
            seen.closed(machine);
        });
        places.clear();
        kept.clear();
        marks.clear();
    }

    /** One step while it is played. */
    private final class Playing {
        private final Page page;
        private final Learner learner;
        private Stage on;
        private LiveFacts live;
        private int check;

        Playing(Place place, Page page, Learner learner, int firstCheck) {
            this.on = place.stage();
            this.live = place.facts();
            this.page = page;
            this.learner = learner;
            this.check = firstCheck;
        }

        boolean all(List<Part> parts) throws LessonException, InterruptedException {
            int i = 0;
            while (i < parts.size()) {
                switch (parts.get(i)) {
                    case Part.Text text -> page.text(text.text().fill(live));
                    case Part.Table table -> page.table(filled(table));
                    case Part.On other -> {
                        Place place = place(other.machine(), other.engine());
                        on = place.stage();
                        live = place.facts();
                        page.machine(other.machine());
                    }
                    case Part.Let let -> live.keep(let.name(), let.value().fill(live));
                    case Part.Check one -> make(List.of(one));
                    case Part.Do what -> {
                        if (what.action() instanceof Part.Action.Boot) {
                            page.starting(lesson.guest());
                        }
                        on.perform(what.action(), live.consoleStart()).ifPresent(page::console);
                    }
                    case Part.Ask ask -> {
                        List<Part.Check> checks = checksAfter(parts, i);
                        if (!ask(ask, checks)) {
                            return false;
                        }
                        i += checks.size();
                    }
                }
                i++;
            }
            return true;
        }

        private List<List<String>> filled(Part.Table table) throws LessonException {
            List<List<String>> rows = new ArrayList<>();
            for (List<Template> row : table.rows()) {
                List<String> cells = new ArrayList<>();
                for (Template cell : row) {
                    cells.add(cell.fill(live));
                }
                rows.add(cells);
            }
            return rows;
        }

        private List<Part.Check> checksAfter(List<Part> parts, int ask) {
            List<Part.Check> checks = new ArrayList<>();
            for (int i = ask + 1; i < parts.size() && parts.get(i) instanceof Part.Check one; i++) {
                checks.add(one);
            }
            return checks;
        }

        private boolean ask(Part.Ask ask, List<Part.Check> checks) throws LessonException, InterruptedException {
            page.ask(ask.text().fill(live), ask.solution());
            int first = check;
            do {
                check = first;
                if (learner.act(ask.solution(), keyboard) == Learner.Answer.LEAVE) {
                    return false;
                }
            } while (!make(checks) && learner.again());
            return true;
        }

        private final Learner.Keyboard keyboard = new Learner.Keyboard() {
            @Override
            public void type(String line) throws LessonException, InterruptedException {
                page.console(on.type(line));
            }

            @Override
            public boolean settle() throws InterruptedException {
                return on.settle();
            }
        };

        private boolean make(List<Part.Check> checks) {
            boolean all = true;
            for (Part.Check one : checks) {
                Optional<String> wrong = wrong(one.condition());
                passed[check++] = wrong.isEmpty();
                all &= wrong.isEmpty();
                page.check(words(one, wrong.isEmpty()), wrong.isEmpty(), wrong.orElse(""));
            }
            return all;
        }

        private String words(Part.Check one, boolean holds) {
            try {
                return one.words().fill(holds ? live : expected(one.condition()));
            } catch (LessonException e) {
                // Then the check has failed, for the same reason.
                return "";
            }
        }

        /** The live machine, but that what a condition compares is what it should be. */
        private Template.Source expected(Part.Condition condition) {
            return fact -> condition instanceof Part.Condition.Comparison comparison
                            && comparison.left().is(fact)
                    ? comparison.operator().wanted(comparison.right().fill(live))
                    : live.value(fact);
        }

        /** What is wrong about a condition, if something is. */
        private Optional<String> wrong(Part.Condition condition) {
            try {
                return switch (condition) {
                    case Part.Condition.Console c ->
                        c.pattern().matcher(live.console()).find() == c.wanted()
                                ? Optional.empty()
                                : Optional.of("the console " + (c.wanted() ? "does not show '" : "shows '")
                                        + shown(c.pattern()) + "'");
                    case Part.Condition.Comparison c -> {
                        String left = c.left().fill(live);
                        String right = c.right().fill(live);
                        yield holds(left, c.operator(), right)
                                ? Optional.empty()
                                : Optional.of(unmet(left, c.operator(), right));
                    }
                };
            } catch (LessonException e) {
                return Optional.of(e.getMessage());
            }
        }
    }

    /** A pattern for people: most are a text that a line is or begins with. */
    private static String shown(Pattern pattern) {
        Matcher text = PLAIN_TEXT.matcher(pattern.pattern());
        return text.matches() ? text.group(1) : pattern.pattern();
    }

    /** What is wrong about a comparison that does not hold. */
    private static String unmet(String left, Part.Operator operator, String right) {
        return switch (operator) {
            case EQUAL -> "it is '" + left + "', not '" + right + "'";
            case DIFFERENT -> "both are '" + left + "'";
            case GREATER -> "'" + left + "' is not above '" + right + "'";
            case LESS -> "'" + left + "' is not below '" + right + "'";
        };
    }

    private static boolean holds(String left, Part.Operator operator, String right) {
        boolean numbers =
                NUMBER.matcher(left).matches() && NUMBER.matcher(right).matches();
        int order = numbers ? number(left).compareTo(number(right)) : left.compareTo(right);
        return switch (operator) {
            case EQUAL -> order == 0;
            case DIFFERENT -> order != 0;
            case GREATER -> numbers && order > 0;
            case LESS -> numbers && order < 0;
        };
    }

    /** What a number in a lesson is, decimal or 0x. */
    static BigDecimal number(String text) {
        return text.startsWith("0x") ? new BigDecimal(new BigInteger(text.substring(2), 16)) : new BigDecimal(text);
    }
}
