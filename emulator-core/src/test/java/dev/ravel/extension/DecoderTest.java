package dev.ravel.extension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reserved encodings, hints and fields to be ignored, as the specification has them. */
class DecoderTest {

    private static Decoded decode(String bits) {
        return Extensions.RV64.decode(Integer.parseUnsignedInt(bits.substring(2), 16));
    }

    @ParameterizedTest
    @CsvSource({
        "0x0000, all zeros",
        "0x0004, c.addi4spn by 0",
        "0x2001, c.addiw to x0",
        "0x6101, c.addi16sp by 0",
        "0x6501, c.lui of 0",
        "0x4002, c.lwsp to x0",
        "0x6002, c.ldsp to x0",
        "0x8002, c.jr x0",
        "0x9c7d, reserved beside c.not",
        "0x8c40, c.sh with bit 6 set",
        "0x9000, reserved in quadrant 0",
    })
    void reservedCompressedEncodingsAreIllegal(String bits, String why) {
        Decoded decoded = decode(bits);
        assertThat(decoded.isLegal()).as(why).isFalse();
        assertThat(decoded.instruction().operation()).isInstanceOf(Operation.Illegal.class);
        assertThat(decoded.length()).isEqualTo(2);
        assertThat(decoded.bits()).isEqualTo(Integer.parseInt(bits.substring(2), 16));
    }

    @ParameterizedTest
    @CsvSource({
        "0xffffffff, all ones",
        "0x0000001f, 48 bits long",
        "0x0000007f, at least 80 bits long",
        "0x0205151b, slliw with shamt 32",
        "0x4205551b, sraiw with shamt 32",
        "0x04051513, slli with bit 26 set",
        "0x02c5d553, fadd.d with rounding mode 5",
        "0x02c5e553, fadd.d with rounding mode 6",
        "0x28b545af, amocas.q to an odd register",
        "0x28b5452f, amocas.q from an odd register",
        "0x1015252f, lr.w with rs2",
        "0x00001067, jalr with funct3 1",
        "0x00002063, branch with funct3 2",
        "0x00007003, load with funct3 7",
        "0x00004023, store with funct3 4",
    })
    void reservedEncodingsAreIllegal(String bits, String why) {
        Decoded decoded = decode(bits);
        assertThat(decoded.isLegal()).as(why).isFalse();
        assertThat(decoded.instruction().operation()).isInstanceOf(Operation.Illegal.class);
        assertThat(decoded.length()).isEqualTo(4);
        assertThat(decoded.bits()).isEqualTo(Integer.parseUnsignedInt(bits.substring(2), 16));
    }

    @ParameterizedTest
    @CsvSource({
        "0x0005, addi, c.nop with an immediate",
        "0x0501, addi, c.addi by 0",
        "0x4005, addi, c.li to x0",
        "0x6005, lui, c.lui to x0",
        "0x802e, add, c.mv to x0",
        "0x902e, add, c.add to x0",
        "0x0002, slli, c.slli of x0 by 0",
        "0x0502, slli, c.slli by 0",
        "0x8101, srli, c.srli by 0",
        "0x00000013, addi, nop",
        "0x00100013, addi, addi to x0",
        "0x00056013, prefetch.i, ori to x0",
        "0x00256013, ori, ori to x0 that is no prefetch",
        "0x00200033, ntl.p1, add to x0",
        "0x0100000f, pause, fence w without successors",
        "0x0000000f, fence, fence of nothing",
        "0x4ff5878f, fence, fence with reserved fields",
        "0x8330000f, fence.tso, fence with mode TSO",
        "0x0ff5978f, fence.i, fence.i with reserved fields",
        "0x160525af, lr.w, lr with aq and rl",
    })
    void hintsAndIgnoredFieldsAreLegal(String bits, String mnemonic, String why) {
        assertThat(decode(bits).instruction().mnemonic()).as(why).isEqualTo(mnemonic);
    }

    @Test
    void onlyTheLowHalfOfACompressedInstructionCounts() {
        Decoded decoded = decode("0xdead852e");
        assertThat(decoded).isEqualTo(decode("0x0000852e"));
        assertThat(decoded.bits()).isEqualTo(0x852e);
        assertThat(decoded.length()).isEqualTo(2);
        assertThat(decoded.instruction().mnemonic()).isEqualTo("add");
        assertThat(decoded.rd()).isEqualTo(10);
        assertThat(decoded.rs1()).isZero();
        assertThat(decoded.rs2()).isEqualTo(11);
    }

    @Test
    void fieldsOfSpecialKindsArriveWhereTheyAreSaidTo() {
        Decoded csrrsi = decode("0x3002e573");
        assertThat(csrrsi.imm()).isEqualTo(0x300);
        assertThat(csrrsi.rs1()).isEqualTo(5);
        assertThat(decode("0x0ff0000f").imm()).isEqualTo(0xff);
        assertThat(decode("0x0120000f").imm()).isEqualTo(0x12);
        assertThat(decode("0x02c5f553").roundingMode()).isEqualTo(7);
        assertThat(decode("0xfffff537").imm()).isEqualTo(-0x1000);
    }

    @Test
    void compressedFloatingPointInstructionsAreKnownAsSuch() {
        for (Instruction instruction : Extensions.RV64.all()) {
            boolean named = instruction.mnemonic().matches("(c\\.)?f(?!ence).*");
            assertThat(instruction.usesFloat()).as(instruction.mnemonic()).isEqualTo(named);
        }
    }
}
