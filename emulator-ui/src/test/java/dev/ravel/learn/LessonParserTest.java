package dev.ravel.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A mistake in a lesson is told with its file and its line. */
class LessonParserTest {
    private static final String HEADER = """
            @lesson 7
            @title A title
            @guest hello
            @memory 64
            @seconds 1
            @prompt >
            # First
            """;

    @Test
    void aLessonIsWhatItsFileSays() throws LessonException {
        Lesson lesson = LessonParser.parse("x", HEADER + """
                ; not shown
                Two lines
                of one paragraph.

                - an item
                @ask Do it.
                @solution one
                @solution two
                @check console a -- b -- It is done.
                """);
        assertThat(lesson.memory()).isEqualTo(64 << 20);
        assertThat(lesson.disk()).isZero();
        assertThat(lesson.limit()).isEqualTo(120);
        assertThat(lesson.checks()).isOne();
        assertThat(lesson.steps()).hasSize(1);
        Template.Source none = fact -> "";
        assertThat(lesson.steps().getFirst().parts())
                .satisfiesExactly(
                        part -> assertThat(((Part.Text) part).text().fill(none))
                                .isEqualTo("Two lines of one paragraph."),
                        part -> assertThat(((Part.Text) part).text().fill(none)).isEqualTo("- an item"),
                        part -> assertThat(((Part.Ask) part).solution()).containsExactly("one", "two"),
                        part -> assertThat(((Part.Condition.Console) ((Part.Check) part).condition())
                                        .pattern()
                                        .pattern())
                                .isEqualTo("a -- b"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    @dance                             | 8: there is no '@dance'
                    @boot now                          | 8: '@boot' stands alone
                    @step 0                            | 8: '0' is no positive number
                    @to-mode H                         | 8: a mode is U, S or M, not 'H'
                    @run-to 0xfish                     | 8: '0xfish' is no address
                    @wait (                            | 8: '(' is no regular expression: Unclosed group
                    @type                              | 8: '@type' wants a value
                    @memory 1                          | 8: '@memory' belongs before the first step
                    {{speed}} is high.                 | 8: there is no fact 'speed'
                    An open {{mode is one.             | 8: '{{' without '}}'
                    @let x {{register q9}}             | 8: there is no register q9
                    @let x {{csr mfish}}               | 8: there is no register mfish
                    @check {{traps 99}} = 1 -- Yes.    | 8: '99' is no number from 0 to 63
                    @check {{linux sh age}} = 1 -- Yes.| 8: a task has no age
                    @let x {{walk here target}}        | 8: write 'walk 0xADDRESS FIELD', not 'walk here target'
                    @let x {{walk 0x10 age}}           | 8: a page walk has no age
                    @let x {{walk 0x10 age 1}}         | 8: a level of a page walk has no age
                    @let x {{exits dance}}             | 8: there are no exits dance
                    @let x {{source 10 name}}          | 8: a source of interrupts has no name
                    @let x {{source 0 pending}}        | 8: sources of interrupts are numbered from 1
                    @let x {{host age}}                | 8: the host does not tell 'age'
                    @key                               | 8: '@key' wants a value
                    @let x {{walk 0x10 bits 5}}        | 8: a level is 0 to 4, not '5'
                    @let x {{word}}                    | 8: there is no fact 'word'
                    @let x {{cgroup /box age}}         | 8: a control group has no age
                    @let x {{cgroup box cpu.max}}      | 8: write 'cgroup /PATH FIELD', not 'cgroup box cpu.max'
                    @check {{mode}} = M                | 8: write '@check CONDITION -- WORDS'
                    @check mode is M -- Yes.           | 8: 'mode is M' is no condition: write 'console REGEX', 'no-console REGEX' or 'A = B' (=, !=, >, <)
                    @solution x                        | 8: '@solution' belongs after '@ask'
                    @off now                           | 8: '@off' stands alone
                    @send                              | 8: '@send' wants a value
                    @on                                | 8: write '@on NAME', or '@on NAME ENGINE'
                    @on first jit                      | 8: the machine first has its engine already
                    @let x {{counter}}                 | 8: there is no fact 'counter'
                    @let x {{unit round}}              | 8: write 'unit ENTRY FIELD', not 'unit round'
                    @let x {{unit round age}}          | 8: a unit has no age
                    @let x {{unit round bytecode}}     | 8: write 'unit ENTRY bytecode PLACE'
                    @let x {{unit round loops work}}   | 8: the loops of a unit have no place
                    {{one / 2}}                        | 8: there is no fact 'one'
                    @ask x                             | 8: '@ask' wants a '@solution' after it
                    """)
    void aMistakeInAStepIsTold(String line, String message) {
        assertThatThrownBy(() -> LessonParser.parse("my.lesson", HEADER + line + "\n"))
                .isInstanceOf(LessonException.class)
                .hasMessage("my.lesson:" + message);
    }

    @Test
    void aMachineMayHaveAnEngineThatThereIs() throws LessonException {
        Lesson lesson = LessonParser.parse(
                "x", HEADER.replace("# First", "@engine interp\n# First") + "@on fast jit\n@on fast\n");
        assertThat(lesson.engine()).contains("interp");
        assertThat(lesson.steps().getFirst().parts())
                .containsExactly(new Part.On("fast", Optional.of("jit")), new Part.On("fast", Optional.empty()));
        assertThatThrownBy(() -> LessonParser.parse("my.lesson", HEADER + "@on x fish\n"))
                .hasMessageStartingWith("my.lesson:8: there is no engine fish; there are ");
    }

    @Test
    void keysAreWithoutEnterUnlessTheyEndWithIt() throws LessonException {
        assertThat(LessonParser.parse("x", HEADER + "@key x\n@key go\\r\n")
                        .steps()
                        .getFirst()
                        .parts())
                .containsExactly(new Part.Do(new Part.Action.Key("x")), new Part.Do(new Part.Action.Key("go\r")));
    }

    @Test
    void rowsThatFollowEachOtherAreATable() throws LessonException {
        List<Part> parts =
                LessonParser.parse("x", HEADER + """
                Text
                | a | b |
                |  | {{mode}} |
                | c | d |

                | e |
                """).steps().getFirst().parts();
        Template.Source mode = fact -> "S";
        assertThat(parts.stream().filter(Part.Table.class::isInstance).map(part -> rows((Part.Table) part, mode)))
                .containsExactly(
                        List.of(List.of("a", "b"), List.of("", "S"), List.of("c", "d")), List.of(List.of("e")));
        fails(HEADER + "| a | b |\n| c |\n", "my.lesson:9: the row has 1 cells, the table's head 2");
        fails(HEADER + "| a\n", "my.lesson:8: a row of a table ends with '|'");
    }

    private static List<List<String>> rows(Part.Table table, Template.Source facts) {
        List<List<String>> rows = new ArrayList<>();
        for (List<Template> row : table.rows()) {
            rows.add(row.stream().map(cell -> filled(cell, facts)).toList());
        }
        return rows;
    }

    private static String filled(Template cell, Template.Source facts) {
        try {
            return cell.fill(facts);
        } catch (LessonException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsMissingIsTold() {
        fails(HEADER, "my.lesson:7: the step 'First' is empty");
        fails(HEADER + "x\n#\n", "my.lesson:9: the step has no title");
        fails(HEADER + "@ask x\n@solution y\n", "my.lesson:8: '@ask' wants a '@check' after its solution");
        fails(HEADER.replace("@guest hello\n", "") + "x\n", "my.lesson:7: the line '@guest' is missing");
        fails("@lesson 1\n@lesson 2\n", "my.lesson:2: '@lesson' stands twice");
        fails("Text\n", "my.lesson:1: before the first '# title' only '@name value' may stand");
        fails("", "my.lesson:1: the line '@lesson' is missing");
    }

    private static void fails(String text, String message) {
        assertThatThrownBy(() -> LessonParser.parse("my.lesson", text)).hasMessage(message);
    }

    /** Who sees only that it has failed, and what was expected, does not know what a bare "it" or "they" is. */
    @Test
    void whatACheckWantsCanBeUnderstoodWithoutTheTextBeforeIt() {
        assertThat(Lessons.all().stream()
                        .flatMap(lesson -> lesson.steps().stream())
                        .flatMap(step -> step.parts().stream())
                        .flatMap(part -> part instanceof Part.Check check ? Stream.of(check) : Stream.of())
                        .map(check -> check.words().pieces().stream()
                                .map(piece -> piece instanceof Template.Piece.Literal(String text) ? text : "*")
                                .collect(Collectors.joining())))
                .hasSizeGreaterThan(200)
                .allMatch(words -> words.matches(".*[.:*]"))
                .noneMatch(words ->
                        words.matches("(It is|It was|They are|There is|Nobody has|This is)( \\w+){1,3}([.]|, [.]{3})")
                                || words.matches("The kernel has killed it[.]|There it is[.]"));
    }
}
