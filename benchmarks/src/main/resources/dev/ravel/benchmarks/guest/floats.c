/* Floats: a filter of 32 taps, and the Mandelbrot set, which compares and converts. */
#include "bench.h"

#define SAMPLES 1024
#define TAPS 32
static float samples[SAMPLES + TAPS], taps[TAPS], filtered[SAMPLES];

static u64 mandelbrot(float left) {
    u64 inside = 0;
    for (int row = 0; row < 32; row++) {
        for (int column = 0; column < 32; column++) {
            float cx = left + (float) column * (2.5f / 32), cy = -1.25f + (float) row * (2.5f / 32);
            float x = 0, y = 0;
            int i = 0;
            while (i < 50 && x * x + y * y < 4) {
                float next = x * x - y * y + cx;
                y = 2 * x * y + cy;
                x = next;
                i++;
            }
            inside += (u64) i;
        }
    }
    return inside;
}

u64 work(u64 rounds) {
    u64 random = 17, sum = 0;
    for (int i = 0; i < SAMPLES + TAPS; i++) {
        samples[i] = (float) (int) (next_random(&random) % 2001) / 1000 - 1;
    }
    for (int i = 0; i < TAPS; i++) {
        taps[i] = 1 / (float) (i + 1);
    }
    for (u64 round = 0; round < rounds; round++) {
        for (int i = 0; i < SAMPLES; i++) {
            float value = 0;
            for (int t = 0; t < TAPS; t++) {
                value += samples[i + t] * taps[t];
            }
            filtered[i] = value;
        }
        samples[round % SAMPLES] = filtered[round * 5 % SAMPLES] / 8;
        sum = fold(sum, mandelbrot(-2 + (float) (round & 7) / 64) + (u64) (int) (filtered[round % SAMPLES] * 1000));
    }
    return sum;
}
