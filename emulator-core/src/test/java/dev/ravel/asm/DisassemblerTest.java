package dev.ravel.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.instruction.OperandText;
import dev.ravel.extension.Extensions;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisassemblerTest {
    private final Disassembler plain = new Disassembler(Extensions.RV64, Disassembler.Style.PLAIN);
    private final Disassembler exact = new Disassembler(Extensions.RV64, Disassembler.Style.EXACT);

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0x00008067; jalr x0,0(x1); ret",
                "0x00008082; c.jr x1; ret",
                "0x00000513; addi x10,x0,0; li a0,0",
                "0x0000852e; c.mv x10,x11; mv a0,a1",
                "0xfff54513; xori x10,x10,-1; not a0,a0",
                "0x06b6372f; amoadd.d.aqrl x14,x11,(x12); amoadd.d.aqrl a4,a1,(a2)",
                "0x30001073; csrrw x0,mstatus,x0; csrw mstatus,zero",
                "0x7c002573; csrrs x10,0x7c0,x0; csrr a0,0x7c0",
                "0x0ff0000f; fence iorw,iorw; fence",
                "0x0330000f; fence rw,rw; fence rw,rw",
                "0xfe000ee3; beq x0,x0,0x7ffffffc; beqz zero,0x7ffffffc",
                "0x02c5f553; fadd.d f10,f11,f12; fadd.d fa0,fa1,fa2",
                "0x02c59553; fadd.d f10,f11,f12,rtz; fadd.d fa0,fa1,fa2,rtz",
                "0xf2108553; fli.d f10,min; fli.d fa0,min",
                "0x00002001; .2byte 0x2001; .2byte 0x2001",
                "0xffffffff; .4byte 0xffffffff; .4byte 0xffffffff",
                "0x00000000; .2byte 0x0; .2byte 0x0",
            })
    void writesInBothStyles(String bits, String exactly, String plainly) {
        int word = Integer.parseUnsignedInt(bits.substring(2), 16);
        assertThat(exact.disassemble(word, 0x8000_0000L).replace('\t', ' ')).isEqualTo(exactly);
        assertThat(plain.disassemble(word, 0x8000_0000L).replace('\t', ' ')).isEqualTo(plainly);
    }

    @Test
    void everyInstructionBeginsWithItsMnemonic() {
        for (Instruction instruction : Extensions.RV64.all()) {
            long[] values = instruction.operands().stream()
                    .mapToLong(DisassemblerTest::anyValue)
                    .toArray();
            String text = exact.disassemble(instruction.encode(values), 0x1_0000);
            assertThat(text.split("\t")[0]).isEqualTo(instruction.mnemonic());
        }
    }

    /** Some value that is allowed, no special register if any other is. */
    private static long anyValue(Operand operand) {
        int scale = operand.kind() == Operand.Kind.UPPER_IMMEDIATE ? 12 : 0;
        return LongStream.concat(LongStream.range(6, 64), LongStream.range(0, 6))
                .map(value -> value << scale)
                .filter(operand::accepts)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void constantsOfFliAreFoundInAnySpelling() {
        for (int index = 0; index < 32; index++) {
            assertThat(OperandText.floatConstant(OperandText.floatConstant(index)))
                    .hasValue(index);
        }
        assertThat(OperandText.floatConstant("1")).hasValue(16);
        assertThat(OperandText.floatConstant("6.5536e4")).hasValue(29);
        assertThat(OperandText.floatConstant("1.1")).isEmpty();
    }
}
