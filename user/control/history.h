/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `rcodewatch history` shows: what was counted by code, in the past that `run` keeps. */
#ifndef RCODEWATCH_CONTROL_HISTORY_H
#define RCODEWATCH_CONTROL_HISTORY_H

#include <stdint.h>
#include <stdio.h>

#include "report/code_history.h"

/* Rows of an observation point in full, at most; where there are more the answer has minutes. */
#define CONTROL_HISTORY_FULL_MAX 900u

/*
 * Write the object, one line, to @out: the rows of the last @since_s seconds before @now_ns (since 1970), in the finest resolution
 * that reaches so far back.
 */
void control_history_write(FILE *out, const struct code_history *history, uint32_t since_s,
			   int64_t now_ns);

#endif
