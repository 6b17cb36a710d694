// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/sinks.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/log.h"
#include "analysis/subdomain.h"
#include "sinks/without_names.h"

/* What all sinks together get at the end for their queues. */
#define FLUSH_NS (3 * NS_PER_S)

int sinks_open(struct sinks *sinks, const struct sink_specs *specs, const char *host,
	       const char *instance, const struct labels *labels)
{
	*sinks = (struct sinks){.host = host, .instance = instance, .labels = labels};
	sinks->notice_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (sinks->notice_fd < 0) {
		int err = -errno;

		log_error("cannot set up sinks: %s", strerror(-err));
		return err;
	}
	for (size_t i = 0; i < specs->count; i++) {
		int err = sink_open(sinks, &sinks->sink[i], &specs->spec[i]);

		if (err) {
			sinks_close(sinks);
			return err;
		}
		sinks->count++;
	}
	return 0;
}

int sink_open(const struct sinks *sinks, struct sink *sink, const struct sink_spec *spec)
{
	struct sink_spec *copy = malloc(sizeof(*copy));
	int err;

	if (!copy) {
		log_error("out of memory");
		return -ENOMEM;
	}
	*copy = *spec;
	*sink = (struct sink){.spec = copy, .notice_fd = sinks->notice_fd};
	err = spec->kind->open(sink);
	if (err)
		free(copy);
	return err;
}

int sinks_add(struct sinks *sinks, const struct sink_spec *spec)
{
	struct sink *sink = &sinks->sink[sinks->count];
	int err = sink_open(sinks, sink, spec);

	sink->fixed = true;
	if (!err)
		sinks->count++;
	return err;
}

int sinks_start(struct sinks *sinks)
{
	sinks->started = true;
	for (size_t i = 0; i < sinks->count; i++) {
		struct sink *sink = &sinks->sink[i];
		int err = sink->spec->kind->start(sink);

		if (err)
			return err;
	}
	return 0;
}

void sinks_event(struct sinks *sinks, const struct event *event)
{
	struct event whole = *event;

	whole.time_ns = clock_wall_ns();
	whole.host = sinks->host;
	whole.instance = sinks->instance;
	whole.labels = sinks->labels;
	for (size_t i = 0; i < sinks->count; i++)
		sinks->sink[i].spec->kind->event(&sinks->sink[i], &whole);
}

int sinks_report(struct sinks *sinks, int64_t interval_ns, const struct batch *batch)
{
	struct batch without = {0};
	int err = 0;

	for (size_t i = 0; i < sinks->count && !err; i++) {
		struct sink *sink = &sinks->sink[i];

		if (sink->spec->interval_ns != interval_ns)
			continue;
		if (sink->spec->no_names && !without.part)
			err = batch_without_names(&without, batch);
		if (!err)
			sink->spec->kind->report(sink, sink->spec->no_names ? &without : batch);
	}
	batch_without_names_free(&without);
	return err;
}

void sinks_alerts(struct sinks *sinks, const struct alert *alerts, size_t count)
{
	for (size_t a = 0; a < count; a++)
		for (size_t i = 0; alerts[a].news && i < sinks->count; i++) {
			struct sink *sink = &sinks->sink[i];

			if (sink->spec->kind->alert && !sink->spec->no_names)
				sink->spec->kind->alert(sink, &alerts[a]);
		}
}

struct sink_status sinks_status(const struct sinks *sinks, size_t i)
{
	struct sink_status status = {0};

	sinks->sink[i].spec->kind->status(&sinks->sink[i], &status);
	return status;
}

static void tell(struct sinks *sinks, const struct sink *sink, enum event_kind kind,
		 const struct sink_status *status)
{
	const char *name = sink->spec->name;
	const char *refused = status->counts.refusing ? status->why : NULL;
	struct event event = {.kind = kind, .sink = name, .lost = status->counts.lost};

	struct log_about about = event_about(&event);

	if (kind == EVENT_SINK_LOST)
		event.reason = status->why;
	else if (kind == EVENT_LOSS_BEGAN)
		event.reason = refused;
	if (kind == EVENT_SINK_LOST)
		log_about(LOG_LEVEL_WARNING, &about, "sink %s: %s: trying again", name,
			  status->why);
	else if (kind == EVENT_SINK_BACK)
		log_about(LOG_LEVEL_INFO, &about, "sink %s: works again", name);
	else if (kind == EVENT_LOSS_BEGAN)
		log_about(LOG_LEVEL_WARNING, &about, "sink %s: messages are being lost: %s", name,
			  refused ? refused : "its queue is full");
	else
		log_about(LOG_LEVEL_INFO, &about,
			  "sink %s: no message is being lost any more; so far %" PRIu64 " were",
			  name, status->counts.lost);
	sinks_event(sinks, &event);
}

void sinks_notices(struct sinks *sinks)
{
	eventfd_t count;

	if (eventfd_read(sinks->notice_fd, &count) < 0 && errno != EAGAIN)
		return;
	for (size_t i = 0; i < sinks->count; i++) {
		struct sink *sink = &sinks->sink[i];
		struct sink_status was = sink->logged, is = sinks_status(sinks, i);

		/* First, so that what the events do to this sink is found the next time. */
		sink->logged = is;
		if (is.times_lost != was.times_lost) {
			/* It came back in between, or else there would be no second time. */
			if (was.lost)
				tell(sinks, sink, EVENT_SINK_BACK, &is);
			tell(sinks, sink, EVENT_SINK_LOST, &is);
			was.lost = true;
		}
		if (was.lost && !is.lost)
			tell(sinks, sink, EVENT_SINK_BACK, &is);
		if (is.counts.lost != was.counts.lost && !was.counts.losing) {
			tell(sinks, sink, EVENT_LOSS_BEGAN, &is);
			was.counts.losing = true;
		}
		if (was.counts.losing && !is.counts.losing)
			tell(sinks, sink, EVENT_LOSS_ENDED, &is);
	}
}

void sinks_reopen(struct sinks *sinks)
{
	for (size_t i = 0; i < sinks->count; i++) {
		struct sink *sink = &sinks->sink[i];

		if (sink->spec->kind->reopen)
			sink->spec->kind->reopen(sink);
	}
}

void sinks_stop(struct sinks *sinks)
{
	long long until = clock_mono_ns() + FLUSH_NS;

	if (!sinks->started)
		return;
	sinks->started = false;
	for (size_t i = 0; i < sinks->count; i++)
		sinks->sink[i].spec->kind->stop(&sinks->sink[i], until);
	for (size_t i = 0; i < sinks->count; i++)
		sinks->sink[i].spec->kind->join(&sinks->sink[i]);
}

/* Say what is lost, and free all of it. */
static void end(struct sink *sink)
{
	/* Where the thread hangs in a system call it still has the name: then it is not freed. */
	bool hangs;
	struct sink_status status = {0};
	uint64_t lost;

	sink->spec->kind->status(sink, &status);
	if (status.lost && !sink->logged.lost)
		log_warning("sink %s: %s", sink->spec->name, status.why);
	lost = status.counts.lost + status.counts.queued;
	hangs = status.counts.queued > 0;
	if (lost)
		log_warning("sink %s: %" PRIu64 " of %" PRIu64 " messages were lost",
			    sink->spec->name, lost, status.counts.offered);
	sink->spec->kind->close(sink);
	if (!hangs)
		free((void *)(uintptr_t)sink->spec);
	*sink = (struct sink){0};
}

void sink_close(struct sink *sink, bool started)
{
	if (started) {
		sink->spec->kind->stop(sink, clock_mono_ns() + FLUSH_NS);
		sink->spec->kind->join(sink);
	}
	end(sink);
}

/* ---- sinks that are no longer wanted ---------------------------------------------------- */

struct sink_retired {
	struct sink_retired *next;
	pthread_t thread;
	atomic_bool done;
	struct sink sink;
};

static void *retire(void *arg)
{
	struct sink_retired *retired = arg;

	sink_close(&retired->sink, true);
	atomic_store(&retired->done, true);
	return NULL;
}

/* Free what has ended; @all: wait for the rest. */
static void reap(struct sinks *sinks, bool all)
{
	for (struct sink_retired **at = &sinks->retired; *at;) {
		struct sink_retired *retired = *at;

		if (!all && !atomic_load(&retired->done)) {
			at = &retired->next;
			continue;
		}
		pthread_join(retired->thread, NULL);
		*at = retired->next;
		free(retired);
	}
}

void sinks_retire(struct sinks *sinks, struct sink *sink)
{
	struct sink_retired *retired = calloc(1, sizeof(*retired));

	reap(sinks, false);
	if (!sinks->started || !retired) {
		free(retired);
		sink_close(sink, sinks->started);
		return;
	}
	retired->sink = *sink;
	if (pthread_create(&retired->thread, NULL, retire, retired) != 0) {
		free(retired);
		sink_close(sink, true);
		return;
	}
	retired->next = sinks->retired;
	sinks->retired = retired;
}

void sinks_close(struct sinks *sinks)
{
	sinks_stop(sinks);
	reap(sinks, true);
	for (size_t i = 0; i < sinks->count; i++)
		end(&sinks->sink[i]);
	if (sinks->notice_fd >= 0)
		close(sinks->notice_fd);
	*sinks = (struct sinks){.notice_fd = -1};
}
