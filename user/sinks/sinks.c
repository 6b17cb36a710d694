// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/sinks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/log.h"
#include "analysis/subdomain.h"

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
		int err = sinks_add(sinks, &specs->spec[i]);

		if (err) {
			sinks_close(sinks);
			return err;
		}
	}
	return 0;
}

int sinks_add(struct sinks *sinks, const struct sink_spec *spec)
{
	struct sink *sink = &sinks->sink[sinks->count];
	int err;

	*sink = (struct sink){.spec = spec, .notice_fd = sinks->notice_fd};
	err = spec->kind->open(sink);
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

void sinks_alerts(struct sinks *sinks, const struct report *report)
{
	for (size_t a = 0; a < report->attack_count; a++)
		for (size_t i = 0; report->attacks[a].news && i < sinks->count; i++) {
			struct sink *sink = &sinks->sink[i];

			if (sink->spec->kind->alert)
				sink->spec->kind->alert(sink, report, &report->attacks[a]);
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

	if (kind == EVENT_SINK_LOST)
		event.reason = status->why;
	else if (kind == EVENT_LOSS_BEGAN)
		event.reason = refused;
	if (kind == EVENT_SINK_LOST)
		log_warning("sink %s: %s: trying again", name, status->why);
	else if (kind == EVENT_SINK_BACK)
		log_info("sink %s: works again", name);
	else if (kind == EVENT_LOSS_BEGAN)
		log_warning("sink %s: messages are being lost: %s", name,
			    refused ? refused : "its queue is full");
	else
		log_info("sink %s: no message is being lost any more; so far %" PRIu64 " were",
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

void sinks_close(struct sinks *sinks)
{
	sinks_stop(sinks);
	for (size_t i = 0; i < sinks->count; i++) {
		struct sink *sink = &sinks->sink[i];
		struct sink_status status = sinks_status(sinks, i);
		uint64_t lost;

		if (status.lost && !sink->logged.lost)
			log_warning("sink %s: %s", sink->spec->name, status.why);
		/* Something is still queued where a thread hangs in a system call. */
		lost = status.counts.lost + status.counts.queued;
		if (lost)
			log_warning("sink %s: %" PRIu64 " of %" PRIu64 " messages were lost",
				    sink->spec->name, lost, status.counts.offered);
		sink->spec->kind->close(sink);
	}
	if (sinks->notice_fd >= 0)
		close(sinks->notice_fd);
	*sinks = (struct sinks){.notice_fd = -1};
}
