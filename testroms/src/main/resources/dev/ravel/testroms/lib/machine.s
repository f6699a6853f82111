# For programs that start in M-mode: a trap handler that checks what it is given.
#
# s7 to s10 belong to it (s10: where to go on; 0 for enter_machine_mode, -1 if no trap is announced). A trap that no check announced ends the program with code 255.

# `instruction` must raise an exception with this cause and mtval, its own address in mepc, and change no mode for longer
# than that. The value is a constant; must_trap_at takes a register.
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

# Goes on after this macro in another mode: 0 U, 1 S.
        .macro  enter_mode mode
        li      t5, 3 << 11
        csrc    mstatus, t5
        li      t5, \mode << 11
        csrs    mstatus, t5
        lla     t5, 77f
        csrw    mepc, t5
        mret
77:
        .endm

# Goes on after this macro in M-mode, from any mode (as long as ecall is not delegated).
        .macro  enter_machine_mode
        li      s10, 0
        ecall
        .endm

        .balign 4
machine_trap:
        csrr    t5, mcause
        bltz    t5, unexpected_trap
        beqz    s10, 1f
        li      t6, -1
        beq     s10, t6, unexpected_trap
        bne     t5, s8, wrong_cause
        csrr    t5, mepc
        mv      t6, s9
        bne     t5, t6, wrong_trap
        csrr    t5, mtval
        mv      t6, s7
        beq     t5, t6, 2f
        bnez    t5, wrong_trap
        addi    t6, s8, -BREAKPOINT             # ebreak may report its address or 0
        beqz    t6, 2f
        mv      t6, s7
        j       wrong_trap
2:      csrw    mepc, s10
        li      s10, -1
        mret
1:      addi    t5, t5, -ECALL_U                # enter_machine_mode
        sltiu   t5, t5, 4
        beqz    t5, unexpected_trap
        li      s10, -1
        li      t5, 3 << 11
        csrs    mstatus, t5
        csrr    t5, mepc
        addi    t5, t5, 4
        csrw    mepc, t5
        mret

# gp still holds the check's number; mcause tells what came instead.
wrong_cause:
        mv      t6, s8
wrong_trap:
        csrw    satp, zero                      # so that fail finds the serial port
        j       fail

unexpected_trap:
        csrw    satp, zero
        mv      s2, gp
        csrr    s3, mepc
        csrr    s4, mtval
        csrr    s5, mcause
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
text_unexpected: .asciz "unexpected trap after check, mepc, mtval: "
        .balign 8

# What a program does first.
        .macro  machine_setup
        li      s10, -1
        lla     t0, machine_trap
        csrw    mtvec, t0
        lla     sp, stack_top
        li      t0, 0x1f                        # other modes may use all of memory
        li      t1, -1
        csrw    pmpaddr0, t1
        csrw    pmpcfg0, t0
        .endm

        .zero   1024
        .balign 16
stack_top:
