# Atomic memory operations and reservations, on one hart.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

start:  machine_setup
        lla     s0, scratch

# Result in rd: what was there (words sign-extended). Result in memory: the operation's.
        .macro  amo number, instruction, before, operand, after
        li      a1, \before
        li      a2, \operand
        sd      a1, (s0)
        \instruction a0, a2, (s0)
        check_same \number, a0, a1
        ld      a3, (s0)
        check   \number, a3, \after
        .endm
        amo     1, amoswap.d, 0x1122334455667788, -1, -1
        amo     2, amoadd.d, 0x7fffffffffffffff, 1, -0x8000000000000000
        amo     3, amoxor.d, 0xff00ff00ff00ff00, 0x0ff00ff00ff00ff0, 0xf0f0f0f0f0f0f0f0
        amo     4, amoand.d, 0xff00ff00ff00ff00, 0x0ff00ff00ff00ff0, 0x0f000f000f000f00
        amo     5, amoor.d, 0xff00ff00ff00ff00, 0x0ff00ff00ff00ff0, 0xfff0fff0fff0fff0
        amo     6, amomin.d, 5, -3, -3
        amo     7, amomin.d, -5, 3, -5
        amo     8, amomax.d, 5, -3, 5
        amo     9, amomax.d, -5, 3, 3
        amo     10, amominu.d, 5, -3, 5
        amo     11, amomaxu.d, 5, -3, -3
        amo     12, amoadd.d.aqrl, 1, 2, 3

        .macro  amow number, instruction, before, operand, after
        li      a1, \before                     # the upper half of the doubleword must stay
        li      a2, \operand
        sd      a1, (s0)
        \instruction a0, a2, (s0)
        sext.w  a1, a1
        check_same \number, a0, a1
        ld      a3, (s0)
        check   \number, a3, \after
        .endm
        amow    20, amoswap.w, 0x1122334480000000, 0xff12345678, 0x1122334412345678
        amow    21, amoadd.w, 0x112233447fffffff, 0xffffffff00000001, 0x1122334480000000
        amow    22, amoxor.w, 0x11223344ffff0000, 0x00ffff00, 0x11223344ff00ff00
        amow    23, amoand.w, 0x11223344ffff0000, 0x00ffff00, 0x1122334400ff0000
        amow    24, amoor.w, 0x11223344ffff0000, 0x00ffff00, 0x11223344ffffff00
        amow    25, amomin.w, 0x1122334480000000, 0x7fffffff, 0x1122334480000000
        amow    26, amomin.w, 0x112233447fffffff, 0x0000000080000000, 0x1122334480000000
        amow    27, amomax.w, 0x1122334480000000, 0x7fffffff, 0x112233447fffffff
        amow    28, amominu.w, 0x1122334480000000, 0xffffffff7fffffff, 0x112233447fffffff
        amow    29, amomaxu.w, 0x1122334480000000, 0xffffffff7fffffff, 0x1122334480000000

        li      a1, 7                           # rd, rs1 and rs2 may be the same
        sd      a1, (s0)
        mv      a0, s0
        amoadd.d a0, a0, (a0)
        check   30, a0, 7
        ld      a1, (s0)
        addi    a2, s0, 7
        check_same 31, a1, a2
        sd      s0, (s0)
        amoadd.d zero, s0, (s0)
        ld      a1, (s0)
        add     a2, s0, s0
        check_same 32, a1, a2

# Reservations.
        li      a1, 0x80000000
        sd      a1, (s0)
        lr.w    a0, (s0)
        check   40, a0, -0x80000000
        li      a2, 5
        sc.w    a0, a2, (s0)
        check   41, a0, 0
        ld      a3, (s0)
        check   42, a3, 5
        sc.w    a0, a1, (s0)                    # used up
        beqz    a0, 1f
        ld      a3, (s0)
        check   43, a3, 5
        lr.d    a0, (s0)
        check   44, a0, 5
        li      a2, -7
        sc.d    a0, a2, (s0)
        check   45, a0, 0
        ld      a3, (s0)
        check   46, a3, -7
        lr.d    a0, (s0)
        addi    a4, s0, 512                     # elsewhere
        sc.d    a0, a2, (a4)
        beqz    a0, 1f
        sc.d    a0, a2, (s0)                    # and any sc ends the reservation
        beqz    a0, 1f
        j       2f
1:      failed  47
2:
        li      s1, 1000                        # a counter
        sd      zero, (s0)
1:      lr.d    a0, (s0)
        addi    a0, a0, 1
        sc.d    a1, a0, (s0)
        bnez    a1, 1b
        addi    s1, s1, -1
        bnez    s1, 1b
        ld      a0, (s0)
        check   48, a0, 1000

# Atomics must be aligned. (lr reports a load's exception, the others a store's.)
        addi    s1, s0, 4
        must_trap_at 50, MISALIGNED_STORE, s1, amoadd.d a0, a1, (s1)
        must_trap_at 51, MISALIGNED_LOAD, s1, lr.d a0, (s1)
        must_trap_at 52, MISALIGNED_STORE, s1, sc.d a0, a1, (s1)
        addi    s1, s0, 2
        must_trap_at 53, MISALIGNED_STORE, s1, amoswap.w a0, a1, (s1)
        must_trap_at 54, MISALIGNED_LOAD, s1, lr.w a0, (s1)
# lr has no second operand.
        must_trap 55, ILLEGAL, 0x1014252f, .4byte 0x1014252f    # lr.w a0, (s0) with rs2 = 1

# Nothing there: a store's access fault, and nothing changed.
        li      s1, 0x40
        li      a0, 99
        must_trap 60, STORE_ACCESS, 0x40, amoadd.w a0, a1, (s1)
        check   61, a0, 99
        must_trap 62, LOAD_ACCESS, 0x40, lr.w a0, (s1)
        check   63, a0, 99
        passed

        .balign 1024
scratch: .zero  1024
