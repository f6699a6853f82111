# Part 9 of 10: SRST (SBI 2.0, chapter 10). Power-off and reboot.
#
# Both are a write to the board's test finisher: 0x5555 powers off, 0x7777 resets, and 0x3333 powers off and reports a
# failure, with a code in the upper half.

        .equ    FINISHER_FAIL, 0x3333
        .equ    FINISHER_PASS, 0x5555
        .equ    FINISHER_RESET, 0x7777
        .equ    SHUTDOWN, 0
        .equ    COLD_REBOOT, 1
        .equ    WARM_REBOOT, 2                  # the board knows no difference between the two
        .equ    NO_REASON, 0
        .equ    SYSTEM_FAILURE, 1

# a0, a1 = type and reason, 32 bits each. The types that are not reserved for later belong to other platforms.
srst:
        bnez    a6, not_supported
        sext.w  a0, a0
        sext.w  a1, a1
        li      t0, WARM_REBOOT
        bgtu    a0, t0, invalid_param
        li      t0, SYSTEM_FAILURE
        bgtu    a1, t0, invalid_param
        beqz    a0, 1f
        li      t0, FINISHER_RESET
        j       finish
1:      mv      a0, a1
        j       power_off

legacy_shutdown:
        li      a0, NO_REASON
        # and go on at `power_off`

# a0 = 0, or a code that tells the world what failed.
power_off:
        li      t0, FINISHER_PASS
        beqz    a0, finish
        slli    a0, a0, 16
        li      t0, FINISHER_FAIL
        or      t0, t0, a0
finish:
        fence   iorw, iorw                      # let everything that was written arrive
        li      t1, FINISHER
        sw      t0, (t1)
        j       halt
