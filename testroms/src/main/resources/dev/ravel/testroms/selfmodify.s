# Code that changes: after fence.i a hart executes what memory holds, however it got there.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

start:  machine_setup

# --------------------------------------------------------------------------------------------- one instruction, a thousand times
        lla     s0, patch                       # li a0, 0: its immediate is in bits 20 and up
        lla     s1, function
        lwu     s2, (s0)
        li      s3, 0
1:      slli    t0, s3, 20
        or      t0, t0, s2
        sw      t0, (s0)
        fence.i
        jalr    s1
        check_same 1, a0, s3
        addi    s3, s3, 1
        li      t0, 1000
        bne     s3, t0, 1b

# ------------------------------------------------------------------------------ code that is hot when it changes, then again
        li      s4, 3
2:      sw      s2, (s0)                        # (immediate 0)
        fence.i
        li      s3, 5000
3:      jalr    s1
        bnez    a0, 5f
        addi    s3, s3, -1
        bnez    s3, 3b
        li      t0, 7 << 20
        or      t0, t0, s2
        sw      t0, (s0)
        fence.i
        li      s3, 5000
4:      jalr    s1
        li      t0, 7
        bne     a0, t0, 5f
        addi    s3, s3, -1
        bnez    s3, 4b
        addi    s4, s4, -1
        bnez    s4, 2b
        j       6f
5:      failed  2
6:

# -------------------------------------------------------------- the instruction right behind fence.i; half an instruction; a byte
        lla     s5, next
        lla     s6, donor
        lwu     t0, (s6)
        sw      t0, (s5)
        fence.i
next:   .option push
        .option norvc
        li      a0, 1                           # becomes li a0, 2
        .option pop
        check   3, a0, 2
        lhu     t0, 2(s0)                       # the upper half of patch: immediate 9
        li      t0, 0x0090
        sh      t0, 2(s0)
        fence.i
        jalr    s1
        check   4, a0, 9
        li      t0, 0x12
        sb      t0, 3(s0)
        fence.i
        jalr    s1
        check   5, a0, 0x129
        sw      s2, (s0)
        li      t0, 0x005                       # by an atomic operation
        slli    t0, t0, 20
        amoor.w zero, t0, (s0)
        fence.i
        jalr    s1
        check   6, a0, 5

# ------------------------------------------------------------------ a whole function, copied and copied over; two bytes further
        lla     s7, arena
        li      s4, 0
7:      lla     a0, function_a
        lla     a1, function_b
        andi    t0, s4, 1
        beqz    t0, 8f
        mv      a0, a1
8:      mv      a1, s7
        li      t1, 16
9:      lhu     t0, (a0)
        sh      t0, (a1)
        addi    a0, a0, 2
        addi    a1, a1, 2
        addi    t1, t1, -2
        bnez    t1, 9b
        fence.i
        jalr    s7
        andi    t0, s4, 1
        addi    t0, t0, 0x11
        check_same 7, a0, t0
        addi    s4, s4, 1
        addi    s7, s7, 2                       # overlaps what was there
        li      t0, 300
        bne     s4, t0, 7b
        passed

        .balign 4
        .option push
        .option norvc
function:
patch:  li      a0, 0
        ret
donor:  li      a0, 2
function_a:
        li      a0, 0x10
        addi    a0, a0, 1
        nop
        ret
function_b:
        nop
        nop
        li      a0, 0x12
        ret
        .option pop
        .balign 8
arena:  .zero   1024
