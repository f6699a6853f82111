# For programs that start in S-mode, above SBI firmware: calls, and a trap handler that checks what it is given.
#
# s7 to s10 belong to it (s10: where to go on, -1 if no trap is announced). A trap that no check announced ends the program
# with code 255.

        .equ    BASE, 0x10
        .equ    TIME, 0x54494d45
        .equ    IPI, 0x735049
        .equ    RFENCE, 0x52464e43
        .equ    HSM, 0x48534d
        .equ    SRST, 0x53525354
        .equ    DBCN, 0x4442434e

        .equ    NOT_SUPPORTED, -2
        .equ    INVALID_PARAM, -3
        .equ    INVALID_ADDRESS, -5
        .equ    ALREADY_AVAILABLE, -6

# Calls a function of the firmware; a0 to a5 are its arguments.
        .macro  sbi extension, function
        li      a7, \extension
        li      a6, \function
        ecall
        .endm

# The instruction must raise an exception with this cause and stval, its own address in sepc.
        .macro  must_trap number, cause, value, instruction:vararg
        li      s7, \value
        li      s8, \cause
        lla     s9, 78f
        lla     s10, 79f
        li      gp, \number
78:     \instruction
        failed  \number
79:
        .endm

        .macro  must_trap_at number, cause, value, instruction:vararg
        mv      s7, \value
        li      s8, \cause
        lla     s9, 78f
        lla     s10, 79f
        li      gp, \number
78:     \instruction
        failed  \number
79:
        .endm

# What a hart does first.
        .macro  supervisor_setup stack
        li      s10, -1
        lla     t0, supervisor_trap
        csrw    stvec, t0
        lla     sp, \stack
        .endm

        .balign 4
supervisor_trap:
        csrr    t5, scause
        li      t6, -1
        beq     s10, t6, unexpected_trap
        mv      t6, s8
        bne     t5, t6, wrong_trap
        csrr    t5, sepc
        mv      t6, s9
        bne     t5, t6, wrong_trap
        csrr    t5, stval
        mv      t6, s7
        bne     t5, t6, wrong_trap
        csrw    sepc, s10
        li      s10, -1
        sret

wrong_trap:
        csrw    satp, zero                      # so that fail finds the serial port
        j       fail

unexpected_trap:
        csrw    satp, zero
        mv      s2, gp
        csrr    s3, sepc
        csrr    s4, stval
        csrr    s5, scause
        lla     a0, text_unexpected
        call    say
        mv      a0, s2
        call    say_hex
        li      a0, ' '
        call    say_byte
        mv      a0, s3
        call    say_hex
        li      a0, ' '
        call    say_byte
        mv      a0, s4
        call    say_hex
        li      a0, 10
        call    say_byte
        li      gp, 255
        mv      t5, s5
        li      t6, 0
        j       fail
text_unexpected: .asciz "unexpected trap after check, sepc, stval: "
        .balign 8
