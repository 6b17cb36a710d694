/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_CMD_RUN_H
#define RCODEWATCH_CMD_RUN_H

/* `rcodewatch run INTERFACE...`, argv[0] being "run". Gives the exit status. */
int cmd_run(int argc, char **argv);

#endif
