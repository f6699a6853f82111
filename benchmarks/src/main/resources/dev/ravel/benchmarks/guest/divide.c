/* Multiply and divide: greatest common divisors, and powers modulo a prime. */
#include "bench.h"

static u64 gcd(u64 a, u64 b) {
    while (b != 0) {
        u64 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static u64 power(u64 base, u64 exponent, u64 modulus) {
    u64 result = 1;
    while (exponent != 0) {
        if (exponent & 1) {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    return result;
}

u64 work(u64 rounds) {
    u64 random = 19, sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        u64 a = next_random(&random), b = next_random(&random);
        u64 high = (u64) ((unsigned __int128) a * b >> 64);
        u32 narrow = (u32) a / ((u32) b | 1);
        sum = fold(sum, gcd(a, b) + power(a & 0x7fffffff, b & 0xffff, 2147483647) + high + narrow);
    }
    return sum;
}
