/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_CMD_EXPLAIN_H
#define RCODEWATCH_CMD_EXPLAIN_H

#include "util/options.h"

extern const struct option_command explain_command;

/*
 * `rcodewatch explain [CODE...]`, argv[0] being "explain". Prints to standard output; returns the
 * exit status: 0, 1 if a code is unknown or the output fails, 2 for wrong usage.
 */
int cmd_explain(int argc, char **argv);

#endif
