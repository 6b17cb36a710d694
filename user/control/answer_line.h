/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Lines of answers for people: a name of what follows, then items that flow over as many lines as they take. */
#ifndef RCODEWATCH_CONTROL_ANSWER_LINE_H
#define RCODEWATCH_CONTROL_ANSWER_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ANSWER_COLUMNS 80u
#define ANSWER_NAME    15u /* columns of the name */

struct answer_line {
	FILE *out;
	bool utf8;
	size_t column; /* 0: nothing is written of it yet */
};

/* Text of others, at most @columns of it, as no terminal takes it for anything else. Gives its columns. */
size_t answer_put(FILE *out, const char *text, size_t columns, bool utf8);

struct answer_line answer_line_begin(FILE *out, const char *name, bool utf8);
/* One more item: @name, which may be "", and @value. */
void answer_line_item(struct answer_line *line, const char *name, const char *value);
void answer_line_count(struct answer_line *line, const char *name, uint64_t count);
void answer_line_end(struct answer_line *line);

typedef struct json_t json_t; /* jansson's */

/* A whole line: the members of @object that are numbers from 1 on. */
void answer_line_counts(FILE *out, const char *name, const json_t *object, bool utf8);

#endif
