package dev.ravel.asm;

import dev.ravel.asm.Form.Argument;
import dev.ravel.asm.Form.Compression;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.InstructionSet;
import dev.ravel.isa.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The aliases that stand for exactly one instruction (RISC-V Assembly Programmer's Manual, and those that GNU {@code as}
 * has besides). A row gives the alias, then the instruction, whose words are names of its operands that occur in the alias,
 * registers, CSRs or numbers.
 */
final class PseudoInstructions {
    private static final String INTEGER = """
            nop = addi x0, x0, 0
            mv rd, rs1 = addi rd, rs1, 0
            move rd, rs1 = addi rd, rs1, 0
            not rd, rs1 = xori rd, rs1, -1
            neg rd, rs2 = sub rd, x0, rs2
            negw rd, rs2 = subw rd, x0, rs2
            sext.w rd, rs1 = addiw rd, rs1, 0
            zext.b rd, rs1 = andi rd, rs1, 255
            seqz rd, rs1 = sltiu rd, rs1, 1
            snez rd, rs2 = sltu rd, x0, rs2
            sltz rd, rs1 = slt rd, rs1, x0
            sgtz rd, rs2 = slt rd, x0, rs2
            sgt rd, rs2, rs1 = slt rd, rs1, rs2
            sgtu rd, rs2, rs1 = sltu rd, rs1, rs2
            add rd, rs1, imm = addi rd, rs1, imm
            addw rd, rs1, imm = addiw rd, rs1, imm
            and rd, rs1, imm = andi rd, rs1, imm
            or rd, rs1, imm = ori rd, rs1, imm
            xor rd, rs1, imm = xori rd, rs1, imm
            slt rd, rs1, imm = slti rd, rs1, imm
            sltu rd, rs1, imm = sltiu rd, rs1, imm
            sll rd, rs1, shamt = slli rd, rs1, shamt
            srl rd, rs1, shamt = srli rd, rs1, shamt
            sra rd, rs1, shamt = srai rd, rs1, shamt
            sllw rd, rs1, shamt = slliw rd, rs1, shamt
            srlw rd, rs1, shamt = srliw rd, rs1, shamt
            sraw rd, rs1, shamt = sraiw rd, rs1, shamt
            beqz rs1, offset = beq rs1, x0, offset
            bnez rs1, offset = bne rs1, x0, offset
            blez rs2, offset = bge x0, rs2, offset
            bgez rs1, offset = bge rs1, x0, offset
            bltz rs1, offset = blt rs1, x0, offset
            bgtz rs2, offset = blt x0, rs2, offset
            bgt rs2, rs1, offset = blt rs1, rs2, offset
            ble rs2, rs1, offset = bge rs1, rs2, offset
            bgtu rs2, rs1, offset = bltu rs1, rs2, offset
            bleu rs2, rs1, offset = bgeu rs1, rs2, offset
            j offset = jal x0, offset
            jal offset = jal x1, offset
            jr rs1 = jalr x0, 0(rs1)
            jr imm(rs1) = jalr x0, imm(rs1)
            jr rs1, imm = jalr x0, imm(rs1)
            jalr rs1 = jalr x1, 0(rs1)
            jalr rd, rs1 = jalr rd, 0(rs1)
            jalr imm(rs1) = jalr x1, imm(rs1)
            jalr rs1, imm = jalr x1, imm(rs1)
            jalr rd, rs1, imm = jalr rd, imm(rs1)
            ret = jalr x0, 0(x1)
            fence = fence 15, 15
            scall = ecall
            sbreak = ebreak
            sfence.vma = sfence.vma x0, x0
            sfence.vma rs1 = sfence.vma rs1, x0
            """;

    private static final String CSRS = """
            csrr rd, csr = csrrs rd, csr, x0
            csrw csr, rs1 = csrrw x0, csr, rs1
            csrs csr, rs1 = csrrs x0, csr, rs1
            csrc csr, rs1 = csrrc x0, csr, rs1
            csrwi csr, zimm = csrrwi x0, csr, zimm
            csrsi csr, zimm = csrrsi x0, csr, zimm
            csrci csr, zimm = csrrci x0, csr, zimm
            csrw csr, zimm = csrrwi x0, csr, zimm
            csrs csr, zimm = csrrsi x0, csr, zimm
            csrc csr, zimm = csrrci x0, csr, zimm
            csrrw rd, csr, zimm = csrrwi rd, csr, zimm
            csrrs rd, csr, zimm = csrrsi rd, csr, zimm
            csrrc rd, csr, zimm = csrrci rd, csr, zimm
            unimp = csrrw x0, cycle, x0
            rdcycle rd = csrrs rd, cycle, x0
            rdtime rd = csrrs rd, time, x0
            rdinstret rd = csrrs rd, instret, x0
            frcsr rd = csrrs rd, fcsr, x0
            frsr rd = csrrs rd, fcsr, x0
            fscsr rs1 = csrrw x0, fcsr, rs1
            fscsr rd, rs1 = csrrw rd, fcsr, rs1
            fssr rs1 = csrrw x0, fcsr, rs1
            fssr rd, rs1 = csrrw rd, fcsr, rs1
            frrm rd = csrrs rd, frm, x0
            fsrm rs1 = csrrw x0, frm, rs1
            fsrm rd, rs1 = csrrw rd, frm, rs1
            fsrmi zimm = csrrwi x0, frm, zimm
            fsrmi rd, zimm = csrrwi rd, frm, zimm
            frflags rd = csrrs rd, fflags, x0
            fsflags rs1 = csrrw x0, fflags, rs1
            fsflags rd, rs1 = csrrw rd, fflags, rs1
            fsflagsi zimm = csrrwi x0, fflags, zimm
            fsflagsi rd, zimm = csrrwi rd, fflags, zimm
            """;

    private static final String FLOAT = """
            fmv.F fd, fs1 = fsgnj.F fd, fs1, fs1
            fabs.F fd, fs1 = fsgnjx.F fd, fs1, fs1
            fneg.F fd, fs1 = fsgnjn.F fd, fs1, fs1
            fgt.F rd, fs2, fs1 = flt.F rd, fs1, fs2
            fge.F rd, fs2, fs1 = fle.F rd, fs1, fs2
            fgtq.F rd, fs2, fs1 = fltq.F rd, fs1, fs2
            fgeq.F rd, fs2, fs1 = fleq.F rd, fs1, fs2
            """;

    private static final String OTHER = """
            fmv.x.s rd, fs1 = fmv.x.w rd, fs1
            fmv.s.x fd, rs1 = fmv.w.x fd, rs1
            zext.w rd, rs1 = add.uw rd, rs1, x0
            ror rd, rs1, shamt = rori rd, rs1, shamt
            rorw rd, rs1, shamt = roriw rd, rs1, shamt
            bclr rd, rs1, shamt = bclri rd, rs1, shamt
            bext rd, rs1, shamt = bexti rd, rs1, shamt
            binv rd, rs1, shamt = binvi rd, rs1, shamt
            bset rd, rs1, shamt = bseti rd, rs1, shamt
            c.ntl.p1 = c.add x0, x2
            c.ntl.pall = c.add x0, x3
            c.ntl.s1 = c.add x0, x4
            c.ntl.all = c.add x0, x5
            """;

    private PseudoInstructions() {}

    /** The aliases of the instructions that the set has. */
    static List<Form> of(InstructionSet instructions) {
        var forms = new ArrayList<Form>(160);
        add(INTEGER, instructions, forms);
        add(CSRS, instructions, forms);
        for (String format : List.of("s", "d", "h")) {
            add(FLOAT.replace(".F", "." + format), instructions, forms);
        }
        add(OTHER, instructions, forms);
        return forms;
    }

    private static void add(String rows, InstructionSet instructions, List<Form> forms) {
        int start = 0;
        while (start < rows.length()) {
            int end = rows.indexOf('\n', start);
            int equals = rows.indexOf(" = ", start);
            List<String> alias = words(rows, start, equals);
            List<String> meaning = words(rows, equals + 3, end);
            instructions
                    .byMnemonic(meaning.getFirst())
                    .ifPresent(base -> forms.add(form(alias, meaning, base)));
            start = end + 1;
        }
    }

    private static Form form(List<String> alias, List<String> meaning, Instruction base) {
        String mnemonic = alias.getFirst();
        var names = new ArrayList<String>();
        var operands = new ArrayList<Operand>();
        var syntax = new StringBuilder();
        for (String word : alias.subList(1, alias.size())) {
            if (Lexer.isNameStart(word.charAt(0))) {
                syntax.append('%');
                names.add(word);
                operands.add(operand(base, word, mnemonic));
            } else {
                syntax.append(word);
            }
        }
        var arguments = new ArrayList<Argument>();
        for (String word : meaning.subList(1, meaning.size())) {
            if (Lexer.isNamePart(word.charAt(0)) || word.charAt(0) == '-') {
                int written = names.indexOf(word);
                arguments.add(written >= 0 ? Argument.written(written) : Argument.constant(constant(word)));
            }
        }
        if (arguments.size() != base.operands().size()) {
            throw new IllegalArgumentException(mnemonic + ": " + base + " has " + base.operands().size() + " operands");
        }
        return new Form(mnemonic, syntax.toString(), operands, base, arguments, compression(mnemonic, operands));
    }

    private static Compression compression(String mnemonic, List<Operand> operands) {
        boolean jumpWithOperands = (mnemonic.equals("jr") || mnemonic.equals("jalr")) && operands.size() > 1;
        if (jumpWithOperands) {
            return Compression.NONE;
        }
        return mnemonic.equals("mv") || mnemonic.equals("move") ? Compression.MOVE : Compression.ANY;
    }

    private static Operand operand(Instruction base, String name, String mnemonic) {
        for (Operand operand : base.operands()) {
            if (operand.name().equals(name)) {
                return operand;
            }
        }
        throw new IllegalArgumentException(mnemonic + ": " + base + " has no operand " + name);
    }

    private static long constant(String word) {
        OptionalInt register = Registers.x(word);
        if (register.isPresent()) {
            return register.getAsInt();
        }
        OptionalInt csr = CsrNumber.byName(word);
        return csr.isPresent() ? csr.getAsInt() : Long.parseLong(word);
    }

    /** The words between two indices, punctuation as words of their own. */
    private static List<String> words(String rows, int start, int end) {
        var words = new ArrayList<String>(6);
        int i = start;
        while (i < end) {
            int from = i;
            char c = rows.charAt(i);
            while (i < end && (Lexer.isNamePart(rows.charAt(i)) || rows.charAt(i) == '-')) {
                i++;
            }
            if (i > from) {
                words.add(rows.substring(from, i));
            } else {
                if (c != ' ') {
                    words.add(String.valueOf(c));
                }
                i++;
            }
        }
        return words;
    }
}
