package dev.ravel.benchmarks.views;

/**
 * How fast a guest was.
 *
 * @param perSecond instructions in a second
 * @param perHartSecond instructions in a second of the harts' processor time: what else the host does, and while the guest
 *     was held to be looked at, does not count
 * @param held the part of the time in which the guest was held to be looked at, from 0 to 1
 * @param beside processor time of all threads but the harts', as a part of the time: who looks, and who draws
 */
record Rate(double perSecond, double perHartSecond, double held, double beside) {}
