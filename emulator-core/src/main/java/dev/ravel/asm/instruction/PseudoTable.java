package dev.ravel.asm.instruction;

import dev.ravel.isa.Instruction;
import dev.ravel.isa.InstructionSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pseudo-instructions that stand for one instruction each (the specification's tables of pseudo-instructions, and
 * those that GNU {@code as} adds). Immutable.
 */
public final class PseudoTable {
    /** Those that a disassembler shows, each before any that is more general. */
    private static final String SHOWN = """
            nop                      = addi x0, x0, 0
            li rd, imm               = addi rd, x0, imm
            mv rd, rs                = addi rd, rs, 0
            not rd, rs               = xori rd, rs, -1
            zext.b rd, rs            = andi rd, rs, 255
            neg rd, rs               = sub rd, x0, rs
            negw rd, rs              = subw rd, x0, rs
            sext.w rd, rs            = addiw rd, rs, 0
            zext.w rd, rs            = add.uw rd, rs, x0
            seqz rd, rs              = sltiu rd, rs, 1
            snez rd, rs              = sltu rd, x0, rs
            sltz rd, rs              = slt rd, rs, x0
            sgtz rd, rs              = slt rd, x0, rs
            beqz rs, offset          = beq rs, x0, offset
            bnez rs, offset          = bne rs, x0, offset
            blez rs, offset          = bge x0, rs, offset
            bgez rs, offset          = bge rs, x0, offset
            bltz rs, offset          = blt rs, x0, offset
            bgtz rs, offset          = blt x0, rs, offset
            j offset                 = jal x0, offset
            jal offset               = jal x1, offset
            ret                      = jalr x0, 0(x1)
            jr rs                    = jalr x0, 0(rs)
            jr imm(rs)               = jalr x0, imm(rs)
            jalr rs                  = jalr x1, 0(rs)
            jalr imm(rs)             = jalr x1, imm(rs)
            jalr rd, rs              = jalr rd, 0(rs)
            fence                    = fence iorw, iorw
            unimp                    = csrrw x0, cycle, x0
            rdcycle rd               = csrrs rd, cycle, x0
            rdtime rd                = csrrs rd, time, x0
            rdinstret rd             = csrrs rd, instret, x0
            frflags rd               = csrrs rd, fflags, x0
            frrm rd                  = csrrs rd, frm, x0
            frcsr rd                 = csrrs rd, fcsr, x0
            fsflags rs               = csrrw x0, fflags, rs
            fsflags rd, rs           = csrrw rd, fflags, rs
            fsrm rs                  = csrrw x0, frm, rs
            fsrm rd, rs              = csrrw rd, frm, rs
            fscsr rs                 = csrrw x0, fcsr, rs
            fscsr rd, rs             = csrrw rd, fcsr, rs
            fsflagsi rd, zimm        = csrrwi rd, fflags, zimm
            fsrmi rd, zimm           = csrrwi rd, frm, zimm
            csrr rd, csr             = csrrs rd, csr, x0
            csrw csr, rs             = csrrw x0, csr, rs
            csrs csr, rs             = csrrs x0, csr, rs
            csrc csr, rs             = csrrc x0, csr, rs
            csrwi csr, zimm          = csrrwi x0, csr, zimm
            csrsi csr, zimm          = csrrsi x0, csr, zimm
            csrci csr, zimm          = csrrci x0, csr, zimm
            sfence.vma               = sfence.vma x0, x0
            sfence.vma rs            = sfence.vma rs, x0
            fmv.h fd, fs             = fsgnj.h fd, fs, fs
            fneg.h fd, fs            = fsgnjn.h fd, fs, fs
            fabs.h fd, fs            = fsgnjx.h fd, fs, fs
            fmv.s fd, fs             = fsgnj.s fd, fs, fs
            fneg.s fd, fs            = fsgnjn.s fd, fs, fs
            fabs.s fd, fs            = fsgnjx.s fd, fs, fs
            fmv.d fd, fs             = fsgnj.d fd, fs, fs
            fneg.d fd, fs            = fsgnjn.d fd, fs, fs
            fabs.d fd, fs            = fsgnjx.d fd, fs, fs
            """;

    /** Those that a disassembler shows, but an assembler makes something else of. */
    private static final String READ = """
            mv rd, rs                = c.mv rd, rs
            """;

    /** Those that are only ever written by people. */
    private static final String WRITTEN = """
            move rd, rs              = addi rd, rs, 0
            bgt rs, rt, offset       = blt rt, rs, offset
            ble rs, rt, offset       = bge rt, rs, offset
            bgtu rs, rt, offset      = bltu rt, rs, offset
            bleu rs, rt, offset      = bgeu rt, rs, offset
            sgt rd, rs, rt           = slt rd, rt, rs
            sgtu rd, rs, rt          = sltu rd, rt, rs
            jr rs, imm               = jalr x0, imm(rs)
            jalr rs, imm             = jalr x1, imm(rs)
            jalr rd, rs, imm         = jalr rd, imm(rs)
            fsflagsi zimm            = csrrwi x0, fflags, zimm
            fsrmi zimm               = csrrwi x0, frm, zimm
            fgt.h rd, fs, ft         = flt.h rd, ft, fs
            fge.h rd, fs, ft         = fle.h rd, ft, fs
            fgt.s rd, fs, ft         = flt.s rd, ft, fs
            fge.s rd, fs, ft         = fle.s rd, ft, fs
            fgt.d rd, fs, ft         = flt.d rd, ft, fs
            fge.d rd, fs, ft         = fle.d rd, ft, fs
            fgtq.h rd, fs, ft        = fltq.h rd, ft, fs
            fgeq.h rd, fs, ft        = fleq.h rd, ft, fs
            fgtq.s rd, fs, ft        = fltq.s rd, ft, fs
            fgeq.s rd, fs, ft        = fleq.s rd, ft, fs
            fgtq.d rd, fs, ft        = fltq.d rd, ft, fs
            fgeq.d rd, fs, ft        = fleq.d rd, ft, fs
            frsr rd                  = csrrs rd, fcsr, x0
            fssr rs                  = csrrw x0, fcsr, rs
            fssr rd, rs              = csrrw rd, fcsr, rs
            fmv.x.s rd, fs           = fmv.x.w rd, fs
            fmv.s.x fd, rs           = fmv.w.x fd, rs
            scall                    = ecall
            sbreak                   = ebreak
            add rd, rs, imm          = addi rd, rs, imm
            and rd, rs, imm          = andi rd, rs, imm
            or rd, rs, imm           = ori rd, rs, imm
            xor rd, rs, imm          = xori rd, rs, imm
            slt rd, rs, imm          = slti rd, rs, imm
            sltu rd, rs, imm         = sltiu rd, rs, imm
            addw rd, rs, imm         = addiw rd, rs, imm
            sll rd, rs, shamt        = slli rd, rs, shamt
            srl rd, rs, shamt        = srli rd, rs, shamt
            sra rd, rs, shamt        = srai rd, rs, shamt
            sllw rd, rs, shamt       = slliw rd, rs, shamt
            srlw rd, rs, shamt       = srliw rd, rs, shamt
            sraw rd, rs, shamt       = sraiw rd, rs, shamt
            ror rd, rs, shamt        = rori rd, rs, shamt
            rorw rd, rs, shamt       = roriw rd, rs, shamt
            bclr rd, rs, shamt       = bclri rd, rs, shamt
            bext rd, rs, shamt       = bexti rd, rs, shamt
            binv rd, rs, shamt       = binvi rd, rs, shamt
            bset rd, rs, shamt       = bseti rd, rs, shamt
            csrw csr, zimm           = csrrwi x0, csr, zimm
            csrs csr, zimm           = csrrsi x0, csr, zimm
            csrc csr, zimm           = csrrci x0, csr, zimm
            csrrw rd, csr, zimm      = csrrwi rd, csr, zimm
            csrrs rd, csr, zimm      = csrrsi rd, csr, zimm
            csrrc rd, csr, zimm      = csrrci rd, csr, zimm
            c.ntl.p1                 = c.add x0, x2
            c.ntl.pall               = c.add x0, x3
            c.ntl.s1                 = c.add x0, x4
            c.ntl.all                = c.add x0, x5
            """;

    private final List<Pseudo> all;
    private final Map<String, List<Pseudo>> byMnemonic;

    /** The pseudo-instructions that stand for instructions of {@code set}. */
    public PseudoTable(InstructionSet set) {
        List<Pseudo> rules = new ArrayList<>();
        read(rules, set, SHOWN, true, true);
        read(rules, set, READ, true, false);
        read(rules, set, WRITTEN, false, true);
        all = List.copyOf(rules);
        byMnemonic = new HashMap<>();
        for (Pseudo pseudo : rules) {
            if (pseudo.written()) {
                byMnemonic
                        .computeIfAbsent(pseudo.mnemonic(), name -> new ArrayList<>())
                        .add(pseudo);
            }
        }
    }

    private static void read(List<Pseudo> into, InstructionSet set, String rules, boolean shown, boolean written) {
        int start = 0;
        while (start < rules.length()) {
            int end = rules.indexOf('\n', start);
            int equals = rules.indexOf(" = ", start);
            String pseudo = rules.substring(start, equals).strip();
            String meaning = rules.substring(equals + 3, end);
            int blank = meaning.indexOf(' ');
            Optional<Instruction> base = set.byMnemonic(blank < 0 ? meaning : meaning.substring(0, blank));
            if (base.isPresent()) {
                into.add(Pseudo.parse(pseudo, base.get(), meaning, shown, written));
            }
            start = end + 1;
        }
    }

    /** How many rules there are, those included whose base instruction the set does not have. */
    static long rules() {
        return SHOWN.lines().count() + READ.lines().count() + WRITTEN.lines().count();
    }

    /** All of them, the more special of those with the same base first. */
    public List<Pseudo> all() {
        return all;
    }

    /** Those of that name, in the order in which an assembler has to try their operands; often none. */
    public List<Pseudo> named(String mnemonic) {
        return List.copyOf(byMnemonic.getOrDefault(mnemonic, List.of()));
    }

    /** Those that a disassembler may show for {@code base}, in the order in which it has to try them. */
    public List<Pseudo> shownFor(Instruction base) {
        return all.stream()
                .filter(pseudo -> pseudo.shown() && pseudo.base() == base)
                .toList();
    }
}
