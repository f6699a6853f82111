/* An interpreter of bytecode: a switch in a loop, running a program of nested loops. */
#include "bench.h"

enum { PUSH, LOAD, STORE, ADD, SUB, MUL, XOR, SHIFT, LESS, JUMP, BRANCH, HALT };

/* for (i = 0; i < 100; i++) for (j = 0; j < 50; j++) s = (s ^ (i * j + s)) - (s >> 3); */
static const u8 code[] = {
    PUSH, 0, STORE, 0,                                                    /*  0: i = 0 */
    PUSH, 0, STORE, 1,                                                    /*  4: j = 0 */
    LOAD, 2, LOAD, 0, LOAD, 1, MUL, LOAD, 2, ADD, XOR,                    /*  8 */
    LOAD, 2, PUSH, 3, SHIFT, SUB, STORE, 2,                               /* 19 */
    LOAD, 1, PUSH, 1, ADD, STORE, 1,                                      /* 27: j++ */
    LOAD, 1, PUSH, 50, LESS, BRANCH, 8,                                   /* 34 */
    LOAD, 0, PUSH, 1, ADD, STORE, 0,                                      /* 41: i++ */
    LOAD, 0, PUSH, 100, LESS, BRANCH, 4,                                  /* 48 */
    HALT,                                                                 /* 55 */
};

static NOINLINE u64 execute(const u8 *program, u64 seed) {
    u64 stack[16], variables[4] = {0, 0, seed, 0};
    u64 *top = stack;
    const u8 *pc = program;
    for (;;) {
        switch (*pc++) {
            case PUSH:
                *top++ = *pc++;
                break;
            case LOAD:
                *top++ = variables[*pc++];
                break;
            case STORE:
                variables[*pc++] = *--top;
                break;
            case ADD:
                top--;
                top[-1] += top[0];
                break;
            case SUB:
                top--;
                top[-1] -= top[0];
                break;
            case MUL:
                top--;
                top[-1] *= top[0];
                break;
            case XOR:
                top--;
                top[-1] ^= top[0];
                break;
            case SHIFT:
                top--;
                top[-1] >>= top[0];
                break;
            case LESS:
                top--;
                top[-1] = top[-1] < top[0];
                break;
            case JUMP:
                pc = program + *pc;
                break;
            case BRANCH:
                pc = *--top ? program + *pc : pc + 1;
                break;
            default:
                return variables[2];
        }
    }
}

u64 work(u64 rounds) {
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        sum = fold(sum, execute(code, round + 1));
    }
    return sum;
}
