# From the guest to the monitor and back, and whose turn it is.

# Every trap comes here. All registers are the guest's; sscratch says whose.
        .balign 4
trap:
        csrrw   t6, sscratch, t6                # t6 = the virtual CPU, sscratch = its t6
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
        sd      x\n, 8 * \n(t6)
        .endr
        csrrw   t0, sscratch, t6
        sd      t0, VCPU_T6(t6)
        csrr    t0, sepc
        sd      t0, VCPU_PC(t6)
        mv      s0, t6                          # from here on s0 = the virtual CPU
        lla     sp, stack_top
        csrr    t0, sstatus
        andi    t0, t0, SSTATUS_SPP
        bnez    t0, broken
        csrr    s2, scause                      # s2 = what has happened
exit:
        bltz    s2, interrupt
        li      t0, ILLEGAL_INSTRUCTION
        beq     s2, t0, illegal
        li      t0, ECALL_FROM_U
        beq     s2, t0, ecall_of_guest
        li      t0, FETCH_PAGE_FAULT
        beq     s2, t0, page_fault
        li      t0, LOAD_PAGE_FAULT
        beq     s2, t0, page_fault
        li      t0, STORE_PAGE_FAULT
        beq     s2, t0, page_fault

# What is the guest's own business: it gets the trap that a real CPU would have given it.
reflect:
        mv      a0, s2
        csrr    a1, stval

# The virtual CPU takes a trap with the cause a0 and the value a1, as 12.1 of the specification says of a real one.
deliver:
        sd      a0, VCPU_SCAUSE(s0)
        sd      a1, VCPU_STVAL(s0)
        ld      t0, VCPU_PC(s0)
        sd      t0, VCPU_SEPC(s0)
        ld      t0, VCPU_SSTATUS(s0)
        andi    t1, t0, SSTATUS_SIE
        li      t2, ~(SSTATUS_SIE | SSTATUS_SPIE | SSTATUS_SPP)
        and     t0, t0, t2
        slli    t1, t1, 4                       # SPIE takes over SIE,
        or      t0, t0, t1
        ld      t1, VCPU_MODE(s0)
        slli    t1, t1, 8                       # SPP the mode
        or      t0, t0, t1
        sd      t0, VCPU_SSTATUS(s0)
        li      t0, 1
        sd      t0, VCPU_MODE(s0)
        ld      t0, VCPU_STVEC(s0)
delivered:
        sd      t0, VCPU_PC(s0)

# Back to the guest s0.
resume:
        call    look_at_timer
        ld      t0, VCPU_SIP(s0)
        ld      t1, VCPU_SIE(s0)
        and     t2, t0, t1
        beqz    t2, 2f                          # nothing that the guest wants to hear of
        ld      t2, VCPU_MODE(s0)
        beqz    t2, 1f
        ld      t2, VCPU_SSTATUS(s0)
        andi    t2, t2, SSTATUS_SIE
        beqz    t2, 2f
1:      li      a0, INTERRUPT | TIMER
        li      a1, 0
        j       deliver
2:      lla     t2, end_of_slice                # the next time that the monitor wants the hart back
        ld      t2, (t2)
        bnez    t0, 3f
        beqz    t1, 3f
        ld      t0, VCPU_STIMECMP(s0)           # or the guest wants an interrupt
        bgeu    t0, t2, 3f
        mv      t2, t0
3:      csrw    stimecmp, t2
        ld      t0, VCPU_MODE(s0)               # each virtual mode has its page table
        call    table
        srli    t1, t1, PAGE_SHIFT
        li      t0, SV39 << 60
        or      t1, t1, t0
        csrr    t0, satp
        beq     t0, t1, 4f
        csrw    satp, t1
        sfence.vma
4:      csrw    sscratch, s0
        ld      t0, VCPU_PC(s0)
        csrw    sepc, t0
        li      t0, SSTATUS_SPP
        csrc    sstatus, t0                     # whatever the guest believes: U-mode
        mv      t6, s0
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        ld      x\n, 8 * \n(t6)
        .endr
back:
        sret

# The guest's kernel calls its firmware, which the monitor would be, but this one has nothing to offer; or a program calls the
# guest's kernel.
ecall_of_guest:
        count   CALL
        ld      t0, VCPU_MODE(s0)
        beqz    t0, reflect
        li      t0, -2                          # SBI_ERR_NOT_SUPPORTED
        sd      t0, VCPU_A0(s0)
        ld      t0, VCPU_PC(s0)
        addi    t0, t0, 4
        sd      t0, VCPU_PC(s0)
        j       resume

# The monitor's timer: it has the hart again, whatever the guest does.
interrupt:
        count   TIME
        call    keyboard
        lla     t0, end_of_slice
        ld      t0, (t0)
        rdtime  t1
        bltu    t1, t0, resume                  # it was only the guest's own timer

# The next guest's turn, if it has anything to do.
schedule:
        rdtime  t0
        li      t1, SLICE
        add     t0, t0, t1
        lla     t1, end_of_slice
        sd      t0, (t1)
        mv      s1, s0
1:      ld      s0, VCPU_NEXT(s0)
        call    look_at_timer
        ld      t0, VCPU_STATE(s0)
        li      t1, RUNS
        beq     t0, t1, 2f
        li      t1, STOPPED
        beq     t0, t1, 3f
        ld      t0, VCPU_SIP(s0)                # it waits: for this?
        ld      t1, VCPU_SIE(s0)
        and     t0, t0, t1
        beqz    t0, 3f
        sd      zero, VCPU_STATE(s0)
2:      ld      t0, VCPU_TURNS(s0)
        addi    t0, t0, 1
        sd      t0, VCPU_TURNS(s0)
        j       resume
3:      bne     s0, s1, 1b
        lla     t0, end_of_slice                # nobody has. Sleep, and look again
        ld      t0, (t0)
        csrw    stimecmp, t0
        wfi
        call    keyboard
        j       schedule

# Is the timer of the virtual CPU s0 over? Then its interrupt is pending.
look_at_timer:
        rdtime  t0
        ld      t1, VCPU_STIMECMP(s0)
        sltu    t0, t0, t1
        xori    t0, t0, 1
        slli    t0, t0, TIMER
        sd      t0, VCPU_SIP(s0)
        ret

# The guest does something that this small monitor has not learned.
give_up:
        print   text_give_up
        ld      a0, VCPU_PC(s0)
        call    print_hex
        print   text_newline
        li      t0, STOPPED
        sd      t0, VCPU_STATE(s0)
        j       schedule

# A trap in S-mode, that is in the monitor itself.
broken:
        print   text_broken
1:      csrw    sie, zero
        wfi                                     # for good
        j       1b

text_give_up:   .asciz  "\nmonitor: a guest does what this monitor cannot play, at "
text_broken:    .asciz  "\nmonitor: a trap that was not expected\n"
        .balign 4
