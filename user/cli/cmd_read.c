// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/cmd_read.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report_series.h"
#include "capture/capture_span.h"
#include "capture/capture_counter.h"
#include "capture/capture_transactions.h"
#include "report/identity.h"
#include "report/names.h"
#include "parser/link_type.h"
#include "util/log.h"
#include "util/write_now.h"
#include "cli/progress.h"
#include "capture/read_threads.h"
#include "cli/standard_output.h"
#include "capture/seed.h"
#include "cli/option_tables.h"
#include "cli/settings.h"
#include "capture/pcap.h"
#include "util/clock.h"

struct reading {
	struct settings settings;
	struct hook_config config;
	struct capture_counter counter;
	struct suffixes suffixes;
	struct attacks attacks;
	struct alerts alerts;
	size_t points;
	struct report_series series; /* its lists: what is in no table any more */
	struct report report[LOCAL_SIDES];
	struct capture_transactions transactions;
	struct txn_report sides[TXN_SIDES];
	uint64_t queries[TXN_SIDES], responses[TXN_SIDES]; /* so far */
	struct capture_span span;
	char **paths;
	int path_count, path; /* path: the present file's; -1 at first */
	struct pcap_source source;
	bool reading;          /* it is open */
	uint64_t packets_then; /* when it was opened */
	struct progress progress;
	struct identity identity;
	struct standard_output standard_output;
	char *interface; /* what reports call the stream */
	uint64_t packets;
	unsigned int opened; /* files whose header could be read */
	int status;       /* EXIT_FAILED once a file could not be read, or a report not written */
	int error;        /* what packets are counted by ran out of memory; sticky */
	bool output_over; /* its reader has gone, or a report could not be written: nothing more is */
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

/* Without SA_RESTART: a read that waits for a pipe ends. */
static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = stop};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Add what has come into the tables to the lists, and begin the tables anew. 0, or -ENOMEM. */
static int gather_lists(struct reading *r)
{
	struct top_lists lists[LOCAL_SIDES] = {{.keep = 0}};
	int err;

	for (size_t i = 0; i < r->points; i++)
		lists[i].keep = top_keep(r->settings.top.rows);
	err = capture_read_lists(&r->counter, lists);
	for (size_t i = 0; i < r->points; i++) {
		if (!err)
			err = report_series_gather(&r->series, i, &lists[i]);
		top_lists_free(&lists[i]);
	}
	return err;
}

/*
 * Make the report of @point up to the capture time @end. 1; 0 if there is none, as no packet was ever seen that
 * went neither way; or a negative errno.
 */
static int make_report(struct reading *r, unsigned int point, int64_t end)
{
	const struct report_origin origin = {
		.interface = r->interface,
		.direction = r->points > 1 && point < SIDE_NEITHER ? direction_names[point]
								   : "both",
		.hook = "pcap",
	};
	struct snapshot *now;
	int err = capture_snapshot(&r->counter, point, &now);

	if (err)
		return err;
	if (point == SIDE_NEITHER && !now->counters.packets)
		return 0;
	now->wall_ns = now->mono_ns = end;
	err = report_series_make(&r->series, point, now, &origin, &r->report[point]);
	return err ? err : 1;
}

/* Those of both sides up to the capture time @end, if they are followed: how many, or -ENOMEM. */
static int make_sides(struct reading *r, int64_t end)
{
	int err = capture_transactions_end(&r->transactions, end);

	if (err || !r->transactions.counter)
		return err;
	for (enum txn_side side = 0; side < TXN_SIDES; side++) {
		struct txn_report *report = &r->sides[side];

		txn_report_begin(report, &r->report[0], side,
				 clock_seconds(r->settings.timeout_ns));
		txn_report_make(report, &r->transactions.counts, side, r->settings.top.rows);
		r->queries[side] += report->queries;
		r->responses[side] += report->responses;
		report->one_sided = !r->queries[side] != !r->responses[side];
	}
	return TXN_SIDES;
}

/* Evaluate alerts of the reports of an interval, and write what is news. 0 or a negative errno. */
static int look_for_alerts(struct reading *r, struct output_batch *batch, struct alert_view *view)
{
	const struct alert_engine *engine = &r->alerts.engine;
	int err;

	view->side = batch->sides ? r->sides : NULL;
	view->counts = batch->sides ? &r->transactions.counts : NULL;
	err = alerts_look(&r->alerts, view);
	batch->alerts = engine->alert;
	batch->alert_count = engine->alerts;
	return err;
}

static int write_alerts(struct reading *r)
{
	const struct alert_engine *engine = &r->alerts.engine;
	int err = 0;

	for (size_t i = 0; i < engine->alerts && !err; i++)
		if (engine->alert[i].news)
			err = standard_output_alert(&r->standard_output, &engine->alert[i]);
	return err;
}

/* Make the reports of all points and write them. 0 or a negative errno. */
static int write_reports(struct reading *r, int64_t start, int64_t end)
{
	const struct report *reports[LOCAL_SIDES];
	struct output_batch batch = {.reports = reports, .transactions = r->sides};
	struct alert_view view = {.side = NULL};
	int err = gather_lists(r), sides = 0;

	report_series_begin(&r->series, start, start);
	for (unsigned int point = 0; point < r->points && !err; point++) {
		int made = make_report(r, point, end);

		if (made > 0)
			view.report[point] = reports[batch.count++] = &r->report[point];
		else
			err = made;
	}
	log_debug("report %" PRIu64 ": %.3f s of capture time", r->report[0].seq,
		  clock_seconds(end - start));
	if (!err) {
		sides = make_sides(r, end);
		err = sides < 0 ? sides : 0;
		batch.sides = sides < 0 ? 0 : (size_t)sides;
	}
	if (!err)
		err = look_for_alerts(r, &batch, &view);
	if (!err)
		err = standard_output_add(&r->standard_output, &batch);
	if (!err)
		err = write_alerts(r);
	capture_transactions_begin(&r->transactions);
	if (!err)
		err = standard_output_show(&r->standard_output);
	return err;
}

/* Report the capture time from @start to @end. EXIT_DONE, or EXIT_FAILED after telling why. */
static int report_span(struct reading *r, int64_t start, int64_t end)
{
	int err = r->error;

	progress_clear(&r->progress);
	if (!err)
		err = write_reports(r, start, end);
	if (!err && capture_counter_rares_retire(&r->counter))
		report_series_renew_rares(&r->series);
	report_series_clear_lists(&r->series);
	r->output_over = err != 0;
	if (!err || err == -EPIPE) /* the reader has had enough: no failure of ours */
		return EXIT_DONE;
	if (err == -ETIMEDOUT)
		log_error("cannot write the last report: whatever reads standard output does not");
	else
		log_error("cannot write the report: %s", strerror(-err));
	return EXIT_FAILED;
}

/* Report the intervals that are over when a packet of @ns comes. */
static int report_due(struct reading *r, int64_t ns)
{
	int64_t start, end;
	int status = EXIT_DONE;

	while (status == EXIT_DONE && !r->output_over && !stopped &&
	       capture_span_over(&r->span, ns, &start, &end))
		status = report_span(r, start, end);
	return status;
}

/* The present file, for messages. */
static const char *file_name(const struct reading *r)
{
	const char *path = r->paths[r->path];

	return strcmp(path, "-") == 0 ? "standard input" : path;
}

/*
 * Count packets of the open file to its end, or until the token is to be passed on: *@more is set. What
 * pcap_next() gave last; 1 also after a signal to end.
 */
static int count_packets(struct reading *r, bool *more)
{
	struct capture_packet packet;
	int got;

	while ((got = pcap_next(&r->source, &packet)) > 0) {
		if (packet.timed) {
			if (capture_span_beyond(&r->span, packet.ns)) {
				int status = report_due(r, packet.ns);

				if (status != EXIT_DONE)
					r->status = status;
				if (status != EXIT_DONE || r->output_over || stopped)
					return 1;
			}
			capture_span_stamp(&r->span, packet.ns);
			if (capture_transactions_packet(&r->transactions, packet.ns) < 0)
				r->error = -ENOMEM;
		}
		capture_count(&r->counter, &packet);
		if (capture_lists_due(&r->counter) && gather_lists(r) < 0)
			r->error = -ENOMEM;
		if (++r->packets % PROGRESS_EVERY == 0)
			progress_step(&r->progress, file_name(r), &r->source.input, r->packets);
		if (capture_has_enough(&r->counter, &r->source.input)) {
			*more = true;
			return 1;
		}
	}
	return got;
}

/* Packets of link types that are not read: a warning, an error if there were no others. */
static int tell_skipped(const struct reading *r)
{
	char words[LINK_TYPE_WORDS_MAX];

	if (!r->source.skipped)
		return EXIT_DONE;
	link_type_words(r->source.skipped_type, words);
	if (r->packets == r->packets_then) {
		log_error("%s: its %s is not read; %s are", file_name(r), words, link_type_list());
		return EXIT_FAILED;
	}
	log_warning("%s: passed over %" PRIu64
		    " packets of a link type that is not read (the first "
		    "has %s)",
		    file_name(r), r->source.skipped, words);
	return EXIT_DONE;
}

/* The next file that can be opened. A file that is broken does not keep the others from being read. */
static bool open_next(struct reading *r)
{
	while (r->path + 1 < r->path_count && !stopped && !r->output_over) {
		r->path++;
		r->packets_then = r->packets;
		if (pcap_open(&r->source, r->paths[r->path], &stopped) == 0) {
			log_debug("%s: opened: %s%s%s, %s byte order", file_name(r),
				  r->source.ns_per_tick ? "pcap" : "pcapng",
				  r->source.input.decoder ? ", compressed by " : "",
				  r->source.input.decoder ? r->source.input.decoder->name : "",
				  r->source.swapped ? "the other" : "this host's");
			r->opened++;
			return true;
		}
		progress_clear(&r->progress);
		log_error("%s: %s", file_name(r), r->source.why);
		r->status = EXIT_FAILED;
	}
	return false;
}

/* Reading the file is over; @got: of count_packets(). */
static void close_file(struct reading *r, int got)
{
	progress_clear(&r->progress);
	log_debug("%s: closed at byte %" PRIu64 ", after %" PRIu64 " packets", file_name(r),
		  input_offset(&r->source.input), r->packets - r->packets_then);
	if (stopped) {
		log_error("%s: stopped by a signal at byte %" PRIu64, file_name(r),
			  input_offset(&r->source.input));
		r->status = EXIT_FAILED;
	} else if (got < 0) {
		log_error("%s: %s", file_name(r), r->source.why);
		r->status = EXIT_FAILED;
	} else if (got == 0 && tell_skipped(r) != EXIT_DONE) {
		r->status = EXIT_FAILED;
	}
	pcap_close(&r->source);
}

/* Read a part of a file. False when there is nothing more to read. */
static bool read_part(void *reading)
{
	struct reading *r = reading;
	bool more = false;
	int got;

	if (!r->reading && !open_next(r))
		return false;
	capture_begin(&r->counter, &r->source.input);
	got = count_packets(r, &more);
	r->reading = more;
	if (!more)
		close_file(r, got);
	return true;
}

static int read_files(struct reading *r)
{
	capture_run(&r->counter, read_part, r);
	capture_finish(&r->counter);
	if (r->opened && !r->output_over &&
	    report_span(r, r->span.start, r->span.last) != EXIT_DONE)
		r->status = EXIT_FAILED;
	return r->status;
}

/* The name of one file, or of the first of several. NULL if there is no memory. */
static char *name_stream(char **paths, int count)
{
	const char *first = strcmp(paths[0], "-") == 0 ? "stdin" : paths[0];
	char *name;
	int made;

	if (count == 1)
		return strdup(first);
	made = asprintf(&name, "%s +%d more", first, count - 1);
	return made < 0 ? NULL : name;
}

/* Public suffixes, for the lists, and where attacks are looked for in these. 0 or a negative errno, logged. */
static int open_attacks(struct reading *r)
{
	struct settings *settings = &r->settings;
	int err;

	err = settings->top.rows
		      ? suffixes_open(&r->suffixes, &r->config, settings->attack.suffix_list)
		      : 0;
	if (!err)
		err = attacks_open(&r->attacks, &settings->attack,
				   settings->top.rows ? settings->attack.rate_min : 0,
				   top_settings_nodata(&settings->top), &r->suffixes, r->points);
	return err;
}

/* As many threads as are wanted or, where nobody has named a number, can be had. 0 or EXIT_FAILED. */
static int open_counter(struct reading *r)
{
	const struct local_prefixes *local = &r->settings.local;
	unsigned int wanted = (unsigned int)r->settings.threads;
	unsigned int threads = wanted ? wanted : read_threads(r->paths, r->path_count);
	int err;

	/* Queries and responses are matched in the order of time. */
	if (r->config.txn_buckets)
		threads = 1;

	do {
		top_tables_plan(&r->config, threads, SIZE_MAX);
		err = capture_open(&r->counter, &r->config, local->count ? local : NULL,
				   r->suffixes.places, threads);
		threads /= 2;
	} while (err && !wanted && threads);
	if (err)
		log_error("cannot start counting: %s", strerror(-err));
	else
		log_debug("counting by %u threads", r->counter.threads);
	if (!err && r->config.txn_buckets)
		err = capture_transactions_open(&r->transactions, &r->counter, r->suffixes.places);
	return err ? EXIT_FAILED : EXIT_DONE;
}

/* The observation points, and the lists that each has. 0 or -ENOMEM, logged. */
static int make_points(struct reading *r)
{
	const struct top_settings *top = &r->settings.top;
	const struct report_common common = {
		.identity = &r->identity,
		.labels = &r->settings.labels,
		.top = top,
		.guide = r->settings.guide,
	};
	bool sides = r->settings.local.count > 0;

	r->points = sides ? LOCAL_SIDES : 1;
	r->config.points = (uint32_t)r->points;
	for (uint32_t i = 0; i < r->points; i++)
		top_settings_point(top, &r->config, i,
				   top_settings_view(top, r->settings.decap,
						     sides && i != SIDE_NEITHER ? (int)i
										: DIRECTION_COUNT));
	if (alerts_open(&r->alerts, &r->settings.alerts, &r->attacks) == 0 &&
	    report_series_init(&r->series, r->points, &common, &r->alerts) == 0) {
		r->alerts.attacks_alone = !r->settings.alerts_wanted;
		return 0;
	}
	log_error("out of memory");
	return -ENOMEM;
}

/* The keys of all hashes. 0 or a negative errno, logged. */
static int make_keys(struct reading *r)
{
	if (r->settings.seed_random)
		return top_keys_draw(&r->config);
	seed_keys(&r->config, r->settings.seed);
	return 0;
}

/* Whether options allow what they ask for; if not, that is logged. */
static bool transactions_fit(const struct settings *settings)
{
	if (settings->transactions != TRANSACTIONS_ON)
		return true;
	if (!settings->local.count)
		log_error("--transactions on: say with --local which addresses are the observed "
			  "host's, so that queries and responses are told apart by side");
	else if (settings->threads > 1)
		log_error("--transactions on: one thread counts, as queries and responses are "
			  "matched in the order of time: leave out --threads %lu",
			  settings->threads);
	else
		return true;
	return false;
}

static int start(struct reading *r, char **paths, int count)
{
	int status;

	r->paths = paths;
	r->path_count = count;
	r->path = -1;
	r->interface = name_stream(paths, count);
	if (!r->interface) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	if (identity_make(&r->identity) < 0)
		return EXIT_FAILED;
	settings_configure(&r->settings, &r->config);
	if (r->settings.transactions == TRANSACTIONS_ON) {
		transactions_configure(&r->settings, &r->config);
		r->config.txn_apart = 1u << SIDE_NEITHER;
	}
	if (make_points(r) < 0 || make_keys(r) < 0)
		return EXIT_FAILED;
	top_settings_configure(&r->settings.top, &r->config);
	if (open_attacks(r) < 0)
		return EXIT_FAILED;
	if (open_counter(r) != EXIT_DONE)
		return EXIT_FAILED;
	capture_span_init(&r->span, r->settings.alerts_wanted && !r->settings.interval_ns
					    ? r->settings.alert_interval_ns
					    : r->settings.interval_ns);
	progress_init(&r->progress, r->settings.quiet);
	standard_output_init(&r->standard_output, r->settings.output);
	/* These intervals are over before anybody could have read them: they stay. */
	r->standard_output.repaint = false;
	r->standard_output.stopped = &stopped;
	write_now_open();
	catch_signals();
	status = read_files(r);
	standard_output_free(&r->standard_output);
	return status;
}

int cmd_read(int argc, char **argv)
{
	struct reading *r = calloc(1, sizeof(*r));
	int first, status;

	if (!r) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	settings_init(&r->settings);
	first = options_parse(&read_command, argc, argv, &r->settings);
	if (first < 0) {
		status = first == OPTIONS_HELP ? EXIT_DONE : EXIT_USAGE;
	} else if (settings_check(&r->settings) < 0) {
		status = EXIT_USAGE;
	} else if (!transactions_fit(&r->settings)) {
		status = EXIT_USAGE;
	} else if (first == argc) {
		log_error("read takes one or more capture files, or - for standard input; see "
			  "'rcodewatch read --help'");
		status = EXIT_USAGE;
	} else {
		if (r->settings.debug)
			log_debug_enable();
		status = start(r, argv + first, argc - first);
	}
	capture_transactions_close(&r->transactions);
	capture_close(&r->counter);
	report_series_free(&r->series);
	alerts_free(&r->alerts);
	attacks_free(&r->attacks);
	suffixes_free(&r->suffixes);
	settings_free(&r->settings);
	free(r->interface);
	free(r);
	return status;
}
