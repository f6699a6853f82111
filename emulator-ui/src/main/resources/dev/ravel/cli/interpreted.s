# All instructions that the interpreter's loops know by themselves, each about as often as the others, and branches both ways, for each
# of the two loops: what Java learns its AOT cache from.
        .equ    FINISHER, 0x100000
        .equ    POWER_OFF, 0x5555
        .equ    ROUNDS, 600000
        .equ    COPIES, 1000

        .macro  round
        add     s2, s2, s3
        srli    t0, s2, 29
        xor     t0, t0, s2
        slli    t1, t0, 5
        sub     t1, t1, t0
        or      t2, t1, s2
        and     t3, t2, s3
        ld      t4, 0(s0)
        sd      t1, 8(s0)
        lw      t5, 16(s0)
        addw    t5, t5, t1
        sw      t5, 20(s0)
        andi    t6, t0, 1
        beq     t6, zero, 2f
        addiw   s4, s4, 1
        lbu     a0, 1(s0)
        sb      a0, 24(s0)
        subw    a0, a0, s4
2:      bne     t6, zero, 3f
        srai    a1, t2, 3
        lh      a2, 26(s0)
        sh      a1, 28(s0)
        ori     a2, a2, 7
3:      blt     t1, t2, 4f
        slliw   a3, t2, 3
        srliw   a4, t2, 5
        sraiw   a5, t2, 7
        xori    a3, a3, 9
4:      bge     t3, zero, 5f
        sll     a6, t2, t6
        srl     a7, t2, t6
        lb      a6, 30(s0)
        lhu     a7, 32(s0)
5:      bltu    t0, s3, 6f
        sltu    a0, t2, t3
        sltiu   a1, t2, 100
        slt     a2, t2, t3
        lwu     a3, 36(s0)
6:      bgeu    t0, t1, 7f
        auipc   a4, 0
        lui     a5, 77
        addi    a5, a5, 3
7:      jal     ra, leaf
        andi    t6, s1, 15
        bne     t6, zero, 8f
        mul     a0, t1, t2              # others, seldom and of many kinds: HotSpot is to call them, not to take one of them in
        clz     a1, t1
        fence
        csrr    a2, mscratch
        amoadd.w a3, s1, (s0)
8:
        .endm

        .text
        .globl  _start
_start:
        la      s0, room
        li      s1, ROUNDS
        li      s2, 1
        li      s3, 0x9e3779b97f4a7c15
        li      s4, 0

# In a short loop.
1:      round
        addi    s1, s1, -1
        bne     s1, zero, 1b

# In a long one, as flat code.
        li      s1, ROUNDS / COPIES
1:      .rept   COPIES
        round
        .endr
        addi    s1, s1, -1
        beq     s1, zero, 2f
        j       1b

2:      li      t0, FINISHER
        li      t1, POWER_OFF
        sw      t1, 0(t0)
9:      j       9b

leaf:   addi    sp, zero, 16
        jalr    zero, 0(ra)

        .bss
        .align  3
room:   .zero   64
