/* Recursion. */
#include "bench.h"

static NOINLINE u64 fib(u64 n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

u64 work(u64 rounds) {
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        sum = fold(sum, fib(24 + (round & 3)));
    }
    return sum;
}
