# What a kernel does all the time and programs do not: addresses that are translated, page walks, other address spaces, traps and their ends, CSRs, atomics,
# cleared blocks, a device's registers, calls into other pages, code that is new or changes. Java learns from it what a boot would wait for in its first second.
        .equ    FINISHER, 0x100000
        .equ    POWER_OFF, 0x5555
        .equ    SCRATCH, 0x10000007     # a register of the serial port that does nothing
        .equ    PAGE_SHIFT, 12
        .equ    PAGE, 1 << PAGE_SHIFT
        .equ    PAGES, 512              # that the area has, and entries of a table
        .equ    TAGS, 64
        .equ    SV39, 8                 # the field MODE of satp (Privileged 1.13, 12.1.11)
        .equ    ASID, 44                # where the field of that name begins
        .equ    TABLE, 0x01             # V
        .equ    LEAF, 0xcf              # D A X W R V
        .equ    PMP_ALL, 0x1f           # NAPOT X W R
        .equ    MPP_SUPERVISOR, 0x800
        .equ    ENABLED, 1 << 63 | 0x80 # menvcfg.STCE and CBZE
        .equ    TIME, 2                 # mcounteren.TM: the supervisor may read and compare it
        .equ    INTERRUPTS, 0x222       # the supervisor's
        .equ    LOAD_PAGE_FAULT, 1 << 13
        .equ    TIMER, 1 << 5           # sie.STIE
        .equ    SIE, 2                  # sstatus.SIE
        .equ    NOWHERE, 3 << 30        # has no page
        .equ    ROUNDS, 3000

        .text
        .globl  _start
_start:
        lla     t0, trapped
        csrw    mtvec, t0
        li      t0, -1
        csrw    pmpaddr0, t0
        li      t0, PMP_ALL
        csrw    pmpcfg0, t0
        li      t0, ENABLED
        csrw    menvcfg, t0
        li      t0, TIME
        csrw    mcounteren, t0
        li      t0, INTERRUPTS
        csrw    mideleg, t0
        li      t0, LOAD_PAGE_FAULT
        csrw    medeleg, t0

        lla     t0, root                # the first GiB, of devices, is one page
        li      t1, LEAF
        sd      t1, 0(t0)
        lla     t1, middle              # the third, of RAM, has tables
        srli    t2, t1, 2
        ori     t2, t2, TABLE
        sd      t2, 16(t0)
        lla     t2, leaves
        srli    t3, t2, 2
        ori     t3, t3, TABLE
        sd      t3, 0(t1)
        li      t3, 0x80000000 >> 2
        ori     t3, t3, LEAF
        li      t4, PAGES
1:      sd      t3, 0(t2)
        addi    t2, t2, 8
        addi    t3, t3, PAGE >> 2
        addi    t4, t4, -1
        bne     t4, zero, 1b

        srli    s0, t0, PAGE_SHIFT
        li      t1, SV39 << 60
        or      s0, s0, t1              # satp, without an address space's number
        csrw    satp, s0
        sfence.vma
        lla     t0, supervisor
        csrw    mepc, t0
        li      t0, MPP_SUPERVISOR
        csrs    mstatus, t0
        mret

        .align  2
trapped:                                # a call of the supervisor's
        csrrw   t0, mscratch, t0
        csrr    t0, mepc
        addi    t0, t0, 4
        csrw    mepc, t0
        csrrw   t0, mscratch, t0
        mret

        .align  2
delegated:                              # the timer, or a load from nowhere
        csrrw   t0, sscratch, t0
        csrr    t0, scause
        blt     t0, zero, 1f
        csrr    t0, sepc
        addi    t0, t0, 4
        csrw    sepc, t0
        j       2f
1:      li      t0, -1
        csrw    stimecmp, t0
2:      csrrw   t0, sscratch, t0
        sret

supervisor:
        lla     t0, delegated
        csrw    stvec, t0
        li      t0, -1
        csrw    stimecmp, t0
        li      t0, TIMER
        csrw    sie, t0
        csrsi   sstatus, SIE
        lla     s1, area
        lla     s2, far
        li      s3, ROUNDS
        li      s5, SCRATCH
round:
        mv      t0, s1                  # more pages than a TLB has entries, read and written
        li      t1, 96
1:      ld      t2, 0(t0)
        add     t2, t2, t1
        sd      t2, 8(t0)
        li      t3, PAGE
        add     t0, t0, t3
        addi    t1, t1, -1
        bne     t1, zero, 1b

        jalr    ra, 0(s2)               # a call into another page, and one back
        jal     ra, far
        andi    t0, s3, TAGS - 1        # another address space
        slli    t0, t0, ASID
        or      t0, t0, s0
        csrw    satp, t0
        sfence.vma s1, zero
        csrr    t1, sstatus
        csrrs   t2, sie, zero
        csrw    sscratch, t1
        csrr    t3, time
        cbo.zero (s1)
        amoadd.d t1, t2, (s1)
        amoswap.w t1, t2, (s1)
2:      lr.d    t1, (s1)
        addi    t1, t1, 1
        sc.d    t2, t1, (s1)
        bne     t2, zero, 2b
        sb      s3, 0(s5)
        lbu     t1, 0(s5)
        andi    t0, s3, 7
        bne     t0, zero, 3f
        ecall
        li      t0, NOWHERE
        lw      t0, 0(t0)
        csrw    stimecmp, zero
        sfence.vma
        lw      t1, 0(s2)               # another immediate: all of that page is new code
        li      t0, 1 << 20
        add     t1, t1, t0
        sw      t1, 0(s2)
        fence.i
3:      addi    s3, s3, -1
        bne     s3, zero, round

        li      t0, FINISHER
        li      t1, POWER_OFF
        sw      t1, 0(t0)
4:      j       4b

        .align  12
far:    addi    a0, a1, 1           # 32 bits long
        sd      ra, 16(s1)
        ld      t0, 16(s1)
        mulhu   a1, a0, t0
        c.li    a2, 5
        c.mv    a3, a2
        c.addi  a3, 1
        c.slli  a3, 4
        c.sub   a3, a2
        c.and   a3, a0
        c.sd    a3, 24(s1)
        c.ld    a4, 24(s1)
        c.beqz  a4, 1f
        c.addiw a4, 3
        c.lw    a5, 32(s1)
        c.sw    a5, 36(s1)
        c.j     2f
1:      c.bnez  a3, 2f
        c.andi  a4, 7
        c.or    a4, a3
2:      c.srli  a4, 2
        lui     a5, 7
        auipc   a5, 0
        bltu    a4, a5, 3f
        xori    a5, a4, 9
        sraiw   a5, a5, 1
3:      divu    a5, a5, a0
        c.jr    ra

        .bss
        .align  12
root:   .zero   PAGE
middle: .zero   PAGE
leaves: .zero   PAGE
area:   .zero   96 * PAGE
