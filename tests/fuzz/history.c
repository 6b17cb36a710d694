// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The history of codes in a state directory. The input is what follows the header, whose checksum would keep all but
 * the seeds out. What is taken keeps its bounds, and is the same after it has been written and read again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/code_history_file.h"
#include "target.h"
#include "util/clock.h"

static struct code_history history, again;

static void check_row(const struct code_history_row *row)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < CODE_HISTORY_CODES; i++)
		sum += row->codes[i];
	if (sum != row->responses)
		fuzz_fail("codes do not add up to the responses");
	if (row->start_ns < 0 || row->length_ns < 0 || row->length_ns > CODE_HISTORY_LENGTH_MAX)
		fuzz_fail("a row of %lld ns", (long long)row->length_ns);
}

static void check_point(size_t point)
{
	for (size_t r = 0; r < CODE_HISTORY_RESOLUTIONS; r++) {
		enum code_history_resolution resolution = (enum code_history_resolution)r;
		const struct code_history_row *row, *same;
		size_t at = 0, at_again = 0;

		while ((row = code_history_next(&history, point, resolution, INT64_MIN, &at))) {
			check_row(row);
			same = code_history_next(&again, point, resolution, INT64_MIN, &at_again);
			if (!same || memcmp(row, same, sizeof(*row)) != 0)
				fuzz_fail("a row differs when it is read again");
		}
		if (at > CODE_HISTORY_FULL_MAX || at_again != at)
			fuzz_fail("%zu rows, and %zu when they are read again", at, at_again);
	}
}

static void run(const uint8_t *data, size_t size)
{
	char *written;
	size_t length;

	code_history_init(&history, NS_PER_S);
	code_history_init(&again, NS_PER_S);
	if (code_history_decode(&history, data, size) == 0)
		code_history_free(&history);
	if (code_history_decode_rows(&history, data, size) < 0)
		return;
	if (code_history_encode(&history, &written, &length) < 0)
		fuzz_fail("no memory");
	if (code_history_decode(&again, (const uint8_t *)written, length) < 0)
		fuzz_fail("what was written cannot be read");
	for (size_t i = 0; i < POINTS_MAX; i++)
		if (history.point[i].interface[0])
			check_point(i);
	free(written);
	code_history_free(&history);
	code_history_free(&again);
}

const struct fuzz_target fuzz_history = {"history", run, NULL};
