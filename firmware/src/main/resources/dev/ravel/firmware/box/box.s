# box: a kernel to be attacked. It keeps a program in a box, as kernels keep containers, and one of its system calls is wrong.
#
# The kernel runs in S-mode and keeps a secret that its owner types. The program runs in U-mode, in a page table of its own, and
# answers a prompt. It believes to be root, as a container's root does; the kernel knows it as user 100000. Whoever knows the
# secret becomes user 0, and then the kernel drives the virtio console for him, also in ways that no driver should. The labels
# are places to stop at.

        .option norelax

        .include "macros.s"

        .equ    PAGE_SIZE, 4096
        .equ    SV39, 8                         # the field MODE of satp (Privileged 1.13, 12.1.11)
        .equ    PTE_V, 1 << 0                   # bits of an entry of a page table (12.3.1): valid,
        .equ    PTE_R, 1 << 1                   # may be read,
        .equ    PTE_W, 1 << 2                   # written,
        .equ    PTE_X, 1 << 3                   # executed,
        .equ    PTE_U, 1 << 4                   # by U-mode;
        .equ    PTE_A, 1 << 6                   # was accessed,
        .equ    PTE_D, 1 << 7                   # written to

        .equ    SSTATUS_SPP, 1 << 8             # the mode that sret goes to: 0 is U
        .equ    SSTATUS_SUM, 1 << 18            # S-mode may read and write pages of U-mode
        .equ    ECALL_FROM_U, 8                 # a cause of traps

        .equ    CODE, 0x40000000                # where the program is, for the program: a page of code
        .equ    DATA, CODE + PAGE_SIZE          # and one of data
        .equ    PROGRAM_SIZE, 2 * PAGE_SIZE
        .equ    TEXT_SIZE, 80                   # texts that are given to the kernel lie in so many bytes

        .equ    ROOT_INSIDE, 100000             # the kernel's number for who is root in the box

# The registers of the program, on the kernel's stack during a trap. The others are kept by the kernel's functions.
        .equ    FRAME_RA, 0
        .equ    FRAME_T0, 8
        .equ    FRAME_T1, 16
        .equ    FRAME_T2, 24
        .equ    FRAME_T3, 32
        .equ    FRAME_T4, 40
        .equ    FRAME_T5, 48
        .equ    FRAME_T6, 56
        .equ    FRAME_A0, 64
        .equ    FRAME_A1, 72
        .equ    FRAME_A2, 80
        .equ    FRAME_A3, 88
        .equ    FRAME_A4, 96
        .equ    FRAME_A5, 104
        .equ    FRAME_A6, 112
        .equ    FRAME_A7, 120
        .equ    FRAME_SIZE, 128

# System calls: the number in a7, arguments in a0 and a1, the answer in a0; -1 is "no".
        .equ    CALL_READ, 0                    # a line from the keyboard, to a0
        .equ    CALL_WRITE, 1                   # prints the text at a0
        .equ    CALL_SHOW, 2                    # prints the number a0 in hexadecimal
        .equ    CALL_USER, 3                    # prints which user the program is, outside of its box
        .equ    CALL_COPY, 4                    # copies a text to a0, from a1. This one is wrong.
        .equ    CALL_COPY_CHECKED, 5            # the same, mended
        .equ    CALL_UNLOCK, 6                  # becomes user 0, if the secret is at a0
        .equ    CALL_DEVICE, 7                  # does the thing a0 with the device; for user 0
        .equ    CALLS, 8

        .globl  _start
_start:
        lla     sp, stack_top
        lla     t0, trap
        csrw    stvec, t0
        call    make_space
        print   text_owner
        call    read_line
        lla     a0, secret
        lla     a1, line
        call    copy_text
        call    set_up
        li      t0, SSTATUS_SUM                 # texts come from the program's pages and go there
        csrs    sstatus, t0

# Runs the program from its beginning.
start_program:
        lla     sp, stack_top
        csrw    sscratch, sp                    # where the trap handler finds it
        li      t0, CODE
        csrw    sepc, t0
        li      t0, SSTATUS_SPP
        csrc    sstatus, t0
        csrw    sie, zero                       # the keyboard's timer is not for the program
        sret

# Makes the page table, and uses it: the kernel, and below it the devices, in entries of 1 GiB, which lack the bit U; the
# program's two pages.
make_space:
        lla     t0, root
        li      t1, PTE_D | PTE_A | PTE_W | PTE_R | PTE_V
        sd      t1, (t0)                        # entry 0 is for addresses from 0 on
        li      t1, 0x80000 << 10 | PTE_D | PTE_A | PTE_X | PTE_W | PTE_R | PTE_V
        sd      t1, 2 * 8(t0)                   # entry 2, from 0x80000000 on
        lla     t2, middle
        srli    t1, t2, 2                       # an entry has the page's number from bit 10 on
        ori     t1, t1, PTE_V
        sd      t1, 8(t0)                       # entry 1, from 0x40000000 on: a table,
        lla     t3, lowest
        srli    t1, t3, 2
        ori     t1, t1, PTE_V
        sd      t1, (t2)                        # whose first entry leads to a table
        lla     t1, program
        srli    t1, t1, 2
        ori     t1, t1, PTE_A | PTE_U | PTE_X | PTE_R | PTE_V
        sd      t1, (t3)
        lla     t1, data
        srli    t1, t1, 2
        ori     t1, t1, PTE_D | PTE_A | PTE_U | PTE_W | PTE_R | PTE_V
        sd      t1, 8(t3)
        srli    t0, t0, 12
        li      t1, SV39 << 60
        or      t0, t0, t1
        csrw    satp, t0
        sfence.vma
        ret

# Every trap of the program comes here. (The kernel itself makes none, unless the wrong call is given an address where nothing
# is; this program does not.)
        .balign 4
trap:
        csrrw   sp, sscratch, sp                # the kernel's stack, for the program's
        addi    sp, sp, -FRAME_SIZE
        sd      ra, FRAME_RA(sp)
        sd      t0, FRAME_T0(sp)
        sd      t1, FRAME_T1(sp)
        sd      t2, FRAME_T2(sp)
        sd      t3, FRAME_T3(sp)
        sd      t4, FRAME_T4(sp)
        sd      t5, FRAME_T5(sp)
        sd      t6, FRAME_T6(sp)
        sd      a0, FRAME_A0(sp)
        sd      a1, FRAME_A1(sp)
        sd      a2, FRAME_A2(sp)
        sd      a3, FRAME_A3(sp)
        sd      a4, FRAME_A4(sp)
        sd      a5, FRAME_A5(sp)
        sd      a6, FRAME_A6(sp)
        sd      a7, FRAME_A7(sp)
        csrr    t0, scause
        li      t1, ECALL_FROM_U
        bne     t0, t1, fault
        csrr    t0, sepc
        addi    t0, t0, 4                       # behind the ecall
        csrw    sepc, t0
        li      t0, CALLS
        bgeu    a7, t0, 1f
        slli    t0, a7, 3
        lla     t1, calls
        add     t0, t1, t0
        ld      t0, (t0)
        jalr    t0
        j       2f
1:      li      a0, -1
2:      sd      a0, FRAME_A0(sp)
        csrw    sie, zero
        ld      ra, FRAME_RA(sp)
        ld      t0, FRAME_T0(sp)
        ld      t1, FRAME_T1(sp)
        ld      t2, FRAME_T2(sp)
        ld      t3, FRAME_T3(sp)
        ld      t4, FRAME_T4(sp)
        ld      t5, FRAME_T5(sp)
        ld      t6, FRAME_T6(sp)
        ld      a0, FRAME_A0(sp)
        ld      a1, FRAME_A1(sp)
        ld      a2, FRAME_A2(sp)
        ld      a3, FRAME_A3(sp)
        ld      a4, FRAME_A4(sp)
        ld      a5, FRAME_A5(sp)
        ld      a6, FRAME_A6(sp)
        ld      a7, FRAME_A7(sp)
        addi    sp, sp, FRAME_SIZE
        csrrw   sp, sscratch, sp
        sret

# The program did what it must not: it is ended, and begun anew.
fault:
        print   text_fault
        csrr    a0, stval
        call    print_hex
        print   text_ended
        j       start_program

# ------------------------------------------------------------------------------------------------------------ system calls

# Whether a text at a0 is in the program's memory: not 0 in t0. Keeps all but t0 and t1.
in_program:
        li      t0, CODE
        sub     t0, a0, t0
        li      t1, PROGRAM_SIZE - TEXT_SIZE + 1
        sltu    t0, t0, t1
        ret

read:
        addi    sp, sp, -16
        sd      ra, (sp)
        call    in_program
        beqz    t0, 1f
        sd      a0, 8(sp)
        call    read_line
        ld      a0, 8(sp)
        lla     a1, line
        call    copy_text
        li      a0, 0
        j       2f
1:      li      a0, -1
2:      ld      ra, (sp)
        addi    sp, sp, 16
        ret

write:
        addi    sp, sp, -16
        sd      ra, (sp)
        call    in_program
        beqz    t0, 1f
        mv      a1, a0
        lla     a0, line                        # the firmware wants it in the kernel's memory
        call    copy_text
        print   line
        li      a0, 0
        j       2f
1:      li      a0, -1
2:      ld      ra, (sp)
        addi    sp, sp, 16
        ret

show:
        addi    sp, sp, -16
        sd      ra, (sp)
        call    print_hex
        ld      ra, (sp)
        addi    sp, sp, 16
        ret

show_user:
        addi    sp, sp, -16
        sd      ra, (sp)
        lla     t0, user
        ld      a0, (t0)
        call    print_decimal
        ld      ra, (sp)
        addi    sp, sp, 16
        ret

# Checks where to, and forgets to check where from.
copy:
        mv      a5, ra
        call    in_program
        beqz    t0, refuse
        call    copy_text
        li      a0, 0
        jr      a5

# Checks both.
copy_checked:
        mv      a5, ra
        call    in_program
        beqz    t0, refuse
        mv      a2, a0
        mv      a0, a1
        call    in_program
        beqz    t0, refuse
        mv      a0, a2
        call    copy_text
        li      a0, 0
        jr      a5
refuse: li      a0, -1
        jr      a5

# Copies a text, and no more than TEXT_SIZE bytes, to a0 from a1, with the rights of who calls: the kernel's.
copy_text:
        li      t1, TEXT_SIZE - 1
copy_load:
        lbu     t0, (a1)
        sb      t0, (a0)
        beqz    t0, 1f
        addi    a0, a0, 1
        addi    a1, a1, 1
        addi    t1, t1, -1
        bnez    t1, copy_load
        sb      zero, (a0)
1:      ret

unlock:
        mv      a5, ra
        call    in_program
        beqz    t0, refuse
        lla     a1, secret
1:      lbu     t0, (a0)
        lbu     t1, (a1)
        bne     t0, t1, refuse
        addi    a0, a0, 1
        addi    a1, a1, 1
        bnez    t0, 1b
        lla     t0, user
        sd      zero, (t0)
        li      a0, 0
        jr      a5

        .balign 8
calls:  .dword  read, write, show, show_user, copy, copy_checked, unlock, drive

        .include "device.s"
        .include "console.s"
        .include "line.s"

text_owner:     .asciz  "owner> "
text_fault:     .asciz  "kernel: the program may not touch "
text_ended:     .asciz  ", and is ended. A new one starts.\n"

        .include "program.s"

# ------------------------------------------------------------------------------------------------------------------ memory

secret: .zero   TEXT_SIZE
user:   .dword  ROOT_INSIDE

        .balign 4096
data:   .zero   PAGE_SIZE
root:   .zero   PAGE_SIZE
middle: .zero   PAGE_SIZE
lowest: .zero   PAGE_SIZE
        .zero   PAGE_SIZE
stack_top:
