# Part 8 of 10: HSM (SBI 2.0, chapter 9). Harts that start, stop and sleep.
#
# After reset one hart runs the operating system and the others are parked here, stopped. The operating system starts them
# when it is ready for them.

hsm:
        when    a6, 0, hart_start
        when    a6, 1, hart_stop
        when    a6, 2, hart_status
        when    a6, 3, hart_suspend
        j       not_supported

# Is there a hart a0? Answers its block in t0, or 0.
find_hart:
        li      t0, MAX_HARTS
        bgeu    a0, t0, 9f
        lla     t0, harts_present
        ld      t0, (t0)
        srl     t0, t0, a0
        andi    t0, t0, 1
        beqz    t0, 9f
        hart_block t0, a0, t1
        ret
9:      li      t0, 0
        ret

# May S-mode execute at physical address a0? Answers 0 in t0 if not.
# It must be in RAM or flash, not in the firmware, even, and there: the last is found out by trying to load from it.
check_code_address:
        andi    t0, a0, 1
        bnez    t0, 9f
        li      t0, RAM
        bgeu    a0, t0, 1f
        li      t0, FLASH
        bltu    a0, t0, 9f
        li      t0, FLASH_END
        bgeu    a0, t0, 9f
1:      lla     t0, _start
        sub     t0, a0, t0
        li      t1, FIRMWARE_SIZE
        bltu    t0, t1, 9f
        expect_trap 8f
        lhu     t0, (a0)
        expect_no_trap
        li      t0, 1
        ret
8:      expect_no_trap
9:      li      t0, 0
        ret

# a0 = hart, a1 = where it starts, a2 = what it finds in its a1 there.
hart_start:
        mv      s11, ra
        mv      s1, a0
        mv      s2, a1
        mv      s3, a2
        call    find_hart
        beqz    t0, 7f
        mv      s4, t0
        mv      a0, s2
        call    check_code_address
        beqz    t0, 8f

        addi    t0, s4, HART_STATE              # two harts may want to start the same one: only one of them finds it
        li      t1, STOPPED                     #   stopped and makes it start
        li      t2, START_PENDING
1:      lr.w.aq t3, (t0)
        bne     t3, t1, 9f
        sc.w.rl t3, t2, (t0)
        bnez    t3, 1b

        sd      s2, HART_START(s4)
        sd      s3, HART_ARGUMENT(s4)
        li      a0, 1
        sll     a0, a0, s1
        li      a1, EVENT_START
        call    signal
        li      a0, SBI_SUCCESS
        li      a1, 0
        jr      s11
7:      li      a0, SBI_ERR_INVALID_PARAM
        li      a1, 0
        jr      s11
8:      li      a0, SBI_ERR_INVALID_ADDRESS
        li      a1, 0
        jr      s11
9:      li      a0, SBI_ERR_ALREADY_AVAILABLE
        li      a1, 0
        jr      s11

# This hart will not come back to S-mode until someone starts it.
hart_stop:
        csrw    mie, zero
        li      t0, STOPPED
        addi    t1, s0, HART_STATE
        fence   rw, w
        sw      t0, (t1)
        # and go on at `park`

# Where stopped harts are. The only interrupt that ends the wfi is that of another hart.
park:
        li      t0, MSI
        csrw    mie, t0
        j       2f
1:      wfi
2:      call    take_events                     # look before sleeping: someone may have been faster
        andi    a0, a0, EVENT_START
        beqz    a0, 1b
        j       run

# a0 = hart; answers its state.
hart_status:
        mv      s11, ra
        call    find_hart
        li      a0, SBI_ERR_INVALID_PARAM
        li      a1, 0
        beqz    t0, 9f
        li      a0, SBI_SUCCESS
        lw      a1, HART_STATE(t0)
9:      jr      s11

# a0 = type: 0 sleeps and returns, 0x80000000 sleeps and then goes to a1 with a2 in a1, like a start; no others here.
hart_suspend:
        mv      s11, ra
        mv      s1, a1
        mv      s2, a2
        sext.w  s3, a0
        beqz    s3, 1f
        li      t0, -0x80000000
        bne     s3, t0, invalid_param
        mv      a0, a1
        call    check_code_address
        beqz    t0, 9f

1:      li      t0, SUSPENDED
        sw      t0, HART_STATE(s0)
2:      csrr    t0, mip                         # sleep until there is an interrupt for S-mode
        csrr    t1, mie
        and     s4, t0, t1
        li      t0, SSI | STI | SEI | LCOFI
        and     t0, t0, s4
        bnez    t0, 5f
        andi    t0, s4, MSI                     # M-mode's own are handled meanwhile; they may cause one for S-mode
        beqz    t0, 3f
        call    take_events
        j       2b
3:      andi    t0, s4, MTI
        beqz    t0, 4f
        call    timer_fired
        j       2b
4:      wfi
        j       2b

5:      bnez    s3, 6f
        sw      zero, HART_STATE(s0)            # STARTED
        li      a0, SBI_SUCCESS
        li      a1, 0
        jr      s11
6:      li      t0, RESUME_PENDING
        sw      t0, HART_STATE(s0)
        sd      s1, HART_START(s0)
        sd      s2, HART_ARGUMENT(s0)
        # and go on at `run`

# Starts what was asked for.
run:
        li      t0, STARTED
        sw      t0, HART_STATE(s0)
        addi    sp, s0, HART_SIZE
        ld      a0, HART_ID(s0)
        ld      a1, HART_ARGUMENT(s0)
        ld      a2, HART_START(s0)
        li      a3, MODE_S
        j       enter                           # start.s

9:      li      a0, SBI_ERR_INVALID_ADDRESS
        li      a1, 0
        jr      s11
