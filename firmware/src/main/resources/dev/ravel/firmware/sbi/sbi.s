# Part 5 of 10: which call is it?
#
# S-mode executes `ecall` with an extension's number in a7, a function's number in a6 and arguments in a0 to a5. It gets
# an error (0: none) in a0 and a value in a1; all other registers stay as they are (SBI 2.0, chapter 3). The "legacy" calls
# of SBI 0.1, numbers 0 to 8, are older than that convention: they have no function number, and answer in a0 only.

        .equ    EXTENSION_BASE, 0x10
        .equ    EXTENSION_TIME, 0x54494d45      # the numbers spell the names
        .equ    EXTENSION_IPI, 0x735049
        .equ    EXTENSION_RFENCE, 0x52464e43
        .equ    EXTENSION_HSM, 0x48534d
        .equ    EXTENSION_SRST, 0x53525354
        .equ    EXTENSION_DBCN, 0x4442434e
        .equ    LEGACY_LAST, 8

        .equ    SBI_VERSION, 2 << 24            # major << 24 | minor
        .equ    IMPLEMENTATION_ID, 0x5241564c   # "RAVL": not assigned to anyone
        .equ    IMPLEMENTATION_VERSION, 1

        .macro  when register, value, target
        li      t0, \value
        beq     \register, t0, \target
        .endm

sbi_call:
        ld      t0, HART_MEPC(s0)               # go on after the ecall
        addi    t0, t0, 4
        sd      t0, HART_MEPC(s0)
        li      t0, LEGACY_LAST
        bleu    a7, t0, 1f
        call    sbi_extension
        sd      a0, HART_A0(s0)
        sd      a1, HART_A1(s0)
        j       leave
1:      call    sbi_legacy
        sd      a0, HART_A0(s0)
        j       leave

sbi_extension:
        when    a7, EXTENSION_TIME, time
        when    a7, EXTENSION_IPI, ipi
        when    a7, EXTENSION_RFENCE, rfence
        when    a7, EXTENSION_HSM, hsm
        when    a7, EXTENSION_BASE, base
        when    a7, EXTENSION_DBCN, dbcn
        when    a7, EXTENSION_SRST, srst
not_supported:
        li      a0, SBI_ERR_NOT_SUPPORTED
        li      a1, 0
        ret
invalid_param:
        li      a0, SBI_ERR_INVALID_PARAM
        li      a1, 0
        ret

sbi_legacy:
        when    a7, 0, legacy_set_timer
        when    a7, 1, legacy_putchar
        when    a7, 2, legacy_getchar
        when    a7, 3, legacy_clear_ipi
        when    a7, 8, legacy_shutdown
        j       legacy_harts                    # 4 to 7 ask something of other harts: ipi.s

# ------------------------------------------------------------------------------------------------------------ Base (0x10)
# Who are you, and what can you do? (SBI 2.0, chapter 4)
base:
        mv      a2, a0
        li      a0, SBI_SUCCESS
        li      a1, SBI_VERSION
        beqz    a6, 9f
        li      a1, IMPLEMENTATION_ID
        when    a6, 1, 9f
        li      a1, IMPLEMENTATION_VERSION
        when    a6, 2, 9f
        when    a6, 3, probe
        csrr    a1, mvendorid
        when    a6, 4, 9f
        csrr    a1, marchid
        when    a6, 5, 9f
        csrr    a1, mimpid
        when    a6, 6, 9f
        j       not_supported
9:      ret

# Is extension a2 there? 1 if it is, else 0.
probe:
        li      a1, 1
        li      t0, LEGACY_LAST
        bleu    a2, t0, 9f
        when    a2, EXTENSION_BASE, 9f
        when    a2, EXTENSION_TIME, 9f
        when    a2, EXTENSION_IPI, 9f
        when    a2, EXTENSION_RFENCE, 9f
        when    a2, EXTENSION_HSM, 9f
        when    a2, EXTENSION_SRST, 9f
        when    a2, EXTENSION_DBCN, 9f
        li      a1, 0
9:      ret
