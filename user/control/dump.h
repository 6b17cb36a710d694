/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `rcodewatch dump` shows: the counters as the kernel has them, and how full its tables are. */
#ifndef RCODEWATCH_CONTROL_DUMP_H
#define RCODEWATCH_CONTROL_DUMP_H

#include <stdio.h>

#include "loader/bpf_maps.h"
#include "loader/watch.h"

/*
 * Write the object, one line, to @out, without counters that are 0. Counting goes on meanwhile. In a thread with
 * privileges_read_maps().
 */
void control_dump_write(FILE *out, const struct bpf_maps *maps, const struct watch *watch);

#endif
