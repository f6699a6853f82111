# tasks: a kernel to be watched, which is interrupted by a key and by the timer.
#
# It runs in S-mode, without address translation. First it waits for a key, with interrupts switched off, so that one can see
# an interrupt wait; then it lets the interrupt come. Then it starts two tasks in U-mode that count and never give up the hart,
# and takes it from them, in turns. The labels are places to stop at.

        .option norelax

        .include "macros.s"

        .equ    UART, 0x10000000                # the board's NS16550A
        .equ    UART_RBR, 0                     # its register for what was received
        .equ    UART_IER, 1                     # interrupt enable: bit 0 for a byte that was received
        .equ    UART_LSR, 5                     # line status: bit 0, there is such a byte
        .equ    UART_SOURCE, 10                 # its number at the interrupt controller

        .equ    PLIC, 0xc000000                 # the interrupt controller
        .equ    PLIC_PRIORITY, PLIC             # 4 bytes for each source (PLIC 1.0.0)
        .equ    PLIC_ENABLE, PLIC + 0x2080      # for S-mode of hart 0: a bit for each source,
        .equ    PLIC_THRESHOLD, PLIC + 0x201000 # what a priority must be above,
        .equ    PLIC_CLAIM, PLIC + 0x201004     # claim (read) and completion (write)

        .equ    SSTATUS_SIE, 1 << 1             # interrupts are taken in S-mode
        .equ    SSTATUS_SPP, 1 << 8             # the mode that sret goes to
        .equ    SEI, 1 << 9                     # external interrupts in sie and sip; STI is in macros.s
        .equ    TIMER, 5                        # codes of interrupts
        .equ    EXTERNAL, 9

        .equ    SLICE, TICKS_PER_SECOND / 1000  # how long a task may run
        .equ    FIRST_REPORT, 20                # switches after which the kernel reports without being asked
        .equ    ENTER, 13

# What the kernel keeps of a task: pc, the registers x1 to x31 at 8 times their number, the mode, and whose turn is next.
        .equ    TASK_PC, 0
        .equ    TASK_S0, 8 * 8
        .equ    TASK_T6, 31 * 8
        .equ    TASK_SPP, 32 * 8
        .equ    TASK_NEXT, 33 * 8
        .equ    TASK_SIZE, 34 * 8

        .globl  _start
_start:
        lla     sp, stack_top
        lla     t0, trap
        csrw    stvec, t0
        lla     t0, task_kernel                 # sscratch always says whom a trap interrupts
        csrw    sscratch, t0

        li      t0, PLIC_PRIORITY + 4 * UART_SOURCE
        li      t1, 1
        sw      t1, (t0)
        li      t0, PLIC_ENABLE
        li      t1, 1 << UART_SOURCE
        sw      t1, (t0)
        li      t0, PLIC_THRESHOLD
        sw      zero, (t0)
        li      t0, UART
        li      t1, 1
        sb      t1, UART_IER(t0)
        li      t0, SEI
        csrw    sie, t0

        print   text_key
asleep:
        wfi                                     # ends when an interrupt is pending, although none can be taken
        csrr    t0, sip
        andi    t0, t0, SEI
        beqz    t0, asleep
open:
        csrsi   sstatus, SSTATUS_SIE            # from here on it can
        csrci   sstatus, SSTATUS_SIE
start_tasks:
        lla     t0, task_a
        csrw    sscratch, t0
        rdtime  t0
        li      t1, SLICE
        add     t0, t0, t1
        csrw    stimecmp, t0
        li      t0, STI
        csrs    sie, t0
        j       resume

# ------------------------------------------------------------------------------------------------------------------- traps

# Every trap comes here. All registers are the task's, and all are saved: it has not been asked.
        .balign 4
trap:
        csrrw   t6, sscratch, t6                # t6 = the task, sscratch = its t6
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
        sd      x\n, 8 * \n(t6)
        .endr
        csrrw   t0, sscratch, t6
        sd      t0, TASK_T6(t6)
        csrr    t0, sepc
        sd      t0, TASK_PC(t6)
        csrr    t0, sstatus
        andi    t0, t0, SSTATUS_SPP
        sd      t0, TASK_SPP(t6)
saved:
        lla     sp, stack_top
        csrr    a0, scause
        bgez    a0, give_up                     # the highest bit says that it is an interrupt
        slli    a0, a0, 1
        srli    a0, a0, 1
        li      t0, TIMER
        beq     a0, t0, timer
        li      t0, EXTERNAL
        beq     a0, t0, external
give_up:
        print   text_unexpected
1:      csrw    sie, zero
        wfi                                     # for good
        j       1b

# The other task's turn: whom `resume` goes back to is another one than who was interrupted.
timer:
        ld      t0, TASK_NEXT(t6)
        csrw    sscratch, t0
        lla     t0, switches
        ld      t1, (t0)
        addi    t1, t1, 1
        sd      t1, (t0)
        rdtime  t0
        li      t2, SLICE
        add     t0, t0, t2
        csrw    stimecmp, t0                    # above `time` again: the timer's interrupt is no longer pending
        li      t0, FIRST_REPORT
        bne     t1, t0, resume
        call    report

# Back to the task that sscratch says.
resume:
        csrr    t6, sscratch
        ld      t0, TASK_PC(t6)
        csrw    sepc, t0
        li      t0, SSTATUS_SPP
        csrc    sstatus, t0
        ld      t0, TASK_SPP(t6)
        csrs    sstatus, t0
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        ld      x\n, 8 * \n(t6)
        .endr
        sret

# A device wants something: which one, the interrupt controller says.
external:
        li      s1, PLIC_CLAIM
claim:
        lw      s2, (s1)
        beqz    s2, resume                      # none any more
        li      s3, UART
1:      lbu     t0, UART_LSR(s3)
        andi    t0, t0, 1
        beqz    t0, complete
receive:
        lbu     s4, UART_RBR(s3)
        mv      a0, s4
        li      t0, ENTER
        beq     s4, t0, 2f
        call    print_byte
        j       1b
2:      call    report
        j       1b
complete:
        sw      s2, (s1)                        # from now on this source can interrupt again
        j       resume

report:
        mv      s5, ra
        print   text_a
        lla     t0, task_a
        ld      a0, TASK_S0(t0)
        call    print_decimal
        print   text_b
        lla     t0, task_b
        ld      a0, TASK_S0(t0)
        call    print_decimal
        print   text_together
        lla     t0, task_a
        ld      a0, TASK_S0(t0)
        lla     t0, task_b
        ld      t0, TASK_S0(t0)
        add     a0, a0, t0
        call    print_decimal
        print   text_switches
        lla     t0, switches
        ld      a0, (t0)
        call    print_decimal
        print   text_prompt
        jr      s5

# ------------------------------------------------------------------------------------------------------------------- tasks

count_a:
        addi    s0, s0, 1
        j       count_a

count_b:
        addi    s0, s0, 1
        j       count_b

text_key:        .asciz  "\npress a key: "
text_a:          .asciz  "\na has counted to "
text_b:          .asciz  ", b to "
text_together:   .asciz  ", together "
text_switches:   .asciz  ", switches: "
text_prompt:     .asciz  "\ntasks> "
text_unexpected: .asciz  "tasks: a trap that was not expected\n"
        .balign 4

        .include "console.s"

        .balign 8
switches:
        .dword  0
task_a: .dword  count_a
        .zero   TASK_SIZE - 2 * 8
        .dword  task_b
task_b: .dword  count_b
        .zero   TASK_SIZE - 2 * 8
        .dword  task_a
task_kernel:
        .zero   TASK_SIZE
        .zero   2048
        .balign 16
stack_top:
