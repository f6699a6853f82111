/* A program of the host: what bare.S is for bare metal. */
#include <time.h>
#include <unistd.h>

#include "bench.h"

void run(void);
void put(const char *text, u64 length);
u64 nanoseconds(void);

void put(const char *text, u64 length) {
    while (length > 0) {
        long written = write(STDOUT_FILENO, text, length);
        if (written <= 0) {
            _exit(1);
        }
        text += written;
        length -= (u64) written;
    }
}

u64 nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (u64) now.tv_sec * 1000000000 + (u64) now.tv_nsec;
}

int main(void) {
    run();
    return 0;
}
