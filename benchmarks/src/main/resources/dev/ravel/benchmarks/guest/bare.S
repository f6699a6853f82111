# Bare metal on the virt board, started in M-mode at the beginning of RAM: --bios none, or -bios none.
        .equ UART, 0x10000000
        .equ LINE_STATUS, 5
        .equ TRANSMITTER_EMPTY, 0x20
        .equ TEST_FINISHER, 0x100000
        .equ FINISHER_PASS, 0x5555
        .equ FINISHER_FAIL, 0x13333
        .equ MSTATUS_FS_INITIAL, 0x2000

        .section .text.start, "ax"
        .globl _start
_start:
        .option push
        .option norelax
        la      gp, __global_pointer$
        .option pop
        la      sp, stack_top
        la      t0, trapped
        csrw    mtvec, t0
        li      t0, MSTATUS_FS_INITIAL
        csrs    mstatus, t0
        csrw    fcsr, zero
        call    run
        li      a0, FINISHER_PASS
finish: li      t0, TEST_FINISHER
        sw      a0, 0(t0)
        j       finish

        .balign 4
trapped:
        li      a0, FINISHER_FAIL
        j       finish

        .text
# void put(const char *text, u64 length)
        .globl put
put:    li      t0, UART
        add     a1, a0, a1
1:      beq     a0, a1, 3f
2:      lbu     t1, LINE_STATUS(t0)
        andi    t1, t1, TRANSMITTER_EMPTY
        beqz    t1, 2b
        lbu     t1, 0(a0)
        sb      t1, 0(t0)
        addi    a0, a0, 1
        j       1b
3:      ret

# u64 nanoseconds(void): the timer counts at 10 MHz.
        .globl nanoseconds
nanoseconds:
        rdtime  a0
        li      t0, 100
        mul     a0, a0, t0
        ret

        .bss
        .balign 16
        .skip   65536
stack_top:
