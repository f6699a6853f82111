package dev.ravel.isa;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** Numbers and names of the control and status registers (Privileged 1.13, 2.2; Unprivileged for F, V and Zicntr). */
public final class CsrNumber {
    /** How many numbers there are: 12 bits. */
    public static final int COUNT = 4096;

    public static final int FFLAGS = 0x001;
    public static final int FRM = 0x002;
    public static final int FCSR = 0x003;

    public static final int CYCLE = 0xc00;
    public static final int TIME = 0xc01;
    public static final int INSTRET = 0xc02;
    /** The first of 29; {@code hpmcounter3}. */
    public static final int HPMCOUNTER3 = 0xc03;

    public static final int SSTATUS = 0x100;
    public static final int SIE = 0x104;
    public static final int STVEC = 0x105;
    public static final int SCOUNTEREN = 0x106;
    public static final int SENVCFG = 0x10a;
    public static final int SSCRATCH = 0x140;
    public static final int SEPC = 0x141;
    public static final int SCAUSE = 0x142;
    public static final int STVAL = 0x143;
    public static final int SIP = 0x144;
    public static final int STIMECMP = 0x14d;
    public static final int SATP = 0x180;

    public static final int MSTATUS = 0x300;
    public static final int MISA = 0x301;
    public static final int MEDELEG = 0x302;
    public static final int MIDELEG = 0x303;
    public static final int MIE = 0x304;
    public static final int MTVEC = 0x305;
    public static final int MCOUNTEREN = 0x306;
    public static final int MENVCFG = 0x30a;
    public static final int MCOUNTINHIBIT = 0x320;
    /** The first of 29. */
    public static final int MHPMEVENT3 = 0x323;

    public static final int MSCRATCH = 0x340;
    public static final int MEPC = 0x341;
    public static final int MCAUSE = 0x342;
    public static final int MTVAL = 0x343;
    public static final int MIP = 0x344;
    /** The first of 16, of which RV64 has the even ones. */
    public static final int PMPCFG0 = 0x3a0;
    /** The first of 64. */
    public static final int PMPADDR0 = 0x3b0;

    public static final int TSELECT = 0x7a0;
    public static final int TDATA1 = 0x7a1;
    public static final int TDATA2 = 0x7a2;
    public static final int TDATA3 = 0x7a3;
    public static final int TINFO = 0x7a4;

    public static final int MCYCLE = 0xb00;
    public static final int MINSTRET = 0xb02;
    /** The first of 29. */
    public static final int MHPMCOUNTER3 = 0xb03;

    public static final int MVENDORID = 0xf11;
    public static final int MARCHID = 0xf12;
    public static final int MIMPID = 0xf13;
    public static final int MHARTID = 0xf14;
    public static final int MCONFIGPTR = 0xf15;

    /** Every register by number; RV64, so without the upper halves that RV32 has. */
    private static final Map<Integer, String> NAMES = new HashMap<>();

    private static final Map<String, Integer> NUMBERS = new HashMap<>();

    static {
        names(FFLAGS, "fflags frm fcsr");
        names(0x008, "vstart vxsat vxrm");
        names(0x00f, "vcsr");
        names(0x011, "ssp");
        names(0x015, "seed");
        names(0x017, "jvt");
        names(SSTATUS, "sstatus");
        names(SIE, "sie stvec scounteren");
        names(SENVCFG, "senvcfg");
        names(0x10c, "sstateen0 sstateen1 sstateen2 sstateen3");
        names(0x120, "scountinhibit");
        names(SSCRATCH, "sscratch sepc scause stval sip");
        names(STIMECMP, "stimecmp");
        names(0x150, "siselect sireg");
        names(0x15c, "stopei");
        names(SATP, "satp srmcfg");
        names(0x5a8, "scontext");
        names(0xdb0, "stopi");
        names(0xda0, "scountovf");
        names(0x200, "vsstatus");
        names(0x204, "vsie vstvec");
        names(0x240, "vsscratch vsepc vscause vstval vsip");
        names(0x24d, "vstimecmp");
        names(0x250, "vsiselect vsireg");
        names(0x25c, "vstopei");
        names(0x280, "vsatp");
        names(0xeb0, "vstopi");
        names(MSTATUS, "mstatus misa medeleg mideleg mie mtvec mcounteren");
        names(0x308, "mvien mvip");
        names(MENVCFG, "menvcfg");
        names(0x30c, "mstateen0 mstateen1 mstateen2 mstateen3");
        names(MCOUNTINHIBIT, "mcountinhibit");
        names(MSCRATCH, "mscratch mepc mcause mtval mip");
        names(0x34a, "mtinst mtval2");
        names(0x350, "miselect mireg");
        names(0x35c, "mtopei");
        for (int i = 0; i < 16; i += 2) {
            names(PMPCFG0 + i, "pmpcfg" + i);
        }
        for (int i = 0; i < 64; i++) {
            names(PMPADDR0 + i, "pmpaddr" + i);
        }
        names(0x600, "hstatus");
        names(0x602, "hedeleg hideleg hie htimedelta hcounteren hgeie hvien hvictl");
        names(0x60a, "henvcfg");
        names(0x60c, "hstateen0 hstateen1 hstateen2 hstateen3");
        names(0x643, "htval hip hvip hviprio1 hviprio2");
        names(0x64a, "htinst");
        names(0x680, "hgatp");
        names(0x6a8, "hcontext");
        names(0xe12, "hgeip");
        names(0x740, "mnscratch mnepc mncause");
        names(0x744, "mnstatus");
        names(0x747, "mseccfg");
        names(TSELECT, "tselect tdata1 tdata2 tdata3 tinfo tcontrol");
        names(0x7a8, "mcontext");
        names(0x7aa, "mscontext");
        names(0x7b0, "dcsr dpc dscratch0 dscratch1");
        names(MCYCLE, "mcycle");
        names(MINSTRET, "minstret");
        names(CYCLE, "cycle time instret");
        for (int i = 3; i < 32; i++) {
            names(MHPMEVENT3 + i - 3, "mhpmevent" + i);
            names(MHPMCOUNTER3 + i - 3, "mhpmcounter" + i);
            names(HPMCOUNTER3 + i - 3, "hpmcounter" + i);
        }
        names(0xc20, "vl vtype vlenb");
        names(MVENDORID, "mvendorid marchid mimpid mhartid mconfigptr");
        names(0xfb0, "mtopi");
    }

    private CsrNumber() {}

    private static void names(int first, String consecutive) {
        for (String name : consecutive.split(" ")) {
            NAMES.put(first, name);
            NUMBERS.put(name, first);
            first++;
        }
    }

    /** The name of a register; one that has none is written as its number: {@code 0x7c0}. */
    public static String nameOf(int number) {
        String name = NAMES.get(number);
        return name != null ? name : "0x" + Integer.toHexString(number);
    }

    /** The number of the register of that name. */
    public static OptionalInt byName(String name) {
        Integer number = NUMBERS.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** The lowest privilege that may access it: bits 9 and 8 of the number; 2 is the hypervisor's. */
    public static int privilegeOf(int number) {
        return number >> 8 & 3;
    }

    /** Whether any write is illegal: bits 11 and 10 of the number are both set. */
    public static boolean isReadOnly(int number) {
        return number >> 10 == 3;
    }
}
