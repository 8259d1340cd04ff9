// A second stack for every thread, so that its signal handlers run where its first stack has run out: without it the
// kernel ends the process at once, and the terminal stays as it was. Threads come from many places (the concurrency
// runtime, dispatch, OpenBLAS, our own), and none of them lets others add to its threads; so every thread begins here.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SACCADE_SANITIZED 1  // these begin threads themselves, and give them second stacks
#endif
#endif

// Enough for the registers of any processor and for the runtime's own report of a crash. Taken when it is touched.
enum { second_stack_size = 64 << 10 };

static void *give_second_stack(void) {
    void *memory = mmap(
        NULL, second_stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    stack_t stack = {.ss_sp = memory, .ss_size = second_stack_size};
    if (sigaltstack(&stack, NULL) == 0) return memory;
    munmap(memory, second_stack_size);
    return NULL;
}

__attribute__((constructor)) static void begin_first_thread(void) { give_second_stack(); }

#ifndef SACCADE_SANITIZED

typedef int create_function(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

typedef struct {
    void *(*routine)(void *);
    void *argument;
} thread_start;

static void take_second_stack(void *memory) {
    stack_t none = {.ss_flags = SS_DISABLE};
    if (sigaltstack(&none, NULL) == 0) munmap(memory, second_stack_size);
}

static void *begin_thread(void *raw) {
    thread_start start = *(thread_start *)raw;
    free(raw);
    void *memory = give_second_stack();
    if (!memory) return start.routine(start.argument);
    void *result;
    pthread_cleanup_push(take_second_stack, memory);
    result = start.routine(start.argument);
    pthread_cleanup_pop(1);
    return result;
}

// In the place of the C library's, which it calls: the program's own definition comes before those of its libraries.
__attribute__((visibility("default"))) int pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *), void *argument) {
    // Several threads may look it up at once: they find the same.
    static create_function *create;
    create_function *own = __atomic_load_n(&create, __ATOMIC_ACQUIRE);
    if (!own) {
        own = (create_function *)dlsym(RTLD_NEXT, "pthread_create");
        if (!own) return EAGAIN;
        __atomic_store_n(&create, own, __ATOMIC_RELEASE);
    }
    thread_start *start = malloc(sizeof *start);
    if (!start) return EAGAIN;
    *start = (thread_start){routine, argument};
    int code = own(thread, attributes, begin_thread, start);
    if (code != 0) free(start);
    return code;
}

#endif
