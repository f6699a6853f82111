# Several harts (2 to 8) on the same memory: atomics, reservations, ordering, interrupts between harts, a page that changes.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

        .equ    ROUNDS, 2000
        .ifndef HARTS
        .equ    HARTS, 4
        .endif

# All harts wait here for each other.
        .macro  together
        call    barrier
        .endm


start:  machine_setup
        csrr    s0, mhartid
        slli    t0, s0, 12
        lla     sp, stacks
        add     sp, sp, t0
        li      t0, 4096
        add     sp, sp, t0
        li      t0, HARTS
        bgeu    s0, t0, idle
        csrw    mie, zero

# ------------------------------------------------------------------------------------------------- counters that all increment
        together
        lla     s1, counters
        li      s2, ROUNDS
1:      li      t0, 1
        amoadd.d zero, t0, (s1)
        addi    t3, s1, 8
2:      lr.d    t1, (t3)
        addi    t1, t1, 1
        sc.d    t2, t1, (t3)
        bnez    t2, 2b
        addi    t3, s1, 16
3:      lr.w    t1, (t3)
        addiw   t1, t1, 1
        sc.w    t2, t1, (t3)
        bnez    t2, 3b
        addi    s2, s2, -1
        bnez    s2, 1b
        together
        ld      a0, 0(s1)
        check   1, a0, HARTS * ROUNDS
        ld      a0, 8(s1)
        check   2, a0, HARTS * ROUNDS
        ld      a0, 16(s1)
        check   3, a0, HARTS * ROUNDS

# -------------------------------------------------------------------------------------------------------- a lock around two words
        together
        lla     s1, lock
        li      s2, ROUNDS
4:      li      t0, 1
5:      amoswap.w.aq t1, t0, (s1)
        bnez    t1, 5b
        ld      t1, 8(s1)
        ld      t2, 16(s1)
        bne     t1, t2, 6f                      # both are always the same for whoever has the lock
        addi    t1, t1, 1
        sd      t1, 8(s1)
        sd      t1, 16(s1)
        amoswap.w.rl zero, zero, (s1)
        addi    s2, s2, -1
        bnez    s2, 4b
        j       7f
6:      failed  4
7:      together
        ld      a0, 8(s1)
        check   5, a0, HARTS * ROUNDS

# ------------------------------------------------------------------- message passing: hart 0 writes data, then the flag, with fences
        together
        lla     s1, mail
        li      s2, 1
        bnez    s0, 9f
8:      sd      s2, (s1)
        fence   w, w
        sd      s2, 128(s1)
        addi    s2, s2, 1
        li      t0, ROUNDS
        bne     s2, t0, 8b
        j       11f
9:      ld      t0, 128(s1)
        fence   r, r
        ld      t1, (s1)
        bltu    t1, t0, 10f                     # data at least as new as the flag
        li      t2, ROUNDS - 1
        bne     t0, t2, 9b
        j       11f
10:     failed  6
11:     together

# ---------------------------------------------- store buffering: x = 1; fence; read y against y = 1; fence; read x: not both 0
        li      s2, 0
12:     lla     s1, mail
        bnez    s0, 13f
        sd      zero, 256(s1)
        sd      zero, 384(s1)
13:     together
        li      t0, 1
        bnez    s0, 14f
        sd      t0, 256(s1)
        fence   rw, rw
        ld      s3, 384(s1)
        sd      s3, 512(s1)
        j       15f
14:     bne     s0, t0, 15f                     # (hart 1)
        sd      t0, 384(s1)
        fence   rw, rw
        ld      s3, 256(s1)
        sd      s3, 520(s1)
15:     together
        ld      t0, 512(s1)
        ld      t1, 520(s1)
        or      a0, t0, t1
        check   7, a0, 1
        together
        addi    s2, s2, 1
        li      t0, 200
        bne     s2, t0, 12b

# --------------------------------------------------------------------------------------- an interrupt that goes around, with wfi
        lla     t0, software_interrupt
        csrw    mtvec, t0
        li      s4, 0                           # how many we have had
        csrwi   mie, MSI
        csrsi   mstatus, 1 << 3
        together
        bnez    s0, 16f
        call    pass_on
16:     wfi
        li      t0, 20
        bltu    s4, t0, 16b
        csrci   mstatus, 1 << 3
        lla     t0, machine_trap
        csrw    mtvec, t0
        together
        li      t0, CLINT
        slli    t1, s0, 2
        add     t0, t0, t1
        sw      zero, (t0)

# ------------------------------------------------------------------------ a reservation is lost when another hart writes there
        together
        lla     s1, mail
        addi    s2, s1, 640
        bnez    s0, 17f
        lr.d    a0, (s2)
        li      t0, 1
        sd      t0, 768(s1)                     # (a store elsewhere is no business of the reservation)
        fence   rw, rw
18:     ld      t0, 776(s1)
        beqz    t0, 18b
        li      t0, 5
        sc.d    a0, t0, (s2)
        bnez    a0, 20f
        failed  8
17:     li      t0, 1
        bne     s0, t0, 20f
19:     ld      t1, 768(s1)
        beqz    t1, 19b
        sd      t0, (s2)
        fence   rw, rw
        sd      t0, 776(s1)
20:     together

# ----------------------------------------------------------- code that hart 0 changes and the others run, each after its fence.i
        li      s2, 1
21:     bnez    s0, 22f
        lla     t0, shared_code
        slli    t1, s2, 20
        li      t2, 0x00000513                  # li a0, s2
        or      t1, t1, t2
        sw      t1, (t0)
22:     together
        fence.i
        lla     t0, shared_code
        jalr    t0
        check_same 9, a0, s2
        together
        addi    s2, s2, 1
        li      t0, 200
        bne     s2, t0, 21b
        together
        bnez    s0, idle
        passed

idle:   csrw    mie, zero
1:      wfi
        j       1b

# The last hart to arrive lets all go on.
barrier:
        lla     t0, barrier_count
        lla     t1, barrier_turn
        lw      t2, (t1)
        fence   rw, rw
        li      t3, 1
        amoadd.w.aqrl t4, t3, (t0)
        li      t3, HARTS - 1
        bne     t4, t3, 1f
        sw      zero, (t0)
        fence   rw, rw
        addi    t2, t2, 1
        sw      t2, (t1)
        ret
1:      lw      t3, (t1)
        bne     t2, t3, 2f
        pause
        j       1b
2:      fence   rw, rw
        ret

# Interrupts the next hart.
pass_on:
        addi    t5, s0, 1
        li      t6, HARTS
        bltu    t5, t6, 1f
        li      t5, 0
1:      slli    t5, t5, 2
        li      t6, CLINT
        add     t5, t5, t6
        li      t6, 1
        sw      t6, (t5)
        ret

        .balign 4
software_interrupt:
        csrr    t5, mcause
        andi    t5, t5, 0xff
        li      t6, 3
        bne     t5, t6, 1f
        slli    t5, s0, 2
        li      t6, CLINT
        add     t5, t5, t6
        sw      zero, (t5)
        addi    s4, s4, 1
        addi    sp, sp, -16
        sd      ra, (sp)
        call    pass_on
        ld      ra, (sp)
        addi    sp, sp, 16
        mret
1:      failed  10

        .balign 64
barrier_count:  .word   0
        .balign 64
barrier_turn:   .word   0
        .balign 64
counters:       .dword  0, 0, 0
        .balign 64
lock:           .dword  0, 0, 0
        .balign 64
mail:           .zero   1024
        .balign 4
        .option push
        .option norvc
shared_code:
        li      a0, 0
        ret
        .option pop
        .balign 16
stacks:         .zero   8 * 4096
