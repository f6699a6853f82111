# Part 2 of 10: from reset to the operating system's first instruction.
#
# All harts come here at the same time, in M-mode, without address translation, with
#   a0 = the hart's number, a1 = the device tree, a2 = what to start next: six doublewords, the `fw_dynamic` information.

        .equ    INFO_MAGIC, 0x4942534f          # "OSBI"
        .equ    INFO_VERSION, 8
        .equ    INFO_ADDRESS, 16                # where the next program begins
        .equ    INFO_MODE, 24                   #   and the mode that it runs in: 0 U, 1 S, 3 M
        .equ    INFO_BOOT_HART, 40              # since version 2; -1 for any

        .globl  _start
_start:
        csrw    mie, zero
        csrw    mscratch, zero                  # 0 says: this hart is in M-mode (see trap.s)
        lla     t0, trap_entry
        csrw    mtvec, t0

        csrr    s1, mhartid
        mv      s2, a1
        mv      s3, a2
        li      t0, MAX_HARTS
        bgeu    s1, t0, halt                    # no room for more
        hart_block s0, s1, t0
        addi    sp, s0, HART_SIZE

        beqz    s3, no_information
        ld      t0, (s3)
        li      t1, INFO_MAGIC
        bne     t0, t1, no_information

# One hart boots, the others wait. If nobody was chosen, the first that writes into first_hart is it.
        ld      t0, INFO_VERSION(s3)
        li      t1, 2
        bltu    t0, t1, any_hart
        ld      t0, INFO_BOOT_HART(s3)
        li      t1, -1
        beq     t0, t1, any_hart
        beq     t0, s1, boot
        j       wait_for_boot_hart
any_hart:
        lla     t0, first_hart
        li      t1, 1
        amoswap.w t1, t1, (t0)
        beqz    t1, boot

wait_for_boot_hart:
        lla     t0, boot_finished
1:      pause
        lw      t1, (t0)
        beqz    t1, 1b
        fence   r, rw                           # what the boot hart prepared is read after the flag
        call    init_hart
        j       park                            # hsm.s

# ------------------------------------------------------------------------------------------------ what the boot hart does
boot:
        lla     t0, _start                      # RAM holds anything after a reset: clear the blocks of all harts
        li      t1, FIRMWARE_SIZE
        add     t1, t0, t1
        lui     t2, HARTS >> 12
        add     t0, t0, t2
1:      sd      zero, (t0)
        addi    t0, t0, 8
        bltu    t0, t1, 1b

        call    uart_init

        mv      a0, s2                          # which harts are there?
        call    harts_in_tree
        li      t0, 1
        sll     t0, t0, s1                      # at least this one
        or      a0, a0, t0
        lla     t0, harts_present
        sd      a0, (t0)

        li      t0, 0                           # they are all stopped ...
        li      t1, MAX_HARTS
        li      t2, STOPPED
1:      hart_block t3, t0, t4
        sd      t0, HART_ID(t3)
        sw      t2, HART_STATE(t3)
        addi    t0, t0, 1
        bltu    t0, t1, 1b
        li      t0, STARTED                     # ... but this one
        sw      t0, HART_STATE(s0)

        fence   rw, w                           # the flag comes after everything that it promises
        lla     t0, boot_finished
        li      t1, 1
        sw      t1, (t0)

        call    init_hart

        lla     a0, text_hello
        call    print
        ld      a0, INFO_ADDRESS(s3)
        call    print_hex
        lla     a0, text_newline
        call    print

        mv      a0, s1
        mv      a1, s2
        ld      a2, INFO_ADDRESS(s3)
        ld      a3, INFO_MODE(s3)
        j       enter

no_information:
        lla     t0, first_hart                  # one hart complains, not all
        li      t1, 1
        amoswap.w t1, t1, (t0)
        bnez    t1, halt
        call    uart_init
        lla     a0, text_no_information
        call    print
        li      a0, 1
        j       power_off

# Nothing more for this hart to do, ever.
halt:
        csrw    mie, zero
1:      wfi
        j       1b

# ----------------------------------------------------------------------------------------------------- what every hart does

# Sets up what belongs to M-mode and stays as it is for as long as the machine runs. Optional CSRs raise an exception
# where they do not exist: `expect_trap` makes that a jump over them.
init_hart:
        # Physical memory protection: entries are tried in order, the first that matches decides. Entry 0 is the firmware,
        # with no permission at all; entry 1 is everything else, with all of them. M-mode is not bound by either. Both are
        # naturally aligned powers of two (NAPOT): the address, a quarter of it, ends in 0 and as many ones as make the size.
        expect_trap 1f
        lla     t0, _start
        srli    t0, t0, 2
        li      t1, FIRMWARE_SIZE / 8 - 1
        or      t0, t0, t1
        csrw    pmpaddr0, t0
        li      t0, -1
        csrw    pmpaddr1, t0
        li      t0, 0x1f18                      # entry 1: NAPOT and executable, writable, readable; entry 0: NAPOT alone
        csrw    pmpcfg0, t0
        sfence.vma                              # old translations may remember old permissions
1:
        # Let S-mode handle its own exceptions and interrupts. What stays here: calls from S-mode (bit 9) and from M-mode
        # (11), and the machine's interrupts. Bits for extensions that the hart lacks are ignored.
        li      t0, 0xfcb5ff
        csrw    medeleg, t0
        li      t0, SSI | STI | SEI | LCOFI
        csrw    mideleg, t0

        # S-mode may read all counters, and all of them count.
        li      t0, -1
        csrw    mcounteren, t0
        expect_trap 2f
        csrw    mcountinhibit, zero
2:
        # What S-mode may do beside: flush and invalidate cache blocks (bits 5..4 = 01: an invalidate is done as a flush,
        # so that nothing of M-mode's can be lost; bit 6), zero them (7), choose memory types in page tables (62), use its
        # own timer (63). ADUE (61): the hart itself sets the A and D bits of page tables, as a device tree that names
        # Svadu alone promises.
        expect_trap 3f
        li      t0, 0xe0000000000000d0
        csrs    menvcfg, t0
3:
        # Has it a timer of its own? Then its compare register can be written.
        expect_trap 4f
        li      t0, -1
        csrw    stimecmp, t0
        li      t0, 1
        sb      t0, HART_SSTC(s0)
4:
        expect_no_trap

        li      t0, CLINT_MTIMECMP              # no timer is set,
        slli    t1, s1, 3
        add     t0, t0, t1
        li      t1, -1
        sd      t1, (t0)
        li      t0, CLINT                       # no software interrupt pending,
        slli    t1, s1, 2
        add     t0, t0, t1
        sw      zero, (t0)
        li      t0, MSI                         # and those are the way to reach this hart from now on
        csrw    mie, t0
        ret

# Goes to address a2 in mode a3, with a0 and a1 as they are, in the state that SBI promises: no address translation, no
# interrupts.
enter:
        csrw    satp, zero
        sfence.vma
        fence.i                                 # another hart may have written the code that runs next
        csrw    sie, zero
        csrci   mip, SSI
        li      t0, 7
        csrw    scounteren, t0
        mv      s1, a0
        li      a0, -1
        call    set_timer
        mv      a0, s1

        csrw    mepc, a2
        csrr    t0, mstatus
        li      t1, ~0x7fffaa                   # clear SIE MIE SPIE MPIE SPP VS MPP FS XS MPRV SUM MXR TVM TW TSR
        and     t0, t0, t1
        li      t1, MSTATUS_FS_INITIAL | MSTATUS_VS_INITIAL
        or      t0, t0, t1
        slli    t1, a3, 11                      # MPP: the mode that mret goes to
        or      t0, t0, t1
        csrw    mstatus, t0
        csrw    mscratch, s0
        mret
