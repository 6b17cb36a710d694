/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_CMD_CHECK_H
#define RCODEWATCH_CMD_CHECK_H

#include "util/options.h"

extern const struct option_command check_command;

/*
 * `rcodewatch check IFACE...`, argv[0] being "check". Prints to standard output and changes
 * nothing; returns the exit status: 0 fit, 1 failure, 2 wrong usage, 3 not fit, 4 fit with
 * warnings and --strict.
 */
int cmd_check(int argc, char **argv);

#endif
