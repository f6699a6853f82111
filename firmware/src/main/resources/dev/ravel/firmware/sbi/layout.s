# Part 1 of 10: what is where.

# ------------------------------------------------------------------------------------------------------ physical memory
# The board is QEMU's `virt`: its devices have fixed places.

        .equ    FINISHER, 0x00100000            # one register: power off, reset
        .equ    CLINT, 0x02000000               # software interrupts and timers of all harts
        .equ    CLINT_MTIMECMP, 0x02004000      #   8 bytes for each hart; the 4-byte msip registers are at the start
        .equ    UART, 0x10000000                # the NS16550A serial port
        .equ    FLASH, 0x20000000               # code may also be executed from here ...
        .equ    FLASH_END, 0x24000000
        .equ    RAM, 0x80000000                 # ... and from RAM

# What the firmware occupies, from its first instruction on: reserved in the device tree, closed to S- and U-mode.
        .equ    FIRMWARE_SIZE, 0x10000
        .equ    HARTS, 0x8000                   # offset of the first hart's block
        .equ    HART_SHIFT, 9
        .equ    HART_SIZE, 1 << HART_SHIFT
        .equ    MAX_HARTS, 64                   # a set of harts fits into one register

# --------------------------------------------------------------------------------------------------------- a hart's block
# The first 256 bytes keep the registers of whoever was interrupted, x1 at 8, x2 at 16 and so on. There is no x0 to
# keep: its place holds mepc. The stack begins at the end of the block and grows down.

        .equ    HART_MEPC, 0
        .equ    HART_A0, 10 * 8
        .equ    HART_A1, 11 * 8
        .equ    HART_MSTATUS, 32 * 8
        .equ    HART_ID, 33 * 8
        .equ    HART_START, 34 * 8              # where the hart goes when it starts,
        .equ    HART_ARGUMENT, 35 * 8           #   and what it finds in a1 there
        .equ    HART_STATE, 36 * 8              # HSM state, 4 bytes
        .equ    HART_EVENTS, 36 * 8 + 4         # what others want of it, EVENT_ bits, 4 bytes
        .equ    HART_SSTC, 37 * 8               # 1 if S-mode has a timer of its own (extension Sstc)

        .equ    STARTED, 0                      # HSM states
        .equ    STOPPED, 1
        .equ    START_PENDING, 2
        .equ    SUSPENDED, 4
        .equ    RESUME_PENDING, 6

        .equ    EVENT_IPI, 1                    # S-mode on another hart wants a software interrupt here
        .equ    EVENT_FENCE, 2                  # fence_request is for this hart too
        .equ    EVENT_START, 4                  # leave the parking loop

# -------------------------------------------------------------------------------------------------------------------- CSRs
        .equ    MSTATUS_SIE, 1 << 1
        .equ    MSTATUS_SPIE, 1 << 5
        .equ    MSTATUS_SPP, 1 << 8
        .equ    MSTATUS_VS_INITIAL, 1 << 9
        .equ    MSTATUS_MPP, 3 << 11
        .equ    MSTATUS_FS_INITIAL, 1 << 13
        .equ    MSTATUS_MPRV, 1 << 17
        .equ    MODE_S, 1

        .equ    SSI, 1 << 1                     # bits of mip and mie: supervisor software, timer, external interrupt
        .equ    STI, 1 << 5
        .equ    SEI, 1 << 9
        .equ    MSI, 1 << 3                     # and machine software, timer interrupt
        .equ    MTI, 1 << 7
        .equ    LCOFI, 1 << 13                  # local counter overflow

        .equ    CAUSE_ECALL_S, 9
        .equ    CAUSE_MSI, 3
        .equ    CAUSE_MTI, 7

# --------------------------------------------------------------------------------------------------------------------- SBI
        .equ    SBI_SUCCESS, 0
        .equ    SBI_ERR_NOT_SUPPORTED, -2
        .equ    SBI_ERR_INVALID_PARAM, -3
        .equ    SBI_ERR_INVALID_ADDRESS, -5
        .equ    SBI_ERR_ALREADY_AVAILABLE, -6

# ------------------------------------------------------------------------------------------------------------------ macros

# rd = the block of the hart whose number is in `id`; `scratch` is lost.
        .macro  hart_block rd, id, scratch
        lla     \rd, _start
        slli    \scratch, \id, HART_SHIFT
        add     \rd, \rd, \scratch
        lui     \scratch, HARTS >> 12
        add     \rd, \rd, \scratch
        .endm

# From here on a trap in M-mode is no surprise and continues at `label`. It overwrites mepc, mcause, mtval and
# mstatus.MPP: of no matter, since the way out of M-mode sets what it needs from the hart's block.
        .macro  expect_trap label
        lla     t6, \label
        csrw    mtvec, t6
        .endm

# Back to normal: a trap in M-mode is the end.
        .macro  expect_no_trap
        lla     t6, trap_entry
        csrw    mtvec, t6
        .endm
