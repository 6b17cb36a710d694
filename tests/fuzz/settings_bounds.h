/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What settings and messages are, wherever they are from. */
#ifndef RCODEWATCH_TESTS_FUZZ_SETTINGS_BOUNDS_H
#define RCODEWATCH_TESTS_FUZZ_SETTINGS_BOUNDS_H

#include "cli/settings.h"

/* Abort unless all is within its limits. */
void fuzz_check_settings(const struct settings *settings);
/* Abort unless @errors are at most @most lines that begin as our messages do. */
void fuzz_check_errors(const char *errors, int most);

#endif
