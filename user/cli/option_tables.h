/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The options of `run` and `read`; what they fill in is a struct settings. */
#ifndef RCODEWATCH_OPTION_TABLES_H
#define RCODEWATCH_OPTION_TABLES_H

#include "util/options.h"

extern const struct option_command run_command;
extern const struct option_command read_command;
extern const struct option_command config_command; /* the options of `run` */
/* What configuration files call the operands of `run`. */
extern const struct option_spec interface_option;

#endif
