# lines: a kernel to be watched, which prints the same line in two ways.
#
# It runs in S-mode, without address translation. First it prints through the serial port, an NS16550A, byte by byte, as
# drivers did on real hardware. Then it sets up the virtio console, a device that was made for virtual machines, and prints
# through that. At its prompt it does either again. The labels are places to stop at.

        .option norelax

        .include "macros.s"

        .equ    UART, 0x10000000                # the board's NS16550A
        .equ    UART_LSR, 5                     # its line status register:
        .equ    UART_LSR_THRE, 0x20             # there is room for a byte

        .equ    CONSOLE, 0x10007000             # the board's virtio console. Its registers (virtio 1.3, 4.2.2):
        .equ    DRIVER_FEATURES, 0x20
        .equ    DRIVER_FEATURES_SEL, 0x24
        .equ    QUEUE_SEL, 0x30
        .equ    QUEUE_SIZE, 0x38
        .equ    QUEUE_READY, 0x44
        .equ    QUEUE_NOTIFY, 0x50
        .equ    STATUS, 0x70
        .equ    QUEUE_DESC, 0x80                # physical addresses; the upper halves follow, and are 0 after a reset
        .equ    QUEUE_DRIVER, 0x90
        .equ    QUEUE_DEVICE, 0xa0

        .equ    ACKNOWLEDGE, 1                  # steps of a driver to its device (virtio 1.3, 3.1.1)
        .equ    DRIVER, 2
        .equ    FEATURES_OK, 8
        .equ    DRIVER_OK, 4
        .equ    VERSION_1, 1                    # bit 32 of the features: no device of before the standard
        .equ    TRANSMIT, 1                     # the console's queue for what is printed (virtio 1.3, 5.3.2)
        .equ    ENTRIES, 4                      # of our queue
        .equ    NO_INTERRUPT, 1                 # in the available ring: we look at the used ring ourselves

        .globl  _start
_start:
        lla     sp, stack_top
by_uart:
        call    uart_line
by_uart_done:
        call    set_up
set_up_done:
        call    virtio_line
by_virtio_done:
        j       prompt

# Prints the line through the serial port.
uart_line:
        li      t0, UART
        lla     t1, text
1:      lbu     t2, (t1)
        beqz    t2, 3f
2:      lbu     t3, UART_LSR(t0)                # is there room?
        andi    t3, t3, UART_LSR_THRE
        beqz    t3, 2b
        sb      t2, (t0)                        # the byte
        addi    t1, t1, 1
        j       1b
3:      ret

# Tells the console where its queue is.
set_up:
        li      t0, CONSOLE
        sw      zero, STATUS(t0)                # reset
        li      t1, ACKNOWLEDGE
        sw      t1, STATUS(t0)
        li      t1, ACKNOWLEDGE | DRIVER
        sw      t1, STATUS(t0)
        li      t1, 1                           # features 32 to 63
        sw      t1, DRIVER_FEATURES_SEL(t0)
        li      t1, VERSION_1
        sw      t1, DRIVER_FEATURES(t0)
        li      t1, ACKNOWLEDGE | DRIVER | FEATURES_OK
        sw      t1, STATUS(t0)
        li      t1, TRANSMIT
        sw      t1, QUEUE_SEL(t0)
        li      t1, ENTRIES
        sw      t1, QUEUE_SIZE(t0)
        lla     t1, descriptors
        sw      t1, QUEUE_DESC(t0)
        sw      zero, QUEUE_DESC + 4(t0)
        lla     t1, available
        sw      t1, QUEUE_DRIVER(t0)
        sw      zero, QUEUE_DRIVER + 4(t0)
        lla     t1, used
        sw      t1, QUEUE_DEVICE(t0)
        sw      zero, QUEUE_DEVICE + 4(t0)
        li      t1, 1
        sw      t1, QUEUE_READY(t0)
        li      t1, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK
        sw      t1, STATUS(t0)
        ret

# Prints the line through the virtio console: writes into memory where it is, tells the device once, and waits.
virtio_line:
        lla     t0, descriptors                 # descriptor 0 is the whole line
        lla     t1, text
        sd      t1, (t0)
        lla     t2, text_end
        sub     t1, t2, t1
        sw      t1, 8(t0)
        sw      zero, 12(t0)                    # no flags: one buffer, which the device reads
        lla     t0, available
        lhu     t1, 2(t0)                       # how many we have offered so far
        andi    t2, t1, ENTRIES - 1
        slli    t2, t2, 1
        add     t2, t0, t2
        sh      zero, 4(t2)                     # the next entry of the ring says: descriptor 0
        fence   w, w                            # all this before
        addi    t1, t1, 1
        sh      t1, 2(t0)                       # the device may see that there is one more
        fence   rw, rw
        li      t2, CONSOLE
        li      t3, TRANSMIT
notify:
        sw      t3, QUEUE_NOTIFY(t2)
        lla     t0, used
        slli    t1, t1, 48                      # the counts have 16 bits
        srli    t1, t1, 48
1:      lhu     t2, 2(t0)                       # memory, no register: it costs nothing to look
        bne     t2, t1, 1b
        ret

# The word virtio, or any that begins with v, is the line through virtio; u is for the serial port.
prompt:
        print   text_prompt
        call    read_line
        lla     t1, line
        lbu     t0, (t1)
        li      t1, 'v'
        bne     t0, t1, 1f
        call    virtio_line
        j       prompt
1:      li      t1, 'u'
        bne     t0, t1, 2f
        call    uart_line
        j       prompt
2:      print   text_wrong
        j       prompt

text:           .ascii  "The same line, printed in two ways.\n"
text_end:       .byte   0
text_prompt:    .asciz  "lines> "
text_wrong:     .asciz  "uart or virtio\n"
        .balign 4

        .include "console.s"
        .include "line.s"

# The queue (virtio 1.3, 2.7): ENTRIES descriptors of 16 bytes; rings of flags, a count, and the entries.
        .balign 16
descriptors:
        .zero   16 * ENTRIES
available:
        .half   NO_INTERRUPT
        .half   0
        .zero   2 * ENTRIES
        .balign 4
used:   .half   0
        .half   0
        .zero   8 * ENTRIES

        .zero   2048
        .balign 16
stack_top:
