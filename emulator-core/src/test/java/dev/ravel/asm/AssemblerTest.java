package dev.ravel.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import dev.ravel.asm.program.SourceLocation;
import dev.ravel.asm.program.SourceResolver;
import dev.ravel.extension.Extensions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the assembler does beyond GNU {@code as}: several sources, places, definitions, and what needs no linker here. */
class AssemblerTest {
    private static final Disassembler DISASSEMBLER = new Disassembler(Extensions.RV64, Disassembler.Style.EXACT);

    /** The instructions of the code section, as the disassembler writes them. */
    private static List<String> code(Program program) {
        Program.Section text = program.section(".text").orElseThrow();
        ByteBuffer bytes = ByteBuffer.wrap(text.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        var lines = new ArrayList<String>();
        while (bytes.hasRemaining()) {
            long address = text.address() + bytes.position();
            int bits = bytes.getShort() & 0xffff;
            if (Disassembler.length(bits) == 4) {
                bits |= bytes.getShort() << 16;
            }
            lines.add(DISASSEMBLER.disassemble(bits, address).replace('\t', ' '));
        }
        return lines;
    }

    private static List<String> code(String source) {
        return code(Assembler.assemble("test.s", source));
    }

    private static List<String> code(AssemblerOptions options, String... sources) {
        var all = new ArrayList<Source>();
        for (String source : sources) {
            all.add(new Source("part" + all.size() + ".s", source));
        }
        return code(new Assembler(options).assemble(all));
    }

    @Test
    void commentsOfAllKindsAreBlanks() {
        assertThat(code("nop # one\nnop // two\nnop /* three\n nop */ ; nop /**/\n# nop\n.ascii \"#//\"; .balign 4"))
                .startsWith("c.nop", "c.nop", "c.nop", "c.nop");
    }

    @Test
    void sourcesShareGlobalSymbolsAndKeepTheirOwn() {
        String first = ".globl f\nf: j local\nlocal: j g\n.equ SIZE, 1";
        String second = ".globl g\nlocal: nop\ng: j local\n.equ SIZE, 2\n li a0, SIZE";
        assertThat(code(AssemblerOptions.standard(), first, second))
                .containsExactly("c.j 0x80000002", "c.j 0x80000006", "c.nop", "c.j 0x80000004", "c.li x10,2");
    }

    @Test
    void aDefinitionReplacesAWeakOne() {
        String first = ".globl main\nmain: j handler\n.weak handler\nhandler: j handler";
        String second = ".globl handler\nhandler: nop";
        assertThat(code(AssemblerOptions.standard(), first)).startsWith("c.j 0x80000002");
        assertThat(code(AssemblerOptions.standard(), first, second)).startsWith("c.j 0x80000004");
    }

    @Test
    void constantsCanBePredefined() {
        assertThat(code(AssemblerOptions.standard().define("HARTS", 4), ".if HARTS > 2\n li a0, HARTS\n.endif"))
                .containsExactly("c.li x10,4");
    }

    @Test
    void sectionsStandWhereTheyAreTold() {
        Program program = new Assembler(AssemblerOptions.standard()
                        .base(0x1000)
                        .place(".tohost", 0x8000)
                        .segmentAlignment(0x100))
                .assemble(List.of(new Source("test.s", """
                        .section .tohost, "aw", @progbits
                        tohost: .dword 0
                        .data
                        value: .word 1
                        .bss
                        room: .space 8
                        .text
                        nop
                        .section .text.init
                        start: la a0, tohost
                        """)));
        assertThat(program.address("start")).isEqualTo(0x1000);
        assertThat(program.section(".text").orElseThrow().address()).isEqualTo(0x1008);
        assertThat(program.address("value")).isEqualTo(0x1100);
        assertThat(program.address("room")).isEqualTo(0x1200);
        assertThat(program.address("tohost")).isEqualTo(0x8000);
        assertThat(program.segments()).extracting(Program.Segment::address).containsExactly(0x1000L, 0x1100L, 0x8000L);
        assertThat(program.segments().get(1).memorySize()).isEqualTo(0x108);
        assertThat(program.flat()).hasSize(0x7008);
        assertThat(program.flat()[0x100]).isEqualTo((byte) 1);
    }

    @Test
    void theProgramStartsAtItsEntry() {
        assertThat(Assembler.assemble("test.s", "nop\n_start: nop").entry()).isEqualTo(0x8000_0002L);
        assertThat(Assembler.assemble("test.s", "nop\nmain: nop").entry()).isEqualTo(0x8000_0000L);
        assertThat(new Assembler(AssemblerOptions.standard().entry("main"))
                        .assemble(List.of(new Source("test.s", "nop\nmain: nop")))
                        .entry())
                .isEqualTo(0x8000_0002L);
    }

    @Test
    void theEndsOfSectionsHaveNames() {
        Program program = Assembler.assemble("test.s", """
                la a0, __bss_start
                la a1, __bss_end
                li a2, _end - __data_start
                .data
                .word 1
                .bss
                .space 0x123
                """);
        assertThat(program.address("__bss_start"))
                .isEqualTo(program.section(".bss").orElseThrow().address());
        assertThat(program.address("__bss_end")).isEqualTo(program.end());
        assertThat(program.address("_end") - program.address("__data_start")).isEqualTo(0x133);
        assertThat(code(program)).endsWith("addi x12,x0,307");
    }

    @Test
    void valuesThatOnlyTheLayoutGivesCanBeLoaded() {
        assertThat(code("li a0, end - start\nstart: .zero 4 * 3000\nend: nop\nlater = 5")
                        .getFirst())
                .isEqualTo("c.lui x10,0x3");
        assertThat(code("li a0, later + 1\n.equ later, 7")).containsExactly("c.li x10,8");
        assertThat(code("addi a0, a0, later\n.equ later, 7")).containsExactly("addi x10,x10,7");
        assertThat(code("nop\nli a0, (label >> 12) & 0xf\n.balign 0x1000\nlabel: nop"))
                .contains("c.li x10,1");
    }

    @Test
    void aSymbolMeansWhatItIsSetToAtThatPoint() {
        assertThat(code(".set x, 1\nli a0, x\n.set y, x + 1\n.set x, 10\nli a1, x\nli a2, y"))
                .containsExactly("c.li x10,1", "c.li x11,10", "c.li x12,2");
    }

    @Test
    void branchesGrowOnlyAsFarAsTheyHaveTo() {
        assertThat(code("start: beqz a0, start\nbeq a0, a1, start").getLast()).isEqualTo("beq x10,x11,0x80000000");
        assertThat(code("start: .zero 250\nbeqz a0, start")).endsWith("c.beqz x10,0x80000000");
        assertThat(code("start: .zero 258\nbeqz a0, start")).endsWith("beq x10,x0,0x80000000");
        assertThat(code("start: .zero 4096\nbnez t0, start")).endsWith("bne x5,x0,0x80000000");
        assertThat(code("start: .zero 4098\nbnez t0, start")).endsWith("beq x5,x0,0x8000100a", "jal x0,0x80000000");
        assertThat(code("start: .zero 4098\nbnez a0, start")).endsWith("c.beqz x10,0x80001008", "jal x0,0x80000000");
    }

    @Test
    void theArchitectureLimitsWhatPseudoInstructionsUse() {
        assertThat(code("zext.w a0, a1\nsext.b a0, a0")).containsExactly("add.uw x10,x11,x0", "sext.b x10,x10");
        assertThat(code(".option arch, rv64gc\nzext.w a0, a1\nsext.b a0, a0\nlbu a0, 1(a0)"))
                .containsExactly(
                        "slli x10,x11,0x20", "c.srli x10,0x20", "c.slli x10,0x38", "c.srai x10,0x38", "lbu x10,1(x10)");
        assertThat(code(".option arch, +zcb\nlbu a0, 1(a0)\nmul a0, a1, a0\nnot a5, a5"))
                .containsExactly("c.lbu x10,1(x10)", "c.mul x10,x11", "c.not x15");
    }

    @Test
    void includedFilesAreFound() {
        SourceResolver files = (name, from) -> switch (name) {
            case "macros.s" -> Optional.of(".macro twice op\n\\op\n\\op\n.endm".getBytes(StandardCharsets.UTF_8));
            case "data.bin" -> Optional.of(new byte[] {1, 2, 3, 4, 5, 6});
            default -> Optional.empty();
        };
        var assembler = new Assembler(AssemblerOptions.standard().resolver(files));
        Program program = assembler.assemble(
                List.of(new Source("test.s", ".include \"macros.s\"\ntwice nop\n.data\n.incbin \"data.bin\", 1, 4")));
        assertThat(code(program)).containsExactly("c.nop", "c.nop");
        assertThat(program.section(".data").orElseThrow().bytes()).containsExactly(2, 3, 4, 5);
    }

    @Test
    void everyInstructionKnowsItsStatement() {
        Program program = Assembler.assemble("test.s", ".macro pair\nnop\n  ret\n.endm\nnop; li a0, 0x12345678\npair");
        assertThat(program.locate(0x8000_0000L)).contains(new SourceLocation("test.s", 5, 1));
        assertThat(program.locate(0x8000_0008L)).contains(new SourceLocation("test.s", 5, 6));
        assertThat(program.locate(0x8000_000cL)).contains(new SourceLocation("test.s", 3, 3));
        assertThat(program.locate(0x8000_1000L)).isEmpty();
    }

    @Test
    void instructionsCanBeWrittenAsNumbers() {
        assertThat(code(".insn 0x00000013\n.insn 2, 0x0001")).containsExactly("addi x0,x0,0", "c.nop");
    }

    @Test
    void zeroFilledMemoryMayBeLargerThanThisMachines() {
        Program program = Assembler.assemble("test.s", "nop\n.bss\n.space 1 << 38\nend_of_it:");
        assertThat(program.address("end_of_it")
                        - program.section(".bss").orElseThrow().address())
                .isEqualTo(1L << 38);
    }
}
