# CSRs: which bits can be written, what is read-only, who may look.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

start:  machine_setup

# ------------------------------------------------------------------------------------------- the six instructions, on mscratch
        li      t0, 0x1234
        csrw    mscratch, t0
        li      t1, 0xff
        csrrw   a0, mscratch, t1
        check   1, a0, 0x1234
        li      t1, 0xf00
        csrrs   a0, mscratch, t1
        check   2, a0, 0xff
        li      t1, 0x0f0
        csrrc   a0, mscratch, t1
        check   3, a0, 0xfff
        csrrwi  a0, mscratch, 21
        check   4, a0, 0xf0f
        csrrsi  a0, mscratch, 10
        check   5, a0, 21
        csrrci  a0, mscratch, 5
        check   6, a0, 31
        csrr    a0, mscratch
        check   7, a0, 26
        mv      a0, sp
        csrrw   sp, mscratch, sp                # exchanges
        csrrw   sp, mscratch, sp
        check_same 8, sp, a0

# ----------------------------------------------------------------------------------------------------------------- identity
        csrr    a0, mhartid
        check   10, a0, 0
        csrr    a0, misa
        srli    a1, a0, 62
        check   11, a1, 2                       # 64 bits
        li      t0, 1 << 0 | 1 << 2 | 1 << 3 | 1 << 5 | 1 << 8 | 1 << 12 | 1 << 18 | 1 << 20
        and     a1, a0, t0
        check_same 12, a1, t0                   # A C D F I M S U
        csrr    a0, mvendorid
        csrr    a0, marchid
        csrr    a0, mimpid
        must_trap 13, ILLEGAL, 0xf1401073, .4byte 0xf1401073    # csrw mhartid, x0: read-only
        csrrs   a0, mhartid, x0                 # reading without writing is fine
        csrrci  a0, mhartid, 0
        must_trap 14, ILLEGAL, 0xf140d073, csrwi mhartid, 1
        must_trap 15, ILLEGAL, 0xc0006073 | 1 << 15, csrsi cycle, 1
        must_trap 16, ILLEGAL, 0x5c002573, .4byte 0x5c002573    # no such CSR
        must_trap 17, ILLEGAL, 0x7c002573, .4byte 0x7c002573

# ------------------------------------------------------------------------------------------------------------------ mstatus
        csrr    s0, mstatus
        li      t0, -1
        csrw    mstatus, t0
        csrr    a0, mstatus
        li      t0, 0x7e79aa                    # SIE MIE SPIE MPIE SPP MPP FS MPRV SUM MXR TVM TW TSR
        and     a1, a0, t0
        check_same 20, a1, t0
        srli    a1, a0, 32
        andi    a1, a1, 15
        check   21, a1, 10                      # UXL = SXL = 64 bits
        srli    a1, a0, 63
        check   22, a1, 1                       # SD, because FS is dirty
        csrw    mstatus, zero
        csrr    a0, mstatus
        li      t0, 0x7e79aa
        and     a1, a0, t0
        check   23, a1, 0
        srli    a1, a0, 63
        check   24, a1, 0
        srli    a1, a0, 32
        andi    a1, a1, 15
        check   25, a1, 10
        li      t0, 2 << 11                     # MPP has no mode 2: keeps something legal
        csrw    mstatus, t0
        csrr    a0, mstatus
        srli    a0, a0, 11
        andi    a0, a0, 3
        li      t0, 2
        bne     a0, t0, 1f
        failed  26
1:      csrw    mstatus, s0

# sstatus is a window on it
        li      t0, -1
        csrw    sstatus, t0
        csrr    a0, mstatus
        li      t0, 0xc6122                     # SIE SPIE SPP FS SUM MXR
        and     a1, a0, t0
        check_same 27, a1, t0
        li      t0, 0x721888                    # and of what is not in the window nothing changed
        and     a1, a0, t0
        and     a2, s0, t0
        check_same 28, a1, a2
        csrw    sstatus, zero
        csrr    a0, sstatus
        li      t0, 0xc6122
        and     a1, a0, t0
        check   29, a1, 0

# ------------------------------------------------------------------------------------------------- vectors, epc, delegation
        li      t0, RAM + 1
        csrw    stvec, t0
        csrr    a0, stvec
        check_same 30, a0, t0                   # vectored
        li      t0, RAM + 2                     # a reserved mode is not kept
        csrw    stvec, t0
        csrr    a0, stvec
        andi    a0, a0, 2
        check   31, a0, 0
        li      t0, RAM + 3
        csrw    mepc, t0
        csrr    a0, mepc
        li      t0, RAM + 2                     # bit 0 is always 0
        check_same 32, a0, t0
        csrw    sepc, t0
        csrr    a0, sepc
        check_same 33, a0, t0
        li      t0, -1
        csrw    medeleg, t0
        csrr    a0, medeleg
        li      t0, 0xb1ff                      # all that can occur below M-mode; but calls from M-mode can't be delegated
        and     a1, a0, t0
        li      t1, 0xb109                      # at least these
        and     a1, a0, t1
        check_same 34, a1, t1
        li      t0, 1 << 11
        and     a1, a0, t0
        check   35, a1, 0
        csrw    medeleg, zero
        li      t0, -1
        csrw    mideleg, t0
        csrr    a0, mideleg
        li      t0, SSI | STI | SEI
        and     a1, a0, t0
        check_same 36, a1, t0
        li      t0, MSI | MTI | MEI             # machine interrupts stay
        and     a1, a0, t0
        check   37, a1, 0

# --------------------------------------------------------------------------------------------------------- interrupt enables
        li      t0, -1
        csrw    mie, t0
        csrr    a0, mie
        li      t1, SSI | STI | SEI | MSI | MTI | MEI
        and     a1, a0, t1
        check_same 40, a1, t1
        csrr    a0, sie                         # sie shows what is delegated
        and     a1, a0, t1
        check   41, a1, SSI | STI | SEI
        csrw    sie, zero
        csrr    a0, mie
        and     a1, a0, t1
        check   42, a1, MSI | MTI | MEI
        csrw    mideleg, zero
        csrw    mie, t0
        csrr    a0, sie
        and     a1, a0, t1
        check   43, a1, 0                       # nothing delegated, nothing to see
        csrw    mie, zero
        csrwi   mip, SSI
        csrr    a0, mip
        andi    a0, a0, SSI
        check   44, a0, SSI
        csrr    a0, sip
        andi    a0, a0, SSI
        check   45, a0, 0
        csrwi   mip, 0
        li      t0, MSI | MTI | MEI             # these follow the devices, not us
        csrw    mip, t0
        csrr    a0, mip
        and     a0, a0, t0
        li      t0, MTI                         # (mtimecmp may be below mtime after reset)
        not     t0, t0
        and     a0, a0, t0
        check   46, a0, 0

# ----------------------------------------------------------------------------------------------------------------- counters
        csrr    a0, minstret                    # one more for each instruction
        csrr    a1, minstret
        sub     a0, a1, a0
        check   50, a0, 1
        li      t0, 1000
        csrw    minstret, t0
        csrr    a0, minstret
        check   51, a0, 1000
        nop
        csrr    a0, minstret
        bgtu    a0, t0, 1f
        failed  52
1:      csrr    a0, mcycle
        csrr    a1, mcycle
        bgtu    a1, a0, 1f
        failed  53
1:      li      t0, 4
        csrw    mcountinhibit, t0
        csrr    a0, minstret
        nop
        csrr    a1, minstret
        check_same 54, a0, a1
        csrw    mcountinhibit, zero

        li      t0, -1
        csrw    mcounteren, t0
        csrw    scounteren, t0
        enter_mode 0
        rdcycle a0
        rdtime  a0
        rdinstret a0
        enter_machine_mode
        li      t0, 5
        csrw    scounteren, t0                  # time off for U-mode
        enter_mode 0
        rdcycle a0
        must_trap 55, ILLEGAL, 0xc0102573, rdtime a0
        enter_machine_mode
        enter_mode 1
        rdtime  a0                              # not for S-mode
        enter_machine_mode
        li      t0, 3
        csrw    mcounteren, t0                  # instret off for both
        enter_mode 1
        must_trap 56, ILLEGAL, 0xc0202573, rdinstret a0
        enter_machine_mode
        enter_mode 0
        must_trap 57, ILLEGAL, 0xc0202573, rdinstret a0
        enter_machine_mode
        rdinstret a0                            # never for M-mode
        li      t0, 7
        csrw    mcounteren, t0

# --------------------------------------------------------------------------------------------------------------------- satp
        csrw    satp, zero
        li      t0, 1 << 60                     # mode 1 is reserved: the whole write is ignored
        ori     t0, t0, 5
        csrw    satp, t0
        csrr    a0, satp
        check   60, a0, 0
        li      t0, 8 << 60
        csrw    satp, t0
        csrr    a0, satp
        check_same 61, a0, t0
        csrw    satp, zero

# ------------------------------------------------------------------------------------------------- floating-point control
        csrw    mstatus, zero
        must_trap 70, ILLEGAL, 0x00302573, csrr a0, fcsr
        must_trap 71, ILLEGAL, 0x00101073, .4byte 0x00101073
        li      t0, 1 << 13
        csrs    mstatus, t0
        li      t0, -1
        csrw    fcsr, t0
        csrr    a0, fcsr
        check   72, a0, 0xff
        csrr    a0, frm
        check   73, a0, 7
        csrr    a0, fflags
        check   74, a0, 31
        csrwi   frm, 2
        csrr    a0, fcsr
        check   75, a0, 0x5f
        csrwi   fflags, 0
        csrr    a0, fcsr
        check   76, a0, 0x40
        csrr    a0, mstatus
        srli    a0, a0, 63
        check   77, a0, 1                       # a write makes the state dirty
        passed
