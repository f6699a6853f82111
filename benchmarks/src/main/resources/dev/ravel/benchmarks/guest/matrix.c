/* Doubles in memory: products of matrices of 64 rows. */
#include "bench.h"

#define N 64
static double a[N][N], b[N][N], c[N][N];

u64 work(u64 rounds) {
    u64 random = 13;
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            a[i][j] = (double) (next_random(&random) % 1000) / 1000;
            b[i][j] = (double) (next_random(&random) % 1000) / 32000;
        }
    }
    for (u64 round = 0; round < rounds; round++) {
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                double sum = 0;
                for (int k = 0; k < N; k++) {
                    sum += a[i][k] * b[k][j];
                }
                c[i][j] = sum;
            }
        }
        a[round % N][round * 7 % N] += c[round * 3 % N][round * 5 % N];
    }
    u64 sum = 0;
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            union {
                double d;
                u64 bits;
            } value = {c[i][j]};
            sum = fold(sum, value.bits);
        }
    }
    return sum;
}
