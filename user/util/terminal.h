/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a descriptor that text goes to is, and how wide. */
#ifndef RCODEWATCH_TERMINAL_H
#define RCODEWATCH_TERMINAL_H

#include <stdbool.h>

/* Whether @fd is a terminal that takes control sequences (ECMA-48): TERM is set and not "dumb". */
bool terminal_obeys(int fd);

/* The columns of the terminal at @fd, else COLUMNS if that is a width, else 80; from 1 to 65535. */
int terminal_width(int fd);

#endif
