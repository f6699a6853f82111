# Every call of the firmware, as an operating system makes it: results, errors, effects.
#
# Runs in S-mode at any address, on one hart or more. Where SBI leaves the firmware a choice, either is taken, and what is
# not there at all (probing says so) is skipped.

        .globl  _start
_start:
        .include "lib/check.s"
        .include "lib/supervisor.s"

        .equ    STARTED, 0
        .equ    STOPPED, 1
        .equ    HELLO_LENGTH, 13
        .equ    A_MILLISECOND, 10000            # of the 10 MHz timebase

start:
        mv      s0, a0                          # this hart's number
        mv      s1, a1                          # the device tree
        supervisor_setup first_stack

# ------------------------------------------------------------------------------------------------------ the state at entry
        csrr    a0, satp
        check   1, a0, 0
        csrr    a0, sstatus
        andi    a0, a0, 1 << 1                  # SIE
        check   2, a0, 0
        lwu     a0, (s1)
        check   3, a0, 0xedfe0dd0               # a1 points to a device tree

# -------------------------------------------------------------------------------------------------------------------- Base
        sbi     BASE, 0                         # version
        check   4, a0, 0
        srli    a1, a1, 24
        bnez    a1, 1f
        failed  5                               # at least 1.0
1:      sbi     BASE, 1                         # implementation
        check   6, a0, 0
        sbi     BASE, 2
        check   7, a0, 0
        sbi     BASE, 4                         # vendor, architecture, implementation of the hart
        check   8, a0, 0
        sbi     BASE, 5
        check   9, a0, 0
        sbi     BASE, 6
        check   10, a0, 0
        sbi     BASE, 7
        check   11, a0, NOT_SUPPORTED
        li      a0, 0
        li      a7, 0x08000000                  # experimental extensions: none
        ecall
        check   12, a0, NOT_SUPPORTED
        .macro  must_have number, extension
        li      a0, \extension
        sbi     BASE, 3
        check   \number, a0, 0
        bnez    a1, 76f
        failed  \number
76:
        .endm
        must_have 13, BASE
        must_have 14, TIME
        must_have 15, IPI
        must_have 16, RFENCE
        must_have 17, HSM
        must_have 18, SRST
        li      a0, 0x08000000
        sbi     BASE, 3
        check   19, a0, 0
        check   20, a1, 0

# A call changes a0 and a1, and no other register.
        mv      s2, sp
        li      a0, 0
        li      a2, 2
        li      a3, 3
        li      a4, 4
        li      a5, 5
        li      t0, 10
        li      t1, 11
        li      t2, 12
        li      t3, 13
        li      t4, 14
        li      t5, 15
        li      t6, 16
        li      s3, 23
        li      s4, 24
        li      s5, 25
        li      s6, 26
        li      s7, 27
        li      s8, 28
        li      s9, 29
        li      s11, 31
        li      ra, 33
        li      tp, 34
        li      gp, 35
        li      a6, 3                           # Base, probe extension 0
        li      a7, BASE
        ecall
        add     a2, a2, a3                      # sums that are wrong if one of them is
        add     a2, a2, a4
        add     a2, a2, a5
        add     a2, a2, a6
        add     a2, a2, a7
        add     a2, a2, t0
        add     a2, a2, t1
        add     a2, a2, t2
        add     a2, a2, t3
        add     a2, a2, t4
        add     a2, a2, t5
        add     a2, a2, t6
        add     a2, a2, s3
        add     a2, a2, s4
        add     a2, a2, s5
        add     a2, a2, s6
        add     a2, a2, s7
        add     a2, a2, s8
        add     a2, a2, s9
        add     a2, a2, s11
        add     a2, a2, ra
        add     a2, a2, tp
        add     a2, a2, gp
        check   21, a2, 2 + 3 + 4 + 5 + 3 + 0x10 + 10 + 11 + 12 + 13 + 14 + 15 + 16 + 23 + 24 + 25 + 26 + 27 + 28 + 29 + 31 + 33 + 34 + 35
        check_same 22, sp, s2

# ------------------------------------------------------------------------------------------------- what S-mode handles itself
        must_trap 23, ILLEGAL, 0, .word 0
        rdtime  a0                              # the counters can be read
        rdcycle a0
        rdinstret a0

# -------------------------------------------------------------------------------------------------------------------- TIME
        li      s2, STI
        csrc    sie, s2
        rdtime  a0
        li      t0, A_MILLISECOND
        add     a0, a0, t0
        mv      s3, a0
        sbi     TIME, 0
        check   30, a0, 0
1:      csrr    t0, sip                         # the interrupt becomes pending,
        and     t0, t0, s2
        beqz    t0, 1b
        rdtime  t0
        bgeu    t0, s3, 2f                      #   and not before its time
        failed  31
2:      li      a0, -1
        sbi     TIME, 0
        check   32, a0, 0
        csrr    t0, sip
        and     t0, t0, s2
        check   33, t0, 0                       # a later time takes it back
        csrs    sie, s2
        rdtime  a0
        li      t0, A_MILLISECOND
        add     a0, a0, t0
        sbi     TIME, 0
3:      wfi                                     # an enabled interrupt ends wfi though SIE is 0
        csrr    t0, sip
        and     t0, t0, s2
        beqz    t0, 3b
        csrc    sie, s2
        li      a0, -1
        sbi     TIME, 0
        sbi     TIME, 1
        check   34, a0, NOT_SUPPORTED

# --------------------------------------------------------------------------------------------------------------------- IPI
        li      a0, 1                           # to this hart alone
        mv      a1, s0
        sbi     IPI, 0
        check   40, a0, 0
        csrr    t0, sip
        andi    t0, t0, SSI
        check   41, t0, SSI
        csrci   sip, SSI
        csrr    t0, sip
        andi    t0, t0, SSI
        check   42, t0, 0
        li      a0, 0
        li      a1, -1                          # to all that run
        sbi     IPI, 0
        check   43, a0, 0
        csrr    t0, sip
        andi    t0, t0, SSI
        check   44, t0, SSI
        csrci   sip, SSI
        li      a0, 1
        li      a1, 4000                        # to one that doesn't exist
        sbi     IPI, 0
        check   45, a0, INVALID_PARAM
        sbi     IPI, 1
        check   46, a0, NOT_SUPPORTED

# ------------------------------------------------------------------------------------------------------------------ RFENCE
        .macro  fence_all number, function, base, start, size, expected
        li      a0, 0
        li      a1, \base
        li      a2, \start
        li      a3, \size
        li      a4, 0
        sbi     RFENCE, \function
        check   \number, a0, \expected
        .endm
        fence_all 50, 0, -1, 0, 0, 0
        fence_all 51, 1, -1, 0, 0, 0
        fence_all 52, 1, -1, 0x1000, 0x3000, 0
        fence_all 53, 1, -1, 0, -1, 0
        fence_all 54, 2, -1, 0x1000, 0x400000, 0
        fence_all 55, 7, -1, 0, 0, NOT_SUPPORTED
        li      a0, 1
        li      a1, 4000
        sbi     RFENCE, 0
        check   56, a0, INVALID_PARAM

# The fence on this very hart: a page that was read changes its place.
        call    map_pages
        li      t0, 0x40000000
        lwu     a0, (t0)
        check   57, a0, 0x11111111
        lla     t1, page_leaf
        lla     t0, page_two
        srli    t0, t0, 12
        slli    t0, t0, 10
        ori     t0, t0, 0xcf                    # dirty, accessed, executable, writable, readable, valid
        sd      t0, (t1)
        li      a0, 1
        mv      a1, s0
        li      a2, 0x40000000
        li      a3, 0x1000
        sbi     RFENCE, 1
        check   58, a0, 0
        li      t0, 0x40000000
        lwu     a0, (t0)
        check   59, a0, 0x22222222
        csrw    satp, zero
        sfence.vma

# --------------------------------------------------------------------------------------------------------------------- HSM
        mv      a0, s0
        sbi     HSM, 2
        check   70, a0, 0
        check   71, a1, STARTED
        li      a0, 4000
        sbi     HSM, 2
        check   72, a0, INVALID_PARAM
        mv      a0, s0
        lla     a1, other_hart
        sbi     HSM, 0
        check   73, a0, ALREADY_AVAILABLE
        li      a0, 4000
        lla     a1, other_hart
        sbi     HSM, 0
        check   74, a0, INVALID_PARAM
        sbi     HSM, 4
        check   75, a0, NOT_SUPPORTED

# Sleep and return: until the timer.
        li      s2, STI
        csrs    sie, s2
        rdtime  a0
        li      t0, A_MILLISECOND
        add     a0, a0, t0
        mv      s3, a0
        sbi     TIME, 0
        li      a0, 0
        li      a1, 0
        li      a2, 0
        sbi     HSM, 3
        check   76, a0, 0
        rdtime  t0
        bgeu    t0, s3, 1f
        failed  77
1:      li      a0, 1                           # a reserved type
        sbi     HSM, 3
        check   78, a0, INVALID_PARAM

# Sleep and start anew.
        rdtime  a0
        li      t0, A_MILLISECOND
        add     a0, a0, t0
        sbi     TIME, 0
        mv      t0, s0
        lla     t1, saved_hart
        sd      s0, (t1)
        li      a0, -0x80000000
        lla     a1, resumed
        li      a2, 0x5eed
        sbi     HSM, 3
        failed  79
        .balign 4
resumed:
        check   80, a1, 0x5eed
        lla     t1, saved_hart
        ld      t0, (t1)
        check_same 81, a0, t0
        mv      s0, a0
        csrr    a0, satp
        check   82, a0, 0
        csrr    a0, sstatus
        andi    a0, a0, 1 << 1
        check   83, a0, 0
        supervisor_setup first_stack
        li      a0, -1
        sbi     TIME, 0
        li      t0, STI
        csrc    sie, t0
        li      a0, -0x80000000                 # where nobody may execute: in the firmware itself
        call    firmware_address
        mv      a1, a2
        beqz    a1, 1f
        li      a2, 0
        sbi     HSM, 3
        check   84, a0, INVALID_ADDRESS
1:

# Another hart, if there is one.
        li      s2, 0
1:      beq     s2, s0, 2f
        mv      a0, s2
        sbi     HSM, 2
        bnez    a0, no_other_hart
        li      t0, STOPPED
        beq     a1, t0, 3f
2:      addi    s2, s2, 1
        j       1b

3:      mv      a0, s2
        call    firmware_address
        mv      a1, a2
        beqz    a1, 4f
        mv      a0, s2
        sbi     HSM, 0
        check   90, a0, INVALID_ADDRESS
4:      lla     t0, other_says
        sd      zero, (t0)
        mv      a0, s2
        lla     a1, other_hart
        li      a2, 0xcafe
        sbi     HSM, 0
        check   91, a0, 0
        li      a0, 1
        call    wait_for_other
        mv      a0, s2
        sbi     HSM, 2
        check   92, a0, 0
        check   93, a1, STARTED
        mv      a0, s2
        lla     a1, other_hart
        sbi     HSM, 0
        check   94, a0, ALREADY_AVAILABLE

        li      a0, 1                           # an IPI: the other hart sees it and answers
        mv      a1, s2
        sbi     IPI, 0
        check   95, a0, 0
        li      a0, 2
        call    wait_for_other

        lla     t0, page_leaf                   # it has page_one mapped and has read from it; give it page_two instead
        lla     t1, page_two
        srli    t1, t1, 12
        slli    t1, t1, 10
        ori     t1, t1, 0xcf
        sd      t1, (t0)
        li      a0, 1
        mv      a1, s2
        li      a2, 0x40000000
        li      a3, 0x1000
        sbi     RFENCE, 1
        check   96, a0, 0
        lla     t0, other_may
        li      t1, 3
        sd      t1, (t0)
        li      a0, 3
        call    wait_for_other

        lla     t0, patched                     # it has executed `li a0, 1`; make that `li a0, 2`
        lla     t1, patch
        lwu     t1, (t1)
        sw      t1, (t0)
        li      a0, 1
        mv      a1, s2
        sbi     RFENCE, 0
        check   97, a0, 0
        fence   rw, rw
        lla     t0, other_may
        li      t1, 4
        sd      t1, (t0)
        li      a0, 4
        call    wait_for_other

5:      mv      a0, s2                          # it stops
        sbi     HSM, 2
        check   98, a0, 0
        li      t0, STOPPED
        bne     a1, t0, 5b
        lla     t0, other_says
        sd      zero, (t0)
        mv      a0, s2                          #   and starts again
        lla     a1, other_hart_again
        li      a2, 0xf00d
        sbi     HSM, 0
        check   99, a0, 0
        li      a0, 5
        call    wait_for_other

        li      a0, 1                           # sleeps, and is woken
        lla     t0, other_may
        li      t1, 6
        sd      t1, (t0)
6:      mv      a0, s2
        sbi     HSM, 2
        li      t0, 4                           # SUSPENDED
        bne     a1, t0, 6b
        li      a0, 0                           # a fence reaches it
        li      a1, -1
        sbi     RFENCE, 0
        check   100, a0, 0
        li      a0, 1
        mv      a1, s2
        sbi     IPI, 0
        check   101, a0, 0
        li      a0, 6
        call    wait_for_other
no_other_hart:

# -------------------------------------------------------------------------------------------------------------------- DBCN
        li      a0, DBCN
        sbi     BASE, 3
        beqz    a1, no_console
        li      a0, HELLO_LENGTH
        lla     a1, text_hello
        li      a2, 0
        sbi     DBCN, 0
        check   110, a0, 0
        check   111, a1, HELLO_LENGTH
        li      a0, '!'
        sbi     DBCN, 2
        check   112, a0, 0
        check   113, a1, 0
        li      a0, 10
        sbi     DBCN, 2
        li      a0, 16                          # nothing was typed
        lla     a1, first_stack
        li      a2, 0
        sbi     DBCN, 1
        check   114, a0, 0
        check   115, a1, 0
        sbi     DBCN, 3
        check   116, a0, NOT_SUPPORTED
        call    firmware_address
        beqz    a2, 1f
        mv      a1, a2
        li      a0, 4
        li      a2, 0
        sbi     DBCN, 0
        check   117, a0, INVALID_PARAM
        call    firmware_address
        mv      a1, a2
        li      a0, 4
        li      a2, 0
        sbi     DBCN, 1
        check   118, a0, INVALID_PARAM
1:      li      a0, 4
        lla     a1, text_hello
        li      a2, 1                           # above all addresses
        sbi     DBCN, 0
        bltz    a0, no_console
        failed  119
no_console:

# -------------------------------------------------------------------------------------------------------------------- SRST
        li      a0, 3
        li      a1, 0
        sbi     SRST, 0
        bltz    a0, 1f
        failed  120
1:      li      a0, 0
        li      a1, 2
        sbi     SRST, 0
        bltz    a0, 1f
        failed  121
1:      sbi     SRST, 1
        check   122, a0, NOT_SUPPORTED

# ------------------------------------------------------------------------------------------------------------------ legacy
        li      a0, 1
        sbi     BASE, 3
        beqz    a1, no_legacy
        lla     s2, text_legacy
        li      a1, 0x1234
1:      lbu     a0, (s2)
        beqz    a0, 2f
        sbi     1, 0
        check   130, a0, 0
        check   131, a1, 0x1234                 # legacy calls answer in a0 only
        addi    s2, s2, 1
        j       1b
2:      sbi     2, 0
        check   132, a0, -1
        li      t0, 1
        sll     t0, t0, s0
        lla     a0, hart_mask
        sd      t0, (a0)
        sbi     4, 0
        check   133, a0, 0
        csrr    t0, sip
        andi    t0, t0, SSI
        check   134, t0, SSI
        sbi     3, 0
        bgtz    a0, 1f                          # the specification wants it positive;
        check   135, a0, 0                      #   OpenSBI answers 0 always
1:      csrr    t0, sip
        andi    t0, t0, SSI
        check   136, t0, 0
        lla     a0, hart_mask
        sbi     5, 0
        check   137, a0, 0
        lla     a0, hart_mask
        li      a1, 0
        li      a2, 0
        sbi     6, 0
        check   138, a0, 0
        lla     a0, hart_mask
        li      a1, 0
        li      a2, -1
        li      a3, 0
        sbi     7, 0
        check   139, a0, 0
        rdtime  a0
        sbi     0, 0
        check   140, a0, 0
        li      s2, STI
1:      csrr    t0, sip
        and     t0, t0, s2
        beqz    t0, 1b
        li      a0, -1
        sbi     0, 0
        csrr    t0, sip
        and     t0, t0, s2
        check   141, t0, 0
        call    firmware_address                # a mask that S-mode may not read: the exception is S-mode's
        beqz    a2, no_legacy
        mv      a0, a2
        li      a7, 4
        must_trap_at 142, LOAD_ACCESS, a2, .4byte 0x00000073
no_legacy:

# -------------------------------------------------------------------------------------------------- the firmware's own memory
        call    firmware_address
        beqz    a2, 1f
        must_trap_at 150, LOAD_ACCESS, a2, lw a0, (a2)
        must_trap_at 151, STORE_ACCESS, a2, sw a0, (a2)
1:

# ----------------------------------------------------------------------------------------------------------- and good night
        li      a0, 0
        li      a1, 0
        sbi     SRST, 0
        failed  160

# Answers in a2 an address in the firmware, which is at the start of RAM, or 0 if this program is there itself.
firmware_address:
        li      a2, RAM
        lla     t0, _start
        beq     a2, t0, 1f
        li      t0, 0x8000
        add     a2, a2, t0
        ret
1:      li      a2, 0
        ret

# Waits until other_says is a0.
wait_for_other:
        lla     t0, other_says
1:      ld      t1, (t0)
        bltz    t1, 2f
        bne     t1, a0, 1b
        fence   r, rw
        ret
2:      neg     gp, t1                          # it failed the check of that number
        li      t5, 0
        li      t6, 0
        j       fail

# Maps page_one at 0x40000000, and the gigabyte of RAM at its own address, and turns translation (Sv39) on.
map_pages:
        lla     t0, page_root
        lla     t1, page_middle
        srli    t1, t1, 12
        slli    t1, t1, 10
        ori     t1, t1, 1                       # 0x40000000 is gigabyte 1
        sd      t1, 8(t0)
        li      t1, 0x80000000 >> 12 << 10 | 0xcf
        sd      t1, 16(t0)
        lla     t0, page_middle
        lla     t1, page_leaf
        srli    t1, t1, 12
        slli    t1, t1, 10
        ori     t1, t1, 1
        sd      t1, (t0)
        lla     t0, page_leaf
        lla     t1, page_one
        srli    t1, t1, 12
        slli    t1, t1, 10
        ori     t1, t1, 0xcf
        sd      t1, (t0)
        lla     t0, page_root
        srli    t0, t0, 12
        li      t1, 8 << 60
        or      t0, t0, t1
        csrw    satp, t0
        sfence.vma
        ret

# -------------------------------------------------------------------------------------------------------- the other hart
        .macro  other_check number, register, expected
        li      t6, \expected
        li      gp, \number
        bne     \register, t6, other_failed
        .endm
        .macro  other_done step
        lla     t0, other_says
        li      t1, \step
        fence   rw, w
        sd      t1, (t0)
        .endm
        .macro  other_waits step
        lla     t0, other_may
        li      t1, \step
76:     ld      t2, (t0)
        bne     t1, t2, 76b
        fence   r, rw
        .endm

other_failed:
        csrw    satp, zero
        neg     t1, gp
        lla     t0, other_says
        sd      t1, (t0)
1:      j       1b

        .balign 4
other_hart:
        mv      s0, a0
        supervisor_setup second_stack
        other_check 170, a1, 0xcafe
        csrr    a0, satp
        other_check 171, a0, 0
        csrr    a0, sstatus
        andi    a0, a0, 1 << 1
        other_check 172, a0, 0
        li      t0, SSI
        csrs    sie, t0
        call    map_pages
        li      t0, 0x40000000
        lwu     a0, (t0)
        other_check 173, a0, 0x11111111
        call    patched
        other_check 174, a0, 1
        other_done 1
1:      wfi
        csrr    t0, sip
        andi    t0, t0, SSI
        beqz    t0, 1b
        csrci   sip, SSI
        other_done 2
        other_waits 3
        li      t0, 0x40000000
        lwu     a0, (t0)
        other_check 175, a0, 0x22222222
        other_done 3
        other_waits 4
        call    patched
        other_check 176, a0, 2
        csrw    satp, zero
        sfence.vma
        other_done 4
        sbi     HSM, 1
        other_check 177, zero, 1                # it came back

        .balign 4
other_hart_again:
        supervisor_setup second_stack
        other_check 178, a1, 0xf00d
        csrr    a0, sie                         # (what it enabled before may be forgotten)
        li      t0, SSI
        csrs    sie, t0
        csrci   sip, SSI
        other_done 5
        other_waits 6
1:      li      a0, 0                           # the firmware may end the sleep early, but not for ever
        sbi     HSM, 3
        other_check 179, a0, 0
        csrr    t0, sip
        andi    t0, t0, SSI
        beqz    t0, 1b
        other_done 6
1:      wfi
        j       1b

        .balign 4
        .option push
        .option norvc
patched:
        li      a0, 1
        ret
patch:  li      a0, 2
        .option pop

text_hello:     .ascii  "debug console"
text_legacy:    .asciz  "legacy console\n"
        .balign 8
saved_hart:     .dword  0
hart_mask:      .dword  0
other_says:     .dword  0                       # the step that the other hart has done, or minus the check it failed
other_may:      .dword  0                       # the step that it may do
        .zero   512
        .balign 16
first_stack:
        .zero   512
second_stack:
        .balign 4096
page_one:       .dword  0x11111111
        .balign 4096
page_two:       .dword  0x22222222
        .balign 4096
page_root:      .zero   4096
page_middle:    .zero   4096
page_leaf:      .zero   4096
