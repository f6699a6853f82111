# Misaligned accesses at the edges: of memory, of devices, of what may be accessed.
#
# RAM has 128 MiB here, and nothing follows it.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

        .equ    END, RAM + 0x8000000

start:  machine_setup

# ----------------------------------------------------------------------------------------------------------- the end of RAM
        li      s0, END
        li      t0, 0x1122334455667788
        sd      t0, -8(s0)
        ld      a0, -8(s0)
        check_same 1, a0, t0
        must_trap_at 2, LOAD_ACCESS, s0, lb a0, (s0)
        must_trap_at 3, STORE_ACCESS, s0, sb a0, (s0)

# an access of which some bytes are there and some are not
        addi    s1, s0, -4
        li      a0, 99
        .macro  partly number, cause, instruction:vararg
        lla     s9, 78f
        lla     s10, 79f
        li      s8, \cause
        csrw    mscratch, zero
        lla     t0, partly_trap
        csrw    mtvec, t0
        li      gp, \number
78:     \instruction
        failed  \number
79:     lla     t0, machine_trap
        csrw    mtvec, t0
        .endm
        partly  4, LOAD_ACCESS, ld a0, (s1)
        check   5, a0, 99
        li      a0, -1
        partly  6, STORE_ACCESS, sd a0, (s1)
        lwu     a0, -4(s0)
        check   7, a0, 0x11223344
        lwu     a0, -8(s0)
        check   8, a0, 0x55667788

# ------------------------------------------------------------------------------------------------- every offset over a boundary
        lla     s2, page_edge
        li      s3, -8
1:      add     s4, s2, s3
        li      t0, 0x1020304050607080
        sd      zero, -8(s2)
        sd      zero, (s2)
        sd      t0, (s4)
        ld      a0, (s4)
        check_same 20, a0, t0
        lhu     a0, 3(s4)
        check   21, a0, 0x4050
        lw      a0, 1(s4)
        check   22, a0, 0x40506070
        addi    s3, s3, 1
        li      t0, 1
        bne     s3, t0, 1b
        passed

# As machine_trap, for traps that may report the first byte of the access or the first byte that failed.
        .balign 4
partly_trap:
        csrr    t5, mcause
        mv      t6, s8
        bne     t5, t6, wrong_trap
        csrr    t5, mepc
        mv      t6, s9
        bne     t5, t6, wrong_trap
        csrr    t5, mtval
        beq     t5, s0, 1f
        mv      t6, s1
        bne     t5, t6, wrong_trap
1:      csrw    mepc, s10
        li      s10, -1
        mret

        .balign 4096
        .zero   4096
page_edge:
        .zero   8
