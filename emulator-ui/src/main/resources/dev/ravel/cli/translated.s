# What translators meet in programs: loops in loops, floating point, words, a copy, a switch, functions, one that calls itself. Java learns from it
# what its AOT cache has to hold for the first units not to wait.
        .equ    FINISHER, 0x100000
        .equ    POWER_OFF, 0x5555
        .equ    FLOAT_INITIAL, 0x2000
        .equ    ELEMENTS, 32
        .equ    ROUNDS, 60000

        .text
        .globl  _start
_start:
        la      sp, top
        la      s0, numbers
        la      s1, others
        li      s2, ROUNDS
        li      t0, FLOAT_INITIAL
        csrrs   zero, mstatus, t0
        fcvt.d.l fs0, s2, rne
        fcvt.d.l fs1, sp, rne

again:  li      t0, 0                   # neighbours change places if they are out of order, three times over
1:      mv      t1, s0
        li      t2, 4
2:      ld      t3, 0(t1)
        ld      t4, 8(t1)
        bge     t4, t3, 3f
        sd      t4, 0(t1)
        sd      t3, 8(t1)
3:      addi    t1, t1, 8
        addi    t2, t2, -1
        bne     t2, zero, 2b
        addi    t0, t0, 1
        li      t2, 3
        blt     t0, t2, 1b

        mv      t1, s0                  # a copy
        mv      t2, s1
        addi    t3, s0, 8 * ELEMENTS
4:      ld      t4, 0(t1)
        sd      t4, 0(t2)
        addi    t1, t1, 8
        addi    t2, t2, 8
        bne     t1, t3, 4b

        mv      t1, s0                  # words
        li      t0, -1
5:      lw      t4, 0(t1)
        xor     t0, t0, t4
        slliw   t5, t0, 5
        srliw   t6, t0, 27
        or      t0, t5, t6
        addw    t0, t0, t4
        addi    t1, t1, 4
        bne     t1, t3, 5b

        mv      t1, s1                  # floating point
        addi    t3, s1, 8 * ELEMENTS
        fcvt.d.w fa0, zero, rne
6:      ld      t4, 0(t1)
        fcvt.d.l fa1, t4
        fsd     fa1, 0(t1)
        fld     fa2, 0(t1)
        fmul.d  fa3, fa2, fs0
        fadd.d  fa4, fa3, fs1
        fsub.d  fa5, fa4, fa2
        fdiv.d  fa6, fa5, fs1
        fmadd.d fa0, fa6, fa2, fa0
        flt.d   t5, fa0, fa1
        addi    t1, t1, 8
        bne     t1, t3, 6b

        mv      t1, s1                  # memory filled
13:     sw      zero, 0(t1)
        addi    t1, t1, 4
        bne     t1, t3, 13b

        andi    t0, s2, 3               # a switch
        slli    t0, t0, 3
        la      t1, ways
        add     t1, t1, t0
        ld      t1, 0(t1)
        jalr    zero, 0(t1)
7:      addi    s3, s3, 1
        j       9f
8:      mul     s3, s3, s2
        divu    s4, s3, t1
        remu    s5, s3, t1
9:      li      a0, 5
        jal     ra, fib
        jal     ra, bytes
        addi    s2, s2, -1
        bne     s2, zero, again
        li      t0, FINISHER
        li      t1, POWER_OFF
        sw      t1, 0(t0)
10:     j       10b

fib:    li      t0, 2
        blt     a0, t0, 11f
        addi    sp, sp, -32
        sd      ra, 0(sp)
        sd      a0, 8(sp)
        addi    a0, a0, -1
        jal     ra, fib
        sd      a0, 16(sp)
        ld      a0, 8(sp)
        addi    a0, a0, -2
        jal     ra, fib
        ld      t0, 16(sp)
        ld      ra, 0(sp)
        add     a0, a0, t0
        addi    sp, sp, 32
11:     jalr    zero, 0(ra)

bytes:  mv      t1, s0
        addi    t3, s0, 64
        li      a1, 0
12:     lbu     t4, 0(t1)
        add     a1, a1, t4
        sb      a1, 1(t1)
        addi    t1, t1, 2
        bltu    t1, t3, 12b
        jalr    zero, 0(ra)

        .data
        .align  3
ways:   .dword  7b, 8b, 9b, 7b

        .bss
        .align  3
numbers: .zero  8 * ELEMENTS
others: .zero   8 * ELEMENTS
stack:  .zero   1024
top:
