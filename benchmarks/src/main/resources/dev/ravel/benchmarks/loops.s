# Endless loops to measure an engine with. Starts in M-mode with the address of a loop in a0, maps RAM to itself with one
# gigabyte page of Sv39, and goes on there in S-mode.

        .text
        .globl  _start
_start:
        la      t0, table
        li      t1, 0x80000000 >> 12 << 10 | 0xcf       # dirty, accessed, executable, writable, readable, valid
        sd      t1, 16(t0)
        srli    t0, t0, 12
        li      t1, 8 << 60
        or      t0, t0, t1
        csrw    satp, t0
        li      t0, -1
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        li      t0, 1 << 11
        csrs    mstatus, t0
        csrw    mepc, a0
        la      sp, stack
        la      s0, data
        mret

# Arithmetic only: a xorshift generator and a multiplicative hash.
        .balign 64
arithmetic:
        li      t0, 88172645463325252
        li      t4, 0x9e3779b97f4a7c15
1:      slli    t1, t0, 13
        xor     t0, t0, t1
        srli    t1, t0, 7
        xor     t0, t0, t1
        slli    t1, t0, 17
        xor     t0, t0, t1
        mul     t2, t0, t4
        srli    t2, t2, 40
        addw    t3, t3, t2
        addi    t5, t5, 1
        and     t6, t5, t3
        or      a1, t6, t2
        sub     a2, a1, t3
        sltu    a3, a2, t0
        add     a4, a4, a3
        bnez    t0, 1b

# The sum of an array of 1024 words, each increased by one.
        .balign 64
memory:
1:      mv      t0, s0
        li      t1, 1024
2:      lw      t2, 0(t0)
        addw    t3, t3, t2
        addiw   t2, t2, 1
        sw      t2, 0(t0)
        addi    t0, t0, 4
        addi    t1, t1, -1
        bnez    t1, 2b
        j       1b

# Branches that are hard to foresee: the length of Collatz sequences.
        .balign 64
branches:
        li      t0, 1
1:      addi    t0, t0, 1
        mv      t1, t0
        li      t4, 1
2:      andi    t2, t1, 1
        bnez    t2, 3f
        srli    t1, t1, 1
        addi    t3, t3, 1
        bne     t1, t4, 2b
        j       1b
3:      slli    t2, t1, 1
        add     t1, t1, t2
        addi    t1, t1, 1
        addi    t3, t3, 1
        j       2b

# Calls and returns: Fibonacci numbers by recursion.
        .balign 64
calls:
1:      li      a0, 20
        call    fib
        j       1b
fib:    li      t0, 2
        bge     a0, t0, 2f
        ret
2:      addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s1, 16(sp)
        sd      s2, 8(sp)
        mv      s1, a0
        addi    a0, a0, -1
        call    fib
        mv      s2, a0
        addi    a0, s1, -2
        call    fib
        add     a0, a0, s2
        ld      ra, 24(sp)
        ld      s1, 16(sp)
        ld      s2, 8(sp)
        addi    sp, sp, 32
        ret

# Everything together: the sieve of Eratosthenes on bytes.
        .balign 64
sieve:
1:      li      t0, 0
        li      t1, 4096
        li      t2, 1
2:      add     t3, s0, t0
        sb      t2, 0(t3)
        addi    t0, t0, 1
        bne     t0, t1, 2b
        li      t0, 2
3:      add     t3, s0, t0
        lbu     t4, 0(t3)
        beqz    t4, 5f
        add     t5, t0, t0
        bgeu    t5, t1, 5f
4:      add     t3, s0, t5
        sb      zero, 0(t3)
        add     t5, t5, t0
        bltu    t5, t1, 4b
5:      addi    t0, t0, 1
        bne     t0, t1, 3b
        j       1b

        .bss
        .balign 4096
table:  .zero   4096
data:   .zero   8192
        .zero   8192
stack:
