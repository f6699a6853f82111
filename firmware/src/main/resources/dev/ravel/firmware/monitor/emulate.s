# Privileged instructions, on the virtual CPU.

        .equ    OPCODE_SYSTEM, 0x73
        .equ    INSTRUCTION_SRET, 0x10200073
        .equ    INSTRUCTION_WFI, 0x10500073
        .equ    FUNCT7_SFENCE_VMA, 9
        .equ    CSR_SATP, 0x180

# An illegal instruction, because it was executed in U-mode. What was it?
illegal:
        call    fetch                           # s1 = the instruction
        andi    t0, s1, 0x7f
        li      t1, OPCODE_SYSTEM
        bne     t0, t1, reflect                 # illegal anywhere
        ld      t0, VCPU_MODE(s0)
        beqz    t0, reflect                     # the guest's program did it, and may not: its kernel shall know
        srli    t0, s1, 12
        andi    t0, t0, 7
        bnez    t0, csr_access
        li      t0, INSTRUCTION_SRET
        beq     s1, t0, return_of_guest
        li      t0, INSTRUCTION_WFI
        beq     s1, t0, wait_of_guest
        srli    t0, s1, 25
        li      t1, FUNCT7_SFENCE_VMA
        bne     t0, t1, reflect

# sfence.vma: the guest has changed page tables.
        count   SFENCE
        call    forget
        j       emulated

# csrrw, csrrs, csrrc and their immediate forms: the register is a doubleword of the virtual CPU.
csr_access:
        srli    t0, s1, 20                      # its number
        lla     t1, csrs
1:      ld      t2, (t1)
        bltz    t2, reflect                     # a CSR that this CPU does not have
        beq     t2, t0, 2f
        addi    t1, t1, 3 * 8
        j       1b
2:      mv      s3, t0                          # s3 = its number,
        ld      s4, 8(t1)
        add     s4, s4, s0                      # s4 = its place,
        ld      s5, 16(t1)                      # s5 = the bits that can be written
        call    look_at_timer
        count   CSR
        ld      s6, (s4)                        # s6 = its old value
        srli    t0, s1, 15
        andi    t0, t0, 31                      # rs1, or a number
        srli    t1, s1, 12
        andi    t2, t1, 4
        mv      t3, t0
        bnez    t2, 3f
        slli    t3, t0, 3
        add     t3, t3, s0
        ld      t3, (t3)
3:      andi    t1, t1, 3
        li      t2, 1
        beq     t1, t2, 5f                      # csrrw: t3 is the new value
        beqz    t0, csr_read                    # csrrs and csrrc of nothing only read
        li      t2, 2
        not     t4, t3
        or      t3, s6, t3                      # csrrs
        beq     t1, t2, 5f
        and     t3, s6, t4                      # csrrc
5:      xor     t3, t3, s6                      # change the bits that can be
        and     t3, t3, s5
        xor     s7, t3, s6                      # s7 = its new value
        li      t0, CSR_SATP
        bne     s3, t0, 6f
        srli    t0, s7, 60
        beqz    t0, 6f
        li      t1, SV39
        bne     t0, t1, csr_read                # a mode that there is not: the write has no effect (12.1.11)
6:      sd      s7, (s4)
csr_written:
        li      t0, CSR_SATP
        beq     s3, t0, 7f
        li      t0, 0x100                       # sstatus: SUM says what S-mode may access
        bne     s3, t0, csr_read
        xor     t0, s6, s7
        li      t1, SSTATUS_SUM
        and     t0, t0, t1
        beqz    t0, csr_read
7:      call    forget
csr_read:
        mv      a0, s6
        call    set_rd

# Behind the instruction, and back.
emulated:
        ld      t0, VCPU_PC(s0)
        addi    t0, t0, 4                       # none of these has a compressed form
        sd      t0, VCPU_PC(s0)
        j       resume

# sret (12.1.1): the mode from SPP, and SIE from SPIE.
return_of_guest:
        count   SRET
        ld      t0, VCPU_SSTATUS(s0)
        srli    t1, t0, 8
        andi    t1, t1, 1
        sd      t1, VCPU_MODE(s0)
        andi    t1, t0, SSTATUS_SPIE
        srli    t1, t1, 4
        li      t2, ~(SSTATUS_SIE | SSTATUS_SPP)
        and     t0, t0, t2
        or      t0, t0, t1
        ori     t0, t0, SSTATUS_SPIE
        sd      t0, VCPU_SSTATUS(s0)
        ld      t0, VCPU_SEPC(s0)
        sd      t0, VCPU_PC(s0)
        j       resume

# wfi: the guest has nothing to do until an interrupt is pending.
wait_of_guest:
        count   WFI
        ld      t0, VCPU_PC(s0)
        addi    t0, t0, 4
        sd      t0, VCPU_PC(s0)
        li      t0, WAITS
        sd      t0, VCPU_STATE(s0)
        j       schedule

# s1 = the instruction at the guest's pc, of two bytes or four. If it is no longer there, because the guest has changed its page
# tables behind the CPU's back, the guest tries again.
fetch:
        addi    sp, sp, -16
        sd      ra, (sp)
        ld      a0, VCPU_PC(s0)
        call    fetch_half
        mv      s1, a0
        andi    t0, s1, 3
        li      t1, 3
        bne     t0, t1, 1f
        ld      a0, VCPU_PC(s0)
        addi    a0, a0, 2                       # it may be in the next page
        call    fetch_half
        slli    a0, a0, 16
        or      s1, s1, a0
1:      ld      ra, (sp)
        addi    sp, sp, 16
        ret

fetch_half:
        addi    sp, sp, -16
        sd      ra, (sp)
        li      a1, PTE_X
        call    walk
        call    memory
        beqz    a0, 1f
        lhu     a0, (a0)
        ld      ra, (sp)
        addi    sp, sp, 16
        ret
1:      call    forget
        lla     sp, stack_top
        j       resume

# Sets the register that the instruction s1 names as its result to a0.
set_rd:
        srli    t0, s1, 7
        andi    t0, t0, 31
        beqz    t0, 1f                          # x0 stays 0
        slli    t0, t0, 3
        add     t0, t0, s0
        sd      a0, (t0)
1:      ret

# The CSRs of the virtual CPU: number, place, and the bits that can be written.
        .balign 8
csrs:   .dword  0x100, VCPU_SSTATUS, SSTATUS_SUM | SSTATUS_SPP | SSTATUS_SPIE | SSTATUS_SIE
        .dword  0x104, VCPU_SIE, STI            # no other interrupts are there
        .dword  0x105, VCPU_STVEC, ~3           # one handler for all
        .dword  0x140, VCPU_SSCRATCH, ~0
        .dword  0x141, VCPU_SEPC, ~1
        .dword  0x142, VCPU_SCAUSE, ~0
        .dword  0x143, VCPU_STVAL, ~0
        .dword  0x144, VCPU_SIP, 0              # the timer alone decides
        .dword  0x14d, VCPU_STIMECMP, ~0
        .dword  CSR_SATP, VCPU_SATP, ~0
        .dword  -1
