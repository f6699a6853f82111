/* Pointer chasing: a list through 4 MiB in an order drawn beforehand. */
#include "bench.h"

#define NODES 65536
struct node {
    struct node *next;
    u64 value;
    u64 padding[6];
};
static struct node nodes[NODES];
static u32 order[NODES];

u64 work(u64 rounds) {
    u64 random = 11;
    for (u32 i = 0; i < NODES; i++) {
        order[i] = i;
    }
    for (u32 i = NODES - 1; i > 0; i--) {
        u32 j = (u32) (next_random(&random) % (i + 1));
        u32 swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
    for (u32 i = 0; i < NODES; i++) {
        nodes[order[i]].next = &nodes[order[(i + 1) % NODES]];
        nodes[order[i]].value = i;
    }
    u64 sum = 0;
    struct node *node = &nodes[0];
    for (u64 step = 0; step < rounds * NODES; step++) {
        sum += node->value ^ step;
        node = node->next;
    }
    return sum;
}
