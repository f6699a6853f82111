# Each exception's cause, mepc and mtval, and that the instruction did nothing else.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

start:  machine_setup

# -------------------------------------------------------------------------------------------- what mstatus does at a trap
        li      t0, 1 << 3                      # MIE
        csrs    mstatus, t0
        lla     t0, 1f
        csrw    mtvec, t0
        ecall
        .balign 4
1:      csrr    a0, mstatus
        li      t0, 0x1888                      # MPP, MPIE, MIE
        and     a0, a0, t0
        check   1, a0, 0x1880                   # MPP = M, MPIE = 1, MIE = 0
        csrr    a0, mcause
        check   2, a0, ECALL_M
        csrr    a0, mtval
        check   3, a0, 0
        lla     t0, 2f
        csrw    mepc, t0
        mret
2:      csrr    a0, mstatus
        li      t0, 0x1888
        and     a0, a0, t0
        check   4, a0, 0x0088                   # MPP = U, MPIE = 1, MIE = 1
        csrci   mstatus, 1 << 3
        lla     t0, machine_trap
        csrw    mtvec, t0

# ------------------------------------------------------------------------------------------------------------------ illegal
        must_trap 10, ILLEGAL, 0xffffffff, .4byte 0xffffffff
        must_trap 11, ILLEGAL, 0x0000707f, .4byte 0x0000707f
        must_trap 12, ILLEGAL, 0x00007003 | 7 << 12, .4byte 0x00007003 | 7 << 12 # a load of width 7
        must_trap 13, ILLEGAL, 0x00004023, .4byte 0x00004023    # a store of width 4
        must_trap 14, ILLEGAL, 0x00002063, .4byte 0x00002063    # a branch of kind 2
        must_trap 15, ILLEGAL, 0x00001067, .4byte 0x00001067    # jalr with funct3 1
        must_trap 16, ILLEGAL, 0x7ff00513 | 1 << 12, .4byte 0x7ff00513 | 1 << 12 # slli with nonsense above
        must_trap 17, ILLEGAL, 0x0205151b, .4byte 0x0205151b    # slliw by 32
        must_trap 18, ILLEGAL, 0x04a50533, .4byte 0x04a50533    # an add of funct7 2
        must_trap 19, ILLEGAL, 0x00000073 | 2 << 7, .4byte 0x00000073 | 2 << 7 # ecall with a destination
        must_trap 20, ILLEGAL, 0x10000073, .4byte 0x10000073    # system, no such
        must_trap 21, ILLEGAL, 0x00004073, .4byte 0x00004073    # system with funct3 4 (hypervisor loads)

# ---------------------------------------------------------------------------------------------------------- breakpoint, ecall
        lla     a0, 1f
        must_trap_at 30, BREAKPOINT, a0, 1: .4byte 0x00100073
        must_trap 31, ECALL_M, 0, ecall
        enter_mode 1
        must_trap 32, ECALL_S, 0, ecall
        enter_machine_mode
        enter_mode 0
        must_trap 33, ECALL_U, 0, ecall
        enter_machine_mode

# ------------------------------------------------------------------------------------------------------------- access faults
        li      s1, 0x40                        # nothing is there
        li      a0, 77
        must_trap 40, LOAD_ACCESS, 0x40, lw a0, (s1)
        check   41, a0, 77
        must_trap 42, LOAD_ACCESS, 0x48, ld a0, 8(s1)
        must_trap 43, STORE_ACCESS, 0x40, sb a0, (s1)
        li      s1, 1 << 55                     # beyond any memory
        must_trap_at 44, LOAD_ACCESS, s1, lbu a0, (s1)
        must_trap_at 45, STORE_ACCESS, s1, sd a0, (s1)
        check   46, a0, 77
# A jump to nowhere: the trap is at the target, after the jump has been done.
        li      s7, 0x40
        li      s8, FETCH_ACCESS
        li      s9, 0x40
        lla     s10, 1f
        li      gp, 47
        li      t0, 0x40
        jalr    a0, 0(t0)
2:      failed  47
1:      lla     a1, 2b
        check_same 48, a0, a1

# Jumps to odd addresses can't be written: with compressed instructions, no target is misaligned.

# ---------------------------------------------------------------------------------------------------- privileged instructions
        .equ    MRET, 0x30200073
        .equ    SRET, 0x10200073
        .equ    WFI, 0x10500073
        .equ    SFENCE, 0x12000073
        enter_mode 1
        must_trap 50, ILLEGAL, MRET, mret
        must_trap 51, ILLEGAL, 0x30002573, csrr a0, mstatus
        enter_machine_mode
        enter_mode 0
        must_trap 52, ILLEGAL, MRET, mret
        must_trap 53, ILLEGAL, SRET, sret
        must_trap 54, ILLEGAL, SFENCE, sfence.vma
        must_trap 55, ILLEGAL, 0x10002573, csrr a0, sstatus
        enter_machine_mode

        li      s1, 1 << 20                     # TVM: satp and sfence.vma trap in S-mode
        csrs    mstatus, s1
        enter_mode 1
        must_trap 56, ILLEGAL, 0x18002573, csrr a0, satp
        must_trap 57, ILLEGAL, 0x18051073, csrw satp, a0
        must_trap 58, ILLEGAL, SFENCE, sfence.vma
        enter_machine_mode
        csrc    mstatus, s1
        li      s1, 1 << 22                     # TSR: so does sret
        csrs    mstatus, s1
        enter_mode 1
        must_trap 59, ILLEGAL, SRET, sret
        enter_machine_mode
        csrc    mstatus, s1
        li      s1, 1 << 21                     # TW: so does wfi that would wait
        csrs    mstatus, s1
        enter_mode 1
        must_trap 60, ILLEGAL, WFI, wfi
        enter_machine_mode
        csrc    mstatus, s1

# ------------------------------------------------------------------------------------------------------------------ delegation
        li      s1, 1 << ILLEGAL | 1 << ECALL_U | 1 << BREAKPOINT
        csrw    medeleg, s1
        csrr    a0, medeleg
        check_same 70, a0, s1
        lla     t0, supervisor_here
        csrw    stvec, t0
        li      s2, 0
        li      s6, 0
        enter_mode 0
        csrr    a0, sstatus                     # illegal in U-mode: taken in S-mode
1:      check   71, s2, ILLEGAL
        check   72, s3, 0x10002573
        ecall
2:      check   73, s2, ECALL_U
        check   74, s3, 0
        lla     t0, 2b - 4
        check_same 75, s4, t0
        check   76, s5, 0                       # SPP was U
        j       3f
        .balign 4
supervisor_here:                                # answers scause, stval, sepc, SPP in s2 to s5, goes on after 4 bytes
        csrr    s2, scause
        csrr    s3, stval
        csrr    s4, sepc
        csrr    s5, sstatus
        andi    s5, s5, 1 << 8
        addi    t0, s4, 4
        csrw    sepc, t0
        beqz    s6, 4f
        li      t0, 1 << 8
        csrs    sstatus, t0
4:      sret
3:
        li      s6, 1                           # tell supervisor_here to give us S-mode
        ecall
        check   77, s2, ECALL_U
        must_trap 78, ECALL_S, 0, ecall         # and M-mode keeps what it didn't delegate
        enter_machine_mode

        enter_mode 1
        li      s2, 0
        .4byte  0x00000000                      # illegal in S-mode: taken there, SPP is S
        check   79, s2, ILLEGAL
        check   80, s5, 1 << 8
        enter_machine_mode
        li      s2, 0                           # M-mode's own exceptions never go down
        must_trap 81, ILLEGAL, 0, .2byte 0
        check   82, s2, 0
        csrw    medeleg, zero
        csrr    a0, medeleg
        check   83, a0, 0
        passed
