// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_MICROHTTPD

#include "sinks/prometheus/prometheus_pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "sinks/prometheus/http_accept.h"
#include "sinks/prometheus/metrics_alerts.h"
#include "format/json_lines.h"
#include "report/names.h"
#include "analysis/subdomain.h"

#define HISTORY_AGE_NS (900 * NS_PER_S)
#define JSON_TYPE      "application/json"
/* Without a report for two intervals and this, something is wrong with the thread that counts. */
#define PATIENCE_NS (5 * NS_PER_S)

int prometheus_pages_init(struct prometheus_pages *pages, size_t history_max)
{
	int err = history_init(&pages->history, history_max, HISTORY_AGE_NS);

	if (err)
		return err;
	pages->made_ns = clock_mono_ns();
	err = -pthread_mutex_init(&pages->lock, NULL);
	if (err)
		history_free(&pages->history);
	return err;
}

void prometheus_pages_free(struct prometheus_pages *pages)
{
	http_page_free(pages->text);
	http_page_free(pages->openmetrics);
	http_page_free(pages->report);
	http_page_free(pages->status);
	history_free(&pages->history);
	pthread_mutex_destroy(&pages->lock);
}

/* ---- places ---------------------------------------------------------------------- */

static enum direction direction_named(const char *name)
{
	return strcmp(name, direction_names[DIRECTION_TX]) == 0 ? DIRECTION_TX : DIRECTION_RX;
}

/* The place of that device and direction; NULL if there is none and no room. */
static struct prometheus_place *place_of(struct prometheus_pages *pages, const char *device,
					 const char *direction_name)
{
	enum direction direction = direction_named(direction_name);
	struct prometheus_place *place = pages->place, *detached = NULL;

	for (size_t i = 0; i < pages->places; i++, place++) {
		if (place->direction == direction && strcmp(place->device, device) == 0)
			return place;
		if (!place->attached)
			detached = place;
	}
	if (pages->places < POINTS_MAX)
		pages->places++;
	else if (detached)
		place = detached; /* names change: the last one that has gone gives way */
	else
		return NULL;
	*place = (struct prometheus_place){.direction = direction, .hook = "none"};
	snprintf(place->device, sizeof(place->device), "%s", device);
	return place;
}

/* ---- pages ----------------------------------------------------------------------- */

/* The text of @out, which is closed, as a page; NULL if memory was short. */
static struct MHD_Response *finish(FILE *out, char **data, const size_t *size, const char *type)
{
	bool failed = ferror(out);

	if (fclose(out) != 0 || failed) {
		free(*data);
		return NULL;
	}
	return http_page(*data, *size, type);
}

static struct MHD_Response *make_metrics(const struct prometheus_pages *pages, bool openmetrics,
					 const struct metrics_part *parts,
					 const struct metrics_own *own, const struct labels *labels,
					 const struct batch *batch)
{
	char *data = NULL;
	size_t size = 0;
	struct metrics_page page = {
		.out = open_memstream(&data, &size),
		.openmetrics = openmetrics,
		.created = pages->created,
		.created_ns = pages->created_ns,
		.labels = labels,
	};

	if (!page.out)
		return NULL;
	metrics_put_dns(&page, parts, pages->places, pages->top);
	if (pages->follows)
		metrics_put_transactions(&page, pages->transactions,
					 batch && batch->sides ? batch->transactions : NULL,
					 pages->top);
	metrics_put_alerts(&page, batch ? batch->alerts : NULL, batch ? batch->alert_count : 0,
			   pages->top);
	metrics_put_own(&page, own);
	metrics_end(&page);
	return finish(page.out, &data, &size,
		      openmetrics ? METRICS_OPENMETRICS_TYPE : METRICS_TEXT_TYPE);
}

/* Where memory is short the old one stays, which shows in its time. */
static void replace(struct MHD_Response **old, struct MHD_Response *new)
{
	struct MHD_Response *swap = *old;

	if (!new)
		return;
	*old = new;
	http_page_free(swap);
}

/* How many attacks there are, by place. */
static void count_attacks(struct prometheus_pages *pages, const struct batch *batch,
			  struct metrics_part *parts)
{
	for (size_t i = 0; i < batch->alert_count; i++) {
		const struct alert *alert = &batch->alerts[i];
		const struct prometheus_place *place;

		if (alert->state == ALERT_ENDS || alert->finding.rule != RULE_RANDOM_SUBDOMAIN ||
		    !alert->interface)
			continue;
		place = place_of(pages, alert->interface, alert->direction);
		if (place)
			parts[place - pages->place].attacks++;
	}
}

static void make_pages(struct prometheus_pages *pages, const struct batch *batch,
		       const struct labels *labels, const struct http_counts *http)
{
	struct metrics_part parts[POINTS_MAX] = {0};
	struct metrics_own own = {.interval_ns = pages->interval_ns, .http = *http};
	struct MHD_Response *text, *openmetrics;

	for (size_t i = 0; i < pages->places; i++)
		parts[i] = (struct metrics_part){
			.device = pages->place[i].device,
			.direction = pages->place[i].direction,
			.hook = pages->place[i].hook,
			.attached = pages->place[i].attached,
		};
	for (size_t i = 0; batch && i < batch->parts; i++) {
		const struct report *report = &batch->part[i].report;
		const struct prometheus_place *place = place_of(pages, report->interface,
								report->direction);

		if (!place)
			continue;
		parts[place - pages->place].now = batch->part[i].now;
		parts[place - pages->place].report = report;
		own.report_ns = report->end_ns;
	}
	if (batch) {
		count_attacks(pages, batch, parts);
		metrics_own_sinks(&own, batch->sinks, pages->kind);
		own.config_wrong = batch->config_wrong;
	}
	if (batch && batch->cost)
		own.kernel = *batch->cost;
	process_cost_read(&own.process);

	if (batch && batch->sides) {
		pages->follows = true;
		metrics_transactions_add(pages->transactions, batch->transactions);
	}
	text = make_metrics(pages, false, parts, &own, labels, batch);
	openmetrics = make_metrics(pages, true, parts, &own, labels, batch);
	pthread_mutex_lock(&pages->lock);
	replace(&pages->text, text);
	replace(&pages->openmetrics, openmetrics);
	pthread_mutex_unlock(&pages->lock);
}

void prometheus_pages_event(struct prometheus_pages *pages, const struct event *event,
			    const struct http_counts *http)
{
	struct prometheus_place *place;

	if (event->kind != EVENT_ATTACHED && event->kind != EVENT_DETACHED)
		return;
	place = place_of(pages, event->interface, event->direction);
	if (!place)
		return;
	place->attached = event->kind == EVENT_ATTACHED;
	snprintf(place->hook, sizeof(place->hook), "%s", event->hook);
	/* So that counters are there at 0 before the first report; after it, the next one will do. */
	if (!pages->reported)
		make_pages(pages, NULL, event->labels, http);
}

/* The reports of a batch and its transactions: "{...}\n,{...}". Freed by the caller. NULL: none, or memory is short. */
static char *reports_text(const struct batch *batch, size_t *size)
{
	char *data = NULL;
	FILE *out = open_memstream(&data, size);
	bool failed;

	if (!out)
		return NULL;
	for (size_t i = 0; i < batch->parts; i++) {
		if (i)
			fputc(',', out);
		json_line_report(out, &batch->part[i].report);
	}
	for (size_t i = 0; i < batch->sides; i++) {
		fputc(',', out);
		json_line_transactions(out, &batch->transactions[i]);
	}
	failed = ferror(out);
	if (fclose(out) == 0 && !failed && *size) {
		--*size;
		return data;
	}
	free(data);
	return NULL;
}

static struct MHD_Response *array_page(const char *text, size_t size)
{
	char *data = malloc(size + 3);

	if (!data)
		return NULL;
	data[0] = '[';
	memcpy(data + 1, text, size);
	data[size + 1] = ']';
	data[size + 2] = '\n';
	return http_page(data, size + 3, JSON_TYPE);
}

static struct MHD_Response *status_page(const struct batch *batch)
{
	char *data = batch->status ? malloc(batch->status_size) : NULL;

	if (!data)
		return NULL;
	memcpy(data, batch->status, batch->status_size);
	return http_page(data, batch->status_size, JSON_TYPE);
}

void prometheus_pages_report(struct prometheus_pages *pages, const struct batch *batch,
			     const struct http_counts *http)
{
	int64_t now = clock_mono_ns();
	size_t size = 0;
	char *text = batch->parts ? reports_text(batch, &size) : NULL;
	struct MHD_Response *report = text ? array_page(text, size) : NULL;
	struct MHD_Response *status = status_page(batch);

	if (text)
		history_add(&pages->history, text, size, now);
	free(text);
	for (size_t i = 0; i < batch->parts; i++) {
		const struct report *r = &batch->part[i].report;
		struct prometheus_place *place = place_of(pages, r->interface, r->direction);

		if (place)
			snprintf(place->hook, sizeof(place->hook), "%s", r->hook);
	}
	make_pages(pages, batch, batch->parts ? batch->part[0].report.labels : NULL, http);
	pthread_mutex_lock(&pages->lock);
	replace(&pages->report, report);
	replace(&pages->status, status);
	pages->made_ns = now;
	pages->reported = true;
	pthread_mutex_unlock(&pages->lock);
}

/* ---- answers, in the server's thread ------------------------------------------------- */

struct history_reader {
	struct history *history;
	struct history_batch *batch; /* being sent; NULL: none */
	uint64_t number, end;        /* of the next one, and behind the last one that is wanted */
	size_t sent;                 /* of the batch */
	const char *words;           /* to be sent first, ends at a NUL */
	bool any, ended;
};

/* What is to be sent next is in reader->words or reader->batch; nothing is at the end. */
static void advance(struct history_reader *reader)
{
	if (reader->ended || *reader->words)
		return;
	if (reader->batch && reader->sent < reader->batch->size)
		return;
	if (reader->batch)
		history_put(reader->history, reader->batch);
	reader->batch = history_get(reader->history, &reader->number, reader->end);
	reader->sent = 0;
	if (reader->batch) {
		reader->number++;
		reader->words = reader->any ? "\n," : "";
		reader->any = true;
	} else {
		reader->words = "]\n";
		reader->ended = true;
	}
}

static ssize_t read_history(void *cls, uint64_t position, char *buffer, size_t room)
{
	struct history_reader *reader = cls;
	size_t used = 0;

	(void)position;
	while (used < room) {
		size_t left = room - used, n;

		advance(reader);
		n = strlen(reader->words);
		if (n) {
			n = n < left ? n : left;
			memcpy(buffer + used, reader->words, n);
			reader->words += n;
		} else if (reader->batch) {
			n = reader->batch->size - reader->sent;
			n = n < left ? n : left;
			memcpy(buffer + used, reader->batch->data + reader->sent, n);
			reader->sent += n;
		} else {
			break;
		}
		used += n;
	}
	return used ? (ssize_t)used : -1; /* MHD_CONTENT_READER_END_OF_STREAM */
}

static void end_history(void *cls)
{
	struct history_reader *reader = cls;

	if (reader->batch)
		history_put(reader->history, reader->batch);
	free(reader);
}

static enum http_status answer_history(struct prometheus_pages *pages,
				       struct MHD_Connection *connection)
{
	struct history_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return HTTP_STATUSES;
	*reader = (struct history_reader){
		.history = &pages->history,
		.end = history_next(&pages->history),
		.words = "[",
	};
	return http_queue_pieces(connection, JSON_TYPE, read_history, reader, end_history);
}

static enum http_status answer_words(struct MHD_Connection *connection, enum http_status status,
				     const char *type, const char *words)
{
	char *copy = strdup(words);
	struct MHD_Response *page = copy ? http_page(copy, strlen(copy), type) : NULL;
	enum http_status queued = http_queue(connection, status, page);

	http_page_free(page);
	return queued;
}

static enum http_status answer_health(struct prometheus_pages *pages,
				      struct MHD_Connection *connection)
{
	int64_t age;
	char words[80];

	pthread_mutex_lock(&pages->lock);
	age = clock_mono_ns() - pages->made_ns;
	pthread_mutex_unlock(&pages->lock);
	if (age <= 2 * pages->interval_ns + PATIENCE_NS)
		return answer_words(connection, HTTP_STATUS_OK, "text/plain; charset=utf-8",
				    "ok\n");
	snprintf(words, sizeof(words), "no report for %lld seconds\n", (long long)(age / NS_PER_S));
	return answer_words(connection, HTTP_STATUS_UNAVAILABLE, "text/plain; charset=utf-8",
			    words);
}

static enum http_status answer_page(struct prometheus_pages *pages,
				    struct MHD_Connection *connection, struct MHD_Response **page)
{
	enum http_status status = HTTP_STATUSES;
	bool there;

	pthread_mutex_lock(&pages->lock);
	there = *page;
	if (there)
		status = http_queue(connection, HTTP_STATUS_OK, *page);
	pthread_mutex_unlock(&pages->lock);
	if (there)
		return status;
	if (page == &pages->report)
		return answer_words(connection, HTTP_STATUS_OK, JSON_TYPE, "[]\n");
	return answer_words(connection, HTTP_STATUS_UNAVAILABLE, "text/plain; charset=utf-8",
			    page == &pages->status ? "there is no report yet\n"
						   : "nothing has been attached to yet\n");
}

enum http_status prometheus_pages_answer(void *cls, struct MHD_Connection *connection,
					 const char *path)
{
	struct prometheus_pages *pages = cls;

	if (strcmp(path, "/metrics") == 0)
		return answer_page(pages, connection,
				   http_accepts_openmetrics(http_header(connection, "Accept"))
					   ? &pages->openmetrics
					   : &pages->text);
	if (strcmp(path, "/healthz") == 0)
		return answer_health(pages, connection);
	if (strcmp(path, "/api/v1/report") == 0)
		return answer_page(pages, connection, &pages->report);
	if (strcmp(path, "/api/v1/status") == 0)
		return answer_page(pages, connection, &pages->status);
	if (strcmp(path, "/api/v1/history") == 0)
		return answer_history(pages, connection);
	return HTTP_STATUS_NOT_FOUND;
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int prometheus_pages_are_not_built_in;
#endif
