# The virtio console, driven well and badly. What is offered to it is in a table.

        .equ    CONSOLE, 0x10007000             # the board's virtio console. Its registers (virtio 1.3, 4.2.2):
        .equ    DEVICE_ID, 0x08
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

        .equ    CONSOLE_ID, 3                   # virtio 1.3, 5.3.1
        .equ    ACKNOWLEDGE, 1                  # bits of the status (virtio 1.3, 2.1)
        .equ    DRIVER, 2
        .equ    DRIVER_OK, 4
        .equ    FEATURES_OK, 8
        .equ    DEVICE_NEEDS_RESET, 64          # the device's own: it has stopped, because of an error that it cannot go on from
        .equ    VERSION_1, 1                    # bit 32 of the features
        .equ    TRANSMIT, 1                     # the console's queue for what is printed (virtio 1.3, 5.3.2)
        .equ    ENTRIES, 4                      # of our queue
        .equ    NEXT, 1                         # a flag: the chain goes on
        .equ    NO_INTERRUPT, 1                 # in the available ring: we look at the used ring ourselves

        .equ    THING_SIZE, 40                  # of an entry of the table
        .equ    THINGS, 5
        .equ    RESET, 4                        # the last thing is none: the device is reset

# The system call: does the thing a0, and answers the device's status.
drive:
        mv      a5, ra
        lla     t0, user
        ld      t0, (t0)
        bnez    t0, refuse
        li      t0, THINGS
        bgeu    a0, t0, refuse
        li      t0, CONSOLE
        lw      t0, DEVICE_ID(t0)
        li      t1, CONSOLE_ID
        bne     t0, t1, refuse                  # this machine has none
        addi    t0, a0, -RESET
        beqz    t0, 1f
        call    offer
        jr      a5
1:      call    set_up
        li      t0, CONSOLE
        lw      a0, STATUS(t0)
        jr      a5

# Resets the console, and tells it where its queue is.
set_up:
        li      t0, CONSOLE
        sw      zero, STATUS(t0)                # reset
        lla     t1, available
        sh      zero, 2(t1)                     # the counts of both rings begin anew
        lla     t1, used
        sh      zero, 2(t1)
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
        lla     t1, available
        sw      t1, QUEUE_DRIVER(t0)
        lla     t1, used
        sw      t1, QUEUE_DEVICE(t0)
        li      t1, 1
        sw      t1, QUEUE_READY(t0)
        li      t1, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK
        sw      t1, STATUS(t0)
        ret

# Offers the thing a0 of the table, notifies, and waits until the device has done it, or has stopped: its status in a0.
offer:
        li      t0, THING_SIZE
        mul     t0, a0, t0
        lla     t1, things
        add     t0, t1, t0
        lla     t1, descriptors
        ld      t2, (t0)
        sd      t2, (t1)
        ld      t2, 8(t0)
        sd      t2, 8(t1)
        ld      t2, 16(t0)
        sd      t2, 16(t1)
        ld      t2, 24(t0)
        sd      t2, 24(t1)
        ld      t3, 32(t0)
        lla     t0, available
        lhu     t1, 2(t0)                       # how many we have offered so far
        andi    t2, t1, ENTRIES - 1
        slli    t2, t2, 1
        add     t2, t0, t2
        sh      zero, 4(t2)                     # the next entry of the ring says: descriptor 0
        fence   w, w                            # all this before
        add     t1, t1, t3
        sh      t1, 2(t0)                       # the device may see that there are more
        fence   rw, rw
        li      t2, CONSOLE
        li      t3, TRANSMIT
notify:
        sw      t3, QUEUE_NOTIFY(t2)
        lla     t0, used
        slli    t1, t1, 48                      # the counts have 16 bits
        srli    t1, t1, 48
1:      lhu     t4, 2(t0)
        lw      a0, STATUS(t2)
status_read:
        andi    t3, a0, DEVICE_NEEDS_RESET
        bnez    t3, 2f
        bne     t4, t1, 1b
2:      ret

text_hello:     .ascii  "Hello from the driver.\n"
text_hello_end: .byte   0

# What can be offered: two descriptors (address, length, flags, next), and by how much the count of requests grows.
        .balign 16
things:
        .dword  text_hello                      # 0: a line, as it should be
        .word   text_hello_end - text_hello
        .half   0, 0
        .dword  0, 0, 1

        .dword  text_hello                      # 1: descriptor 0 leads to 1, and 1 to 0
        .word   text_hello_end - text_hello
        .half   NEXT, 1
        .dword  text_hello
        .word   text_hello_end - text_hello
        .half   NEXT, 0
        .dword  1

        .dword  0x80000000 - 64                 # 2: the 64 bytes in front of RAM
        .word   64
        .half   0, 0
        .dword  0, 0, 1

        .dword  text_hello                      # 3: the queue has four entries, and 1000 requests are said to be in it
        .word   text_hello_end - text_hello
        .half   0, 0
        .dword  0, 0, 1000

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

# Flags and next of the first two descriptors, for those who watch.
        .equ    descriptor_0_end, descriptors + 12
        .equ    descriptor_1, descriptors + 16
        .equ    descriptor_1_end, descriptor_1 + 12
