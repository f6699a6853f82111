# Runs programs from a table, one after the other, and puts what each leaves behind into another table. Nothing is needed
# of the machine but RAM, and QEMU's test finisher to switch it off. Included by runtime.s.
#
# A program in the table: STATE, the seed of its data, the length of its code (a multiple of 8), its code.
# A result: how many traps, x1 to x31, f0 to f31, fcsr, the hash of the traps, the hash of the data, 0.

        .equ    SAVE_TABLE, 64                  # where the next program is
        .equ    SAVE_LEFT, 72                   # how many there are
        .equ    SAVE_RESULTS, 80                # where the next result goes

        .equ    RESULT_FCSR, 512
        .equ    RESULT_TRAPS_HASH, 520
        .equ    RESULT_DATA_HASH, 528
        .equ    RESULT_SIZE, 544

        .equ    FINISHER, 0x100000
        .equ    POWER_OFF, 0x5555

batch:  li      t6, SAVE
        li      s0, TABLE
        ld      t0, (s0)
        sd      t0, SAVE_LEFT(t6)
        addi    s0, s0, 8
        sd      s0, SAVE_TABLE(t6)
        li      t0, RESULTS
        sd      t0, SAVE_RESULTS(t6)

next:   li      t6, SAVE
        ld      t0, SAVE_LEFT(t6)
        beqz    t0, done
        addi    t0, t0, -1
        sd      t0, SAVE_LEFT(t6)
        ld      a1, SAVE_TABLE(t6)
        li      a0, STATE
        li      a2, STATE_SIZE
        call    copy
        ld      s0, (a1)                        # seed
        ld      a2, 8(a1)
        addi    a1, a1, 16
        li      a0, PROGRAM
        call    copy
        sd      a1, SAVE_TABLE(t6)
        # Page tables that a program may have changed.
        li      a0, LEAVES
        li      a1, LEAVES_COPY
        li      a2, 4096
        call    copy
        # The data: each doubleword follows from the one before.
        li      a0, DATA
        li      a2, DATA_SIZE
        add     a2, a2, a0
1:      slli    t0, s0, 13
        xor     s0, s0, t0
        srli    t0, s0, 7
        xor     s0, s0, t0
        slli    t0, s0, 17
        xor     s0, s0, t0
        sd      s0, (a0)
        addi    a0, a0, 8
        bltu    a0, a2, 1b
        j       launch

# Copies a2 bytes, a multiple of 8 and not 0, from a1 to a0; both are moved on.
copy:   add     a2, a2, a1
1:      ld      t0, (a1)
        sd      t0, (a0)
        addi    a0, a0, 8
        addi    a1, a1, 8
        bltu    a1, a2, 1b
        ret

# The program has ended, and all registers are what it left.
store:  csrrw   t6, mscratch, t6
        sd      t5, SAVE_T5(t6)
        ld      t5, SAVE_RESULTS(t6)
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
        sd      x\n, 8 * \n(t5)
        .endr
        .irp    n, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
        sd      x\n, 8 * \n(t5)
        .endr
        ld      t0, SAVE_T5(t6)
        sd      t0, 8 * 30(t5)
        csrr    t0, mscratch
        sd      t0, 8 * 31(t5)
        ld      t0, SAVE_TRAPS(t6)
        sd      t0, (t5)
        ld      t0, SAVE_HASH(t6)
        sd      t0, RESULT_TRAPS_HASH(t5)
        li      t0, MSTATUS_FS
        csrs    mstatus, t0
        csrr    t0, fcsr
        sd      t0, RESULT_FCSR(t5)
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        fsd     f\n, 256 + 8 * \n(t5)
        .endr
        .irp    n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        fsd     f\n, 256 + 8 * \n(t5)
        .endr
        li      a0, DATA
        li      a2, DATA_SIZE
        add     a2, a2, a0
        li      t0, 0
1:      slli    t1, t0, 5
        sub     t0, t1, t0
        ld      t1, (a0)
        add     t0, t0, t1
        addi    a0, a0, 8
        bltu    a0, a2, 1b
        sd      t0, RESULT_DATA_HASH(t5)
        addi    t5, t5, RESULT_SIZE
        sd      t5, SAVE_RESULTS(t6)
        j       next

done:   li      t0, FINISHER
        li      t1, POWER_OFF
        sw      t1, (t0)
        j       .
