/* Indirect calls, and an indirect jump for each: sixteen functions in an order drawn beforehand. */
#include "bench.h"

typedef u64 (*function)(u64);

#define F(n, expression) static NOINLINE u64 f##n(u64 x) { return expression; }
F(0, x + 1)
F(1, x ^ x >> 3)
F(2, x * 5)
F(3, x - 77)
F(4, ~x)
F(5, x << 1 ^ x)
F(6, x + (x >> 7))
F(7, x ^ 0x55)
F(8, x * 9 + 1)
F(9, x - (x >> 5))
F(10, x ^ x << 9)
F(11, x + 0x1234)
F(12, x >> 1 | x << 63)
F(13, -x)
F(14, x ^ x >> 11)
F(15, x * 3)

static const function functions[16] = {f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15};
static u8 order[1024];

u64 work(u64 rounds) {
    u64 random = 7;
    for (int i = 0; i < 1024; i++) {
        order[i] = (u8) (next_random(&random) & 15);
    }
    u64 x = 1;
    for (u64 round = 0; round < rounds; round++) {
        for (int i = 0; i < 1024; i++) {
            x = functions[order[i]](x);
        }
    }
    return x;
}
