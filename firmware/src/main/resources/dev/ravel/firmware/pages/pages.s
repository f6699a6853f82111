# pages: a kernel to be watched, which gives two programs an address space each.
#
# It runs in S-mode. It makes two page tables, walks one of them by itself, runs the same program in both address spaces, and
# hands out memory when the program touches an address for the first time. Then it waits for addresses at a prompt. The labels
# are places to stop at.

        .option norelax

        .include "macros.s"

        .equ    PAGE_SIZE, 4096
        .equ    PAGE_SHIFT, 12
        .equ    SV39, 8                         # the field MODE of satp (Privileged 1.13, 12.1.11)
        .equ    TOP_SHIFT, 30                   # bits 38 to 30 of an address are the index in the root table,
        .equ    INDEX_BITS, 9                   # bits 29 to 21 and 20 to 12 those in the tables below (12.4.1)

        .equ    PTE_V, 1 << 0                   # the bits of an entry: it is valid,
        .equ    PTE_R, 1 << 1                   # what it maps can be read,
        .equ    PTE_W, 1 << 2                   # written,
        .equ    PTE_X, 1 << 3                   # executed,
        .equ    PTE_U, 1 << 4                   # by U-mode;
        .equ    PTE_A, 1 << 6                   # it was accessed,
        .equ    PTE_D, 1 << 7                   # and written to
        .equ    PTE_PPN_SHIFT, 10               # above them: the number of the page, or of the next table's

        .equ    SSTATUS_SPP, 1 << 8             # the mode that sret goes to: 0 is U
        .equ    SSTATUS_SUM, 1 << 18            # S-mode may read and write pages of U-mode
        .equ    ECALL_FROM_U, 8                 # causes of traps
        .equ    LOAD_PAGE_FAULT, 13
        .equ    STORE_PAGE_FAULT, 15

        .equ    CODE, 0x40a07000                # where both programs find their code,
        .equ    DATA, 0x40a08000                # and their memory

# What the kernel keeps of a program. This one uses a0 to a2, so no other registers are kept.
        .equ    TASK_SATP, 0
        .equ    TASK_PC, 8
        .equ    TASK_A0, 16
        .equ    TASK_A1, 24
        .equ    TASK_A2, 32
        .equ    TASK_ROOT, 40
        .equ    TASK_STACK, 48                  # the kernel's stack while the program runs
        .equ    TASK_NAME, 56

        .globl  _start
_start:                                         # from the firmware, with addresses that are not translated
        lla     sp, stack_top
        lla     t0, trap
        csrw    stvec, t0
        lla     s0, task_a
        lla     s1, task_b
        mv      a0, s0
        call    make_space
        mv      a0, s1
        call    make_space

        ld      t0, TASK_SATP(s0)
switch_on:
        csrw    satp, t0                        # from here on every address is translated
        sfence.vma

        ld      a0, TASK_ROOT(s0)
        li      a1, CODE + 4
        call    walk
walked:
        mv      a0, s0
        call    run_until_call
        mv      a0, s1
        call    run_until_call
        mv      a0, s0
        call    run_until_call
        j       prompt

# ------------------------------------------------------------------------------------------------------------- page tables

# Makes the page table of the task a0: the kernel, where it is, in one entry of 1 GiB, closed to U-mode, and the program.
make_space:
        addi    sp, sp, -16
        sd      ra, (sp)
        sd      s0, 8(sp)
        mv      s0, a0
        ld      t0, TASK_ROOT(s0)
        srli    t1, t0, PAGE_SHIFT
        li      t2, SV39 << 60
        or      t1, t1, t2
        sd      t1, TASK_SATP(s0)
        li      t1, 0x80000 << PTE_PPN_SHIFT | PTE_D | PTE_A | PTE_X | PTE_W | PTE_R | PTE_V
        sd      t1, 2 * 8(t0)                   # entry 2 of the root is for addresses from 0x80000000 on
        mv      a0, t0
        li      a1, CODE
        lla     a2, program
        li      a3, PTE_U | PTE_X | PTE_R | PTE_V
        call    map
        ld      s0, 8(sp)
        ld      ra, (sp)
        addi    sp, sp, 16
        ret

# Takes a page of memory that nobody has: its address in a0. Keeps all but a0, t3 and t4. (Nothing here needs more pages than
# there are.)
take_page:
        lla     t4, next_page
        ld      a0, (t4)
        li      t3, PAGE_SIZE
        add     t3, a0, t3
        sd      t3, (t4)
        ret

# Maps the page at the virtual address a1 to the physical address a2 with the bits a3, in the table whose root is at a0.
map:
        mv      t6, ra
        li      t5, TOP_SHIFT
1:      srl     t0, a1, t5
        andi    t0, t0, (1 << INDEX_BITS) - 1
        slli    t0, t0, 3                       # entries have eight bytes
        add     t1, a0, t0
        li      t3, PAGE_SHIFT
        beq     t5, t3, 3f
        ld      t2, (t1)
        bnez    t2, 2f
        call    take_page                       # the table that is missing
        srli    t2, a0, PAGE_SHIFT - PTE_PPN_SHIFT
        ori     t2, t2, PTE_V                   # neither R nor W nor X: it leads to a table
        sd      t2, (t1)
2:      srli    a0, t2, PTE_PPN_SHIFT
        slli    a0, a0, PAGE_SHIFT
        addi    t5, t5, -INDEX_BITS
        j       1b
3:      srli    t2, a2, PAGE_SHIFT - PTE_PPN_SHIFT
        or      t2, t2, a3
        sd      t2, (t1)
        sfence.vma                              # the hart may remember that there was nothing
        jr      t6

# Does by hand what the hart does with every address: walks the table whose root is at a0 for the virtual address a1.
# Answers the physical address, or -1 if there is none, in a0.
walk:
        li      t5, TOP_SHIFT
1:      srl     t0, a1, t5
        andi    t0, t0, (1 << INDEX_BITS) - 1   # t0 = the index
        slli    t1, t0, 3
        add     t1, a0, t1                      # t1 = the address of the entry
walk_read:
        ld      t2, (t1)                        # t2 = the entry
        andi    t3, t2, PTE_V
        beqz    t3, 2f
        srli    a0, t2, PTE_PPN_SHIFT
        slli    a0, a0, PAGE_SHIFT              # a0 = where it leads to
        andi    t3, t2, PTE_R | PTE_W | PTE_X
        bnez    t3, walk_leaf
        addi    t5, t5, -INDEX_BITS
        li      t3, PAGE_SHIFT
        bge     t5, t3, 1b
2:      li      a0, -1
        ret
walk_leaf:                                      # what is left of the address is the offset in the page
        li      t3, 1
        sll     t3, t3, t5
        addi    t3, t3, -1
        and     t3, t3, a1
        add     a0, a0, t3
        ret

# ---------------------------------------------------------------------------------------------------------------- programs

# Runs the program of the task a0 until it makes a call; page faults at DATA are handled on the way.
run_until_call:
        addi    sp, sp, -16
        sd      ra, (sp)
        sd      s0, 8(sp)
        mv      s0, a0
1:      mv      a0, s0
        call    run
        li      t0, ECALL_FROM_U
        beq     a0, t0, 3f
        li      t0, LOAD_PAGE_FAULT
        beq     a0, t0, 2f
        li      t0, STORE_PAGE_FAULT
        bne     a0, t0, give_up
2:      csrr    a1, stval                       # the address that was touched
        srli    a1, a1, PAGE_SHIFT
        slli    a1, a1, PAGE_SHIFT              # the page that it is in
        li      t0, DATA
        bne     a1, t0, give_up
        call    take_page
        mv      a2, a0
        ld      a0, TASK_ROOT(s0)
        li      a3, PTE_U | PTE_W | PTE_R | PTE_V
        call    map
mapped:
        j       1b                              # back to the same instruction
3:      ld      t0, TASK_PC(s0)
        addi    t0, t0, 4                       # behind the ecall
        sd      t0, TASK_PC(s0)
        ld      s0, 8(sp)
        ld      ra, (sp)
        addi    sp, sp, 16
        ret

# Runs the program of the task a0 until it traps: the cause in a0.
run:
        addi    sp, sp, -16
        sd      ra, (sp)
        sd      s0, 8(sp)
        sd      sp, TASK_STACK(a0)
        csrw    sscratch, a0                    # where the trap handler finds it
        ld      t0, TASK_SATP(a0)
change_space:
        csrw    satp, t0
        sfence.vma
        ld      t0, TASK_PC(a0)
        csrw    sepc, t0
        li      t0, SSTATUS_SPP
        csrc    sstatus, t0
        ld      a2, TASK_A2(a0)
        ld      a1, TASK_A1(a0)
        ld      a0, TASK_A0(a0)
        sret

# Every trap comes here. The kernel itself makes none.
        .balign 4
trap:
        csrrw   sp, sscratch, sp                # the task, for the program's sp, which it does not use
        sd      a0, TASK_A0(sp)
        sd      a1, TASK_A1(sp)
        sd      a2, TASK_A2(sp)
        csrr    a0, sepc
        sd      a0, TASK_PC(sp)
        csrr    a0, scause
        ld      sp, TASK_STACK(sp)
        ld      s0, 8(sp)
        ld      ra, (sp)
        addi    sp, sp, 16
        ret                                     # to whom called `run`

give_up:
        print   text_unexpected
1:      wfi                                     # no interrupt is enabled: for good
        j       1b

# ------------------------------------------------------------------------------------------------------------------ prompt

# Reads addresses, and says what they lead to in the address space that was last used.
prompt:
        li      t0, SSTATUS_SUM                 # what a program may read, the kernel may read now, too
        csrs    sstatus, t0
        mv      s2, s0
1:      ld      a0, TASK_NAME(s2)
        call    print_text
        print   text_prompt
        call    read_line
        lla     t1, line
        lbu     t0, (t1)
        beqz    t0, 1b
        li      t2, 'o'
        bne     t0, t2, 3f
        xor     s2, s2, s0                      # "other": the other one of the two
        xor     s2, s2, s1
        ld      t0, TASK_SATP(s2)
        csrw    satp, t0
        sfence.vma
        j       1b
3:      li      s3, 0                           # a number in hexadecimal
4:      lbu     t0, (t1)
        beqz    t0, 6f
        addi    t1, t1, 1
        addi    t2, t0, -'0'
        li      t3, 10
        bltu    t2, t3, 5f
        addi    t2, t0, -'a' + 10
        li      t3, 16
        bgeu    t2, t3, 7f
        li      t3, 10
        bltu    t2, t3, 7f
5:      slli    s3, s3, 4
        add     s3, s3, t2
        j       4b
6:      srli    t0, s3, 38                      # addresses of Sv39 are such that bits 63 to 38 are equal
        bnez    t0, 8f
        ld      a0, TASK_ROOT(s2)
        mv      a1, s3
        call    walk
        bltz    a0, 8f
        mv      s4, a0
        print   text_leads
        mv      a0, s4
        call    print_hex
        print   text_holds
        andi    s3, s3, -8
        ld      a0, (s3)                        # by its virtual address
        call    print_hex
        print   text_newline
        j       1b
7:      print   text_wrong
        j       1b
8:      print   text_nothing
        j       1b

text_prompt:     .asciz  "> "
text_leads:      .asciz  "leads to "
text_holds:      .asciz  ", holds "
text_nothing:    .asciz  "nothing is mapped there\n"
text_wrong:      .asciz  "an address in hexadecimal, or other\n"
text_unexpected: .asciz  "pages: a trap that was not expected\n"
name_a:          .asciz  "a"
name_b:          .asciz  "b"
        .balign 4

        .include "console.s"
        .include "line.s"

# ----------------------------------------------------------------------------------------------------------------- memory

        .balign 8
task_a: .dword  0, CODE, 0xaaaa, DATA, 0, root_a, 0, name_a
task_b: .dword  0, CODE, 0xbbbb, DATA, 0, root_b, 0, name_b
next_page:
        .dword  pages

        .balign 4096
# The program. Both address spaces have it at CODE: it is in memory once.
program:
        .option norvc                           # instructions of four bytes: addresses that are easy to follow
        sd      a0, (a1)                        # the first touch of DATA
        ld      a2, (a1)
        ecall                                   # lets the other one run
        j       program + 4
        .option rvc

        .balign 4096
root_a: .zero   PAGE_SIZE
root_b: .zero   PAGE_SIZE
pages:  .zero   8 * PAGE_SIZE
        .zero   PAGE_SIZE
stack_top:
