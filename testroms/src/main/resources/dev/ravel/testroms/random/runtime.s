# What surrounds a random program: it is given its registers, its traps are counted and stepped over, and its end is
# noticed. Everything that it may see is set here, so that it runs alike wherever this runs.
#
# Defined from outside: STATE, SAVE (addresses), and BATCH, which is 0 where a host looks at the registers when the hart
# waits at `stopped`, and 1 where programs come from a table and results go to another one (batch.s).
#
# The first instruction of a program, 64 KiB aligned, is its end: an ecall.

        .equ    STATE_F, 256
        .equ    STATE_FCSR, 512
        .equ    STATE_MSTATUS, 520
        .equ    STATE_SATP, 528
        .equ    STATE_PC, 536

        .equ    SAVE_T5, 0
        .equ    SAVE_T4, 8
        .equ    SAVE_T3, 16
        .equ    SAVE_TRAPS, 24                  # how many
        .equ    SAVE_HASH, 32                   # of their causes, addresses and values
        .equ    SAVE_LOG, 256                   # cause, address and value of the first traps
        .equ    LOGGED, 128
        .equ    TRAP_LIMIT, 20000

        .equ    MSTATUS_FS, 3 << 13
        .equ    MSTATUS_MPRV, 1 << 17
        .equ    SSIP, 2

# mtval. After ebreak it may be the address or 0: on other machines it is taken to be the address.
        .macro  tval rd
        csrr    \rd, mtval
        .if     BATCH
        csrr    t3, mcause
        addi    t3, t3, -3
        bnez    t3, 9f
        csrr    \rd, mepc
9:
        .endif
        .endm

_start:
        .if     BATCH
        j       batch
        .endif

# Starts the program that STATE describes.
launch: la      t0, handler
        csrw    mtvec, t0
        li      t0, SAVE
        csrw    mscratch, t0
        sd      zero, SAVE_TRAPS(t0)
        sd      zero, SAVE_HASH(t0)
        li      t0, -1                          # everything is allowed
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        csrw    medeleg, zero
        csrw    mideleg, zero
        csrw    mie, zero
        csrw    mip, zero
        li      t0, 0xf0                        # cache-block instructions
        csrw    menvcfg, t0
        csrw    senvcfg, t0
        li      t0, 7
        csrw    mcounteren, t0
        csrw    scounteren, t0
        csrw    mcountinhibit, zero
        csrw    mcause, zero
        csrw    mtval, zero
        csrw    stvec, zero
        csrw    sscratch, zero
        csrw    sepc, zero
        csrw    scause, zero
        csrw    stval, zero
        li      t6, STATE
        sc.d    zero, zero, (t6)                # no reservation is left
        ld      t0, STATE_SATP(t6)
        csrw    satp, t0
        sfence.vma
        li      t0, MSTATUS_FS
        csrw    mstatus, t0
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        fld     f\n, STATE_F + 8 * \n(t6)
        .endr
        .irp    n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        fld     f\n, STATE_F + 8 * \n(t6)
        .endr
        ld      t0, STATE_FCSR(t6)
        csrw    fcsr, t0
        ld      t0, STATE_MSTATUS(t6)
        csrw    mstatus, t0
        ld      t0, STATE_PC(t6)
        csrw    mepc, t0
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
        ld      x\n, 8 * \n(t6)
        .endr
        .irp    n, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        ld      x\n, 8 * \n(t6)
        .endr
        fence.i
        mret

# Every trap of a program comes here, in machine mode.
        .balign 4
handler:
        csrrw   t6, mscratch, t6
        sd      t5, SAVE_T5(t6)
        sd      t4, SAVE_T4(t6)
        sd      t3, SAVE_T3(t6)
        ld      t5, SAVE_TRAPS(t6)
        addi    t5, t5, 1
        sd      t5, SAVE_TRAPS(t6)
        li      t4, TRAP_LIMIT
        bgtu    t5, t4, finish
        addi    t5, t5, -1
        li      t4, LOGGED
        bgeu    t5, t4, 1f
        slli    t4, t5, 4
        slli    t5, t5, 3
        add     t5, t5, t4
        add     t5, t5, t6
        csrr    t4, mcause
        sd      t4, SAVE_LOG(t5)
        csrr    t4, mepc
        sd      t4, SAVE_LOG + 8(t5)
        tval    t4
        sd      t4, SAVE_LOG + 16(t5)
1:      # The hash: times 31, plus each of the three.
        ld      t4, SAVE_HASH(t6)
        .irp    register, mcause, mepc
        slli    t3, t4, 5
        sub     t4, t3, t4
        csrr    t5, \register
        add     t4, t4, t5
        .endr
        slli    t3, t4, 5
        sub     t4, t3, t4
        tval    t5
        add     t4, t4, t5
        sd      t4, SAVE_HASH(t6)
        csrr    t4, mcause
        csrr    t5, mepc
        bltz    t4, interrupt
        # Fetch: misaligned, access fault, page fault. The jump that led there has left its link in x1.
        beqz    t4, linked
        addi    t3, t4, -1
        beqz    t3, linked
        addi    t3, t4, -12
        beqz    t3, linked
        # An ecall at the program's first address is its end.
        slli    t3, t5, 48
        bnez    t3, advance
        addi    t3, t4, -8
        beqz    t3, finish
        addi    t3, t4, -9
        beqz    t3, finish
        addi    t3, t4, -11
        beqz    t3, finish
advance:
        # After the instruction, whose length its lowest bits tell; it is read as the program would.
        li      t3, MSTATUS_MPRV
        csrs    mstatus, t3
        lhu     t4, (t5)
        csrc    mstatus, t3
        andi    t4, t4, 3
        addi    t5, t5, 2
        addi    t4, t4, -3
        bnez    t4, resume
        addi    t5, t5, 2
resume: csrw    mepc, t5
again:  ld      t3, SAVE_T3(t6)
        ld      t4, SAVE_T4(t6)
        ld      t5, SAVE_T5(t6)
        csrrw   t6, mscratch, t6
        mret

linked: mv      t5, ra
        j       resume

# Software has raised an interrupt: it is taken back, and nothing is stepped over.
interrupt:
        csrci   mip, SSIP
        j       again

# The end. All registers are what the program left.
finish: ld      t3, SAVE_T3(t6)
        ld      t4, SAVE_T4(t6)
        ld      t5, SAVE_T5(t6)
        csrrw   t6, mscratch, t6
        .if     BATCH
        j       store
        .else
stopped:
        wfi
        j       stopped
        .endif

        .if     BATCH
        .include "batch.s"
        .endif
