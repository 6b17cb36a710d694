/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Answers for people, 80 columns wide, from what a monitor has sent: nothing in it is trusted. @utf8: the terminal
 * takes UTF-8.
 */
#ifndef RCODEWATCH_CONTROL_ANSWER_TEXT_H
#define RCODEWATCH_CONTROL_ANSWER_TEXT_H

#include <stdbool.h>
#include <stdio.h>

typedef struct json_t json_t; /* jansson's */

void answer_text_status(FILE *out, const json_t *answer, bool utf8);
void answer_text_dump(FILE *out, const json_t *answer, bool utf8);
void answer_text_history(FILE *out, const json_t *answer, bool utf8);
void answer_text_reload(FILE *out, const json_t *answer, bool utf8);

#endif
