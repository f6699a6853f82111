# The guest: a kernel and a program. It is written for a hart with S-mode and U-mode, RAM at GUEST_RAM and a serial port at
# GUEST_UART, and nothing in it knows of a monitor.

        .equ    GUEST_TICK, TICKS_PER_SECOND / 500
        .equ    GUEST_PROGRAM, GUEST_RAM + 1 * PAGE_SIZE
        .equ    GUEST_STACK, GUEST_RAM + 3 * PAGE_SIZE
        .equ    GUEST_ROOT, GUEST_RAM + 3 * PAGE_SIZE
        .equ    GUEST_MIDDLE, GUEST_RAM + 4 * PAGE_SIZE
        .equ    GUEST_LAST, GUEST_RAM + 5 * PAGE_SIZE
        .equ    KERNEL_PAGE, PTE_D | PTE_A | PTE_X | PTE_W | PTE_R | PTE_V

        .balign 4096
guest:                                          # page 0: the kernel
        li      sp, GUEST_STACK
        lla     t0, guest_trap
guest_first:
        csrw    stvec, t0                       # the first thing that U-mode may not
guest_second:
        lla     a0, guest_text_hello
        call    guest_print

        rdtime  t0
        li      t1, GUEST_TICK
        add     t0, t0, t1
        csrw    stimecmp, t0
        li      t0, STI
        csrw    sie, t0
guest_wait:
        wfi
        csrr    t0, sip
        andi    t0, t0, STI
        beqz    t0, guest_wait

        li      t0, SV39 << 60 | GUEST_ROOT >> PAGE_SHIFT
guest_switch_on:
        csrw    satp, t0
        sfence.vma
guest_translated:
        csrw    sscratch, sp
        li      t0, GUEST_PROGRAM
        csrw    sepc, t0
        li      t0, SSTATUS_SPP
        csrc    sstatus, t0                     # sret goes to U-mode,
        li      t0, SSTATUS_SPIE
        csrs    sstatus, t0                     # with interrupts
guest_return:
        sret

# Every trap of the guest comes here: its program's calls, and its timer.
        .balign 4
guest_trap:
        csrrw   sp, sscratch, sp
        addi    sp, sp, -64
        sd      ra, (sp)
        sd      t0, 8(sp)
        sd      t1, 16(sp)
        sd      t2, 24(sp)
        sd      a0, 32(sp)
        sd      a1, 40(sp)
        sd      a2, 48(sp)
        csrr    t0, scause
        bltz    t0, 1f
        csrr    t0, sepc
        addi    t0, t0, 4                       # behind the ecall
        csrw    sepc, t0
        lla     t0, guest_calls
        ld      t1, (t0)
        addi    t1, t1, 1
        sd      t1, (t0)
        j       2f
1:      rdtime  t0
        li      t1, GUEST_TICK
        add     t0, t0, t1
        csrw    stimecmp, t0
        lla     t0, guest_ticks
        ld      t1, (t0)
        addi    t1, t1, 1
        sd      t1, (t0)
        call    guest_listen
2:      ld      a2, 48(sp)
        ld      a1, 40(sp)
        ld      a0, 32(sp)
        ld      t2, 24(sp)
        ld      t1, 16(sp)
        ld      t0, 8(sp)
        ld      ra, (sp)
        addi    sp, sp, 64
        csrrw   sp, sscratch, sp
        sret

# Was anything typed? At Enter the kernel says how it is.
guest_listen:
        addi    sp, sp, -16
        sd      ra, (sp)
1:      li      t0, GUEST_UART
        lbu     t1, UART_LSR(t0)
        andi    t1, t1, UART_LSR_DR
        beqz    t1, 2f
        lbu     t1, (t0)
        li      t0, 13
        bne     t1, t0, 1b
        lla     a0, guest_text_calls
        call    guest_print
        lla     a0, guest_calls
        ld      a0, (a0)
        call    guest_print_decimal
        lla     a0, guest_text_ticks
        call    guest_print
        lla     a0, guest_ticks
        ld      a0, (a0)
        call    guest_print_decimal
        lla     a0, guest_text_end
        call    guest_print
        j       1b
2:      ld      ra, (sp)
        addi    sp, sp, 16
        ret

# Prints a0 as an unsigned decimal number.
guest_print_decimal:
        lla     a1, guest_digits_end            # digits grow down from here
        li      t1, 10
1:      remu    t0, a0, t1
        addi    t0, t0, '0'
        addi    a1, a1, -1
        sb      t0, (a1)
        divu    a0, a0, t1
        bnez    a0, 1b
        mv      a0, a1

# Prints the zero-terminated text at a0: a driver of the serial port.
guest_print:
        li      t0, GUEST_UART
1:      lbu     t1, (a0)
        beqz    t1, 3f
2:      lbu     t2, UART_LSR(t0)
        andi    t2, t2, UART_LSR_THRE
        beqz    t2, 2b
guest_send:
        sb      t1, (t0)
        addi    a0, a0, 1
        j       1b
3:      ret

guest_text_hello:       .asciz  "I have a whole machine.\n"
guest_text_calls:       .asciz  "my program made "
guest_text_ticks:       .asciz  " calls, my timer ticked "
guest_text_end:         .asciz  " times\n"
        .zero   20
guest_digits_end:
        .byte   0
        .balign 8
guest_calls:            .dword  0
guest_ticks:            .dword  0

        .balign 4096
guest_program:                                  # page 1, open to U-mode: counts, and calls the kernel now and then
        li      t0, 1 << 16
1:      addi    s0, s0, 1
        addi    t0, t0, -1
        bnez    t0, 1b
guest_call:
        ecall
        j       guest_program

        .balign 4096
        .zero   PAGE_SIZE                       # page 2: the kernel's stack

# Pages 3 to 5: the guest's page table. The serial port, and the guest's RAM where it is.
        .dword  0 << PTE_PPN_SHIFT | PTE_D | PTE_A | PTE_W | PTE_R | PTE_V
        .dword  GUEST_MIDDLE >> PAGE_SHIFT << PTE_PPN_SHIFT | PTE_V
        .balign 4096
        .dword  GUEST_LAST >> PAGE_SHIFT << PTE_PPN_SHIFT | PTE_V
        .balign 4096
        .dword  GUEST_RAM >> PAGE_SHIFT << PTE_PPN_SHIFT | KERNEL_PAGE
        .dword  GUEST_PROGRAM >> PAGE_SHIFT << PTE_PPN_SHIFT | PTE_A | PTE_U | PTE_X | PTE_R | PTE_V
        .dword  (GUEST_RAM + 2 * PAGE_SIZE) >> PAGE_SHIFT << PTE_PPN_SHIFT | KERNEL_PAGE
        .balign 4096
guest_end:

# Where the guest itself finds these places.
        .equ    at_guest_first, GUEST_RAM + guest_first - guest
        .equ    at_guest_second, GUEST_RAM + guest_second - guest
        .equ    at_guest_send, GUEST_RAM + guest_send - guest
        .equ    at_guest_wait, GUEST_RAM + guest_wait - guest
        .equ    at_guest_switch_on, GUEST_RAM + guest_switch_on - guest
        .equ    at_guest_translated, GUEST_RAM + guest_translated - guest
        .equ    at_guest_return, GUEST_RAM + guest_return - guest
        .equ    at_guest_trap, GUEST_RAM + guest_trap - guest
        .equ    at_guest_call, GUEST_RAM + guest_call - guest
        .equ    at_guest_program, GUEST_RAM + guest_program - guest
