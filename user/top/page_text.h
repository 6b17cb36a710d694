/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Figures as pages show them. */
#ifndef RCODEWATCH_TOP_PAGE_TEXT_H
#define RCODEWATCH_TOP_PAGE_TEXT_H

#include <stdint.h>

#include "util/text_format.h"

/* "15:38:43Z"; "" for 0. Gives @text. */
const char *page_clock(char text[static TEXT_NUMBER_SIZE], int64_t ns);
/* "35.5%", "<0.1%", "0%": one decimal place. Gives @text. */
const char *page_percent(char text[static TEXT_NUMBER_SIZE], double share);
/* Milliseconds in five columns at most: "0.02", "9.3", "1870". Gives @text. */
const char *page_ms(char text[static TEXT_NUMBER_SIZE], double seconds);
/* "12 d", "3 h", "40 min", "25 s". Gives @text. */
const char *page_span(char text[static TEXT_NUMBER_SIZE], double seconds);

#endif
