/* The sieve of Eratosthenes over 256 KiB. */
#include "bench.h"

#define SIZE 262144
static u8 composite[SIZE];

u64 work(u64 rounds) {
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        for (u64 i = 0; i < SIZE; i++) {
            composite[i] = 0;
        }
        u64 primes = 0;
        for (u64 i = 2; i < SIZE; i++) {
            if (!composite[i]) {
                primes++;
                for (u64 j = i + i; j < SIZE; j += i) {
                    composite[j] = 1;
                }
            }
        }
        sum = fold(sum, primes);
    }
    return sum;
}
