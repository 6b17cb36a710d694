// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/load_objects.h"

#include <bpf/libbpf.h>
#include <stdio.h>

#include "attacher/libbpf_log.h"
#include "util/clock.h"
#include "util/log.h"

/* An object has several programs, of which one is loaded. */
static void log_loaded(const struct object_load *job, int64_t ns)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, job->object) if (bpf_program__autoload(program))
		log_debug("%s of %s: %s after %lld ms", bpf_program__name(program),
			  bpf_object__name(job->object), job->err ? "refused" : "loaded",
			  (long long)(ns / NS_PER_MS));
}

static void *load(void *arg)
{
	struct object_load *job = arg;

	int64_t from = clock_mono_ns();

	libbpf_log_reset();
	job->err = bpf_object__load(job->object);
	log_loaded(job, clock_mono_ns() - from);
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
