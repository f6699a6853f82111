# Ravel's machine-mode firmware.
#
# A RISC-V hart has three privilege modes: machine (M), supervisor (S) and user (U). An operating system runs in S-mode
# and its programs in U-mode. Below them something has to run in M-mode: it is the first code after reset, and later it
# does for the operating system what only M-mode may do. The calls that it answers are the Supervisor Binary Interface
# (SBI); this program implements version 2.0 of it. It is told in the order in which a machine lives through it.
#
# Everything is one section, so that this page shows the whole layout: code and constants first, a handful of variables
# at the end of console.s, and from HARTS on a block for each hart. The program may be loaded at any multiple of its size.
# Whoever loads it must load all of it again at every reset, because two of the variables (see start.s) start as zero.
#
# Conventions inside the firmware:
#   s0       this hart's block, at all times
#   s1..s10  belong to the function that answers an SBI call (everything was saved on the way in)
#   s11      where that function keeps its return address, when it calls others
#   others   arguments and scratch: any call may change them

        .option norvc                   # every instruction has four bytes: easier to follow in a memory dump
        .option norelax

        .include "layout.s"             # names for addresses, offsets and bits; three macros
        .include "start.s"              # from reset to the operating system's first instruction
        .include "devicetree.s"         # counting harts in the device tree
        .include "trap.s"               # the way into M-mode and back
        .include "sbi.s"                # which call is it?
        .include "timer.s"              # TIME: wake me at that time
        .include "ipi.s"                # IPI and RFENCE: one hart asks something of others
        .include "hsm.s"                # HSM: harts that start, stop and sleep
        .include "reset.s"              # SRST: power-off and reboot
        .include "console.s"            # DBCN and the serial port; the last words after a trap in the firmware itself
