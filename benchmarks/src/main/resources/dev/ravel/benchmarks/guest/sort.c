/* Quicksort of 16,384 numbers, with insertion for the short rest. */
#include "bench.h"

#define N 16384
static long numbers[N];

static NOINLINE void sort(long *from, long *to) {
    while (to - from > 16) {
        long *middle = from + (to - from) / 2;
        long pivot = *middle;
        long *left = from, *right = to - 1;
        while (left <= right) {
            while (*left < pivot) {
                left++;
            }
            while (*right > pivot) {
                right--;
            }
            if (left <= right) {
                long swap = *left;
                *left++ = *right;
                *right-- = swap;
            }
        }
        if (right + 1 - from < to - left) {
            sort(from, right + 1);
            from = left;
        } else {
            sort(left, to);
            to = right + 1;
        }
    }
    for (long *next = from + 1; next < to; next++) {
        long value = *next;
        long *hole = next;
        while (hole > from && hole[-1] > value) {
            *hole = hole[-1];
            hole--;
        }
        *hole = value;
    }
}

u64 work(u64 rounds) {
    u64 random = 29, sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        for (int i = 0; i < N; i++) {
            numbers[i] = (long) next_random(&random);
        }
        sort(numbers, numbers + N);
        for (int i = 0; i < N; i += 64) {
            sum = fold(sum, (u64) numbers[i]);
        }
    }
    return sum;
}
