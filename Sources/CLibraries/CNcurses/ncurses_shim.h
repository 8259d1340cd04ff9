#pragma once
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#include <langinfo.h>
#include <locale.h>
#include <ncursesw/ncurses.h>
#include <stdio.h>
#include <string.h>

// From <term.h>, whose macros would rename half of the words below.
extern char *tigetstr(const char *name);
extern int tigetflag(const char *name);
extern int tigetnum(const char *name);
extern int setupterm(const char *type, int file, int *problem);
struct term;
extern struct term *set_curterm(struct term *terminal);
extern int del_curterm(struct term *terminal);

// What Swift cannot import: macros, and globals that Swift 6 refuses.

static inline WINDOW *saccade_stdscr(void) { return stdscr; }
static inline int saccade_lines(void) { return LINES; }
static inline int saccade_columns(void) { return COLS; }
static inline int saccade_colors(void) { return COLORS; }
static inline int saccade_color_pairs(void) { return COLOR_PAIRS; }

static inline attr_t saccade_attributes(int bold, int dim, int underline, int reverse) {
    return (bold ? A_BOLD : 0) | (dim ? A_DIM : 0) | (underline ? A_UNDERLINE : 0) | (reverse ? A_REVERSE : 0);
}

// Writes one cell. The pair goes through the last argument of setcchar: its short twin wraps above 32767.
static inline void saccade_put_cell(int row, int column, const wchar_t *text, attr_t attributes, int pair) {
    cchar_t cell;
    if (setcchar(&cell, text, attributes, 0, &pair) == OK) mvwadd_wch(stdscr, row, column, &cell);
}

// Chooses the characters' locale; numbers stay with a decimal point. Returns whether the result is UTF-8.
static inline int saccade_set_character_locale(const char *name) {
    if (!setlocale(LC_CTYPE, name)) return 0;
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

// Writes a run of cells of one look, each one scalar that takes one column.
static inline void saccade_put_run(int row, int column, const unsigned int *scalars, int count, attr_t attributes, int pair) {
    cchar_t cells[128];
    while (count > 0) {
        int length = count < 127 ? count : 127;
        for (int i = 0; i < length; i++) {
            wchar_t text[2] = {(wchar_t)scalars[i], 0};
            if (setcchar(&cells[i], text, attributes, 0, &pair) != OK) setcchar(&cells[i], L"?", attributes, 0, &pair);
        }
        mvwadd_wchnstr(stdscr, row, column, cells, length);
        scalars += length;
        column += length;
        count -= length;
    }
}

static inline const char *saccade_capability(const char *name) {
    const char *text = tigetstr(name);
    return text == (const char *)-1 ? NULL : text;
}

static inline int saccade_has_flag(const char *name) { return tigetflag(name) > 0; }

static inline int saccade_next_key(unsigned int *key) { return wget_wch(stdscr, (wint_t *)key); }

// A pipe is buffered in blocks unless it is told otherwise; the log panel wants lines as they come.
static inline void saccade_buffer_output_by_lines(void) { setvbuf(stdout, NULL, _IOLBF, 0); }

// `none`: nothing is left to be read.
enum saccade_mouse_kind { saccade_mouse_none, saccade_mouse_other, saccade_mouse_press, saccade_mouse_release, saccade_mouse_drag, saccade_mouse_up, saccade_mouse_down };

static inline int saccade_read_mouse(int *row, int *column) {
    MEVENT event;
    if (getmouse(&event) != OK) return saccade_mouse_none;
    *row = event.y;
    *column = event.x;
    if (event.bstate & BUTTON4_PRESSED) return saccade_mouse_up;
    if (event.bstate & BUTTON5_PRESSED) return saccade_mouse_down;
    if (event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED)) return saccade_mouse_press;
    if (event.bstate & BUTTON1_RELEASED) return saccade_mouse_release;
    if (event.bstate & REPORT_MOUSE_POSITION) return saccade_mouse_drag;
    return saccade_mouse_other;
}

static inline void saccade_enable_mouse(int isOn) {
    mousemask(isOn ? BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON4_PRESSED | BUTTON5_PRESSED | REPORT_MOUSE_POSITION : 0, NULL);
    mouseinterval(0);
}

// What terminfo says of a type, without opening the terminal. Returns whether it knows the type.
static inline int saccade_describe_terminal(const char *type, int *colors, int *has_direct_color, int *moves_cursor) {
    int problem = 0;
    if (setupterm(type, 1, &problem) != OK) return 0;
    *colors = tigetnum("colors");
    *has_direct_color = saccade_has_flag("RGB");
    *moves_cursor = saccade_capability("cup") != NULL;
    del_curterm(set_curterm(NULL));
    return 1;
}
