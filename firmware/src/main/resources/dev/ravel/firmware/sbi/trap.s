# Part 4 of 10: the way into M-mode and back.
#
# A trap (an exception such as `ecall`, or an interrupt) takes the hart from wherever it is to trap_entry, with all
# registers still holding the values of whoever was running. Not one of them is free to point at memory where they could
# be kept: that is what mscratch is for. While lower modes run it holds the address of this hart's block; while M-mode runs
# it is 0.

        .balign 4                               # mtvec has room for a multiple of four only
trap_entry:
        csrrw   sp, mscratch, sp                # sp = the block, mscratch = the interrupted program's sp
        beqz    sp, trap_in_firmware
        sd      x1, 1 * 8(sp)
        sd      x3, 3 * 8(sp)
        sd      x4, 4 * 8(sp)
        sd      x5, 5 * 8(sp)
        sd      x6, 6 * 8(sp)
        sd      x7, 7 * 8(sp)
        sd      x8, 8 * 8(sp)
        sd      x9, 9 * 8(sp)
        sd      x10, 10 * 8(sp)
        sd      x11, 11 * 8(sp)
        sd      x12, 12 * 8(sp)
        sd      x13, 13 * 8(sp)
        sd      x14, 14 * 8(sp)
        sd      x15, 15 * 8(sp)
        sd      x16, 16 * 8(sp)
        sd      x17, 17 * 8(sp)
        sd      x18, 18 * 8(sp)
        sd      x19, 19 * 8(sp)
        sd      x20, 20 * 8(sp)
        sd      x21, 21 * 8(sp)
        sd      x22, 22 * 8(sp)
        sd      x23, 23 * 8(sp)
        sd      x24, 24 * 8(sp)
        sd      x25, 25 * 8(sp)
        sd      x26, 26 * 8(sp)
        sd      x27, 27 * 8(sp)
        sd      x28, 28 * 8(sp)
        sd      x29, 29 * 8(sp)
        sd      x30, 30 * 8(sp)
        sd      x31, 31 * 8(sp)
        csrrw   t0, mscratch, zero              # from here on mscratch is 0: in M-mode
        sd      t0, 2 * 8(sp)
        csrr    t0, mepc
        sd      t0, HART_MEPC(sp)
        csrr    t0, mstatus
        sd      t0, HART_MSTATUS(sp)
        mv      s0, sp
        addi    sp, sp, HART_SIZE

        csrr    t0, mcause
        bltz    t0, interrupt                   # the top bit tells interrupts from exceptions
        li      t1, CAUSE_ECALL_S
        beq     t0, t1, sbi_call                # sbi.s

        # An exception that the hart could not delegate: hand it down by hand.
        mv      a0, t0
        csrr    a1, mtval
        j       redirect

interrupt:
        slli    t0, t0, 1                       # drop the top bit
        srli    t0, t0, 1
        li      t1, CAUSE_MSI
        beq     t0, t1, 1f
        li      t1, CAUSE_MTI
        beq     t0, t1, 2f
        mv      a0, s0                          # no other is enabled
        j       panic
1:      call    take_events                     # ipi.s
        j       leave
2:      call    timer_fired                     # timer.s
        # and go on at `leave`

# Back to where the hart's block says.
leave:
        ld      t0, HART_MEPC(s0)
        csrw    mepc, t0
        ld      t0, HART_MSTATUS(s0)
        csrw    mstatus, t0
        csrw    mscratch, s0
        mv      sp, s0
        ld      x1, 1 * 8(sp)
        ld      x3, 3 * 8(sp)
        ld      x4, 4 * 8(sp)
        ld      x5, 5 * 8(sp)
        ld      x6, 6 * 8(sp)
        ld      x7, 7 * 8(sp)
        ld      x8, 8 * 8(sp)
        ld      x9, 9 * 8(sp)
        ld      x10, 10 * 8(sp)
        ld      x11, 11 * 8(sp)
        ld      x12, 12 * 8(sp)
        ld      x13, 13 * 8(sp)
        ld      x14, 14 * 8(sp)
        ld      x15, 15 * 8(sp)
        ld      x16, 16 * 8(sp)
        ld      x17, 17 * 8(sp)
        ld      x18, 18 * 8(sp)
        ld      x19, 19 * 8(sp)
        ld      x20, 20 * 8(sp)
        ld      x21, 21 * 8(sp)
        ld      x22, 22 * 8(sp)
        ld      x23, 23 * 8(sp)
        ld      x24, 24 * 8(sp)
        ld      x25, 25 * 8(sp)
        ld      x26, 26 * 8(sp)
        ld      x27, 27 * 8(sp)
        ld      x28, 28 * 8(sp)
        ld      x29, 29 * 8(sp)
        ld      x30, 30 * 8(sp)
        ld      x31, 31 * 8(sp)
        ld      sp, 2 * 8(sp)
        mret

# Gives S-mode the exception with cause a0 and value a1, as the hart would have done itself had it been delegated.
redirect:
        csrw    scause, a0
        csrw    stval, a1
        ld      t0, HART_MEPC(s0)
        csrw    sepc, t0
        csrr    t0, stvec                       # exceptions go to its base, whatever its mode in the low bits
        andi    t0, t0, -4
        sd      t0, HART_MEPC(s0)

        ld      t0, HART_MSTATUS(s0)
        srli    t1, t0, 11
        andi    t1, t1, 1                       # MPP is S or U:
        slli    t1, t1, 8                       #   it becomes SPP
        slli    t2, t0, 4
        andi    t2, t2, MSTATUS_SPIE            # SIE becomes SPIE
        or      t1, t1, t2
        li      t2, ~(MSTATUS_SPP | MSTATUS_SPIE | MSTATUS_SIE | MSTATUS_MPP)
        and     t0, t0, t2
        or      t0, t0, t1
        li      t1, MODE_S << 11
        or      t0, t0, t1
        sd      t0, HART_MSTATUS(s0)
        j       leave

# A trap while mscratch is 0: the firmware itself went wrong. Keep what the registers hold, then say so.
trap_in_firmware:
        csrrw   sp, mscratch, sp                # swap back: sp as it was
        csrw    mscratch, t0
        lla     t0, panic_registers
        sd      x1, 1 * 8(t0)
        sd      x2, 2 * 8(t0)
        sd      x8, 8 * 8(t0)
        sd      x10, 10 * 8(t0)
        sd      x11, 11 * 8(t0)
        sd      x16, 16 * 8(t0)
        sd      x17, 17 * 8(t0)
        mv      a0, t0
        j       panic                           # console.s
