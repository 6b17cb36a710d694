/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_CMD_TOP_H
#define RCODEWATCH_CMD_TOP_H

#include "util/options.h"

extern const struct option_command top_command;

/* `rcodewatch top`. Gives the exit status. */
int cmd_top(int argc, char **argv);

#endif
