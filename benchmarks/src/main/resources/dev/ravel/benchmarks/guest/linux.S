# A static Linux program: what it needs of the kernel for its start, its end and its result.
        .equ SYS_WRITE, 64
        .equ SYS_EXIT, 93
        .equ SYS_CLOCK_GETTIME, 113
        .equ CLOCK_MONOTONIC, 1
        .equ STDOUT, 1

        .text
        .globl _start
_start:
        .option push
        .option norelax
        la      gp, __global_pointer$
        .option pop
        la      t0, initial_stack
        sd      sp, 0(t0)
        andi    sp, sp, -16
        call    run
        li      a0, 0
        li      a7, SYS_EXIT
        ecall

# void put(const char *text, u64 length)
        .globl put
put:    mv      a2, a1
        mv      a1, a0
        li      a0, STDOUT
        li      a7, SYS_WRITE
        ecall
        ret

# u64 nanoseconds(void)
        .globl nanoseconds
nanoseconds:
        addi    sp, sp, -16
        li      a0, CLOCK_MONOTONIC
        mv      a1, sp
        li      a7, SYS_CLOCK_GETTIME
        ecall
        ld      a0, 0(sp)
        li      t0, 1000000000
        mul     a0, a0, t0
        ld      t0, 8(sp)
        add     a0, a0, t0
        addi    sp, sp, 16
        ret

# u64 *initial_stack
        .bss
        .balign 8
        .globl initial_stack
initial_stack:
        .skip   8
