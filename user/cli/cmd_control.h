/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * `rcodewatch status`, `dump`, `history` and `reload`, argv[0] being the command: they ask a running monitor by its control
 * socket. docs/control.md is their manual. The exit status: 0, 1 if none could be asked, 2 for wrong usage.
 */
#ifndef RCODEWATCH_CMD_CONTROL_H
#define RCODEWATCH_CMD_CONTROL_H

#include "control/request.h"
#include "util/options.h"

/* By enum control_command. */
extern const struct option_command control_commands[CONTROL_COMMANDS];

int cmd_status(int argc, char **argv);
int cmd_dump(int argc, char **argv);
int cmd_history(int argc, char **argv);
int cmd_reload(int argc, char **argv);

#endif
