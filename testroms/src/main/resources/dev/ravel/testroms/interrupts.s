# Interrupts of the CLINT: pending, enabled, taken in the right order and mode; wfi.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

        .equ    NEVER, 1 << 55

start:  machine_setup
        li      s0, CLINT
        li      s1, CLINT_MTIMECMP
        li      s2, CLINT_MTIME
        li      t0, NEVER
        sd      t0, (s1)
        sw      zero, (s0)
        csrw    mie, zero
        csrw    mideleg, zero

# ---------------------------------------------------------------------------------------------------------------- registers
        li      t0, -1
        sw      t0, (s0)
        lw      a0, (s0)
        check   1, a0, 1                        # msip has one bit
        csrr    a0, mip
        andi    a0, a0, MSI
        check   2, a0, MSI
        sw      zero, (s0)
        csrr    a0, mip
        andi    a0, a0, MSI
        check   3, a0, 0
        li      t0, 0x1122334455667788
        sd      t0, (s1)
        ld      a0, (s1)
        check_same 4, a0, t0
        li      t1, -2
        sw      t1, 4(s1)                       # by halves as well
        lwu     a0, (s1)
        check   5, a0, 0x55667788
        lw      a0, 4(s1)
        check   6, a0, -2
        ld      a0, (s2)                        # mtime runs, and `time` is the same clock
1:      ld      a1, (s2)
        beq     a0, a1, 1b
        rdtime  a0
        ld      a1, (s2)
        rdtime  a2
        bgeu    a1, a0, 2f
        failed  7
2:      bgeu    a2, a1, 3f
        failed  8
3:

# ----------------------------------------------------------------------------------------------------- pending is not enough
        lla     t0, handler
        csrw    mtvec, t0
        li      s3, 0                           # causes that the handler saw, the last in the low byte
        li      t0, 1
        sw      t0, (s0)
        csrsi   mstatus, 1 << 3                 # MIE without mie
        nop
        check   10, s3, 0
        csrci   mstatus, 1 << 3
        csrwi   mie, MSI                        # mie without MIE
        nop
        check   11, s3, 0
        csrsi   mstatus, 1 << 3                 # both: at once
        check   12, s3, 0x83
        csrr    a0, mstatus
        andi    a0, a0, 1 << 3
        check   13, a0, 1 << 3                  # mret gave MIE back

# ---------------------------------------------------------------------------------------------------------------- the timer
        li      s3, 0
        li      t0, MTI
        csrw    mie, t0
        ld      t1, (s2)
        addi    t1, t1, 1000
        sd      t1, (s1)
        mv      s4, t1
1:      beqz    s3, 1b                          # interrupts a loop
        check   20, s3, 0x87
        ld      t0, (s2)
        bgeu    t0, s4, 2f
        failed  21
2:      csrr    a0, mip
        li      t0, MTI
        and     a0, a0, t0
        check   22, a0, 0                       # the handler moved mtimecmp

# --------------------------------------------------------------------------------------------------------- all at once: order
        csrci   mstatus, 1 << 3
        li      s3, 0
        li      t0, SSI | STI | SEI
        csrw    mip, t0                         # supervisor's, kept by M-mode
        li      t0, 1
        sw      t0, (s0)
        sd      zero, (s1)
        li      t0, SSI | STI | SEI | MSI | MTI
        csrw    mie, t0
        csrsi   mstatus, 1 << 3
        nop
        check   30, s3, 0x8387898185            # MSI MTI SEI SSI STI
        csrw    mie, zero
        csrci   mstatus, 1 << 3

# -------------------------------------------------------------------------------------------------------------- vectored mtvec
        lla     t0, vectors
        ori     t0, t0, 1
        csrw    mtvec, t0
        li      s3, 0
        li      t0, 1
        sw      t0, (s0)
        csrwi   mie, MSI
        csrsi   mstatus, 1 << 3
        nop
        check   40, s3, 3
        csrci   mstatus, 1 << 3
        li      s3, 0
        .4byte  0                               # exceptions go to the base
        check   41, s3, 99
        lla     t0, handler
        csrw    mtvec, t0

# ------------------------------------------------------------------------------------------------------- lower modes, delegation
        li      s3, 0
        li      t0, 1
        sw      t0, (s0)
        csrwi   mie, MSI
        csrwi   mstatus, 0                      # MIE off: yet S-mode and U-mode are interrupted
        enter_mode 0
        nop
        check   50, s3, 0x83
        ecall                                   # the handler brings us back to M-mode
        check   51, s3, 0x8308

        li      t0, SSI | STI | SEI
        csrw    mideleg, t0
        csrw    mie, t0
        lla     t0, supervisor_handler
        csrw    stvec, t0
        li      s3, 0
        li      s5, 0
        csrwi   mip, SSI
        csrsi   mstatus, 1 << 3
        nop
        check   52, s5, 0                       # M-mode isn't interrupted for S-mode
        csrci   mstatus, 1 << 3
        enter_mode 1
        nop
        check   53, s5, 0                       # nor S-mode with SIE off
        csrsi   sstatus, 1 << 1
        check   54, s5, 0x81
        csrci   sstatus, 1 << 1
        csrsi   sip, SSI                        # S-mode may write SSIP itself
        csrr    a0, sip
        andi    a0, a0, SSI
        check   55, a0, SSI
        li      t0, STI                         # but not STIP
        csrs    sip, t0
        csrr    a0, sip
        and     a0, a0, t0
        check   56, a0, 0
        ecall
        csrwi   mip, 0
        li      s5, 0
        csrwi   mip, SSI
        enter_mode 0                            # U-mode is interrupted whatever SIE says
        nop
        check   57, s5, 0x81
        ecall
        csrw    mie, zero
        csrw    mideleg, zero
        csrci   mstatus, 1 << 3

# ------------------------------------------------------------------------------------------------------------------- stimecmp
        .ifndef WITHOUT_SSTC
        li      t0, NEVER
        csrw    stimecmp, t0
        li      t0, 1 << 63                     # STCE
        csrs    menvcfg, t0
        csrwi   mcounteren, 7
        li      t1, STI
        csrr    a0, mip
        and     a0, a0, t1
        check   60, a0, 0
        csrs    mip, t1                         # STIP is the comparator's now
        csrr    a0, mip
        and     a0, a0, t1
        check   61, a0, 0
        rdtime  a0
        csrw    stimecmp, a0
        csrr    a0, mip
        and     a0, a0, t1
        check   62, a0, STI
        li      t0, NEVER
        csrw    stimecmp, t0
        csrr    a0, mip
        and     a0, a0, t1
        check   63, a0, 0
        csrw    mideleg, t1
        csrw    mie, t1
        li      s5, 0
        rdtime  a0
        addi    a0, a0, 1000
        csrw    stimecmp, a0
        enter_mode 1
        csrsi   sstatus, 1 << 1
1:      beqz    s5, 1b
        check   64, s5, 0x85
        csrci   sstatus, 1 << 1
        ecall
        lla     t0, machine_trap
        csrw    mtvec, t0
        li      t0, 1 << 63                     # without STCE it isn't S-mode's
        csrc    menvcfg, t0
        enter_mode 1
        must_trap 65, ILLEGAL, 0x14d02573, csrr a0, stimecmp
        enter_machine_mode
        csrs    menvcfg, t0                     # nor if S-mode may not read the time
        csrwi   mcounteren, 5
        enter_mode 1
        must_trap 66, ILLEGAL, 0x14d02573, csrr a0, stimecmp
        enter_machine_mode
        csrwi   mcounteren, 7
        lla     t0, handler
        csrw    mtvec, t0
        csrw    mideleg, zero
        .endif

# ------------------------------------------------------------------------------------------------------------------------ wfi
        csrw    mie, zero
        csrwi   mstatus, 0
        li      t0, 1
        sw      t0, (s0)
        csrwi   mie, MSI
        wfi                                     # pending and enabled: doesn't wait, though MIE is 0
        sw      zero, (s0)
        li      s3, 0
        li      t0, MTI
        csrw    mie, t0
        ld      t1, (s2)
        li      t0, 20000                       # 2 ms
        add     t1, t1, t0
        sd      t1, (s1)
        mv      s4, t1
1:      wfi
        csrr    t0, mip
        andi    t0, t0, MTI
        beqz    t0, 1b
        ld      t0, (s2)
        bgeu    t0, s4, 2f
        failed  70
2:      check   71, s3, 0                       # not taken
        li      t0, NEVER
        sd      t0, (s1)
        ld      t1, (s2)
        addi    t1, t1, 2000
        sd      t1, (s1)
3:      wfi                                     # with MIE 0: were it taken before wfi, nothing would end the wait
        csrsi   mstatus, 1 << 3                 # taken here if it is pending
        csrci   mstatus, 1 << 3
        beqz    s3, 3b
        check   72, s3, 0x87
        csrw    mie, zero
        passed

# Notes the cause in s3 and makes it go away. After an exception goes on behind it, in M-mode.
        .balign 4
handler:
        csrr    t5, mcause
        slli    s3, s3, 8
        andi    t6, t5, 0x7f
        or      s3, s3, t6
        bgez    t5, 1f
        ori     s3, s3, 0x80
        li      t5, 3
        bne     t6, t5, 3f
        sw      zero, (s0)
        mret
3:      li      t5, 7
        bne     t6, t5, 4f
        li      t5, NEVER
        sd      t5, (s1)
        mret
4:      li      t5, 1                           # a supervisor's: clear the bit
        sll     t5, t5, t6
        csrc    mip, t5
        mret
1:      csrr    t5, mepc
        addi    t5, t5, 4
        csrw    mepc, t5
        li      t5, 3 << 11
        csrs    mstatus, t5
        mret

        .balign 4
supervisor_handler:
        csrr    t5, scause
        slli    s5, s5, 8
        andi    t6, t5, 0x7f
        or      s5, s5, t6
        bgez    t5, 1f
        ori     s5, s5, 0x80
1:      csrci   sip, SSI
        .ifndef WITHOUT_SSTC
        li      t5, 5
        bne     t6, t5, 2f
        li      t5, NEVER
        csrw    stimecmp, t5
2:      .endif
        sret

        .balign 256
        .option push
        .option norvc
vectors:
        j       1f                              # exceptions
        j       2f                              # 1
        j       2f                              # 2
        j       3f                              # 3: machine software
        .option pop
1:      li      s3, 99
        csrr    t5, mepc
        addi    t5, t5, 4
        csrw    mepc, t5
        mret
2:      failed  42
3:      li      s3, 3
        sw      zero, (s0)
        mret
