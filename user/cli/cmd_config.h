/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_CMD_CONFIG_H
#define RCODEWATCH_CMD_CONFIG_H

/* `config`: what `run` would do with the same command line, and why. */
int cmd_config(int argc, char **argv);
/* --check-config [FILE]. @argv: that word and what follows it. */
int cmd_check_config(int argc, char **argv);

#endif
