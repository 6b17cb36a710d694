// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/code_history.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/names.h"
#include "util/clock.h"

/* Of rows that are sums: what they are sums over. */
static const int64_t period_ns[CODE_HISTORY_RESOLUTIONS] = {
	[CODE_HISTORY_MINUTES] = 60 * NS_PER_S,
	[CODE_HISTORY_HOURS] = 3600 * NS_PER_S,
};

static size_t rows_of(const struct code_history *history, enum code_history_resolution resolution)
{
	switch (resolution) {
	case CODE_HISTORY_MINUTES: return CODE_HISTORY_MINUTES_ROWS;
	case CODE_HISTORY_HOURS: return CODE_HISTORY_HOURS_ROWS;
	case CODE_HISTORY_FULL:
	case CODE_HISTORY_RESOLUTIONS: break;
	}
	return history->full_rows;
}

static size_t full_rows(int64_t step_ns)
{
	int64_t rows = CODE_HISTORY_FULL_S * NS_PER_S / step_ns;

	if (rows < 1)
		return 1;
	return rows < CODE_HISTORY_FULL_MAX ? (size_t)rows : CODE_HISTORY_FULL_MAX;
}

void code_history_init(struct code_history *history, int64_t step_ns)
{
	*history = (struct code_history){.full_rows = full_rows(step_ns)};
}

static void free_point(struct code_history_point *point)
{
	for (size_t r = 0; r < CODE_HISTORY_RESOLUTIONS; r++) {
		free(point->ring[r].rows);
		point->ring[r] = (struct code_history_ring){.rows = NULL};
	}
	point->interface[0] = '\0';
}

void code_history_free(struct code_history *history)
{
	for (size_t i = 0; i < POINTS_MAX; i++)
		free_point(&history->point[i]);
}

size_t code_history_bytes(const struct code_history *history)
{
	return (history->full_rows + CODE_HISTORY_MINUTES_ROWS + CODE_HISTORY_HOURS_ROWS) *
	       sizeof(struct code_history_row);
}

static struct code_history_row *row_at(const struct code_history_ring *ring, size_t i)
{
	size_t at = ring->first + i;

	return &ring->rows[at < ring->room ? at : at - ring->room];
}

static struct code_history_row *newest(const struct code_history_ring *ring)
{
	return ring->count ? row_at(ring, ring->count - 1) : NULL;
}

static void change_room(struct code_history_ring *ring, size_t room)
{
	struct code_history_ring changed = {.rows = calloc(room, sizeof(*ring->rows)),
					    .room = room};

	if (!changed.rows)
		return;
	for (size_t i = ring->count > room ? ring->count - room : 0; i < ring->count; i++)
		changed.rows[changed.count++] = *row_at(ring, i);
	free(ring->rows);
	*ring = changed;
}

void code_history_step(struct code_history *history, int64_t step_ns)
{
	history->full_rows = full_rows(step_ns);
	for (size_t i = 0; i < POINTS_MAX; i++) {
		struct code_history_ring *ring = &history->point[i].ring[CODE_HISTORY_FULL];

		if (ring->rows && ring->room != history->full_rows)
			change_room(ring, history->full_rows);
	}
}

int code_history_find(const struct code_history *history, const char *interface,
		      enum direction direction)
{
	for (size_t i = 0; i < POINTS_MAX; i++)
		if (history->point[i].direction == direction &&
		    strcmp(history->point[i].interface, interface) == 0)
			return (int)i;
	return -1;
}

/* When the point counted last, which a free place never did. */
static int64_t last_ns(const struct code_history_point *point)
{
	const struct code_history_row *row = newest(&point->ring[CODE_HISTORY_HOURS]);

	if (!point->interface[0])
		return INT64_MIN;
	return row ? row->start_ns : 0;
}

static struct code_history_point *quietest(struct code_history *history)
{
	struct code_history_point *best = &history->point[0];

	for (size_t i = 1; i < POINTS_MAX; i++)
		if (last_ns(&history->point[i]) < last_ns(best))
			best = &history->point[i];
	return best;
}

int code_history_place(struct code_history *history, const char *interface,
		       enum direction direction)
{
	int found = code_history_find(history, interface, direction);
	struct code_history_point *point;

	if (found >= 0)
		return found;
	point = quietest(history);
	free_point(point);
	for (size_t r = 0; r < CODE_HISTORY_RESOLUTIONS; r++) {
		struct code_history_ring *ring = &point->ring[r];

		ring->room = rows_of(history, (enum code_history_resolution)r);
		ring->rows = calloc(ring->room, sizeof(*ring->rows));
		if (!ring->rows) {
			free_point(point);
			return -ENOMEM;
		}
	}
	snprintf(point->interface, sizeof(point->interface), "%s", interface);
	point->direction = direction;
	return (int)(point - history->point);
}

void code_history_append(struct code_history *history, size_t point,
			 enum code_history_resolution resolution,
			 const struct code_history_row *row)
{
	struct code_history_ring *ring = &history->point[point].ring[resolution];

	if (ring->count < ring->room)
		ring->count++;
	else if (++ring->first == ring->room)
		ring->first = 0;
	*row_at(ring, ring->count - 1) = *row;
}

/* As the newest row or, where that is of the same period, into it. */
static void add_sum(struct code_history *history, size_t point,
		    enum code_history_resolution resolution, const struct code_history_row *row)
{
	struct code_history_row *sum = newest(&history->point[point].ring[resolution]);
	int64_t start = row->start_ns - row->start_ns % period_ns[resolution];

	/* The clock may have been set: what was before then stays as it is. */
	if (!sum || sum->start_ns != start ||
	    sum->length_ns > CODE_HISTORY_LENGTH_MAX - row->length_ns) {
		struct code_history_row first = *row;

		first.start_ns = start;
		code_history_append(history, point, resolution, &first);
		return;
	}
	sum->length_ns += row->length_ns;
	sum->packets += row->packets;
	sum->responses += row->responses;
	for (size_t i = 0; i < CODE_HISTORY_CODES; i++)
		sum->codes[i] += row->codes[i];
}

static void fill_row(struct code_history_row *row, const struct report *report)
{
	double length_ns = report->interval_s * (double)NS_PER_S;

	*row = (struct code_history_row){
		.start_ns = report->start_ns,
		.length_ns = length_ns < (double)CODE_HISTORY_LENGTH_MAX ? (int64_t)length_ns
									 : CODE_HISTORY_LENGTH_MAX,
		.packets = report->packets,
		.responses = report->responses,
		.codes[RCODE_DIRECT] = report->responses,
	};
	for (size_t code = 0; code < RCODE_DIRECT; code++) {
		for (size_t family = 0; family < FAMILY_COUNT; family++)
			for (size_t transport = 0; transport < TRANSPORT_COUNT; transport++)
				row->codes[code] += report->by_path[code][family][transport];
		row->codes[RCODE_DIRECT] -= row->codes[code];
	}
}

int code_history_add(struct code_history *history, const struct report *report)
{
	enum direction direction = strcmp(report->direction, direction_names[DIRECTION_TX])
					   ? DIRECTION_RX
					   : DIRECTION_TX;
	struct code_history_row row;
	int point;

	fill_row(&row, report);
	if (row.start_ns < 0) /* no clock is right that says so */
		return 0;
	point = code_history_place(history, report->interface, direction);
	if (point < 0)
		return point;
	code_history_append(history, (size_t)point, CODE_HISTORY_FULL, &row);
	add_sum(history, (size_t)point, CODE_HISTORY_MINUTES, &row);
	add_sum(history, (size_t)point, CODE_HISTORY_HOURS, &row);
	return 0;
}

const struct code_history_row *code_history_next(const struct code_history *history, size_t point,
						 enum code_history_resolution resolution,
						 int64_t since_ns, size_t *at)
{
	const struct code_history_ring *ring = &history->point[point].ring[resolution];

	while (*at < ring->count) {
		const struct code_history_row *row = row_at(ring, (*at)++);

		if (row->start_ns >= since_ns)
			return row;
	}
	return NULL;
}
