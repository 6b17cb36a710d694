/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Several BPF objects loaded at once. Nearly all of a start is the kernel's verifier, a tenth of a second and
 * more for a program, and it looks at as many programs at a time as there are threads that load them.
 */
#ifndef RCODEWATCH_LOAD_OBJECTS_H
#define RCODEWATCH_LOAD_OBJECTS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "attacher/libbpf_log.h"

struct bpf_object;

struct object_load {
	struct bpf_object *object; /* opened; the caller's */
	pthread_t thread;
	bool threaded;
	/* What became of it: */
	int err; /* 0 or a negative errno */
	char why[LIBBPF_LOG_SIZE];
};

/*
 * Load the @count objects of @loads and wait for all, whatever becomes of one. Maps that they share must
 * have been made. Threads have the capabilities of the caller's. The first of @loads that failed, NULL if none.
 */
const struct object_load *load_objects(struct object_load *loads, size_t count);

#endif
