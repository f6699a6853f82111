# What stands where on the board: test finisher, clock, serial port, virtio slots, and nothing in between.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

        .equ    RTC, 0x00101000
        .equ    UART_DATA, 0
        .equ    UART_IER, 1
        .equ    UART_IIR, 2
        .equ    UART_LCR, 3
        .equ    UART_MCR, 4
        .equ    UART_LSR, 5
        .equ    UART_MSR, 6
        .equ    UART_SCRATCH, 7

start:  machine_setup
        csrw    mie, zero

# ------------------------------------------------------------------------------------------------------------------ serial port
        li      s0, UART
        lbu     a0, UART_LSR(s0)
        check   1, a0, 0x60                     # can send, has sent, nothing received
        li      t0, 0x5a
        sb      t0, UART_SCRATCH(s0)
        lbu     a0, UART_SCRATCH(s0)
        check   2, a0, 0x5a
        sb      zero, UART_IER(s0)
        lbu     a0, UART_IIR(s0)
        andi    a0, a0, 0x0f
        check   3, a0, 1                        # no interrupt
        li      t0, 2
        sb      t0, UART_IER(s0)
        lbu     a0, UART_IIR(s0)
        andi    a0, a0, 0x0f
        check   4, a0, 2                        # can send: asking which clears it
        lbu     a0, UART_IIR(s0)
        andi    a0, a0, 0x0f
        check   5, a0, 1
        sb      zero, UART_IER(s0)
        li      t0, 0x83                        # the divisor is behind bit 7 of LCR
        sb      t0, UART_LCR(s0)
        li      t0, 0x12
        sb      t0, 0(s0)
        li      t0, 0x34
        sb      t0, 1(s0)
        lbu     a0, 0(s0)
        check   6, a0, 0x12
        lbu     a0, 1(s0)
        check   7, a0, 0x34
        li      t0, 3
        sb      t0, UART_LCR(s0)
        lbu     a0, UART_IER(s0)
        check   8, a0, 0
        lbu     a0, UART_LCR(s0)
        check   9, a0, 3
        li      t0, 0x10                        # loop back: what is sent is received
        sb      t0, UART_MCR(s0)
        li      t0, 'x'
        sb      t0, UART_DATA(s0)
        li      t1, 1000000
1:      lbu     a0, UART_LSR(s0)
        andi    a0, a0, 1
        addi    t1, t1, -1
        beqz    t1, 2f
        beqz    a0, 1b
2:      check   10, a0, 1
        lbu     a0, UART_DATA(s0)
        check   11, a0, 'x'
        lbu     a0, UART_LSR(s0)
        andi    a0, a0, 1
        check   12, a0, 0
        sb      zero, UART_MCR(s0)
        lla     a0, text
        call    say

# ----------------------------------------------------------------------------------------------------------------------- clock
        li      s0, RTC
        lwu     a0, 0(s0)                       # reading the low half latches the high half
        lwu     a1, 4(s0)
        slli    a1, a1, 32
        or      s1, a0, a1
        li      t0, 1600000000 * 1000000000     # ns since 1970: later than 2020
        bgtu    s1, t0, 1f
        failed  20
1:      lwu     a0, 0(s0)
        lwu     a1, 4(s0)
        slli    a1, a1, 32
        or      a0, a0, a1
        bgeu    a0, s1, 2f
        failed  21
2:

# ----------------------------------------------------------------------------------------------------------------- virtio slots
        li      s0, VIRTIO
        li      s1, 8
1:      lwu     a0, 0(s0)
        check   30, a0, 0x74726976              # "virt"
        lwu     a0, 4(s0)
        addi    a0, a0, -1
        sltiu   a0, a0, 2
        check   31, a0, 1                       # version 1 or 2
        lwu     a0, 8(s0)                       # no device in the slot, or a known kind
        sltiu   a0, a0, 64
        check   32, a0, 1
        li      t0, 0x1000
        add     s0, s0, t0
        addi    s1, s1, -1
        bnez    s1, 1b

# -------------------------------------------------------------------------------------------------------------- and in between
        li      s0, 0x00000000
        must_trap_at 40, LOAD_ACCESS, s0, lw a0, (s0)
        li      s0, 0x00102000                  # behind the clock
        must_trap_at 41, LOAD_ACCESS, s0, lw a0, (s0)
        must_trap_at 42, STORE_ACCESS, s0, sw a0, (s0)
        li      s0, 0x0b000000
        must_trap_at 43, LOAD_ACCESS, s0, lw a0, (s0)
        li      s0, 0x0b000000
        li      s7, 0x0b000000
        li      s8, FETCH_ACCESS
        li      s9, 0x0b000000
        lla     s10, 1f
        li      gp, 44
        jr      s0
1:
        passed

text:   .asciz  "devices\n"
        .balign 4
