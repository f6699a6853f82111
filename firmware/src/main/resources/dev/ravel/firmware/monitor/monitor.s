# monitor: a hypervisor with nothing but traps.
#
# It runs in S-mode, and its guests' kernels in U-mode, without knowing it: "trap and emulate". What a guest may do there, its
# instructions do themselves, at full speed. What it may not do traps, and comes here (exits.s): privileged instructions
# (emulate.s), addresses that the monitor has not let it have yet (shadow.s), registers of devices (device.s). The monitor does
# on a virtual CPU, a record in memory, what a real one would have done, and lets the guest go on. The guest is in guest.s.
#
# Addresses, with a page table for each guest in whose upper part the monitor sees the machine and the guest sees nothing:
#   0x10000000  the guest's serial port: never mapped, so each access traps
#   0x40000000  the guest's RAM, which is somewhere else in the machine's
#   0x80000000  the machine's RAM, where it is, and so the monitor
#   0xc0000000  the machine's devices
# The labels are places to stop at.

        .option norelax

        .include "macros.s"

        .equ    GUEST_UART, 0x10000000
        .equ    GUEST_RAM, 0x40000000
        .equ    GUEST_RAM_SIZE, 0x8000
        .equ    UART, 0xc0000000 + 0x10000000   # the board's NS16550A, as the monitor sees it
        .equ    UART_LSR, 5                     # line status: there is
        .equ    UART_LSR_DR, 1                  # a byte that was received,
        .equ    UART_LSR_THRE, 0x60             # room for one to be sent

        .equ    MEMORY_A, 0x80400000            # for each guest its RAM, and behind that the monitor's page tables for it
        .equ    MEMORY_B, 0x80500000

        .equ    SLICE, TICKS_PER_SECOND / 1000  # how long a guest may run if another one wants to

        .equ    SSTATUS_SIE, 1 << 1             # sstatus (Privileged 1.13, 12.1.1): interrupts are taken in S-mode,
        .equ    SSTATUS_SPIE, 1 << 5            # will be after sret,
        .equ    SSTATUS_SPP, 1 << 8             # which goes to S-mode,
        .equ    SSTATUS_SUM, 1 << 18            # and S-mode may read and write pages of U-mode
        .equ    INTERRUPT, 1 << 63              # in scause
        .equ    TIMER, 5                        # codes of traps
        .equ    FETCH_ACCESS_FAULT, 1
        .equ    ILLEGAL_INSTRUCTION, 2
        .equ    LOAD_ACCESS_FAULT, 5
        .equ    STORE_ACCESS_FAULT, 7
        .equ    ECALL_FROM_U, 8
        .equ    FETCH_PAGE_FAULT, 12
        .equ    LOAD_PAGE_FAULT, 13
        .equ    STORE_PAGE_FAULT, 15

        .equ    PAGE_SIZE, 4096
        .equ    PAGE_SHIFT, 12
        .equ    SV39, 8                         # the field MODE of satp
        .equ    TOP_SHIFT, 30                   # bits 38 to 30 of an address are the index in the root table,
        .equ    INDEX_BITS, 9                   # and so on (12.4.1)
        .equ    PTE_V, 1 << 0                   # the bits of an entry
        .equ    PTE_R, 1 << 1
        .equ    PTE_W, 1 << 2
        .equ    PTE_X, 1 << 3
        .equ    PTE_U, 1 << 4
        .equ    PTE_A, 1 << 6
        .equ    PTE_D, 1 << 7
        .equ    PTE_PPN_SHIFT, 10

# A virtual CPU. First x0 to x31, at 8 times their number; then what a real one has inside.
        .equ    VCPU_A0, 10 * 8
        .equ    VCPU_T6, 31 * 8
        .equ    VCPU_PC, 32 * 8
        .equ    VCPU_MODE, 33 * 8               # 1: the guest believes that it is in S-mode; 0: in U-mode
        .equ    VCPU_SSTATUS, 34 * 8            # its CSRs
        .equ    VCPU_SIE, 35 * 8
        .equ    VCPU_STVEC, 36 * 8
        .equ    VCPU_SSCRATCH, 37 * 8
        .equ    VCPU_SEPC, 38 * 8
        .equ    VCPU_SCAUSE, 39 * 8
        .equ    VCPU_STVAL, 40 * 8
        .equ    VCPU_SIP, 41 * 8
        .equ    VCPU_SATP, 42 * 8
        .equ    VCPU_STIMECMP, 43 * 8
        .equ    VCPU_EXITS, 44 * 8              # how often it came here, and why: eight counters
        .equ    VCPU_STATE, 52 * 8              # what the monitor keeps for itself: RUNS, WAITS or STOPPED,
        .equ    VCPU_NEXT, 53 * 8               # whose turn is next,
        .equ    VCPU_TURNS, 54 * 8              # how often it had one,
        .equ    VCPU_MEMORY, 55 * 8             # where the guest's RAM is,
        .equ    VCPU_TABLES, 56 * 8             # the next free page for page tables,
        .equ    VCPU_INPUT, 57 * 8              # the next byte that its serial port receives, zero-terminated,
        .equ    VCPU_PRINTED, 58 * 8            # how much of a line it has sent, the line, and what was typed to it
        .equ    VCPU_LINE, 59 * 8
        .equ    LINE_SIZE, 80
        .equ    VCPU_TYPED, VCPU_LINE + LINE_SIZE
        .equ    VCPU_SIZE, VCPU_TYPED + LINE_SIZE

        .equ    RUNS, 0
        .equ    WAITS, 1
        .equ    STOPPED, 2

        .equ    CSR, 0                          # the counters
        .equ    SRET, 1
        .equ    WFI, 2
        .equ    SFENCE, 3
        .equ    CALL, 4
        .equ    PAGE, 5
        .equ    DEVICE, 6
        .equ    TIME, 7
        .equ    COUNTERS, 8

        .macro  count what
        ld      t0, VCPU_EXITS + 8 * \what(s0)
        addi    t0, t0, 1
        sd      t0, VCPU_EXITS + 8 * \what(s0)
        .endm

        .globl  _start
_start:
        lla     sp, stack_top
        lla     t0, trap
        csrw    stvec, t0
        lla     s0, guest_a
        li      a0, MEMORY_A
        sd      s0, VCPU_NEXT(s0)
        call    create
        li      t0, STI
        csrw    sie, t0                         # the monitor's timer interrupts whatever runs in U-mode
        j       schedule

# Makes a virtual machine with the virtual CPU s0 and RAM at a0: the state after a reset, and a copy of the guest's kernel.
create:
        addi    sp, sp, -16
        sd      ra, (sp)
        sd      a0, VCPU_MEMORY(s0)
        lla     t0, guest
        lla     t1, guest_end
1:      ld      t2, (t0)
        sd      t2, (a0)
        addi    t0, t0, 8
        addi    a0, a0, 8
        bltu    t0, t1, 1b
        li      t0, GUEST_RAM
        sd      t0, VCPU_PC(s0)
        li      t0, 1
        sd      t0, VCPU_MODE(s0)
        li      t0, -1
        sd      t0, VCPU_STIMECMP(s0)
        call    forget
        ld      ra, (sp)
        addi    sp, sp, 16
        ret

        .include "exits.s"
        .include "emulate.s"
        .include "shadow.s"
        .include "device.s"
        .include "console.s"

        .balign 8
end_of_slice:
        .dword  0
guest_a:
        .zero   VCPU_SIZE
guest_b:
        .zero   VCPU_SIZE
        .zero   2048
        .balign 16
stack_top:

# Places in the virtual CPUs, for those who watch.
        .equ    a_mode, guest_a + VCPU_MODE
        .equ    a_sstatus, guest_a + VCPU_SSTATUS
        .equ    a_sie, guest_a + VCPU_SIE
        .equ    a_stvec, guest_a + VCPU_STVEC
        .equ    a_sepc, guest_a + VCPU_SEPC
        .equ    a_scause, guest_a + VCPU_SCAUSE
        .equ    a_satp, guest_a + VCPU_SATP
        .equ    a_csr_exits, guest_a + VCPU_EXITS + 8 * CSR
        .equ    a_ecall_exits, guest_a + VCPU_EXITS + 8 * CALL
        .equ    a_page_exits, guest_a + VCPU_EXITS + 8 * PAGE
        .equ    a_uart_exits, guest_a + VCPU_EXITS + 8 * DEVICE
        .equ    a_timer_exits, guest_a + VCPU_EXITS + 8 * TIME
        .equ    a_turns, guest_a + VCPU_TURNS
        .equ    a_next, guest_a + VCPU_NEXT
        .equ    a_memory, guest_a + VCPU_MEMORY
        .equ    b_mode, guest_b + VCPU_MODE
        .equ    b_stvec, guest_b + VCPU_STVEC
        .equ    b_csr_exits, guest_b + VCPU_EXITS + 8 * CSR
        .equ    b_ecall_exits, guest_b + VCPU_EXITS + 8 * CALL
        .equ    b_page_exits, guest_b + VCPU_EXITS + 8 * PAGE
        .equ    b_uart_exits, guest_b + VCPU_EXITS + 8 * DEVICE
        .equ    b_timer_exits, guest_b + VCPU_EXITS + 8 * TIME
        .equ    b_turns, guest_b + VCPU_TURNS
        .equ    b_next, guest_b + VCPU_NEXT
        .equ    b_memory, guest_b + VCPU_MEMORY

        .include "guest.s"
