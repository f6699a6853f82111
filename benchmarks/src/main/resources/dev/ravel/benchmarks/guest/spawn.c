/* Fork, exec and wait: the child becomes this same program, which ends at once when it has an argument. */
#include "linux.h"

u64 work(u64 rounds) {
    if (initial_stack[0] > 1) {
        leave(*(const u8 *) initial_stack[2]);
    }
    u64 sum = 0;
    for (u64 round = 0; round < rounds; round++) {
        char argument[2] = {(char) ('a' + round % 26), 0};
        const char *path = (const char *) initial_stack[1];
        const char *arguments[] = {path, argument, 0};
        const char *environment[] = {0};
        long child = fork();
        if (child == 0) {
            system_call(SYS_EXECVE, (long) path, (long) arguments, (long) environment, 0, 0, 0);
            leave(1);
        }
        sum = fold(sum, wait_for(child));
    }
    return sum;
}
