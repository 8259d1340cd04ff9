#pragma once
#include <matio.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline void saccade_matio_says_nothing(int level, char *message) {
    (void)level;
    (void)message;
}

/// Without a listener of its own the library prints, and ends the process where it meets an error.
static inline void saccade_matio_silence(void) { Mat_LogInitFunc("saccade", saccade_matio_says_nothing); }

/// A file in memory; `memfd_create` is not declared for Swift.
static inline int saccade_memory_file(void) {
    return (int)syscall(SYS_memfd_create, "saccade-mat", 1u /* close on exec */);
}
