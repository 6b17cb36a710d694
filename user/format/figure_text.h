/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Figures as `top`, `status` and the pages of `run` show them. */
#ifndef RCODEWATCH_FIGURE_TEXT_H
#define RCODEWATCH_FIGURE_TEXT_H

#include <stdint.h>

#include "util/text_format.h"

/* "15:38:43Z"; "" for 0. Gives @text. */
const char *figure_clock(char text[static TEXT_NUMBER_SIZE], int64_t ns);
/* "35.5%", "<0.1%", "0%": one decimal place. Gives @text. */
const char *figure_percent(char text[static TEXT_NUMBER_SIZE], double share);
/* Milliseconds in five columns at most: "0.02", "9.3", "1870". Gives @text. */
const char *figure_ms(char text[static TEXT_NUMBER_SIZE], double seconds);
/* "mean of 10 s": measured intervals are hardly ever whole. Gives @text. */
const char *figure_interval(char text[static TEXT_NUMBER_SIZE], double seconds);
/* "12 d", "3 h", "40 min", "25 s". Gives @text. */
const char *figure_span(char text[static TEXT_NUMBER_SIZE], double seconds);

#endif
