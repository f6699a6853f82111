# The interrupt controller, with the serial port's "ready to send" as the interrupt that comes and goes as we like.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

        .equ    UART_IRQ, 10
        .equ    PENDING, 0x1000
        .equ    ENABLE, 0x2000                  # per context: context 0 is hart 0's M-mode, 1 its S-mode
        .equ    CONTEXT, 0x200000               # threshold, then claim

start:  machine_setup
        li      s0, PLIC
        li      t0, PLIC + ENABLE
        mv      s1, t0                          # enables of context 0
        addi    s2, s1, 0x80                    #   and 1
        li      s3, PLIC + CONTEXT
        li      t0, 0x1000
        add     s4, s3, t0
        li      s5, UART
        csrw    mie, zero
        csrw    mideleg, zero

# ---------------------------------------------------------------------------------------------------------------- registers
        li      t0, -1
        sw      t0, 0(s0)                       # source 0 doesn't exist
        lw      a0, 0(s0)
        check   1, a0, 0
        sw      t0, 4 * UART_IRQ(s0)
        lw      a0, 4 * UART_IRQ(s0)
        check   2, a0, 7                        # eight levels
        sw      t0, (s3)
        lw      a0, (s3)
        check   3, a0, 7
        sw      zero, (s3)
        li      t0, 1 << UART_IRQ
        sw      t0, (s1)
        lw      a0, (s1)
        check_same 4, a0, t0
        lw      a0, 4(s3)                       # nothing to claim
        check   5, a0, 0

# ----------------------------------------------------------------------------------------------------- pending, claim, complete
        .macro  request                         # the line goes low and high again
        sb      zero, 1(s5)
        li      t0, 2
        sb      t0, 1(s5)
        .endm
        .macro  external number, bits           # M and S external interrupt pending
        csrr    a0, mip
        li      t0, MEI | SEI
        and     a0, a0, t0
        check   \number, a0, \bits
        .endm
        li      t0, 1
        sw      t0, 4 * UART_IRQ(s0)
        external 10, 0
        li      t0, 2                           # the port may interrupt when it can send, and it can
        sb      t0, 1(s5)
        li      a1, PLIC + PENDING
        lw      a0, (a1)
        check   11, a0, 1 << UART_IRQ
        external 12, MEI
        sw      zero, (a1)                      # pending bits are read-only
        lw      a0, (a1)
        check   13, a0, 1 << UART_IRQ
        lw      a0, 4(s3)
        check   14, a0, UART_IRQ
        external 15, 0
        lw      a0, 4(s3)                       # claimed: not again before it is complete
        check   16, a0, 0
        li      t0, PLIC + PENDING
        lw      a0, (t0)
        check   17, a0, 0
        li      t0, UART_IRQ
        sw      t0, 4(s3)                       # complete; that the line is still high is no request
        external 18, 0
        request
        external 19, MEI
        lw      a0, 4(s3)
        check   21, a0, UART_IRQ
        request                                 # one that comes meanwhile waits for completion
        external 22, 0
        li      t0, UART_IRQ
        sw      t0, 4(s3)
        external 23, MEI
        lw      a0, 4(s3)
        check   24, a0, UART_IRQ
        sb      zero, 1(s5)                     # the line goes low
        li      t0, UART_IRQ
        sw      t0, 4(s3)
        external 20, 0

# ------------------------------------------------------------------------------------------------ priority, threshold, enable
        li      t0, 2
        sb      t0, 1(s5)
        external 30, MEI
        li      t0, 1
        sw      t0, (s3)                        # threshold 1 keeps priority 1 out
        external 31, 0
        li      t0, 2
        sw      t0, 4 * UART_IRQ(s0)
        external 32, MEI
        sw      zero, 4 * UART_IRQ(s0)          # priority 0 is never
        sw      zero, (s3)
        external 33, 0
        lw      a0, 4(s3)
        check   34, a0, 0
        li      t0, 1
        sw      t0, 4 * UART_IRQ(s0)
        sw      zero, (s1)
        external 35, 0
        lw      a0, 4(s3)                       # not enabled here: not to be had
        check   36, a0, 0
        li      t0, 1 << UART_IRQ
        sw      t0, (s2)                        # for S-mode then
        external 37, SEI
        lw      a0, 4(s4)
        check   38, a0, UART_IRQ
        external 39, 0
        li      t0, UART_IRQ
        sw      t0, 4(s3)                       # completing where it isn't enabled does nothing
        external 40, 0
        li      t0, UART_IRQ
        sw      t0, 4(s4)
        external 41, 0
        request
        li      t0, 1 << UART_IRQ               # both
        sw      t0, (s1)
        external 42, MEI | SEI
        lw      a0, 4(s3)                       # one of them gets it
        check   43, a0, UART_IRQ
        external 44, 0
        lw      a0, 4(s4)
        check   45, a0, 0
        sb      zero, 1(s5)
        li      t0, UART_IRQ
        sw      t0, 4(s3)
        external 46, 0

# SEIP has two sources: the controller's line and the bit that M-mode writes.
        li      t0, SEI
        csrs    mip, t0
        external 50, SEI
        csrc    mip, t0
        external 51, 0

# -------------------------------------------------------------------------------------------------------------- taken in S-mode
        sw      zero, (s1)
        li      t0, SEI
        csrw    mideleg, t0
        csrw    mie, t0
        lla     t0, supervisor_handler
        csrw    stvec, t0
        li      s6, 0
        enter_mode 1
        csrsi   sstatus, 1 << 1
        check   60, s6, 0
        li      t0, 2
        sb      t0, 1(s5)
1:      beqz    s6, 1b                          # a device's interrupt arrives soon, not at once
        check   61, s6, UART_IRQ
        csrci   sstatus, 1 << 1
        enter_machine_mode
        external 62, 0
        passed

        .balign 4
supervisor_handler:
        lw      s6, 4(s4)                       # claim, silence, complete
        sb      zero, 1(s5)
        sw      s6, 4(s4)
        sret
