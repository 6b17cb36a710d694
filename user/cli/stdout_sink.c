// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/stdout_sink.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/log.h"
#include "cli/standard_output.h"
#include "sinks/sender_sink.h"
#include "util/write_now.h"

/* While it cannot be written to, a full disk: how long to wait before the next attempt. */
#define DELAY_FIRST_NS NS_PER_S
#define DELAY_MAX_NS   (30 * DELAY_FIRST_NS)
#define FOREVER_NS     (86400 * NS_PER_S)

struct stdout_settings {
	enum output output;
};

_Static_assert(sizeof(struct stdout_settings) <= SINK_SETTINGS_MAX,
	       "settings fit into their place");

struct stdout_sink {
	struct sender sender; /* the first, for sender_sink.h */
	struct standard_output standard_output;
	bool terminal;
	atomic_bool gone;
};

static const struct stdout_settings *settings_in(const struct sink_spec *spec)
{
	return (const void *)spec->settings;
}

/* ---- the thread ------------------------------------------------------------------ */

/* There is nothing to open, and nothing is heard from it. */
static int be_open(struct sender *sender, char why[SINK_WHY_MAX])
{
	(void)why;
	sender->fd = -1;
	return 0;
}

static void stay_open(struct sender *sender, bool failed)
{
	(void)sender;
	(void)failed;
}

/* The reader has had enough: so has a terminal that was closed. */
static bool is_end(const struct stdout_sink *out, int err)
{
	return err == -EPIPE || (err == -EIO && out->terminal);
}

static void tell_trouble(struct stdout_sink *out, int err)
{
	char why[SINK_WHY_MAX], text[128];

	snprintf(why, sizeof(why), "cannot write the report: %s",
		 strerror_r(-err, text, sizeof(text)));
	sender_trouble(&out->sender, why);
}

/*
 * What has been written in part goes on where it stopped, however long that takes, as nothing can be taken
 * back from a reader. 0, -ECANCELED at the end of the time, or the end of is_end().
 */
static int write_text(struct stdout_sink *out, const char *text, size_t size)
{
	int64_t delay = DELAY_FIRST_NS;
	int err = 0;

	while (size && !err) {
		size_t done;

		err = sender_write_all(&out->sender, text, size, FOREVER_NS, &done);
		text += done;
		size -= done;
		if (!err || err == -ECANCELED || is_end(out, err))
			continue;
		if (err != -ETIMEDOUT) {
			tell_trouble(out, err);
			err = sender_wait(&out->sender, -1, 0, clock_mono_ns() + delay);
			delay = delay < DELAY_MAX_NS / 2 ? 2 * delay : DELAY_MAX_NS;
		}
		if (err == -ETIMEDOUT)
			err = 0;
	}
	return err;
}

static int write_page(struct sender *sender, const char *data, size_t size)
{
	struct stdout_sink *out = sender->to;
	pthread_mutex_t *lock = write_now_lock();
	int err;

	if (atomic_load(&out->gone))
		return 0;
	if (lock)
		pthread_mutex_lock(lock);
	sender->fd = write_now_fd(STDOUT_FILENO);
	err = write_text(out, data, size);
	sender->fd = -1;
	if (lock)
		pthread_mutex_unlock(lock);
	if (!is_end(out, err))
		return err;
	atomic_store(&out->gone, true);
	eventfd_write(sender->notice_fd, 1);
	return 0;
}

static const struct transport_ops ops = {
	.open = be_open,
	.write = write_page,
	.close = stay_open,
};

/* ---- the thread that counts ---------------------------------------------------------- */

static int open_sink(struct sink *sink)
{
	const struct stdout_settings *settings = settings_in(sink->spec);
	struct stdout_sink *out = calloc(1, sizeof(*out));
	int err = out ? sender_init(&out->sender, &ops, out, sink->spec->queue_max, sink->notice_fd)
		      : -ENOMEM;

	if (err) {
		log_error("cannot set up standard output: %s", strerror(-err));
		free(out);
		return err;
	}
	out->sender.shared = true;
	standard_output_init(&out->standard_output, settings->output);
	out->terminal = isatty(STDOUT_FILENO);
	sink->state = out;
	return 0;
}

/* All reports of a batch go there together. */
static void put_report(struct sink *sink, const struct batch *batch)
{
	struct stdout_sink *out = sink->state;
	struct sink_queue *queue = &out->sender.queue;
	char *text = NULL;
	size_t size = 0;
	const struct report *reports[POINTS_MAX];
	const struct output_batch output = {
		.reports = reports,
		.count = batch->parts,
		.transactions = batch->transactions,
		.sides = batch->sides,
		.alerts = batch->alerts,
		.alert_count = batch->alert_count,
		.history = batch->history,
	};
	int err, released;

	for (size_t i = 0; i < batch->parts; i++)
		reports[i] = &batch->part[i].report;
	err = standard_output_add(&out->standard_output, &output);
	released = standard_output_release(&out->standard_output, &text, &size);
	if (err || released) {
		sink_queue_lose(queue, 1);
	} else if (out->standard_output.output == OUTPUT_JSON) {
		sink_queue_push_lines(queue, text, size);
	} else {
		if (out->terminal)
			sink_queue_supersede(queue);
		sink_queue_push(queue, text, size);
	}
	free(text);
	sender_wake(&out->sender);
}

/* Of JSON; text has those under way in each page. */
static void put_alert(struct sink *sink, const struct alert *alert)
{
	struct stdout_sink *out = sink->state;
	char *text = NULL;
	size_t size = 0;
	int err = standard_output_alert(&out->standard_output, alert);

	if (standard_output_release(&out->standard_output, &text, &size) || err)
		sink_queue_lose(&out->sender.queue, 1);
	else if (text)
		sink_queue_push_lines(&out->sender.queue, text, size);
	free(text);
	sender_wake(&out->sender);
}

/* Events are for sinks; here the words on standard error tell the same. */
static void put_event(struct sink *sink, const struct event *event)
{
	(void)sink;
	(void)event;
}

static void status_of(const struct sink *sink, struct sink_status *status)
{
	struct stdout_sink *out = sink->state;

	sender_status(&out->sender, status);
	status->gone = atomic_load(&out->gone);
}

/* A disk that is full gets no more time at the end. */
static void stop_sink(struct sink *sink, long long until_ns)
{
	struct stdout_sink *out = sink->state;
	struct sink_status status;

	status_of(sink, &status);
	sender_stop(&out->sender, status.lost ? clock_mono_ns() : until_ns);
}

static void close_sink(struct sink *sink)
{
	struct stdout_sink *out = sink->state;

	standard_output_free(&out->standard_output);
	free(sender_sink_release(sink));
}

static const struct sink_kind stdout_kind = {
	.name = "stdout",
	.open = open_sink,
	.start = sender_sink_start,
	.report = put_report,
	.event = put_event,
	.alert = put_alert,
	.status = status_of,
	.stop = stop_sink,
	.join = sender_sink_join,
	.close = close_sink,
};

void stdout_spec(struct sink_spec *spec, const struct settings *settings)
{
	struct stdout_settings *into = (void *)spec->settings;

	*spec = (struct sink_spec){
		.kind = &stdout_kind,
		.name = "stdout",
		.interval_ns = settings->report_ns,
		.queue_max = SINK_QUEUE_DEFAULT,
	};
	*into = (struct stdout_settings){.output = settings->output};
}
