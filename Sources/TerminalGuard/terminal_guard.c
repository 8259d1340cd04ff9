#define _GNU_SOURCE
#include "terminal_guard.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// Everything a signal handler does here is on POSIX's list of async-signal-safe functions: write, read, dup2, tcsetattr,
// sigaction, raise.

enum { saccade_signal_count = 65 };

typedef struct {
    volatile sig_atomic_t is_armed;
    volatile sig_atomic_t has_crashed;
    volatile sig_atomic_t requests;  // how often somebody asked the process to end
    int terminal;                    // where the reset goes
    int wake;                        // write end of the wake pipe
    int saved_output, saved_error;   // the real standard output and error, or -1
    int captured;                    // read end of what was printed meanwhile, or -1
    struct termios settings;
    char reset[512];
    size_t reset_length;
    struct sigaction previous[saccade_signal_count];
    char is_installed[saccade_signal_count];
} saccade_guard_state;

static saccade_guard_state guard = {.terminal = -1, .wake = -1, .saved_output = -1, .saved_error = -1, .captured = -1};

static void saccade_guard_reset_terminal(void) {
    saccade_guard_state *state = &guard;
    if (!state->is_armed) return;
    state->is_armed = 0;
    if (state->terminal >= 0) {
        ssize_t ignored = write(state->terminal, state->reset, state->reset_length);
        (void)ignored;
        tcsetattr(state->terminal, TCSANOW, &state->settings);
    }
    if (state->saved_output >= 0) dup2(state->saved_output, STDOUT_FILENO);
    if (state->saved_error >= 0) dup2(state->saved_error, STDERR_FILENO);
    if (state->captured >= 0) {
        char buffer[512];
        ssize_t count;
        while ((count = read(state->captured, buffer, sizeof buffer)) > 0) {
            ssize_t ignored = write(STDERR_FILENO, buffer, (size_t)count);
            (void)ignored;
        }
    }
}

static void saccade_guard_restore_handler(int number) {
    saccade_guard_state *state = &guard;
    if (state->is_installed[number]) sigaction(number, &state->previous[number], NULL);
    state->is_installed[number] = 0;
}

static void saccade_guard_on_crash(int number, siginfo_t *info, void *context) {
    (void)context;
    guard.has_crashed = 1;
    saccade_guard_reset_terminal();
    saccade_guard_restore_handler(number);
    // A faulty instruction runs again when this returns, and whoever listened before sees the true place of the fault.
    int is_fault = number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE;
    if (is_fault && info->si_code > 0) return;
    // A signal that was sent does not come again by itself: pass it on, and if that was survived, end.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    raise(number);
    signal(number, SIG_DFL);
    raise(number);
}

// A signal that ends the process where nobody has said what else it is to do.
static void saccade_guard_on_end(int number, siginfo_t *info, void *context) {
    // Of a write that failed the write itself tells; the kernel sends these two in the name of the process.
    int is_own = info->si_code > 0 || info->si_pid == getpid();
    if (is_own && (number == SIGPIPE || number == SIGXFSZ)) return;
    guard.previous[number].sa_handler = SIG_DFL;
    guard.previous[number].sa_flags = 0;
    saccade_guard_on_crash(number, info, context);
}

static void saccade_guard_on_request(int number) {
    saccade_guard_state *state = &guard;
    int saved = errno;
    int ends = number == SIGTERM || number == SIGINT || number == SIGHUP || number == SIGQUIT;
    if (ends && ++state->requests > 2) {  // the program does not get round to it: leave now
        saccade_guard_reset_terminal();
        signal(number, SIG_DFL);
        raise(number);
    }
    unsigned char byte = (unsigned char)number;
    if (state->wake >= 0) {
        ssize_t ignored = write(state->wake, &byte, 1);
        (void)ignored;
    }
    errno = saved;
}

typedef enum { saccade_request, saccade_crash, saccade_end } saccade_signal_kind;

static void saccade_guard_install(int number, saccade_signal_kind kind) {
    saccade_guard_state *state = &guard;
    if (state->is_installed[number]) return;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    if (kind == saccade_crash)
        action.sa_sigaction = saccade_guard_on_crash;
    else if (kind == saccade_end)
        action.sa_sigaction = saccade_guard_on_end;
    else
        action.sa_handler = saccade_guard_on_request;
    // On the thread's second stack, because its first may be what has run out.
    action.sa_flags = SA_ONSTACK | (kind == saccade_request ? SA_RESTART : SA_SIGINFO | SA_RESTART);
    sigemptyset(&action.sa_mask);
    if (sigaction(number, &action, &state->previous[number]) == 0) state->is_installed[number] = 1;
}

// Whether nobody has said what the signal is to do, and it ends the process then.
static int saccade_guard_ends_process(int number) {
    switch (number) {
    case SIGKILL: case SIGSTOP: case SIGTSTP: case SIGTTIN: case SIGTTOU: case SIGCONT:
    case SIGCHLD: case SIGURG: case SIGWINCH:
        return 0;
    }
    struct sigaction action;
    if (sigaction(number, NULL, &action) != 0 || action.sa_flags & SA_SIGINFO) return 0;
    // The program itself does without these two, but not because somebody sent them.
    return action.sa_handler == SIG_DFL || number == SIGPIPE || number == SIGXFSZ;
}

static const int saccade_crash_signals[] = {SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE};
static const int saccade_request_signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};

// To be called while the terminal is still as the user has it.
int saccade_guard_save(int terminal) {
    saccade_guard_state *state = &guard;
    state->terminal = terminal;
    state->reset_length = 0;
    return tcgetattr(terminal, &state->settings);
}

void saccade_guard_append_reset(const char *text) {
    saccade_guard_state *state = &guard;
    size_t length = text ? strlen(text) : 0;
    if (state->reset_length + length > sizeof state->reset) return;
    memcpy(state->reset + state->reset_length, text, length);
    state->reset_length += length;
}

void saccade_guard_arm(int wake, int saved_output, int saved_error, int captured) {
    static int is_registered = 0;
    saccade_guard_state *state = &guard;
    state->wake = wake;
    state->saved_output = saved_output;
    state->saved_error = saved_error;
    state->captured = captured;
    state->requests = 0;
    for (size_t i = 0; i < sizeof saccade_crash_signals / sizeof(int); i++)
        saccade_guard_install(saccade_crash_signals[i], saccade_crash);
    for (size_t i = 0; i < sizeof saccade_request_signals / sizeof(int); i++)
        saccade_guard_install(saccade_request_signals[i], saccade_request);
    for (int number = 1; number < saccade_signal_count; number++)
        if (!state->is_installed[number] && saccade_guard_ends_process(number))
            saccade_guard_install(number, saccade_end);
    state->is_armed = 1;
    if (!is_registered) atexit(saccade_guard_reset_terminal);
    is_registered = 1;
}

// Another thread has crashed and its report is being written: the terminal's thread must not draw over it.
void saccade_guard_wait_if_crashed(void) {
    while (guard.has_crashed) pause();
}

// After an orderly end: the terminal has been given back already.
void saccade_guard_disarm(void) {
    saccade_guard_state *state = &guard;
    state->is_armed = 0;
    state->wake = -1;
    state->saved_output = state->saved_error = state->captured = -1;
    for (int number = 1; number < saccade_signal_count; number++) saccade_guard_restore_handler(number);
}

// Stops the process as Ctrl-Z does; returns when it goes on.
void saccade_guard_stop_process(void) {
    saccade_guard_state *state = &guard;
    struct sigaction ours, plain;
    memset(&plain, 0, sizeof plain);
    plain.sa_handler = SIG_DFL;  // not the one before ours: that is ncurses' own
    sigemptyset(&plain.sa_mask);
    sigaction(SIGTSTP, &plain, &ours);
    state->is_armed = 0;
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &set, &old);
    raise(SIGTSTP);  // to this thread, so that it does not run on before the process has stopped
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    sigaction(SIGTSTP, &ours, NULL);
    state->is_armed = 1;
}

int saccade_terminal_size(int terminal, int *rows, int *columns) {
    struct winsize size;
    if (ioctl(terminal, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return 0;
    *rows = size.ws_row;
    *columns = size.ws_col;
    return 1;
}
