/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_CMD_DETACH_H
#define RCODEWATCH_CMD_DETACH_H

#include "util/options.h"

extern const struct option_command detach_command;

/* `rcodewatch detach`, with argv[0] being "detach". Gives an enum exit_status. */
int cmd_detach(int argc, char **argv);

#endif
