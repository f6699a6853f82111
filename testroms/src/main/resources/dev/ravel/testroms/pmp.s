# Physical memory protection: who may do what where, by entry.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

        .equ    R, 1
        .equ    W, 2
        .equ    X, 4
        .equ    TOR, 1 << 3
        .equ    NA4, 2 << 3
        .equ    NAPOT, 3 << 3
        .equ    LOCK, 1 << 7
        .equ    MPRV, 1 << 17

# Entry 0 to 7 of pmpcfg0, all at once.
        .macro  configure e0, e1=0, e2=0, e3=0
        li      t0, (\e0) | (\e1) << 8 | (\e2) << 16 | (\e3) << 24
        csrw    pmpcfg0, t0
        sfence.vma
        .endm

# As S-mode, from M-mode.
        .macro  as_supervisor
        li      t0, 3 << 11 | MPRV
        csrc    mstatus, t0
        li      t0, 1 << 11 | MPRV
        csrs    mstatus, t0
        .endm
        .macro  as_machine
        li      t0, MPRV
        csrc    mstatus, t0
        .endm
        .macro  allows number, register, instruction:vararg
        as_supervisor
        li      gp, \number
        \instruction
        as_machine
        .endm
        .macro  refuses number, cause, register, instruction:vararg
        as_supervisor
        must_trap_at \number, \cause, \register, \instruction
        as_machine
        .endm

start:  machine_setup
        csrw    satp, zero
        lla     s1, page
        srli    s2, s1, 2                       # addresses in pmpaddr are without their last two bits

# ------------------------------------------------------------------------------------------------------------- the registers
        li      t0, NAPOT | R | W | X
        csrw    pmpcfg0, t0
        csrr    a0, pmpcfg0
        andi    a0, a0, 0xff
        check   1, a0, NAPOT | R | W | X
        li      t0, -1
        csrw    pmpaddr15, t0
        csrr    a0, pmpaddr15
        srli    a0, a0, 54
        check   2, a0, 0                        # 56-bit physical addresses
        csrw    pmpaddr15, zero
        must_trap 3, ILLEGAL, 0x3a102573, .4byte 0x3a102573     # pmpcfg1 is for 32-bit harts
        enter_mode 1
        must_trap 4, ILLEGAL, 0x3a002573, csrr a0, pmpcfg0
        enter_machine_mode

# ---------------------------------------------------------------------------------------- no entry matches: S-mode has nothing
        csrw    pmpaddr0, zero
        configure NA4 | R | W | X               # one far away, so that PMP is in use
        refuses 10, LOAD_ACCESS, s1, ld a0, (s1)
        refuses 11, STORE_ACCESS, s1, sd a0, (s1)
        ld      a0, (s1)                        # M-mode has everything
        sd      a0, (s1)

# --------------------------------------------------------------------------------------------------------------------- NAPOT
        li      t0, 4096 / 8 - 1                # 4 KiB at page
        or      t0, s2, t0
        csrw    pmpaddr0, t0
        configure NAPOT | R
        allows  20, a0, ld a0, (s1)
        refuses 21, STORE_ACCESS, s1, sd a0, (s1)
        li      t0, 4096
        add     s3, s1, t0
        refuses 22, LOAD_ACCESS, s3, ld a0, (s3)
        addi    s4, s3, -8
        allows  23, a0, ld a0, (s4)
        addi    s4, s1, -8
        refuses 24, LOAD_ACCESS, s4, ld a0, (s4)
        configure NAPOT | R | W
        allows  25, a0, sd a0, (s1)
        configure NAPOT | X
        refuses 26, LOAD_ACCESS, s1, lb a0, (s1)
        li      t0, 7                           # 64 bytes: 0 to 63
        or      t0, s2, t0
        csrw    pmpaddr0, t0
        configure NAPOT | R | W
        allows  27, a0, ld a0, 56(s1)
        addi    s4, s1, 64
        refuses 28, LOAD_ACCESS, s4, lb a0, (s4)

# ----------------------------------------------------------------------------------------------------------------- TOR and NA4
        csrw    pmpaddr0, s2                    # from page
        addi    t0, s2, 4
        csrw    pmpaddr1, t0                    #   up to page + 16
        configure 0, TOR | R | W
        allows  30, a0, ld a0, (s1)
        allows  31, a0, ld a0, 8(s1)
        addi    s4, s1, 16
        refuses 32, LOAD_ACCESS, s4, ld a0, (s4)
        addi    s4, s1, -8
        refuses 33, LOAD_ACCESS, s4, ld a0, (s4)
        addi    t0, s2, 4                       # an empty range
        csrw    pmpaddr0, t0
        configure 0, TOR | R | W
        refuses 34, LOAD_ACCESS, s1, ld a0, (s1)
        configure TOR | R                       # entry 0: from 0
        allows  35, a0, lbu a0, (s1)
        addi    t0, s2, 1                       # the word at page + 4
        csrw    pmpaddr0, t0
        configure NA4 | R | W
        allows  36, a0, lw a0, 4(s1)
        refuses 37, LOAD_ACCESS, s1, lw a0, (s1)
        addi    s4, s1, 8
        refuses 38, LOAD_ACCESS, s4, lw a0, (s4)

# ------------------------------------------------------------------------------------------- the first entry that matches decides
        li      t0, 4096 / 8 - 1
        or      t0, s2, t0
        csrw    pmpaddr1, t0
        addi    t0, s2, 1
        csrw    pmpaddr0, t0
        configure NA4, NAPOT | R | W            # a hole of four bytes
        allows  40, a0, lw a0, (s1)
        addi    s4, s1, 4
        refuses 41, LOAD_ACCESS, s4, lw a0, (s4)
        allows  42, a0, lw a0, 8(s1)
        configure NA4 | R | W, NAPOT            # or an island
        allows  43, a0, lw a0, 4(s1)
        refuses 44, LOAD_ACCESS, s1, lw a0, (s1)

# ------------------------------------------------------------------------------------------------------------------ execution
        li      t0, 0x00008082                  # ret, at page
        sw      t0, (s1)
        fence.i
        li      t0, 4096 / 8 - 1
        or      t0, s2, t0
        csrw    pmpaddr0, t0
        li      t0, -1
        csrw    pmpaddr1, t0
        configure NAPOT | R | W, NAPOT | R | W | X
        mv      s7, s1
        li      s8, FETCH_ACCESS
        mv      s9, s1
        lla     s10, 1f
        li      gp, 50
        enter_mode 0
        jalr    s1
        failed  50
1:      enter_machine_mode
        configure NAPOT | X, NAPOT | R | W | X
        enter_mode 0
        jalr    s1
        enter_machine_mode

# ------------------------------------------------------------------------------------------------- page walks are checked as well
        lla     t0, table                       # one gigabyte of RAM, one to one
        li      t1, RAM >> 12 << 10 | 0xcf
        sd      t1, 16(t0)
        srli    t0, t0, 12
        li      t1, 8 << 60
        or      s5, t0, t1
        csrw    satp, s5
        sfence.vma
        configure NAPOT | R | W, NAPOT | R | W | X
        allows  60, a0, ld a0, (s1)
        lla     t0, table
        srli    t0, t0, 2
        ori     t0, t0, 4096 / 8 - 1
        csrw    pmpaddr0, t0
        configure NAPOT, NAPOT | R | W | X      # S-mode has no access to the table: neither has its walk
        refuses 61, LOAD_ACCESS, s1, ld a0, (s1)
        refuses 62, STORE_ACCESS, s1, sd a0, (s1)
        csrw    satp, zero
        sfence.vma

# ----------------------------------------------------------------------------------------------------------------------- locks
        addi    t0, s2, 512 / 4 + 1             # the word at page + 516, for ever
        csrw    pmpaddr0, t0
        configure LOCK | NA4 | R, NAPOT | R | W | X
        addi    s4, s1, 516
        lw      a0, (s4)
        must_trap_at 70, STORE_ACCESS, s4, sw a0, (s4)          # binds M-mode too
        csrw    pmpcfg0, zero
        csrr    a0, pmpcfg0
        check   71, a0, LOCK | NA4 | R
        csrw    pmpaddr0, zero
        csrr    a0, pmpaddr0
        addi    t0, s2, 512 / 4 + 1
        check_same 72, a0, t0
        must_trap_at 73, STORE_ACCESS, s4, sw a0, (s4)
        sw      a0, 4(s4)
        passed

        .balign 4096
        .zero   4096
page:   .zero   2 * 4096
table:  .zero   4096
