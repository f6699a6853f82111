# Address translation: Sv39, Sv48 and Sv57, each in S-mode and U-mode through the same tests.
#
# The program is mapped at its own addresses by a superpage of 1 GiB; the pages under test are at TEST, far from it. M-mode
# uses mstatus.MPRV to load and store as S-mode or U-mode would.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

        .equ    V, 1                            # bits of a page table entry
        .equ    R, 2
        .equ    W, 4
        .equ    X, 8
        .equ    U, 16
        .equ    G, 32
        .equ    A, 64
        .equ    D, 128
        .equ    TEST, 0xc0000000                # page under test; the next page follows at TEST + 4096
        .equ    MPRV, 1 << 17
        .equ    SUM, 1 << 18
        .equ    MXR, 1 << 19

# The entry at address `slot` points to address `to`, with these flags.
        .macro  entry slot, to, flags
        srli    t0, \to, 12
        slli    t0, t0, 10
        li      t1, \flags
        or      t0, t0, t1
        sd      t0, (\slot)
        .endm

# The leaf for TEST (a0 keeps nothing).
        .macro  map flags
        lla     t2, leaf
        lla     t3, page_one
        entry   t2, t3, \flags
        sfence.vma
        .endm

# Loads, stores and jumps with MPRV and MPP = S or U.
        .macro  as_mode mode
        li      t0, 3 << 11 | MPRV
        csrc    mstatus, t0
        li      t0, \mode << 11 | MPRV
        csrs    mstatus, t0
        .endm
        .macro  as_machine
        li      t0, MPRV
        csrc    mstatus, t0
        .endm

# After a trap taken by must_trap, MPP is M again: each access under MPRV begins with as_mode.
        .macro  refuses number, mode, cause, instruction:vararg
        as_mode \mode
        must_trap_at \number, \cause, s1, \instruction
        as_machine
        .endm

start:  machine_setup
        csrw    mcounteren, zero
        li      t0, 1 << 61                     # no hardware updates of A and D, if the hart could
        .ifndef WITHOUT_MENVCFG
        csrc    menvcfg, t0
        .endif
        li      s1, TEST
        lla     s2, page_one
        lla     s3, page_two
        li      s5, 8                           # satp mode: 8 Sv39, 9 Sv48, 10 Sv57

next_mode:
# ----------------------------------------------------------------------------------------------------------- build the tree
        csrw    satp, zero
        lla     s0, root
        mv      a0, s0                          # clear all tables
        lla     a1, tables_end
1:      sd      zero, (a0)
        addi    a0, a0, 8
        bne     a0, a1, 1b
        mv      s4, s0                          # tables above the gigabytes: none, one or two
        addi    t4, s5, -8
        lla     t5, upper
2:      beqz    t4, 3f
        entry   s4, t5, V
        mv      s4, t5
        li      t0, 4096
        add     t5, t5, t0
        addi    t4, t4, -1
        j       2b
3:      addi    a0, s4, 2 * 8                   # RAM, one to one: S-mode's
        li      a1, RAM
        entry   a0, a1, V | R | W | X | A | D
        addi    a0, s4, 3 * 8
        lla     a1, middle
        entry   a0, a1, V
        lla     a0, middle
        lla     a1, leaf
        entry   a0, a1, V
        lla     a0, leaf
        entry   a0, s2, V | R | W | X | A | D
        addi    a0, a0, 8
        entry   a0, s3, V | R | W | X | A | D
        srli    t0, s0, 12
        slli    t1, s5, 60
        or      t0, t0, t1
        csrw    satp, t0
        sfence.vma
        csrr    a0, satp
        srli    a0, a0, 60
        bne     a0, s5, mode_not_supported
        li      t0, 0x1111111111111111
        sd      t0, (s2)
        li      t0, 0x2222222222222222
        sd      t0, (s3)
        sd      zero, -8(s3)                    # (page_one ends there)

# --------------------------------------------------------------------------------------------------------- M-mode is not paged
        must_trap_at 1, LOAD_ACCESS, s1, ld a0, (s1)

# ---------------------------------------------------------------------------------------------------------------- it translates
        as_mode 1
        ld      a0, (s1)
        check   2, a0, 0x1111111111111111
        li      t0, 4096
        add     a1, s1, t0
        ld      a0, (a1)
        check   3, a0, 0x2222222222222222
        li      t0, 0x3333333333333333
        sd      t0, 8(s1)
        as_machine
        ld      a0, 8(s2)
        check   4, a0, 0x3333333333333333
        as_mode 1                               # across the two pages, by bytes of both
        addi    a1, a1, -3
        ld      a0, (a1)
        check   5, a0, 0x2222222222000000
        li      t0, 0x8877665544332211
        sd      t0, (a1)
        as_machine
        ld      a0, -8(s3)
        check   6, a0, 0x3322110000000000
        ld      a0, (s3)
        check   7, a0, 0x2222228877665544
        sd      zero, -8(s3)

        enter_mode 1                            # S-mode itself runs translated
        ld      a0, (s1)
        enter_machine_mode
        check   8, a0, 0x1111111111111111

# ------------------------------------------------------------------------------------------------------------------ permissions
        map     V | R | A | D
        as_mode 1
        ld      a0, (s1)
        as_machine
        refuses 10, 1, STORE_PAGE, sd a0, (s1)
        refuses 11, 1, STORE_PAGE, amoadd.d a0, a0, (s1)
        as_mode 1
        lr.d    a0, (s1)                        # lr only reads,
        as_machine
        refuses 12, 1, STORE_PAGE, sc.d a0, a0, (s1)
        map     V | X | A | D
        refuses 13, 1, LOAD_PAGE, ld a0, (s1)
        li      t0, MXR                         # make executable readable
        csrs    mstatus, t0
        as_mode 1
        ld      a0, (s1)
        check   14, a0, 0x1111111111111111
        as_machine
        refuses 15, 1, STORE_PAGE, sd a0, (s1)
        li      t0, MXR
        csrc    mstatus, t0
        map     V | R | W | A | D               # not executable
        li      s7, TEST
        li      s8, FETCH_PAGE
        li      s9, TEST
        lla     s10, 1f
        li      gp, 16
        enter_mode 1
        jr      s1
1:      enter_machine_mode
        map     R | W | X | A | D               # not valid
        refuses 17, 1, LOAD_PAGE, ld a0, (s1)
        refuses 18, 1, STORE_PAGE, sd a0, (s1)
        map     V | W | A | D                   # writable but not readable: reserved
        refuses 19, 1, LOAD_PAGE, ld a0, (s1)
        refuses 20, 1, STORE_PAGE, sd a0, (s1)
        map     V | R | W | D                   # not accessed
        refuses 21, 1, LOAD_PAGE, ld a0, (s1)
        map     V | R | W | A                   # not dirty
        as_mode 1
        ld      a0, (s1)
        as_machine
        refuses 22, 1, STORE_PAGE, sd a0, (s1)
        lla     t0, leaf
        ld      a0, (t0)
        andi    a0, a0, A | D
        check   23, a0, A                       # and no bit was set by that
        map     V | A | D                       # a pointer at the last level
        refuses 24, 1, LOAD_PAGE, ld a0, (s1)

# user and supervisor pages
        map     V | R | W | X | U | A | D
        as_mode 0
        ld      a0, (s1)
        check   30, a0, 0x1111111111111111
        as_machine
        refuses 31, 1, LOAD_PAGE, ld a0, (s1)
        refuses 32, 1, STORE_PAGE, sd a0, (s1)
        li      t0, SUM                         # permit supervisor user memory access
        csrs    mstatus, t0
        as_mode 1
        ld      a0, (s1)
        check   33, a0, 0x1111111111111111
        as_machine
        li      s7, TEST                        # but never let it execute there
        li      s8, FETCH_PAGE
        li      s9, TEST
        lla     s10, 1f
        li      gp, 34
        enter_mode 1
        jr      s1
1:      enter_machine_mode
        li      t0, SUM
        csrc    mstatus, t0
        map     V | R | W | X | A | D
        refuses 35, 0, LOAD_PAGE, ld a0, (s1)
        refuses 36, 0, STORE_PAGE, sd a0, (s1)

# ----------------------------------------------------------------------------------------------------------- reserved bits set
        .macro  with_bits bits
        map     V | R | W | X | A | D
        ld      t0, (t2)
        li      t1, \bits
        or      t0, t0, t1
        sd      t0, (t2)
        sfence.vma
        .endm
        with_bits 1 << 54
        refuses 40, 1, LOAD_PAGE, ld a0, (s1)
        with_bits 1 << 60
        refuses 41, 1, STORE_PAGE, sd a0, (s1)
        .ifndef WITHOUT_MENVCFG
        li      t0, 1 << 62                     # PBMTE
        csrc    menvcfg, t0
        .endif
        with_bits 1 << 61
        refuses 42, 1, LOAD_PAGE, ld a0, (s1)
        map     V | R | W | X | A | D
        lla     t2, middle                      # a pointer must have no D, A, U
        lla     t3, leaf
        entry   t2, t3, V | A
        sfence.vma
        refuses 43, 1, LOAD_PAGE, ld a0, (s1)
        entry   t2, t3, V | U
        sfence.vma
        refuses 44, 1, LOAD_PAGE, ld a0, (s1)
        entry   t2, t3, V
        ld      t0, (t2)                        # bits for software are no one's business
        ori     t0, t0, 3 << 8
        sd      t0, (t2)
        sfence.vma
        as_mode 1
        ld      a0, (s1)
        as_machine

# ------------------------------------------------------------------------------------------------------------------ superpages
        lla     t2, middle                      # 2 MiB: must be aligned
        entry   t2, s2, V | R | W | X | A | D
        sfence.vma
        srli    t0, s2, 12
        andi    t0, t0, 511
        beqz    t0, 1f
        refuses 50, 1, LOAD_PAGE, ld a0, (s1)
1:      li      t3, RAM
        entry   t2, t3, V | R | W | X | A | D
        sfence.vma
        li      t0, RAM                         # page_one's offset in RAM is its offset from TEST
        sub     a1, s2, t0
        add     a1, a1, s1
        as_mode 1
        ld      a0, (a1)
        check   51, a0, 0x1111111111111111
        as_machine
        lla     t3, leaf
        entry   t2, t3, V
        sfence.vma

# --------------------------------------------------------------------------------------------------- addresses that can't be
        li      s11, 1                          # bits above the address must be copies of its top bit
        addi    t0, s5, -8
        li      t1, 9
        mul     t0, t0, t1
        addi    t0, t0, 38                      # 38, 47, 56
        sll     s11, s11, t0                    # top bit set, those above not
        as_mode 1
        must_trap_at 60, LOAD_PAGE, s11, ld a0, (s11)
        as_machine
        as_mode 1
        must_trap_at 61, STORE_PAGE, s11, sd a0, (s11)
        as_machine
        li      t0, -1
        srli    t0, t0, 1
        mv      s11, t0
        andi    s11, s11, -8
        as_mode 1
        must_trap_at 62, LOAD_PAGE, s11, ld a0, (s11)
        as_machine
        neg     s11, s1                         # a good one with no entry, in the upper half
        as_mode 1
        must_trap_at 63, LOAD_PAGE, s11, ld a0, (s11)
        as_machine

# ------------------------------------------------------------------------------------------------- an access that touches two pages
        map     V | R | W | X | A | D
        lla     t2, leaf
        sd      zero, 8(t2)                     # the second is gone
        sfence.vma
        li      t0, 4096 - 4
        add     s11, s1, t0
        addi    s6, s11, 4
        as_mode 1
        must_trap_at 70, LOAD_PAGE, s6, ld a0, (s11)    # tval is the byte that couldn't be
        as_machine
        li      t0, 4092
        add     a1, s2, t0
        li      t0, 0x0f0f0f0f
        sw      t0, (a1)
        li      a0, -1
        as_mode 1
        must_trap_at 71, STORE_PAGE, s6, sd a0, (s11)
        as_machine
        lw      a0, (a1)
        check   72, a0, 0x0f0f0f0f              # and the part in the first page isn't stored either
        li      t0, 4094                        # a four-byte instruction over both
        add     t0, s2, t0
        li      t1, 0x0513                      # the first half of addi a0, x0, ...
        sh      t1, (t0)
        fence.i
        li      t0, 4094
        add     s11, s1, t0
        mv      s7, s6                          # tval: where the second half would be
        li      s8, FETCH_PAGE
        mv      s9, s11                         # epc: where the instruction begins
        lla     s10, 1f
        li      gp, 73
        enter_mode 1
        jr      s11
1:      enter_machine_mode
        lla     a0, leaf + 8
        entry   a0, s3, V | R | W | X | A | D
        li      t0, 0x0050                      # the second half: immediate 5
        sh      t0, (s3)
        li      t0, 0x8282                      # c.jr t0
        sh      t0, 2(s3)
        fence.i
        sfence.vma
        lla     t0, 1f
        enter_mode 1
        jr      s11
1:      enter_machine_mode
        check   74, a0, 5
        li      t0, 0x2222222222222222
        sd      t0, (s3)

# ---------------------------------------------------------------------------------------------- sfence.vma: by address, by ASID
        as_mode 1
        ld      a0, (s1)
        check   80, a0, 0x1111111111111111
        as_machine
        lla     t2, leaf
        entry   t2, s3, V | R | W | X | A | D
        sfence.vma s1, zero
        as_mode 1
        ld      a0, (s1)
        check   81, a0, 0x2222222222222222
        as_machine
        lla     t2, leaf
        entry   t2, s2, V | R | W | X | A | D
        sfence.vma zero, zero
        as_mode 1
        ld      a0, (s1)
        check   82, a0, 0x1111111111111111
        as_machine
        lla     t2, leaf
        entry   t2, s3, V | R | W | X | A | D
        sfence.vma s1, zero                     # (ASID 0)
        li      t0, 0
        sfence.vma s1, t0
        as_mode 1
        ld      a0, (s1)
        check   83, a0, 0x2222222222222222
        as_machine

# two address spaces with different ASIDs don't see each other's pages
        csrr    s11, satp
        li      t0, 1 << 44
        or      t1, s11, t0
        csrw    satp, t1
        csrr    a0, satp
        bne     a0, t1, 1f                      # no ASIDs here
        lla     t2, leaf
        entry   t2, s2, V | R | W | X | A | D   # ASID 1's tree is the same memory, now with page_one
        sfence.vma zero, t0
        as_mode 1
        ld      a0, (s1)
        check   84, a0, 0x1111111111111111
        as_machine
1:      csrw    satp, s11
        sfence.vma

mode_not_supported:
        addi    s5, s5, 1
        li      t0, 11
        bne     s5, t0, next_mode
        passed

        .balign 4096
page_one:       .zero   4096
page_two:       .zero   4096
root:           .zero   4096
upper:          .zero   2 * 4096
middle:         .zero   4096
leaf:           .zero   4096
tables_end:
