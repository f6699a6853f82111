# Part 7 of 10: IPI and RFENCE (SBI 2.0, chapters 7 and 8). One hart asks something of others.
#
# A hart can be interrupted by writing 1 to its msip register in the CLINT. What the interrupt means stands in
# HART_EVENTS of the block of the hart that gets it.

# ---------------------------------------------------------------------------------------------------------- sets of harts

# a0, a1 = hart_mask, hart_mask_base: bit i of the mask is hart base + i, and base -1 is all there are. Answers in a0 the
# set with bit n for hart n, and in a1 an error if one of them doesn't exist or isn't running.
harts_of_mask:
        mv      a3, ra
        li      t0, -1
        beq     a1, t0, 1f
        li      t0, MAX_HARTS
        bgeu    a1, t0, 9f
        sll     a2, a0, a1
        srl     t0, a2, a1
        bne     t0, a0, 9f                      # bits fell off: harts beyond MAX_HARTS
        call    running_harts
        not     t0, a0
        and     t0, t0, a2
        bnez    t0, 9f
        mv      a0, a2
        li      a1, SBI_SUCCESS
        jr      a3
1:      call    running_harts
        li      a1, SBI_SUCCESS
        jr      a3
9:      li      a0, 0
        li      a1, SBI_ERR_INVALID_PARAM
        jr      a3

# Answers the set of harts that are neither stopped nor just about to start.
running_harts:
        lla     t0, harts_present
        ld      t0, (t0)                        # shifts right, so that bit 0 is hart t1
        li      t1, 0
        li      t2, 1                           # bit of hart t1
        li      a0, 0
1:      beqz    t0, 9f
        andi    t3, t0, 1
        beqz    t3, 2f
        hart_block t3, t1, t4
        lw      t3, HART_STATE(t3)
        addi    t3, t3, -STOPPED
        li      t4, START_PENDING - STOPPED
        bleu    t3, t4, 2f
        or      a0, a0, t2
2:      srli    t0, t0, 1
        slli    t2, t2, 1
        addi    t1, t1, 1
        j       1b
9:      ret

# Tells every hart of set a0 about the events a1.
signal:
        li      t0, 0
1:      beqz    a0, 9f
        andi    t1, a0, 1
        beqz    t1, 2f
        hart_block t1, t0, t2
        addi    t1, t1, HART_EVENTS
        amoor.w zero, a1, (t1)
        fence   iorw, iorw                      # the event, and all that it is about, before the interrupt
        li      t1, CLINT
        slli    t2, t0, 2
        add     t1, t1, t2
        li      t2, 1
        sw      t2, (t1)
2:      srli    a0, a0, 1
        addi    t0, t0, 1
        j       1b
9:      ret

# Does what others asked of this hart. Answers the events in a0.
take_events:
        addi    sp, sp, -16
        sd      ra, (sp)
        ld      t0, HART_ID(s0)
        slli    t0, t0, 2
        li      t1, CLINT
        add     t0, t0, t1
        sw      zero, (t0)                      # first the interrupt, then the events: one that comes in between
        fence   iorw, iorw                      #   interrupts again
        addi    t0, s0, HART_EVENTS
        amoswap.w a0, zero, (t0)
        fence   iorw, iorw
        sd      a0, 8(sp)
        andi    t0, a0, EVENT_IPI
        beqz    t0, 1f
        csrsi   mip, SSI
1:      andi    t0, a0, EVENT_FENCE
        beqz    t0, 2f
        call    fence_here
        fence   rw, rw
        lla     t0, fence_waiting
        li      t1, -1
        amoadd.w zero, t1, (t0)
2:      ld      a0, 8(sp)
        ld      ra, (sp)
        addi    sp, sp, 16
        ret

# -------------------------------------------------------------------------------------------------------------------- IPI
ipi:
        bnez    a6, not_supported
        mv      s11, ra
        call    harts_of_mask
        mv      s1, a1
        li      a1, EVENT_IPI
        call    signal
        mv      a0, s1
        li      a1, 0
        jr      s11

# ----------------------------------------------------------------------------------------------------------------- RFENCE
# Each hart keeps translations (and perhaps instructions) that it has used. Before a page that others used becomes
# something else, all of them must forget: the hart that changes the page asks for it here, and goes on once all have done
# it. There is one request at a time; what it says is in fence_request.

        .equ    FENCE_I, 0                      # kinds, numbered like the functions of the extension
        .equ    FENCE_VMA, 1
        .equ    FENCE_VMA_ASID, 2
        .equ    FENCE_START, 8                  # offsets in fence_request; the kind is at 0
        .equ    FENCE_SIZE, 16
        .equ    FENCE_ASID, 24

rfence:
        li      t0, FENCE_VMA_ASID              # the others are for hypervisors
        bgtu    a6, t0, not_supported
        mv      s11, ra
        mv      s1, a6
        mv      s2, a2
        mv      s3, a3
        mv      s4, a4
        call    harts_of_mask
        bnez    a1, 9f
        mv      s5, a0
        call    remote_fence
        li      a1, SBI_SUCCESS
9:      mv      a0, a1
        li      a1, 0
        jr      s11

# Fences of kind s1 with start s2, size s3, ASID s4 on the harts of set s5; returns when they are done.
remote_fence:
        mv      s10, ra
1:      lla     t0, fence_lock
        li      t1, 1
        amoswap.w.aq t1, t1, (t0)
        beqz    t1, 2f
        call    take_events                     # whoever holds the lock may be waiting for this very hart
        j       1b

2:      lla     t0, fence_request
        sd      s1, (t0)
        sd      s2, FENCE_START(t0)
        sd      s3, FENCE_SIZE(t0)
        sd      s4, FENCE_ASID(t0)
        ld      t0, HART_ID(s0)
        li      t1, 1
        sll     t1, t1, t0
        and     s6, s5, t1                      # is this hart one of them?
        not     t1, t1
        and     s5, s5, t1                      # the others

        li      t0, 0                           # how many others
        mv      t1, s5
3:      beqz    t1, 4f
        addi    t2, t1, -1                      # one bit less
        and     t1, t1, t2
        addi    t0, t0, 1
        j       3b
4:      lla     t1, fence_waiting
        sw      t0, (t1)
        mv      a0, s5
        li      a1, EVENT_FENCE
        call    signal
        beqz    s6, 5f
        call    fence_here
5:      lla     t0, fence_waiting
6:      lw      t1, (t0)
        beqz    t1, 7f
        pause
        j       6b
7:      fence   rw, rw
        lla     t0, fence_lock
        amoswap.w.rl zero, zero, (t0)
        jr      s10

# Does fence_request on this hart.
fence_here:
        lla     t0, fence_request
        ld      t1, (t0)
        ld      t2, FENCE_START(t0)
        ld      t3, FENCE_SIZE(t0)
        ld      t4, FENCE_ASID(t0)
        beqz    t1, 5f
        addi    t1, t1, -FENCE_VMA_ASID         # 0: only that address space
        li      t0, 64 * 4096                   # page by page up to 64 pages; more, and -1 for all, at once
        bgtu    t3, t0, 3f
        or      t0, t2, t3                      # both 0: all as well
        beqz    t0, 3f
        add     t3, t2, t3                      # the end
        andi    t0, t2, -2048                   # the page of the first byte
        srli    t0, t0, 12
        slli    t0, t0, 12
        sub     t3, t3, t0                      # bytes from there to the end, which may be the end of the address space
1:      bnez    t1, 2f
        sfence.vma t0, t4
        j       21f
2:      sfence.vma t0, zero
21:     lui     t5, 1
        add     t0, t0, t5
        sub     t3, t3, t5
        bgtz    t3, 1b
        ret
3:      bnez    t1, 4f
        sfence.vma zero, t4
        ret
4:      sfence.vma
        ret
5:      fence.i
        ret

# ----------------------------------------------------------------------------------------- the same, as SBI 0.1 had it
# a0 = virtual address of a hart mask, or 0 for all harts; a1, a2, a3 = start, size, ASID. Calls 4 to 7: IPI, fence.i,
# sfence.vma, sfence.vma for an ASID. Harts that can't be asked are left out.
legacy_harts:
        mv      s11, ra
        addi    s1, a7, -5                      # the kind of fence, or -1 for an IPI
        mv      s2, a1
        mv      s3, a2
        mv      s4, a3
        li      s5, -1
        beqz    a0, 1f
        call    load_for_supervisor
        mv      s5, a0
1:      call    running_harts
        and     s5, s5, a0
        bltz    s1, 2f
        call    remote_fence
        j       3f
2:      mv      a0, s5
        li      a1, EVENT_IPI
        call    signal
3:      li      a0, SBI_SUCCESS
        jr      s11

legacy_clear_ipi:
        csrrci  a0, mip, SSI
        srli    a0, a0, 1
        andi    a0, a0, 1
        ret

# The doubleword at virtual address a0, as S-mode would load it: with mstatus.MPRV set, loads are done with the privilege
# in MPP, which is still the caller's. If S-mode couldn't load it either, S-mode gets the exception, at its ecall.
load_for_supervisor:
        li      t0, MSTATUS_MPRV
        expect_trap 1f
        csrs    mstatus, t0
        ld      a0, (a0)
        csrc    mstatus, t0
        expect_no_trap
        ret
1:      csrc    mstatus, t0
        expect_no_trap
        ld      t0, HART_MEPC(s0)
        addi    t0, t0, -4
        sd      t0, HART_MEPC(s0)
        csrr    a0, mcause
        csrr    a1, mtval
        j       redirect
