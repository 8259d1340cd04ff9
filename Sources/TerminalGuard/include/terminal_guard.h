#pragma once

// Gives the terminal back when the process ends in a way that runs no Swift code: a crash, a stack that has run out, a
// signal that ends it. To be called by the one thread that owns the terminal.

// Remembers the terminal's settings; to be called while it is still as the user has it. Returns -1 as tcgetattr does.
int saccade_guard_save(int terminal);

// Adds to what is written to the terminal then; copied.
void saccade_guard_append_reset(const char *text);

// From now on the terminal is given back. `wake` is the write end of a pipe that gets the number of a signal that asks
// for something (TERM, INT, HUP, QUIT, TSTP, CONT, WINCH) as one byte; the others are descriptors or -1: the real standard
// output and error, and the read end of what was printed meanwhile.
void saccade_guard_arm(int wake, int saved_output, int saved_error, int captured);

// After an orderly end: the terminal has been given back already.
void saccade_guard_disarm(void);

// Another thread has crashed and its report is being written: the terminal's thread must not draw over it.
void saccade_guard_wait_if_crashed(void);

// Stops the process as Ctrl-Z does; returns when it goes on.
void saccade_guard_stop_process(void);

// 0 if the terminal does not know its size.
int saccade_terminal_size(int terminal, int *rows, int *columns);
