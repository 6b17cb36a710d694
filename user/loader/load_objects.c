// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/load_objects.h"

#include <bpf/libbpf.h>
#include <stdio.h>

static void *load(void *arg)
{
	struct object_load *job = arg;

	libbpf_log_reset();
	job->err = bpf_object__load_skeleton(job->skeleton);
	snprintf(job->why, sizeof(job->why), "%s", libbpf_log_last());
	return NULL;
}

const struct object_load *load_objects(struct object_load *loads, size_t count)
{
	const struct object_load *failed = NULL;

	for (size_t i = 1; i < count; i++)
		loads[i].threaded = pthread_create(&loads[i].thread, NULL, load, &loads[i]) == 0;
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !loads[i].threaded)
			load(&loads[i]);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && loads[i].threaded)
			pthread_join(loads[i].thread, NULL);
		if (loads[i].err && !failed)
			failed = &loads[i];
	}
	return failed;
}
