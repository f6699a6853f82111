# The program in the box. It does what a line says that is typed, and looks at its first letter only. It keeps nothing in
# registers but what it has read; DATA is its line, and behind it is what it stole.

        .equ    STOLEN, DATA + TEXT_SIZE

# A system call.
        .macro  request number
        li      a7, \number
        ecall
        .endm

# Prints a text of the program's.
        .macro  say text
        lla     a0, \text
        request CALL_WRITE
        .endm

        .balign 4096
program:
        .option norvc                           # instructions of four bytes: addresses that are easy to follow
        say     say_prompt
        li      a0, DATA
        request CALL_READ
        li      t0, DATA
        lbu     t0, (t0)
        beqz    t0, program
        lla     t1, letters
        mv      t2, t1
1:      lbu     t3, (t2)
        beqz    t3, say_what
        beq     t3, t0, 2f
        addi    t2, t2, 1
        j       1b
2:      sub     a0, t2, t1                      # the number of the command
        li      t0, 1
        bltu    a0, t0, whoami
        beq     a0, t0, peek
        li      t0, 3
        bltu    a0, t0, steal
        beq     a0, t0, steal_checked
        addi    a0, a0, -5
        bltz    a0, open

        request CALL_DEVICE                     # the rest are things of the device's
        bltz    a0, no
        mv      s0, a0
        say     say_status
        mv      a0, s0
        request CALL_SHOW
        j       end_line

whoami:
        say     say_root
        request CALL_USER
        j       end_line

# Reads the secret itself.
peek:
        lla     a1, secret_address
        ld      a1, (a1)
peek_load:
        lbu     a0, (a1)
        request CALL_SHOW
        j       end_line

# Has the kernel read the secret.
steal:
        li      a0, STOLEN
        lla     a1, secret_address
        ld      a1, (a1)
        li      a7, CALL_COPY
steal_call:
        ecall
        j       stolen
steal_checked:
        li      a0, STOLEN
        lla     a1, secret_address
        ld      a1, (a1)
        request CALL_COPY_CHECKED
stolen: bltz    a0, no
        say     say_stolen
        li      a0, STOLEN
        request CALL_WRITE
        j       end_line

# Shows the kernel what it has stolen.
open:
        li      a0, STOLEN
        request CALL_UNLOCK
        bltz    a0, no
        say     say_welcome
        j       program

no:     say     say_no
        j       program
say_what:
        say     say_commands
        j       program
end_line:
        say     say_end
        j       program
        .option rvc

# No secret: it stands in the kernel's symbol table, and a kernel that comes from a distributor is the same for everybody.
        .balign 8
secret_address: .dword  secret
letters:        .asciz  "wpscuhlofr"
say_prompt:     .asciz  "box> "
say_root:       .asciz  "root in here, outside user "
say_stolen:     .asciz  "the kernel's secret is "
say_welcome:    .asciz  "welcome, root of the machine\n"
say_status:     .asciz  "the device's status is "
say_no:         .asciz  "the kernel refuses\n"
say_commands:   .asciz  "whoami peek steal checked unlock hello loop outside flood reset\n"
say_end:        .asciz  "\n"
                .balign 4096
