// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Models of a running monitor, asked at its control socket once an interval. */
#ifdef HAVE_JANSSON

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "control/client.h"
#include "control/json_read.h"
#include "top/feed.h"
#include "top/model_read.h"
#include "top/series.h"
#include "util/clock.h"

#define TIMEOUT_NS   (5 * NS_PER_S)
#define RETRY_MS     1000
#define EARLY_MS     250   /* the interval should be over, but its report is not there yet */
#define BEHIND_MS    100   /* an interval's end: then its report should be there */
#define INTERVAL_MS  20000 /* it is asked again at least so often */
#define STATUS_EVERY (30 * NS_PER_S)

static json_t *ask(const struct feed_control *control, enum control_command command,
		   uint32_t since_s, char why[CONTROL_WHY_MAX])
{
	const struct control_request request = {.command = command, .since_s = since_s};
	int fd = control_connect(control->path, why);
	json_t *answer;

	if (fd < 0)
		return NULL;
	answer = control_ask(fd, &request, TIMEOUT_NS, why);
	close(fd);
	return answer;
}

static void wait_ms(const struct feed *feed, int64_t ms)
{
	for (; ms > 0 && !atomic_load(&feed->stop); ms -= 50)
		usleep((useconds_t)(ms < 50 ? ms : 50) * 1000);
}

/* What the monitor has counted for so long. Nothing, if it does not say. */
static void ask_history(const struct feed_control *control, uint32_t since_s,
			struct model_past *past)
{
	char why[CONTROL_WHY_MAX];
	json_t *answer = ask(control, CONTROL_HISTORY, since_s, why);

	past->count = 0;
	if (answer)
		model_read_history(answer, past);
	json_decref(answer);
}

/* The time before, once for each monitor: a quarter of an hour by the interval, and before that minutes, for what is usual. */
static void add_history(struct feed_control *control)
{
	static struct model_past minutes, full;

	ask_history(control, MODEL_PAST_MINUTES_S, &minutes);
	ask_history(control, SERIES_S, &full);
	pthread_mutex_lock(&control->feed->lock);
	model_past_into(&control->feed->ring, &minutes, &full, INT64_MAX);
	pthread_mutex_unlock(&control->feed->lock);
}

static void add_status(struct feed_control *control)
{
	char why[CONTROL_WHY_MAX];
	json_t *answer = ask(control, CONTROL_STATUS, 0, why);
	struct feed_status *status = &control->feed->status;
	const json_t *transactions = json_object_get(answer, "transactions");

	if (!answer)
		return;
	pthread_mutex_lock(&control->feed->lock);
	status->started_ns = json_read_time(answer, "started");
	status->kernel_bytes = json_read_count(json_object_get(answer, "memory"), "kernel_bytes");
	snprintf(status->untracked, sizeof(status->untracked), "%s",
		 json_read_string(transactions, "reason"));
	pthread_mutex_unlock(&control->feed->lock);
	json_decref(answer);
}

/* When the next interval is over: in ms from now. */
static int64_t next_ms(const struct model *model)
{
	int64_t end = model->end_ns + (int64_t)(model->interval_s * 1e9);
	int64_t ms = (end - clock_wall_ns()) / NS_PER_MS + BEHIND_MS;

	return ms < EARLY_MS ? EARLY_MS : ms > INTERVAL_MS ? INTERVAL_MS : ms;
}

/* Ask for the report, and add it if it is a new one. Gives how long to wait for the next, in ms. */
static int64_t ask_report(struct feed_control *control, int64_t *end_ns)
{
	char why[CONTROL_WHY_MAX];
	json_t *answer = ask(control, CONTROL_REPORT, 0, why);
	struct model *model = answer ? model_read_answer(answer) : NULL;
	int64_t ms = RETRY_MS;

	json_decref(answer);
	if (!answer) {
		feed_say(control->feed, FEED_LOST, "%s", why);
		return RETRY_MS;
	}
	if (!model) {
		feed_say(control->feed, FEED_WAITING,
			 "the monitor's first interval is not over yet");
		return EARLY_MS;
	}
	if (model->end_ns == *end_ns) {
		model_free(model);
		feed_say(control->feed, FEED_RUNNING, "%s", "");
		return EARLY_MS;
	}
	*end_ns = model->end_ns;
	ms = next_ms(model);
	feed_add(control->feed, model);
	return ms;
}

void *feed_control_run(void *arg)
{
	struct feed_control *control = arg;
	int64_t end_ns = 0, status_ns = 0;

	add_history(control);
	while (!atomic_load(&control->feed->stop)) {
		int64_t ms = ask_report(control, &end_ns);

		if (clock_mono_ns() >= status_ns) {
			add_status(control);
			status_ns = clock_mono_ns() + STATUS_EVERY;
		}
		wait_ms(control->feed, ms);
	}
	return NULL;
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int top_feed_control_is_not_built_in;
#endif
