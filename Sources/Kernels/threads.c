#define _GNU_SOURCE
#include "kernels.h"

#include <pthread.h>
#include <sched.h>

void kernels_pin_thread(int32_t place) {
    cpu_set_t usable, own;
    if (sched_getaffinity(0, sizeof usable, &usable) != 0 || CPU_COUNT(&usable) == 0) return;
    int left = place % CPU_COUNT(&usable);
    for (int processor = 0; processor < CPU_SETSIZE; processor++) {
        if (!CPU_ISSET(processor, &usable) || left-- > 0) continue;
        CPU_ZERO(&own);
        CPU_SET(processor, &own);
        // Only a wish: where it is refused the thread runs anywhere.
        pthread_setaffinity_np(pthread_self(), sizeof own, &own);
        return;
    }
}
