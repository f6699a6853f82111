package dev.ravel.inspect.step;

/**
 * What a machine came to.
 *
 * @param position steps before the one in which it happens
 * @param pc address of the instruction, or the one that would have been next
 * @param words what it is: {@code system call 64 (write in Linux)}, {@code store to uart at 0x10000000: 0x41}
 */
public record StepEvent(long position, long pc, String words) {}
