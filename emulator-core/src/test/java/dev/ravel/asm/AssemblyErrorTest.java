package dev.ravel.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.AssemblyException;
import dev.ravel.asm.program.Source;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is said with its place, and nothing else ever comes out of the assembler. */
class AssemblyErrorTest {

    private static String complaint(String source) {
        AssemblyException exception =
                catchThrowableOfType(AssemblyException.class, () -> Assembler.assemble("bad.s", source));
        assertThat(exception).as(source).isNotNull();
        return exception.getMessage();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "nop;  adi a0, a0, 1 | 1:7: unknown instruction `adi`; did you mean `addi`?",
                "frobnicate | 1:1: unknown instruction `frobnicate`",
                "addi a0, a1 | 1:12: expected `,`, found the end of the statement",
                "addi a0, a1, 2048 | 1:14: 2048 is not in the range -2048 to 2047",
                "addi a0, a1, fa0 | 1:14: expected a number, found register `fa0`",
                "add a0, a1, b2 | 1:13: undefined symbol `b2`",
                "fadd.s fa0, a0, fa1 | 1:13: expected a floating-point register, found `a0`",
                "fadd.s fa0, fa0, fa1, up | 1:23: expected a rounding mode (rne, rtz, rdn, rup, rmm, dyn), found `up`",
                "slli a0, a0, 64 | 1:14: 64 is not in the range 0 to 63",
                "lw a0, 4(a1 | 1:12: expected `)`, found the end of the statement",
                "lui a0, 0x100000 | 1:9: immediate 1048576 is not in the range 0 to 0xfffff",
                "c.addi16sp sp, 8 | 1:16: 8 is not in the range -512 to 496 in steps of 16",
                "c.lw t0, 0(a0) | 1:6: register `t0` cannot be used here",
                "csrr a0, mstatsu | 1:10: expected a control and status register, found `mstatsu`",
                "csrr a0, 4096 | 1:10: 4096 is not in the range 0 to 4095",
                "fence wr, r | 1:7: expected letters of `iorw` in this order, found `wr`",
                "j nowhere | 1:3: undefined symbol `nowhere`",
                "loop: j lopo | 1:9: undefined symbol `lopo`; did you mean `loop`?",
                "j 1b | 1:3: no label `1:` before this",
                "j 1f | 1:3: no label `1:` after this",
                "x: nop; x: nop | 1:9: `x` is already defined at bad.s:1:1",
                ".wrod 1 | 1:1: unknown directive `.wrod`; did you mean `.word`?",
                ".byte 256 | 1:7: 256 (0x100) does not fit into 1 byte",
                ".byte 1 2 | 1:9: expected the end of the statement, found `2`",
                ".word 1 / 0 | 1:9: division by zero",
                ".word (1 + 2 | 1:13: expected `)`, found the end of the statement",
                ".word 0x | 1:7: expected digits after `0x`",
                ".word 12z | 1:9: `z` is not a digit of a number to base 10",
                ".word 0x10000000000000000 | 1:7: `0x10000000000000000` does not fit into 64 bits",
                ".ascii \"open | 1:8: string is never closed",
                ".ascii \"\\q\" | 1:9: `\\q` is not an escape sequence",
                ".align 99 | 1:8: alignment 99 is out of range",
                ".balign 3 | 1:9: alignment 3 is not a power of two",
                ".org 8; .org 4 | 1:14: .org cannot move backwards (by 4 bytes)",
                ".zero -1 | 1:7: cannot reserve -1 units of space",
                ".bss; .word 1 | 1:13: section `.bss` holds no contents, only zeros",
                ".bss; nop | 1:7: section `.bss` holds no contents, and so no instructions",
                ".if 1 | 1:1: no `.endif` for this",
                ".if later; .endif; later = 1 | 1:5: the condition has to be a constant that is known here",
                ".endif | 1:1: `.endif` without `.if`",
                ".macro m | 1:1: no `.endm` for this",
                ".rept 3 | 1:1: no `.endr` for this",
                ".exitm | 1:1: `.exitm` outside a macro",
                ".error \"stop\" | 1:1: .error: stop",
                ".option popp | 1:9: expected push, pop, rvc, norvc, relax, norelax or arch, found `popp`",
                ".option pop | 1:9: `.option pop` without `.option push`",
                ".option norvc; c.nop | 1:16: `c.nop` needs `.option rvc`",
                ".option arch, rv64gc; clz a0, a0 | 1:23: `clz` needs extension Zbb, which .option arch has taken away",
                ".include \"gone.s\" | 1:10: there is no file `gone.s`",
                "addi a0, a0, %lo(x | 1:19: expected `)`, found the end of the statement",
                "lui a0, %lo(5) | 1:9: `%lo` does not fit here: expected %hi or %pcrel_hi",
                "x: addi a0, a0, %pcrel_lo(x) | 1:17: %pcrel_lo takes the label of an instruction with %pcrel_hi; there is none",
                "li a0, x; x: nop; y: li a1, x | 1:29: `li` takes a number; use `la` for an address",
                "amoadd.w a0, a1, 4(a2) | 1:18: this instruction takes no offset: expected `0` or nothing before `(`",
                "addi a0, a0, \\x | 1:14: `\\x` is not an argument of a macro or repetition here",
                "nop ? | 1:5: unexpected character `?`",
                "\u00e4: nop | 1:1: unexpected character `U+00E4`",
                "x = y; y = x; .word x | 1:8: `y` is defined in terms of itself",
                "a: nop; .space b - a; b: | 1:1: sizes depend on each other in a circle: the layout does not settle",
            })
    void saysWhatIsWrongAndWhere(String source, String expected) {
        assertThat(complaint(source)).isEqualTo("bad.s:" + expected);
    }

    @Test
    void allMistakesAreReported() {
        assertThat(complaint("nop\nadi a0\n\nj nowhere\n.byte 1000\n").lines())
                .containsExactly(
                        "bad.s:2:1: unknown instruction `adi`; did you mean `addi`?",
                        "bad.s:5:7: 1000 (0x3e8) does not fit into 1 byte",
                        "bad.s:4:3: undefined symbol `nowhere`");
    }

    @Test
    void aMistakeInAMacroIsReportedInTheMacroWithItsCall() {
        String source = """
                .macro  load reg, value
                        nop
                        addi \\reg, \\reg, \\value
                .endm
                        load a0, 1
                        load a0, 5000
                """;
        assertThat(complaint(source))
                .isEqualTo("bad.s:3:26: 5000 is not in the range -2048 to 2047 (in macro `load` called at bad.s:6)");
        assertThat(complaint(".macro m a:req\n.endm\nm")).isEqualTo("bad.s:3:2: macro `m` needs argument `a`");
        assertThat(complaint(".macro m a\n.endm\nm 1, 2")).isEqualTo("bad.s:3:6: macro `m` takes 1 arguments, no more");
    }

    @Test
    void mistakesInSeveralSourcesNameTheirFiles() {
        var sources =
                List.of(new Source("one.s", ".globl f\nf: adi a0"), new Source("two.s", ".globl f\nf: nop\n nopp"));
        assertThatThrownBy(() -> new Assembler(AssemblerOptions.standard()).assemble(sources))
                .isInstanceOf(AssemblyException.class)
                .hasMessageContainingAll(
                        "one.s:2:4: unknown", "two.s:3:2: unknown", "two.s:2:1: `f` is already defined at one.s:2:1");
    }

    @Test
    void endlessExpansionsEnd() {
        assertThat(complaint(".macro m\nm\n.endm\nm")).contains("nested too deeply");
        assertThat(complaint(".macro m\nm\nm\n.endm\nm")).contains("nested too deeply");
        assertThat(complaint(".rept 1000000\n.rept 1000000\nx = 1\n.endr\n.endr"))
                .contains("too many statements");
        assertThat(complaint(".word " + "(".repeat(100_000))).contains("nested too deeply");
        assertThat(complaint(".word " + "-".repeat(100_000) + "1")).contains("nested too deeply");
        assertThat(complaint(".fill 0x10000000, 8, 1\n".repeat(3))).contains("too large");
        assertThat(complaint(".ascii \"a\"\n.rept 30\n.fill 0xffff, 8, 1\n.endr\n".repeat(10)))
                .contains("too large");
    }

    @Test
    void programsThatCannotBeLaidOutAreRefused() {
        var overlap = new Assembler(AssemblerOptions.standard().place(".data", 0x8000_0000L));
        assertThatThrownBy(() -> overlap.assemble(List.of(new Source("bad.s", "nop\n.data\n.word 1"))))
                .isInstanceOf(AssemblyException.class)
                .hasMessage("bad.s:1:1: section `.data` at 0x80000000 overlaps section `.text` at 0x80000000");
        assertThat(complaint("far: j far + 0x200000"))
                .isEqualTo("bad.s:1:8: target is 2097152 bytes away, which is out of reach or odd");
        assertThat(complaint("j . + 1")).contains("out of reach or odd");
        assertThat(complaint("lui a0, %hi(x)\nx:"))
                .isEqualTo("bad.s:1:9: 0x80000004 does not fit into 32 signed bits: use `la`");
    }

    /** Pieces of which a source may consist; put together at random they mostly make no sense. */
    private static final List<String> PIECES = List.of(
            "addi",
            "lw",
            "c.addi",
            "beqz",
            "j",
            "call",
            "la",
            "li",
            "fadd.d",
            "csrw",
            "fence",
            "amoadd.w.aq",
            "jalr",
            "ret",
            "a0",
            "x31",
            "fa0",
            "zero",
            "sp",
            "mstatus",
            "rne",
            "iorw",
            "label",
            "label:",
            "1:",
            "1f",
            "1b",
            "0b",
            ".",
            "$",
            "_x",
            "x =",
            "==",
            "(",
            ")",
            ",",
            ",,",
            ":",
            "%hi(",
            "%lo(",
            "%pcrel_lo(",
            "%",
            "+",
            "-",
            "*",
            "/",
            "<<",
            ">>",
            "!",
            "~",
            "&&",
            "||",
            "|",
            "^",
            "<",
            "0",
            "1",
            "-1",
            "2048",
            "0x7fffffff",
            "0xffffffffffffffff",
            "1e9",
            "0.5",
            "'a'",
            "'",
            "'\\",
            "\"text\"",
            "\"",
            "\"\\",
            "#",
            "//",
            "/*",
            "*/",
            ";",
            "\n",
            "\n",
            "\n",
            "\t",
            " ",
            "\\",
            "\\a",
            "\\@",
            "\\()",
            "@",
            "@progbits",
            ".text",
            ".data",
            ".bss",
            ".section",
            ".pushsection .data",
            ".popsection",
            ".previous",
            ".globl",
            ".weak",
            ".type",
            ".size",
            ".align",
            ".balign",
            ".p2align",
            ".byte",
            ".half",
            ".word",
            ".dword",
            ".ascii",
            ".asciz",
            ".zero",
            ".space",
            ".fill",
            ".org",
            ".equ",
            ".set",
            ".equiv",
            ".macro m a",
            ".macro",
            ".endm",
            ".exitm",
            ".purgem m",
            "m",
            ".rept",
            ".rept 3",
            ".endr",
            ".irp",
            ".irp a, 1, 2",
            ".irpc",
            ".if",
            ".if 1",
            ".ifdef",
            ".ifc",
            ".ifb",
            ".else",
            ".elseif",
            ".endif",
            ".include",
            ".incbin",
            ".option",
            ".option push",
            "pop",
            "rvc",
            "norvc",
            "arch",
            "+zcb",
            ".comm",
            ".lcomm",
            ".local",
            ".float",
            ".double",
            ".uleb128",
            ".insn",
            ".end",
            ".error",
            ".file",
            ".loc",
            ".cfi_startproc",
            "\u00e9",
            "\u0000",
            "\ud83d\ude00");

    @Test
    void garbageNeverGivesAnythingButComplaints() {
        var random = new Random(42);
        int wrong = 0;
        for (int i = 0; i < 30_000; i++) {
            var source = new StringBuilder();
            int length = 1 + random.nextInt(25);
            for (int j = 0; j < length; j++) {
                source.append(PIECES.get(random.nextInt(PIECES.size())));
                source.append(random.nextInt(3) == 0 ? "" : " ");
            }
            wrong += survives(source.toString()) ? 0 : 1;
        }
        for (int i = 0; i < 10_000; i++) {
            var source = new StringBuilder();
            int length = 1 + random.nextInt(60);
            for (int j = 0; j < length; j++) {
                source.append((char) (random.nextInt(8) == 0 ? random.nextInt(0x300) : 9 + random.nextInt(118)));
            }
            wrong += survives(source.toString()) ? 0 : 1;
        }
        assertThat(wrong).isBetween(10_000, 40_000);
    }

    /** Whether it assembles; if not there has to be a complaint about a place in it. */
    private static boolean survives(String source) {
        try {
            ElfWriter.write(Assembler.assemble("garbage.s", source));
            return true;
        } catch (AssemblyException e) {
            assertThat(e.diagnostics()).isNotEmpty().allSatisfy(diagnostic -> {
                assertThat(diagnostic.location().line()).isPositive();
                assertThat(diagnostic.location().column()).isPositive();
                assertThat(diagnostic.message()).isNotBlank();
            });
            return false;
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("failed on: " + source, e);
        }
    }
}
