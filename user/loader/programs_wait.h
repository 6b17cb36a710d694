/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A grace period of the kernel's programs. */
#ifndef RCODEWATCH_PROGRAMS_WAIT_H
#define RCODEWATCH_PROGRAMS_WAIT_H

#include "loader/bpf_objects.h"

/* Wait until every program that runs now has ended, wherever it is attached. 0 or a negative errno. On any thread. */
int programs_wait(const struct bpf_maps *maps);

#endif
