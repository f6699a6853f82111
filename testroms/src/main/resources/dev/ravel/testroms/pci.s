# The PCI bus with virtio devices on it: finding one by its configuration space, placing its registers, a request to it, and its
# interrupt. The device is the source of random numbers, in whatever slot it is.

        .globl  _start
_start: .include "lib/check.s"
        .include "lib/machine.s"

        .equ    ECAM, 0x30000000
        .equ    MEMORY, 0x40000000              # of the bus below 4 GiB,
        .equ    HIGH, 0x400000000               #   and above: with 128 MiB of RAM
        .equ    SLOT, 1 << 15                   # from one to the next
        .equ    FUNCTION, 1 << 12
        .equ    ENTROPY, 0x10441af4             # device and vendor
        .equ    BAR_4, 0x20
        .equ    FIRST_IRQ, 32

        .equ    COMMON_CFG, 1                   # types of virtio's capabilities
        .equ    NOTIFY_CFG, 2
        .equ    ISR_CFG, 3
        .equ    PCI_CFG, 5

        .equ    NUM_QUEUES, 0x12                # registers of all virtio devices
        .equ    DEVICE_STATUS, 0x14
        .equ    QUEUE_SELECT, 0x16
        .equ    QUEUE_SIZE, 0x18
        .equ    QUEUE_ENABLE, 0x1c
        .equ    QUEUE_NOTIFY_OFF, 0x1e
        .equ    QUEUE_DESC, 0x20
        .equ    QUEUE_DRIVER, 0x28
        .equ    QUEUE_DEVICE, 0x30

# a0 = where in BAR 4 the registers of that type are; a1 = the capability.
        .macro  find_registers type
        li      a2, \type
        call    capability
        lwu     a0, 8(a1)
        .endm

start:  machine_setup
        csrw    mie, zero

# ---------------------------------------------------------------------------------------------------------- what is on the bus
        li      s0, ECAM
        lwu     a0, 0(s0)
        check   1, a0, 0x00081b36               # the host bridge,
        lwu     a0, 8(s0)
        srli    a0, a0, 8
        check   2, a0, 0x060000                 #   which says so
        li      t0, 31 * SLOT
        add     t0, s0, t0
        lwu     a0, (t0)
        check   3, a0, 0xffffffff               # nobody
        lhu     a0, 2(t0)
        check   4, a0, 0xffff
        li      t0, 1 << 20
        add     t0, s0, t0
        lwu     a0, (t0)
        check   5, a0, 0xffffffff               # no second bus
        li      t0, MEMORY
        lwu     a0, (t0)
        check   6, a0, 0xffffffff               # and nothing was placed yet

        li      s1, 1
1:      slli    t0, s1, 15
        add     s2, s0, t0                      # s2: the configuration space of slot s1
        lwu     a0, (s2)
        li      t0, ENTROPY
        beq     a0, t0, 2f
        addi    s1, s1, 1
        li      t0, 32
        bltu    s1, t0, 1b
        failed  10
2:      li      t0, FUNCTION
        add     t0, s2, t0
        lwu     a0, (t0)
        check   11, a0, 0xffffffff              # it has one function
        lbu     a0, 0x0e(s2)
        check   12, a0, 0                       # and an ordinary header,
        lbu     a0, 0x3d(s2)
        check   13, a0, 1                       # interrupts by INTA,
        lhu     a0, 6(s2)
        andi    a0, a0, 0x10
        check   14, a0, 0x10                    # has capabilities,
        lhu     a0, 4(s2)
        check   15, a0, 0                       # and is off

# --------------------------------------------------------------------------------------------------------- where its registers go
        li      t0, -1
        sw      t0, BAR_4(s2)
        sw      t0, BAR_4 + 4(s2)
        lwu     a0, BAR_4(s2)
        check   20, a0, 0xffffc00c              # 16 KiB, 64 bits wide, to be prefetched
        lwu     a0, BAR_4 + 4(s2)
        check   21, a0, 0xffffffff
        sw      zero, 0x2c(s2)                  # what it is cannot be written
        lhu     a0, 0x2c(s2)
        check   22, a0, 0x1af4

        li      s3, HIGH                        # s3: the registers
        sw      s3, BAR_4(s2)
        srli    t0, s3, 32
        sw      t0, BAR_4 + 4(s2)
        find_registers COMMON_CFG
        add     s4, s3, a0                      # s4: those of all devices
        lhu     a0, NUM_QUEUES(s4)
        check   23, a0, 0xffff                  # it does not answer yet
        li      t0, 0x406                       # memory, its own accesses, no interrupt
        sh      t0, 4(s2)
        lhu     a0, NUM_QUEUES(s4)
        check   24, a0, 1

        li      s3, MEMORY + 0x8000             # below 4 GiB, too
        sw      s3, BAR_4(s2)
        sw      zero, BAR_4 + 4(s2)
        lhu     a0, NUM_QUEUES(s4)
        check   25, a0, 0xffff
        find_registers COMMON_CFG
        add     s4, s3, a0
        lhu     a0, NUM_QUEUES(s4)
        check   26, a0, 1

        find_registers PCI_CFG                  # and without a place: say where, and read
        li      t0, 4
        sb      t0, 4(a1)
        sub     t0, s4, s3
        addi    t0, t0, NUM_QUEUES
        sw      t0, 8(a1)
        li      t0, 2
        sw      t0, 12(a1)
        lhu     a0, 16(a1)
        check   27, a0, 1

# --------------------------------------------------------------------------------------------------------------------- a request
        sb      zero, DEVICE_STATUS(s4)
        lbu     a0, DEVICE_STATUS(s4)
        check   30, a0, 0
        li      t0, 3                           # found, known how to drive
        sb      t0, DEVICE_STATUS(s4)
        li      t0, 1
        sw      t0, 8(s4)                       # features: VERSION_1 and no other
        sw      t0, 12(s4)
        sw      zero, 8(s4)
        sw      zero, 12(s4)
        li      t0, 0x0b
        sb      t0, DEVICE_STATUS(s4)
        lbu     a0, DEVICE_STATUS(s4)
        check   31, a0, 0x0b

        sh      zero, QUEUE_SELECT(s4)
        lhu     a0, QUEUE_ENABLE(s4)
        check   32, a0, 0
        li      t0, 8
        sh      t0, QUEUE_SIZE(s4)
        lhu     a0, QUEUE_SIZE(s4)
        check   33, a0, 8
        lla     t0, descriptors
        sw      t0, QUEUE_DESC(s4)
        srli    t0, t0, 32
        sw      t0, QUEUE_DESC + 4(s4)
        lla     t0, available
        sw      t0, QUEUE_DRIVER(s4)
        srli    t0, t0, 32
        sw      t0, QUEUE_DRIVER + 4(s4)
        lla     t0, used
        sw      t0, QUEUE_DEVICE(s4)
        srli    t0, t0, 32
        sw      t0, QUEUE_DEVICE + 4(s4)
        li      t0, 1
        sh      t0, QUEUE_ENABLE(s4)
        lhu     a0, QUEUE_ENABLE(s4)
        check   34, a0, 1
        li      t0, 0x0f
        sb      t0, DEVICE_STATUS(s4)

        lla     t0, descriptors                 # 64 random bytes
        lla     t1, bytes
        sd      t1, 0(t0)
        li      t1, 64
        sw      t1, 8(t0)
        li      t1, 2                           # for the device to write
        sh      t1, 12(t0)
        lla     t0, available
        fence   rw, rw
        li      t1, 1
        sh      t1, 2(t0)
        fence   rw, rw
        lhu     s5, QUEUE_NOTIFY_OFF(s4)
        find_registers NOTIFY_CFG
        lwu     t0, 16(a1)
        mul     s5, s5, t0
        add     a0, a0, s5
        add     a0, a0, s3
        sh      zero, (a0)
        lla     t0, used
3:      lhu     a0, 2(t0)
        beqz    a0, 3b
        fence   rw, rw
        lwu     a0, 8(t0)
        check   35, a0, 64
        lla     t0, bytes
        ld      a0, 0(t0)
        ld      t1, 8(t0)
        or      a0, a0, t1
        seqz    a0, a0
        check   36, a0, 0

# ------------------------------------------------------------------------------------------------------------------ its interrupt
        li      s6, PLIC                        # where it leads: slots have their wires in turn
        andi    s7, s1, 3
        addi    s7, s7, FIRST_IRQ
        slli    t0, s7, 2
        add     t0, s6, t0
        li      t1, 1
        sw      t1, (t0)                        # a priority
        lhu     a0, 6(s2)
        andi    a0, a0, 8
        check   40, a0, 8                       # it wants to interrupt
        li      t0, 0x1004
        add     t0, s6, t0
        lwu     a0, (t0)
        check   41, a0, 0                       # but must not
        li      t1, 0x006
        sh      t1, 4(s2)
        lwu     a0, (t0)
        li      t1, 1
        sll     t1, t1, s7
        srli    t1, t1, 32
        check_same 42, a0, t1                   # now it does

        find_registers ISR_CFG
        add     s5, s3, a0
        lbu     a0, (s5)
        check   43, a0, 1                       # why; and to ask is to take it back
        lbu     a0, (s5)
        check   44, a0, 0
        lhu     a0, 6(s2)
        andi    a0, a0, 8
        check   45, a0, 0

        passed

# a1 = virtio's capability of type a2 in the configuration space s2.
capability:
        lbu     a1, 0x34(s2)
1:      beqz    a1, 9f
        add     a1, s2, a1
        lbu     t0, 0(a1)
        li      t1, 9
        bne     t0, t1, 2f
        lbu     t0, 3(a1)
        beq     t0, a2, 3f
2:      lbu     a1, 1(a1)
        j       1b
3:      ret
9:      failed  99

        .balign 4096
descriptors:
        .zero   4096
available:
        .zero   4096
used:   .zero   4096
bytes:  .zero   64
