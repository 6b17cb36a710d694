// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Memory of `top` over hours of an incident: reports replayed one after the other, each with its lists and alerts. Once the ring is full, what comes
 * takes the place of what goes, and no more is allocated.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "top/model_read.h"
#include "top/ring.h"
#include "top_pages.h"

#ifdef HAVE_JANSSON

#define LINES_MAX 16
#define STEP      1500 /* intervals from look to look */
#define LOOKS     4

static struct {
	char *line[LINES_MAX];
	size_t count;
} incident;

static int read_incident(void **state)
{
	FILE *in = fopen(TOP_PAGES_FOLDER "incident.json", "r");
	size_t room = 0;

	(void)state;
	if (!in)
		return -1;
	while (incident.count < LINES_MAX &&
	       getline(&incident.line[incident.count], &room, in) > 0) {
		incident.count++;
		room = 0;
	}
	fclose(in);
	return incident.count > 2 ? 0 : -1;
}

/* What is allocated; the process may keep more, between what is still used. */
static size_t allocated(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* The lines of interval @number: of the same figures, at another time of the day. */
static void replay(struct model_builder *builder, struct ring *ring, unsigned number)
{
	char end[16];

	snprintf(end, sizeof(end), "%02u:%02u:%02u", number / 3600 % 24, number / 60 % 60,
		 number % 60);
	for (size_t i = 0; i < incident.count; i++) {
		char *line = strdup(incident.line[i]);
		char *at = strstr(line, "\"end\":\"");
		struct model *model;

		assert_non_null(line);
		if (at)
			memcpy(at + strlen("\"end\":\"2026-11-23T"), end, 8);
		model = model_builder_add(builder, line, strlen(line));
		if (model)
			ring_add(ring, model);
		free(line);
	}
}

static void memory_is_bounded(void **state)
{
	static struct ring ring;
	struct model_builder builder = {0};
	size_t bytes[LOOKS];

	(void)state;
	ring_init(&ring);
	for (unsigned look = 0; look < LOOKS; look++) {
		for (unsigned i = 0; i < STEP; i++)
			replay(&builder, &ring, look * STEP + i);
		bytes[look] = allocated();
		assert_true(ring.bytes <= RING_BYTES_MAX);
	}
	/* All of them were intervals of their own, and the oldest have gone. */
	assert_int_equal(ring.end, LOOKS * STEP);
	assert_true(ring.first > 1);
	/* What is allocated has a few bytes around it. */
	assert_true(bytes[LOOKS - 1] < RING_BYTES_MAX + RING_BYTES_MAX / 4);
	assert_true(bytes[LOOKS - 1] < bytes[LOOKS - 2] + bytes[LOOKS - 2] / 500);
	printf("allocated: %zu, %zu, %zu, %zu KiB\n", bytes[0] / 1024, bytes[1] / 1024,
	       bytes[2] / 1024, bytes[3] / 1024);
	model_builder_free(&builder);
	ring_free(&ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(memory_is_bounded)};

	return cmocka_run_group_tests_name("top_memory", tests, read_incident, NULL);
}

#else

int main(void)
{
	puts("built without libjansson");
	return 77;
}

#endif
