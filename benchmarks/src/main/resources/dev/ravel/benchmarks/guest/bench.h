/* What every guest program includes. It is compiled without a C library. */
#ifndef BENCH_H
#define BENCH_H

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

/* A program's work, as many rounds of it. Returns a checksum of all that was computed. */
u64 work(u64 rounds);

/* Marsaglia's xorshift: the same numbers wherever the program runs. */
static inline u64 next_random(u64 *state) {
    u64 x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

/* Folds a value into a checksum. */
static inline u64 fold(u64 sum, u64 value) {
    return (sum ^ value) * 0x9e3779b97f4a7c15UL + 1;
}

#define NOINLINE __attribute__((noinline, noclone))

#endif
