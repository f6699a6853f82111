package dev.ravel.inspect.device;

/**
 * A request that a device took while it was watched.
 *
 * @param sequence number in the order in which requests were taken, of all devices, from 0
 * @param device its name
 * @param base physical address of the device's registers
 * @param queue its index
 * @param purpose of the queue: {@code requests}
 * @param request as it was when it was last seen: taken or given back
 */
public record SeenRequest(long sequence, String device, long base, int queue, String purpose, RequestView request) {}
