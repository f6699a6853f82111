/* What a program includes that measures Linux: system calls, without a C library. */
#ifndef LINUX_H
#define LINUX_H

#include "bench.h"

#define SYS_IO_SETUP 0
#define SYS_IO_SUBMIT 2
#define SYS_IO_GETEVENTS 4
#define SYS_OPENAT 56
#define SYS_PIPE2 59
#define SYS_LSEEK 62
#define SYS_READ 63
#define SYS_WRITE 64
#define SYS_PREAD64 67
#define SYS_PWRITE64 68
#define SYS_FSYNC 82
#define SYS_EXIT 93
#define SYS_FUTEX 98
#define SYS_SCHED_SETAFFINITY 122
#define SYS_GETPPID 173
#define SYS_MUNMAP 215
#define SYS_CLONE 220
#define SYS_EXECVE 221
#define SYS_MMAP 222
#define SYS_MADVISE 233
#define SYS_WAIT4 260

#define SIGCHLD 17
#define PROT_READ 1
#define PROT_WRITE 2
#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_ANONYMOUS 32
#define PAGE 4096

/* What the kernel put on the stack: the number of arguments, then the arguments. */
extern u64 *initial_stack;

/* A system call. A result from -4095 to -1 is an error. */
static inline long system_call(long number, long a, long b, long c, long d, long e, long f) {
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a3 __asm__("a3") = d;
    register long a4 __asm__("a4") = e;
    register long a5 __asm__("a5") = f;
    register long a7 __asm__("a7") = number;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
    return a0;
}

static inline __attribute__((noreturn)) void leave(int status) {
    for (;;) {
        system_call(SYS_EXIT, status, 0, 0, 0, 0, 0);
    }
}

/* The result of a system call that has to succeed: otherwise the program ends without a result. */
static inline long require(long result) {
    if (result < 0 && result >= -4095) {
        leave(1);
    }
    return result;
}

/* Zero in the child, the child's number in the parent. */
static inline long fork(void) {
    return require(system_call(SYS_CLONE, SIGCHLD, 0, 0, 0, 0, 0));
}

/* Waits for a child, whose exit status it returns. */
static inline u64 wait_for(long child) {
    int status = 0;
    require(system_call(SYS_WAIT4, child, (long) &status, 0, 0, 0, 0));
    return (u64) status >> 8 & 0xff;
}

/* Memory without a file. */
static inline u8 *map(u64 length, int flags) {
    return (u8 *) require(
            system_call(SYS_MMAP, 0, (long) length, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0));
}

/* This process, and those that it forks, run on the first hart only. */
static inline void stay_on_first_hart(void) {
    u64 mask = 1;
    require(system_call(SYS_SCHED_SETAFFINITY, 0, sizeof mask, (long) &mask, 0, 0, 0));
}

#endif
