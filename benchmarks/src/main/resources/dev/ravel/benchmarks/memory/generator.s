# Writes one small program after the other into 256 KiB, each different and over what was there before, and runs it: 20,000 rounds of a loop. For ever.
        .equ    AREA, 0x40000
        .equ    STEP, 7                 # the programs begin 128 bytes apart
        .equ    CHANGING, 16            # instructions of a loop
        .equ    ROUNDS, 20000
        .equ    ADDI_A0, 0x00050513     # addi a0, a0, 0; the number of the program goes to its immediate
        .equ    IMMEDIATE, 0x7ff00000
        .equ    DOWN, 0xfff58593        # addi a1, a1, -1
        .equ    AGAIN, 0xfa059ee3       # bne  a1, zero, -68
        .equ    RETURN, 0x00008067      # jalr zero, 0(ra)

        .text
        .globl  _start
_start: la      s0, area
        li      s1, 0                   # programs so far
again:  slli    t0, s1, STEP
        li      t1, AREA - 1
        and     t0, t0, t1
        add     s2, s0, t0
        slli    t0, s1, 20
        li      t1, IMMEDIATE
        and     t0, t0, t1
        li      t1, ADDI_A0
        or      t0, t0, t1
        mv      t1, s2
        li      t2, CHANGING
1:      sw      t0, 0(t1)
        addi    t1, t1, 4
        addi    t2, t2, -1
        bne     t2, zero, 1b
        li      t0, DOWN
        sw      t0, 0(t1)
        li      t0, AGAIN
        sw      t0, 4(t1)
        li      t0, RETURN
        sw      t0, 8(t1)
        fence.i
        li      a0, 0
        li      a1, ROUNDS
        jalr    ra, 0(s2)
        addi    s1, s1, 1
        j       again

        .bss
        .align  12
area:   .zero   AREA + 128
