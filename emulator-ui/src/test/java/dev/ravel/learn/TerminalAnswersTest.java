package dev.ravel.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.engine.EngineProvider;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import dev.ravel.session.GuestConsole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Terminals answer the guest's queries while a lesson types lines into it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TerminalAnswersTest {
    /**
     * As a shell on a serial line does: with the prompt it asks where the cursor is, it draws the prompt again when a line
     * begins, it shows the line, and while the line's command runs everything that comes is echoed, ESC as ^[. The command
     * then prints 8.
     */
    private static final String SHELL = """
            _start: li      s0, 0x10000000
            prompt: lla     a0, ask
                    jal     print
                    li      s2, 0
            line:   jal     take
                    beqz    a0, line
                    bnez    s2, 6f
                    mv      s2, a0
                    lla     a0, again
                    jal     print
                    li      s1, 300000              # long enough for who waits for a prompt to see it
            5:      addi    s1, s1, -1
                    lbu     t0, 5(s0)
                    bnez    s1, 5b
                    mv      a0, s2
            6:      li      t1, '\\r'
                    beq     a0, t1, run
                    jal     put
                    j       line
            run:    lla     a0, newline
                    jal     print
                    li      s1, 300000              # so many looks for input: long enough for an answer
            echo:   addi    s1, s1, -1
                    beqz    s1, done
                    jal     take
                    beqz    a0, echo
                    li      t1, 'R'                 # an answer's end
                    bne     a0, t1, 1f
                    li      s1, 1
            1:      li      t1, 0x1b
                    bne     a0, t1, 2f
                    li      a0, '^'
                    jal     put
                    li      a0, '['
            2:      jal     put
                    j       echo
            done:   lla     a0, answer
                    jal     print
                    j       prompt

            take:   lbu     t0, 5(s0)               # a byte of input, or 0
                    andi    t0, t0, 1
                    li      a0, 0
                    beqz    t0, 3f
                    lbu     a0, (s0)
            3:      ret
            put:    sb      a0, (s0)
                    ret
            print:  lbu     t0, (a0)
                    beqz    t0, 4f
                    sb      t0, (s0)
                    addi    a0, a0, 1
                    j       print
            4:      ret

            ask:    .asciz  "shell> \\033[6n"
            again:  .asciz  "\\rshell> "
            newline: .asciz "\\r\\n"
            answer: .asciz  "8\\r\\n"
            """;

    private static final String LESSON = """
            @lesson 96
            @title Answers
            @guest shell
            @memory 4
            @seconds 1
            @limit 10
            @prompt shell>\\x20
            # One
            @boot
            @type first
            @check {{console ^(\\d+)$}} = 8 -- The command's line has nothing else.
            @ask Type a line.
            @solution second
            @check no-console \\[1;8R -- Nothing was echoed into it.
            @send third
            @wait third\\n8\\n
            @check no-console \\[1;8R -- Nor into what nobody waited for at once.
            """;

    /** Answers a query when the guest has begun the next line: after a script has typed one. */
    private static void answerLate(GuestConsole console, GuestConsole.Output printed) {
        byte[] answer = "\033[1;8R".getBytes(StandardCharsets.US_ASCII);
        boolean asked = false;
        int last = 0;
        try {
            for (int b = printed.read(); b >= 0; b = printed.read()) {
                asked |= last == '6' && b == 'n';
                last = b;
                if (asked && b == '\n') {
                    console.answer(answer);
                    asked = false;
                }
            }
        } catch (IOException e) {
            // The terminal is switched off.
        }
    }

    private static void shell(MachineBuilder builder, String engine) {
        try {
            builder.engine(engine)
                    .bios(new Bios.None())
                    .kernel(ImageLoader.parse("shell", ElfWriter.write(Assembler.assemble("shell.s", SHELL))));
        } catch (ImageException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<String> engines() {
        return EngineProvider.names();
    }

    /** What the page of a step shows. */
    private static final class Shown implements Page {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void console(String shown) {
            text.append(shown).append('\n');
        }

        @Override
        public void check(String words, boolean passed, String detail) {
            text.append(passed ? "passed " : "failed ").append(detail).append('\n');
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void anAnswerThatALineHasOvertakenDoesNotGetIntoWhatTheLinePrints(String engine) throws Exception {
        Shown seen = new Shown();
        Machines terminals = new Machines() {
            @Override
            public void made(String machine, GuestConsole console) {
                GuestConsole.Output printed = console.openOutput();
                Thread.ofVirtual().start(() -> answerLate(console, printed));
            }
        };
        try (LessonRun run = new LessonRun(
                LessonParser.parse("answers.lesson", LESSON), (builder, guest) -> shell(builder, engine), terminals)) {
            run.play(seen, Learner.SCRIPT);
            assertThat(run.passed()).as(seen.text.toString()).isTrue();
        }
    }

    private static final String TURN = LESSON.substring(0, LESSON.indexOf("# One")) + """
            # One
            @boot
            @ask Type a line.
            @solution line
            @check console ^8$ -- The command has printed.
            """;

    @ParameterizedTest
    @MethodSource("engines")
    void aLineTypedAtTheConsoleIsDoneBeforeItsStepIsChecked(String engine) throws Exception {
        Shown seen = new Shown();
        List<GuestConsole> consoles = new ArrayList<>();
        Machines machines = new Machines() {
            @Override
            public void made(String machine, GuestConsole console) {
                consoles.add(console);
            }
        };
        Learner atTheConsole = new Learner() {
            @Override
            public Answer act(List<String> solution, Keyboard keyboard) throws InterruptedException {
                solution.forEach(line -> consoles.getFirst().type((line + "\r").getBytes(StandardCharsets.US_ASCII)));
                keyboard.settle();
                return Answer.CHECK;
            }

            @Override
            public boolean again() {
                return false;
            }
        };
        try (LessonRun run = new LessonRun(
                LessonParser.parse("turn.lesson", TURN), (builder, guest) -> shell(builder, engine), machines)) {
            run.play(seen, atTheConsole);
            assertThat(run.passed()).as(seen.text.toString()).isTrue();
        }
    }
}
