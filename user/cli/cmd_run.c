// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/cmd_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/environment.h"
#include "loader/kept_fold.h"
#include "loader/kept_maps.h"
#include "loader/kept_record.h"
#include "loader/kept_step.h"
#include "loader/kept_txn.h"
#include "attacher/libbpf_log.h"
#include "util/log.h"
#include "util/log_journal.h"
#include "sinks/log_sender.h"
#include "report/names.h"
#include "util/privileges.h"
#include "util/seccomp_filter.h"
#include "cli/option_tables.h"
#include "cli/run.h"
#include "cli/run_loop.h"
#include "cli/run_transactions.h"
#include "cli/service_loop.h"
#include "service/notify.h"
#include "loader/watch_open.h"
#include "util/write_now.h"

/* What the memory buys. */
static void tell_lists(const struct run *run)
{
	const struct hook_config *config = &run->maps.config;
	char text[256] = "";
	size_t used = 0;

	for (size_t d = 0; d < TOP_DIMENSIONS; d++)
		if (config->top_sets[d])
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%u %s",
						 used ? ", " : "", config->top_sets[d] * TOP_WAYS,
						 top_dimension_names[d]);
	if (!run->settings.quiet && run->settings.top.rows && !run->suffixes.places)
		log_info("no public suffix list is installed (package publicsuffix): zones whose "
			 "answers bring no SOA are shown by two labels");
	if (used && (run->settings.verbose || run->settings.debug))
		log_info("lists are made from tables of %s for each CPU; counters and lists take "
			 "%zu of %zu MiB",
			 text, (run->maps.memory >> 20) + 1, run->settings.memory_max >> 20);
}

static int start_reports(void *arg)
{
	struct run *run = arg;
	int err = log_sender_start();

	if (err)
		return err;
	last_good_start(&run->last_good);
	err = reporter_start(&run->reports);
	return err ? err : run_control_start(&run->control);
}

/*
 * Packets are counted: load what interfaces that come may need. With --no-reattach all is attached that ever will
 * be. 0 or a negative errno, logged. Counting goes on where the attacher has ended, which was logged.
 */
static int finish_attaching(struct run *run)
{
	int err;

	if (!run->settings.no_reattach) {
		err = bpf_maps_load_rest(&run->maps, &run->attacher, &run->kept);
		return err == -EPIPE ? 0 : err;
	}
	err = attacher_finish(&run->attacher, watch_has_filters(&run->watch));
	if (err)
		log_error("cannot end the process that attaches: %s", strerror(-err));
	return err;
}

/* What is in force is kept, unless it was kept before: then sinks are told. */
static void tell_last_good(struct run *run)
{
	const struct config *config = &run->configuration.config;
	char reason[CONFIG_ERROR_MAX + 64];
	const struct event event = {.kind = EVENT_CONFIG_LAST_GOOD, .reason = reason};

	if (!config->kept_by[0]) {
		last_good_keep(&run->last_good, config, configuration_path(&run->configuration));
		return;
	}
	snprintf(reason, sizeof(reason), "the last good configuration is used: %s", config->fault);
	sinks_event(&run->reports.sinks, &event);
}

static int run_watching(struct run *run)
{
	int status = EXIT_FAILED;

	run->attacher.all_attached = true;
	if (finish_attaching(run) == 0 && privileges_call_without(start_reports, run) == 0 &&
	    sampler_start(&run->sampler, &run->source, top_keep(run->settings.top.rows)) == 0) {
		reporter_hooks(&run->reports, &run->watch);
		tell_last_good(run);
		service_loop_ready(&run->watch, &run->configuration.config);
		if (run->kept.now.state)
			run->kept.now.state->announced = 1;
		status = run_loop(run);
		run_control_close(&run->control);
		sampler_stop(&run->sampler);
	}
	return status;
}

/* One that cannot be used was named by reporter_open(). */
static void open_last_good(struct run *run)
{
	char folder[PATH_MAX], why[STATE_FILE_WHY_MAX];

	if (settings_state_folder(&run->settings, folder))
		last_good_open(&run->last_good, folder, why);
}

static int open_reports(void *arg)
{
	struct run *run = arg;
	int err = reporter_open(&run->reports, &run->settings, &run->suffixes, &run->kept,
				run->maps.config.points);

	if (err)
		return err;
	open_last_good(run);
	run->reports.files = &run->configuration.config;
	run->reports.no_transactions = run->no_transactions;
	run->control = (struct run_control){
		.reports = &run->reports,
		.watch = &run->watch,
		.maps = &run->maps,
		.reload = run_reload_asked,
		.run = run,
	};
	err = run_control_open(&run->control, &run->settings);
	if (err)
		reporter_close(&run->reports);
	return err;
}

/*
 * All links have this run's programs: what only earlier runs needed goes, and counting and reports go on
 * where these have ended. 0 or a negative errno, logged.
 */
static int resume(struct run *run)
{
	struct snapshot_set before = {0};
	bool lists = false;
	int err;

	if (!kept_active(&run->kept))
		return 0;
	watch_sweep(&run->watch);
	kept_maps_sweep(&run->kept, &run->maps);
	err = keep_sync(&run->kept.keep);
	kept_step("attached");
	if (!err)
		err = kept_fold(&run->kept, &run->source);
	if (err || !run->kept.olds)
		return err;
	err = snapshot_set_init(&before, run->maps.config.points);
	if (!err)
		err = kept_record_resume(&run->kept, &run->source, &before, &lists);
	if (!err)
		err = reporter_resume(&run->reports, &before);
	snapshot_set_free(&before);
	if (err) {
		log_error("cannot go on where the last run has ended: %s", strerror(-err));
		return err;
	}
	if (!run->settings.quiet)
		log_info("counting goes on without a gap%s",
			 kept_anew(&run->kept) ? "; lists and TCP streams begin anew"
			 : lists               ? ""
					       : "; lists begin anew");
	return 0;
}

/*
 * With the programs loaded: open what reports go to, attach, loop. In this order, so that what is wrong with files and
 * libraries is found before any link is touched.
 */
static int run_attached(struct run *run)
{
	int status = EXIT_FAILED;

	if (privileges_call_without(open_reports, run) < 0)
		return EXIT_FAILED;
	/* Where it ends in an error, the next start finds what this one has kept. */
	run->goes_on = true;
	kept_txn_switch(&run->kept);
	if (watch_attach(&run->watch, &run->maps) == 0) {
		tell_lists(run);
		if (resume(run) == 0)
			status = run_watching(run);
		run_detach(run);
	}
	run_control_close(&run->control);
	last_good_close(&run->last_good);
	if (reporter_close(&run->reports) != EXIT_DONE && status == EXIT_DONE)
		status = EXIT_FAILED;
	return status;
}

static int run_loaded(struct run *run)
{
	int status;

	if (read_maps_open(&run->source, &run->maps) < 0)
		return EXIT_FAILED;
	status = watch_changes_open(&run->watch) < 0 ? EXIT_FAILED : run_attached(run);
	watch_changes_close(&run->watch);
	read_maps_close(&run->source);
	return status;
}

static void configure_lists(const struct run *run, struct hook_config *config)
{
	const struct top_settings *top = &run->settings.top;

	for (uint32_t i = 0; i < config->interfaces; i++)
		for (int d = 0; d < DIRECTION_COUNT; d++)
			if (config->point[i][d] != UNASSIGNED)
				top_settings_point(top, config, config->point[i][d],
						   top_settings_view(top, run->settings.decap, d));
	top_settings_configure(top, config);
}

struct suffixes_wanted {
	struct run *run;
	struct hook_config *config;
};

/* Without lists nobody asks for zones. */
static int open_suffixes(void *arg)
{
	const struct suffixes_wanted *wanted = arg;
	const struct settings *settings = &wanted->run->settings;

	if (!settings->top.rows)
		return 0;
	return suffixes_open(&wanted->run->suffixes, wanted->config, settings->attack.suffix_list);
}

/*
 * What the main process has privileges for is done: the rest is the attacher's. Files are opened from now on by the user who opens
 * them again later. 0 or a negative errno, logged.
 */
static int give_up_privileges(struct run *run)
{
	const struct settings *settings = &run->settings;
	int err;

	watch_look(&run->watch);
	err = privileges_drop(&run->user);
	if (!err)
		err = attacher_become(&run->attacher, &run->user, settings->debug,
				      settings->verbose || settings->debug);
	if (!err)
		seccomp_filter_main();
	return err;
}

static int start(struct run *run)
{
	struct bpf_wants wants = {
		.memory_max = run->settings.memory_max,
		.kept = &run->kept,
		.attacher = &run->attacher,
	};
	struct hook_config config = {0};
	struct suffixes_wanted suffixes = {run, &config};
	int status, err;

	if (give_up_privileges(run) < 0)
		return EXIT_FAILED;
	err = run_signals_open(run);
	if (err) {
		log_error("cannot set up signals: %s", strerror(-err));
		return EXIT_FAILED;
	}
	settings_configure(&run->settings, &config);
	if (top_keys_draw(&config) < 0)
		return EXIT_FAILED;
	kept_use_keys(&run->kept, &config);
	watch_configure(&run->watch, &config, &wants);
	for (uint32_t i = 0; i < run->watch.count; i++)
		memcpy(wants.interface[i], run->watch.interface[i].name,
		       sizeof(wants.interface[i]));
	configure_lists(run, &config);
	wants.needs_transactions = run->settings.transactions == TRANSACTIONS_ON;
	if (run_transactions_configure(&run->settings, &run->attacher, &config,
				       &wants.clock_ahead_ns, &run->no_transactions) < 0)
		return EXIT_FAILED;
	if (privileges_call_without(open_suffixes, &suffixes) < 0 ||
	    bpf_maps_open(&run->maps, &config, &wants) < 0)
		return EXIT_FAILED;
	if (!run->no_transactions && !run->maps.config.txn_buckets)
		run->no_transactions = "the programs that do so do not load, or --memory leaves no "
				       "room: a warning at the start says which";
	if (run->suffixes.places)
		memcpy(run->maps.suffixes, run->suffixes.places,
		       config.suffixes * sizeof(*run->suffixes.places));
	status = run_loaded(run);
	bpf_maps_close(&run->maps);
	return status;
}

struct arguments {
	int argc;
	char **argv;
	struct run *run;
	int result; /* of configuration_start() */
};

/* Files are read here, also those that options name. */
static int read_configuration(void *arg)
{
	struct arguments *a = arg;

	a->result = configuration_start(&a->run->configuration, &run_command, a->argc, a->argv,
					&a->run->settings);
	return 0;
}

/* 0, OPTIONS_HELP or OPTIONS_USAGE. */
static int configure(struct run *run, int argc, char **argv)
{
	struct arguments arguments = {.argc = argc, .argv = argv, .run = run};

	if (privileges_call_without(read_configuration, &arguments) < 0)
		return OPTIONS_USAGE;
	return arguments.result;
}

/* 0 or a negative errno, logged. */
static int open_kept(struct run *run)
{
	const char *folder = run->settings.pin[0] ? run->settings.pin : NULL;
	const struct run_user *user = &run->user;
	char why[OPTION_WHY_MAX];

	if (folder && environment_refuses_file(why)) {
		log_error("--pin %s: %s", folder, why);
		return -EPERM;
	}
	return kept_open(&run->kept, &run->attacher, folder, user->change ? user->uid : geteuid(),
			 user->change ? user->gid : getegid());
}

/* EXIT_DONE, or the status of an error that was logged. */
static int open_watch(struct run *run)
{
	const struct settings *settings = &run->settings;
	struct watch_settings choice = {
		.mode = settings->mode,
		.quiet = settings->quiet,
		.kept = &run->kept,
		.attacher = &run->attacher,
	};
	int status;

	for (int d = 0; d < DIRECTION_COUNT; d++)
		choice.direction[d] = settings->directions >> d & 1;
	status = run_user_find(&run->user, settings->user[0] ? settings->user : NULL);
	if (status != EXIT_DONE)
		return status;
	if (open_kept(run) < 0)
		return EXIT_FAILED;
	return watch_open(&run->watch, &choice, run->configuration.names, run->configuration.count);
}

/* All but the attacher's process, which was started with nothing open. */
static int run_beside(struct run *run, int argc, char **argv)
{
	int err, status;

	if (notify_open() < 0)
		return EXIT_FAILED;
	write_now_open();
	log_never_wait();
	log_journal_open();
	run->epoll_fd = run->signal_fd = run->timer_fd = run->end_fd = -1;
	run->hangup_fd = run->watchdog_fd = -1;
	settings_init(&run->settings);
	err = configure(run, argc, argv);
	if (err) {
		configuration_free(&run->configuration);
		settings_free(&run->settings);
		notify_close();
		return err == OPTIONS_HELP ? EXIT_DONE : EXIT_USAGE;
	}
	if (run->settings.debug)
		log_debug_enable();
	libbpf_log_init(run->settings.verbose || run->settings.debug);
	status = open_watch(run);
	if (status == EXIT_DONE)
		status = start(run);
	run_loop_close(run);
	suffixes_free(&run->suffixes);
	configuration_free(&run->configuration);
	settings_free(&run->settings);
	kept_close(&run->kept);
	notify_close();
	log_sender_stop();
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run *run = calloc(1, sizeof(*run));
	int status;

	if (!run) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	signal(SIGPIPE, SIG_IGN);
	if (attacher_open(&run->attacher) < 0) {
		free(run);
		return EXIT_FAILED;
	}
	status = run_beside(run, argc, argv);
	attacher_close(&run->attacher);
	free(run);
	return status;
}
