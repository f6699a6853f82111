# Extensions of paging: Svadu (A and D bits by hardware), Svnapot, Svpbmt, Svinval; and Zicbom, Zicboz, Zawrs, Zihintpause.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

        .equ    TEST, 0xc0000000
        .equ    RW, 7                           # valid, readable, writable
        .equ    A, 64
        .equ    D, 128
        .equ    MPRV, 1 << 17
        .equ    ADUE, 1 << 61
        .equ    PBMTE, 1 << 62

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
        .macro  refuses number, cause, instruction:vararg
        as_supervisor
        must_trap_at \number, \cause, s1, \instruction
        as_machine
        .endm
        .macro  map bits                        # the leaf for TEST
        srli    t0, s2, 12
        slli    t0, t0, 10
        li      t1, \bits
        or      t0, t0, t1
        sd      t0, (s3)
        sfence.vma
        .endm

start:  machine_setup
        li      s1, TEST
        lla     s2, pages
        lla     s3, leaf
        lla     s0, root
        lla     t0, middle
        srli    t0, t0, 12
        slli    t0, t0, 10
        ori     t0, t0, 1
        sd      t0, 24(s0)
        lla     t1, middle
        srli    t0, s3, 12
        slli    t0, t0, 10
        ori     t0, t0, 1
        sd      t0, (t1)
        srli    t0, s0, 12
        li      t1, 8 << 60
        or      t0, t0, t1
        csrw    satp, t0
        sfence.vma

# ----------------------------------------------------------------------------------------------------------------------- Svadu
        li      t0, ADUE
        csrs    menvcfg, t0
        csrr    a0, menvcfg
        and     a0, a0, t0
        beqz    a0, no_svadu
        map     RW
        as_supervisor
        ld      a0, (s1)
        as_machine
        ld      a0, (s3)
        andi    a0, a0, A | D
        check   1, a0, A                        # a load sets A,
        as_supervisor
        sd      a0, (s1)
        as_machine
        ld      a0, (s3)
        andi    a0, a0, A | D
        check   2, a0, A | D                    # a store D as well
        map     3                               # but not where it isn't allowed
        refuses 3, STORE_PAGE, sd a0, (s1)
        ld      a0, (s3)
        andi    a0, a0, D
        check   4, a0, 0
        li      t0, ADUE
        csrc    menvcfg, t0
        map     RW
        refuses 5, LOAD_PAGE, ld a0, (s1)       # off: software's business
        map     RW | A
        refuses 6, STORE_PAGE, sd a0, (s1)
        ld      a0, (s3)
        andi    a0, a0, A | D
        check   7, a0, A
no_svadu:

# --------------------------------------------------------------------------------------------------------------------- Svnapot
# Sixteen pages of 4 KiB as one of 64 KiB: bit 63, and 1000 in the low bits of the page number.
        li      t2, 0                           # all sixteen entries are the same
        srli    t0, s2, 12
        ori     t0, t0, 8
        slli    t0, t0, 10
        li      t1, 1 << 63 | RW | A | D
        or      t0, t0, t1
        mv      t3, s3
1:      sd      t0, (t3)
        addi    t3, t3, 8
        addi    t2, t2, 1
        li      t1, 16
        bne     t2, t1, 1b
        sfence.vma
        li      t2, 0                           # every page has its own number in its first doubleword
        mv      t3, s2
2:      sd      t2, (t3)
        lui     t1, 1
        add     t3, t3, t1
        addi    t2, t2, 1
        li      t1, 16
        bne     t2, t1, 2b
        li      t2, 0
        mv      t3, s1
3:      as_supervisor
        ld      a0, (t3)
        as_machine
        check_same 10, a0, t2
        lui     t1, 1
        add     t3, t3, t1
        addi    t2, t2, 1
        li      t1, 16
        bne     t2, t1, 3b
        srli    t0, s2, 12                      # 0100: no such size
        ori     t0, t0, 4
        slli    t0, t0, 10
        li      t1, 1 << 63 | RW | A | D
        or      t0, t0, t1
        sd      t0, (s3)
        sfence.vma
        refuses 11, LOAD_PAGE, ld a0, (s1)

# ---------------------------------------------------------------------------------------------------------------------- Svpbmt
        li      t0, PBMTE
        csrs    menvcfg, t0
        csrr    a0, menvcfg
        and     a0, a0, t0
        beqz    a0, no_svpbmt
        sd      zero, (s2)
        map     1 << 61 | RW | A | D            # non-cacheable
        as_supervisor
        ld      a0, (s1)
        as_machine
        check   20, a0, 0
        map     2 << 61 | RW | A | D            # I/O
        as_supervisor
        ld      a0, (s1)
        as_machine
        check   21, a0, 0
        map     3 << 61 | RW | A | D            # reserved
        refuses 22, LOAD_PAGE, ld a0, (s1)
        li      t0, PBMTE
        csrc    menvcfg, t0
        map     1 << 61 | RW | A | D            # off: reserved too
        refuses 23, LOAD_PAGE, ld a0, (s1)
no_svpbmt:

# --------------------------------------------------------------------------------------------------------------------- Svinval
        map     RW | A | D
        li      t0, 1
        sd      t0, (s2)
        as_supervisor
        ld      a0, (s1)
        as_machine
        check   30, a0, 1
        lui     t1, 1
        add     t1, t1, s2
        li      t0, 2
        sd      t0, (t1)
        srli    t0, t1, 12
        slli    t0, t0, 10
        ori     t0, t0, RW | A | D
        sd      t0, (s3)
        sfence.w.inval
        sinval.vma s1, zero
        sfence.inval.ir
        as_supervisor
        ld      a0, (s1)
        as_machine
        check   31, a0, 2
        csrw    satp, zero
        enter_mode 0
        must_trap 32, ILLEGAL, 0x16000073, sinval.vma zero, zero
        must_trap 33, ILLEGAL, 0x18000073, sfence.w.inval
        must_trap 34, ILLEGAL, 0x18100073, sfence.inval.ir
        enter_machine_mode

# ------------------------------------------------------------------------------------------------------------ cache blocks, 64 bytes
        lla     s4, pages
        li      t0, -1
        sd      t0, 56(s4)
        sd      t0, 64(s4)
        sd      t0, 120(s4)
        sd      t0, 128(s4)
        addi    a0, s4, 100                     # any address in the block
        cbo.zero (a0)
        ld      a0, 56(s4)
        check   40, a0, -1
        ld      a0, 64(s4)
        check   41, a0, 0
        ld      a0, 120(s4)
        check   42, a0, 0
        ld      a0, 128(s4)
        check   43, a0, -1
        cbo.clean (s4)
        cbo.flush (s4)
        cbo.inval (s4)
        ld      a0, 56(s4)
        check   44, a0, -1
        prefetch.r 0(s4)
        li      s5, 0x40                        # nothing there: cbo reports a store
        must_trap 45, STORE_ACCESS, 0x40, .4byte 0x004aa00f
        li      t0, 0xf0                        # CBIE, CBCFE, CBZE off for S-mode
        csrc    menvcfg, t0
        enter_mode 1
        must_trap 46, ILLEGAL, 0x004a200f, .4byte 0x004a200f # cbo.zero (s4)
        must_trap 47, ILLEGAL, 0x001a200f, .4byte 0x001a200f # cbo.clean (s4)
        must_trap 48, ILLEGAL, 0x002a200f, .4byte 0x002a200f # cbo.flush (s4)
        must_trap 49, ILLEGAL, 0x000a200f, .4byte 0x000a200f # cbo.inval (s4)
        enter_machine_mode
        li      t0, 0xd0
        csrs    menvcfg, t0
        csrw    senvcfg, zero                   # on for S-mode, off for U-mode
        enter_mode 1
        cbo.zero (s4)
        cbo.flush (s4)
        cbo.inval (s4)
        enter_machine_mode
        enter_mode 0
        must_trap 50, ILLEGAL, 0x004a200f, .4byte 0x004a200f # cbo.zero (s4)
        enter_machine_mode
        li      t0, 0xd0
        csrs    senvcfg, t0
        enter_mode 0
        cbo.zero (s4)
        enter_machine_mode

# ---------------------------------------------------------------------------------------------------------------------- waiting
        pause
        .ifndef WITHOUT_ZAWRS
        lr.d    a0, (s4)
        .4byte  0x01d00073                      # wrs.sto: returns after a short while at the latest
        lr.d    a0, (s4)
        csrwi   mstatus, 0
        li      t0, CLINT
        li      t1, 1
        sw      t1, (t0)
        csrwi   mie, MSI
        .4byte  0x00d00073                      # wrs.nto: a pending interrupt ends it
        csrw    mie, zero
        sw      zero, (t0)
        .endif
        passed

        .balign 65536
pages:  .zero   65536
root:   .zero   4096
middle: .zero   4096
leaf:   .zero   4096
