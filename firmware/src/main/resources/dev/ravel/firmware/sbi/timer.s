# Part 6 of 10: TIME (SBI 2.0, chapter 6). Wake me at that time.
#
# S-mode's timer interrupt is the bit STIP of mip. With the extension Sstc the hart raises it itself as soon as `time`
# reaches the CSR stimecmp, and an operating system that knows of Sstc never calls here. Without Sstc there is only the
# CLINT's timer, which interrupts M-mode: it is taken here and passed on by setting STIP.

time:
        bnez    a6, not_supported
        mv      s11, ra
        call    set_timer
        li      a0, SBI_SUCCESS
        li      a1, 0
        jr      s11

legacy_set_timer:
        mv      s11, ra
        call    set_timer
        li      a0, SBI_SUCCESS
        jr      s11

# A timer interrupt for S-mode at time a0, and none before it.
set_timer:
        lbu     t0, HART_SSTC(s0)
        beqz    t0, 1f
        csrw    stimecmp, a0
        ret
1:      ld      t0, HART_ID(s0)
        slli    t0, t0, 3
        li      t1, CLINT_MTIMECMP
        add     t0, t0, t1
        sd      a0, (t0)
        li      t0, STI                         # the old one is over,
        csrc    mip, t0
        li      t0, MTI                         # the new one may come
        csrs    mie, t0
        ret

# The CLINT's timer has reached the time. It goes on asking until mtimecmp is written again: don't listen until then.
timer_fired:
        li      t0, MTI
        csrc    mie, t0
        li      t0, STI
        csrs    mip, t0
        ret
