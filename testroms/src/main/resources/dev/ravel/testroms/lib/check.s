# What every test program includes: checks, and how a program ends.
#
# A check has a number, unique in its program. When all pass, the program powers the machine off. When one fails, it prints
# its number with the value found and the value expected, and ends the machine with the number as the failure code.
#
# Registers: gp holds the number of the check under way. t5 and t6 belong to the macros.

        .option norelax                         # what is assembled is what runs

        .equ    FINISHER, 0x00100000
        .equ    CLINT, 0x02000000
        .equ    CLINT_MTIMECMP, 0x02004000
        .equ    CLINT_MTIME, 0x0200bff8
        .equ    PLIC, 0x0c000000
        .equ    UART, 0x10000000
        .equ    VIRTIO, 0x10001000
        .equ    RAM, 0x80000000

        .equ    MISALIGNED_FETCH, 0             # mcause, scause
        .equ    FETCH_ACCESS, 1
        .equ    ILLEGAL, 2
        .equ    BREAKPOINT, 3
        .equ    MISALIGNED_LOAD, 4
        .equ    LOAD_ACCESS, 5
        .equ    MISALIGNED_STORE, 6
        .equ    STORE_ACCESS, 7
        .equ    ECALL_U, 8
        .equ    ECALL_S, 9
        .equ    ECALL_M, 11
        .equ    FETCH_PAGE, 12
        .equ    LOAD_PAGE, 13
        .equ    STORE_PAGE, 15

        .equ    SSI, 1 << 1                     # mip, mie
        .equ    MSI, 1 << 3
        .equ    STI, 1 << 5
        .equ    MTI, 1 << 7
        .equ    SEI, 1 << 9
        .equ    MEI, 1 << 11

# `register` (not t6) must hold the constant `expected`.
        .macro  check number, register, expected
        li      gp, \number
        li      t6, \expected
        beq     \register, t6, 77f
        mv      t5, \register
        j       fail
77:
        .endm

# Two registers must hold the same.
        .macro  check_same number, register, expected
        li      gp, \number
        beq     \register, \expected, 77f
        mv      t5, \register
        mv      t6, \expected
        j       fail
77:
        .endm

# Ends the program if a check's condition, tested by the program itself, does not hold.
        .macro  failed number
        li      gp, \number
        li      t5, 0
        li      t6, 0
        j       fail
        .endm

# All checks passed.
        .macro  passed
        li      t0, FINISHER
        li      t1, 0x5555
        sw      t1, (t0)
77:     j       77b
        .endm

        j       start

# Check gp failed: t5 was found where t6 was expected.
fail:   mv      s0, t5
        mv      s1, t6
        lla     a0, text_fail
        call    say
        mv      a0, gp
        call    say_hex
        lla     a0, text_found
        call    say
        mv      a0, s0
        call    say_hex
        lla     a0, text_expected
        call    say
        mv      a0, s1
        call    say_hex
        li      a0, 10
        call    say_byte
        li      t0, FINISHER
        slli    t1, gp, 16
        li      t2, 0x3333
        or      t1, t1, t2
        sw      t1, (t0)
1:      j       1b

# Sends the zero-terminated text at a0 to the serial port.
say:    mv      a1, ra
        mv      a2, a0
1:      lbu     a0, (a2)
        beqz    a0, 2f
        call    say_byte
        addi    a2, a2, 1
        j       1b
2:      jr      a1

# Sends a0 as 16 hexadecimal digits.
say_hex:
        mv      a1, ra
        mv      a2, a0
        li      a3, 60
1:      srl     a0, a2, a3
        andi    a0, a0, 15
        addi    a0, a0, '0'
        li      t0, '9'
        bleu    a0, t0, 2f
        addi    a0, a0, 'a' - '9' - 1
2:      call    say_byte
        addi    a3, a3, -4
        bgez    a3, 1b
        jr      a1

# Sends the byte a0.
say_byte:
        li      t0, UART
1:      lbu     t1, 5(t0)
        andi    t1, t1, 0x20
        beqz    t1, 1b
        sb      a0, (t0)
        ret

text_fail:      .asciz  "FAIL check 0x"
text_found:     .asciz  " found 0x"
text_expected:  .asciz  " expected 0x"
        .balign 8
