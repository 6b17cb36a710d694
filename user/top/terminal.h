/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The terminal, by ncurses: keys come from it, pages go there. Of one thread. */
#ifndef RCODEWATCH_TOP_TERMINAL_H
#define RCODEWATCH_TOP_TERMINAL_H

#include "top/canvas.h"

#define TERMINAL_NO_KEY (-1)

/* Begin. 0; -ENOTTY: there is no terminal, or one whose cursor cannot be moved; -ENOMEM. */
int terminal_open(void);
/* Give it back as it was. Harmless if it was not opened. */
void terminal_close(void);
/* Its size now. */
void terminal_size(int *lines, int *columns);
/* Whether it takes UTF-8. */
bool terminal_utf8(void);
/* Show @canvas, which has its size. Waits where the terminal takes nothing. */
void terminal_show(const struct canvas *canvas);
/* A key as view_key() takes it, or TERMINAL_NO_KEY: there is none now. */
int terminal_key(void);
/* Send it a control sequence. */
void terminal_send(const char *sequence);

#endif
