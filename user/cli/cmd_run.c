// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/cmd_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/environment.h"
#include "loader/kept_fold.h"
#include "loader/kept_maps.h"
#include "loader/kept_record.h"
#include "loader/kept_step.h"
#include "loader/libbpf_log.h"
#include "util/log.h"
#include "sinks/log_sender.h"
#include "report/names.h"
#include "util/privileges.h"
#include "cli/configuration.h"
#include "cli/option_tables.h"
#include "cli/reload.h"
#include "cli/reporter.h"
#include "cli/run_control.h"
#include "loader/sampler.h"
#include "cli/service_loop.h"
#include "service/notify.h"
#include "report/schedule.h"
#include "loader/watch.h"
#include "loader/watch_open.h"
#include "util/write_now.h"

struct run {
	struct settings settings;
	struct configuration configuration;
	struct watch watch;
	struct bpf_maps maps;
	struct suffixes suffixes;
	struct read_maps source;
	struct sampler sampler;
	struct reporter reports;
	struct run_control control;
	int reloaded; /* status of the last reload */
	struct run_user user;
	struct kept kept; /* over restarts */
	int epoll_fd, signal_fd, timer_fd, end_fd;
	int watchdog_fd;      /* timer of the service manager's watchdog */
	int hangup_fd;        /* SIGHUP, where it does not end it */
	int64_t interval_end; /* of the present interval, by the wall clock */
	bool part_next;       /* the timer fires next within an interval */
	bool part;            /* so was that of the snapshot under way */
	bool done;
	int end_signal; /* 0: it ends for another reason */
	bool goes_on;   /* what is kept counts on after the end, clsact filters, too */
};

/*
 * Lists are taken at least so often, whatever the interval: their rows are counted in 32 bits. Not
 * so shortly before an interval ends, as its own snapshot follows.
 */
#define LISTS_EVERY (60 * NS_PER_S)
#define LISTS_APART (5 * NS_PER_S)

/* The present interval has ended, or the clock was set, if @anew. */
static int arm_next(struct run *run, bool anew)
{
	int64_t now = clock_wall_ns(), part = schedule_next(now, LISTS_EVERY);

	if (anew)
		run->interval_end = schedule_next(now, run->settings.step_ns);
	run->part_next = part < run->interval_end - LISTS_APART;
	return schedule_arm(run->timer_fd, run->part_next ? part : run->interval_end);
}

static bool enough(const struct run *run)
{
	return run->settings.count && run->reports.batches >= run->settings.count;
}

/* With what reporter_show() or reporter_notices() gave. EXIT_DONE, or EXIT_FAILED after telling why. */
static int reported(struct run *run, int err)
{
	if (err == -EPIPE) /* the reader has had enough: no failure of ours */
		run->done = true;
	else if (err && err != -EIO)
		log_error("cannot make the report: %s", strerror(-err));
	else if (!err && enough(run))
		run->done = true;
	return err && err != -EPIPE ? EXIT_FAILED : EXIT_DONE;
}

/* EXIT_DONE, or EXIT_FAILED after telling why. */
static int collect_and_report(struct run *run, bool last)
{
	int err = sampler_collect(&run->sampler);

	if (err) {
		log_error("cannot read the counters: %s", strerror(-err));
		return EXIT_FAILED;
	}
	if (run->part && !last) {
		err = reporter_gather(&run->reports, &run->sampler.now);
		if (err)
			log_error("cannot merge lists: %s", strerror(-err));
		return err ? EXIT_FAILED : EXIT_DONE;
	}
	kept_record_write(&run->kept, &run->source, &run->sampler.now);
	watch_check(&run->watch, &run->maps);
	reporter_hooks(&run->reports, &run->watch);
	if (run->settings.sinks.count || run->settings.verbose || run->settings.debug)
		kernel_cost_read(&run->maps, &run->reports.cost);
	return reported(run, reporter_show(&run->reports, &run->watch, &run->maps.config,
					   &run->sampler.now, last));
}

static int on_timer(struct run *run)
{
	uint64_t times;
	ssize_t got = read(run->timer_fd, &times, sizeof(times));

	if (got < 0 && errno == EAGAIN)
		return EXIT_DONE;
	/* If the clock was set (ECANCELED) only the alignment changes, no report is due. */
	if (got >= 0 && sampler_request(&run->sampler))
		run->part = run->part_next;
	return arm_next(run, got < 0 || !run->part_next) < 0 ? EXIT_FAILED : EXIT_DONE;
}

/*
 * A signal, or the end of --duration. Pins stay until they are removed. The service manager's store is for
 * restarts, of which SIGUSR1 tells (RestartKillSignal=): after an end it goes, and so must filters, which are no links.
 */
static int end(struct run *run, int fd)
{
	struct signalfd_siginfo signal = {0};

	if (fd == run->signal_fd && read(fd, &signal, sizeof(signal)) != sizeof(signal))
		return EXIT_DONE;
	if (fd == run->end_fd)
		log_debug("ending: --duration is over");
	else
		log_debug("ending: by a signal, number %u", signal.ssi_signo);
	run->done = true;
	run->end_signal = (int)signal.ssi_signo;
	return EXIT_DONE;
}

/* EXIT_DONE, or EXIT_FAILED after telling why. */
static int reload_run(struct run *run, struct reload *result)
{
	struct reload request = {
		.settings = &run->settings,
		.configuration = &run->configuration,
		.reports = &run->reports,
		.sampler = &run->sampler,
		.suffixes = &run->suffixes,
	};

	log_debug("the configuration is read again, and sinks open their files anew");
	notify_reloading();
	if (reload(&request) < 0)
		return EXIT_FAILED;
	if (result)
		*result = request;
	service_loop_ready(&run->watch);
	return arm_next(run, true) < 0 ? EXIT_FAILED : EXIT_DONE;
}

/* For a client of the control socket. */
static bool reload_asked(void *arg, char text[RELOAD_TEXT_MAX])
{
	struct reload result = {.refused = true};
	struct run *run = arg;

	run->reloaded = reload_run(run, &result);
	memcpy(text, result.text, sizeof(result.text));
	return !result.refused;
}

static int handle(struct run *run, int fd)
{
	if (fd == run->timer_fd)
		return on_timer(run);
	if (fd == run->sampler.done_fd)
		return collect_and_report(run, false);
	if (fd == netlink_fd(&run->watch.changes)) {
		log_debug("some interface has changed");
		watch_refresh(&run->watch, &run->maps);
		reporter_hooks(&run->reports, &run->watch);
		return EXIT_DONE;
	}
	if (fd == run_control_fd(&run->control)) {
		run_control_answer(&run->control);
		return run->reloaded;
	}
	if (fd == run->reports.sinks.notice_fd)
		return reported(run, reporter_notices(&run->reports));
	if (fd == run->watchdog_fd) {
		service_loop_beat(fd, &run->sampler);
		return EXIT_DONE;
	}
	if (fd == run->hangup_fd) {
		struct signalfd_siginfo signal;

		return read(fd, &signal, sizeof(signal)) == sizeof(signal) ? reload_run(run, NULL)
									   : EXIT_DONE;
	}
	return end(run, fd);
}

static int loop(struct run *run)
{
	int status = EXIT_DONE;

	while (!run->done && status == EXIT_DONE) {
		struct epoll_event event;
		int ready = epoll_wait(run->epoll_fd, &event, 1, -1);

		if (ready > 0)
			status = handle(run, event.data.fd);
		else if (ready < 0 && errno != EINTR)
			status = EXIT_FAILED;
	}
	return status;
}

static int add(const struct run *run, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(run->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

/* Block the signals that the loop reads, before any thread starts. */
static int open_signals(struct run *run)
{
	bool reopen = sink_specs_reopen(&run->settings.sinks) ||
		      run->configuration.config.file_count > 0;
	struct sigaction hangup;
	sigset_t set, other;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	/* A closed terminal ends it, unless nohup(1) has said otherwise: blocked, even an ignored
	 * signal would come in. */
	if (!reopen && sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
		sigaddset(&set, SIGHUP);
	if (kept_active(&run->kept))
		sigaddset(&set, SIGUSR1);
	sigemptyset(&other);
	if (reopen)
		sigaddset(&other, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || sigprocmask(SIG_BLOCK, &other, NULL) < 0)
		return -errno;
	run->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	run->hangup_fd = signalfd(-1, &other, SFD_CLOEXEC | SFD_NONBLOCK);
	return run->signal_fd < 0 || run->hangup_fd < 0 ? -errno : 0;
}

static int open_loop(struct run *run)
{
	const struct itimerspec end = {
		.it_value = {.tv_sec = run->settings.duration_ns / NS_PER_S,
			     .tv_nsec = run->settings.duration_ns % NS_PER_S},
	};

	run->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	run->timer_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	run->end_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	run->watchdog_fd = service_loop_open();
	if (run->epoll_fd < 0 || run->timer_fd < 0 || run->end_fd < 0 || run->watchdog_fd < 0)
		return -errno;
	if (timerfd_settime(run->end_fd, 0, &end, NULL) < 0)
		return -errno;
	if (add(run, run->signal_fd) || add(run, run->timer_fd) || add(run, run->end_fd) ||
	    add(run, netlink_fd(&run->watch.changes)) || add(run, run->sampler.done_fd) ||
	    add(run, run->hangup_fd) || add(run, run->watchdog_fd) ||
	    add(run, run->reports.sinks.notice_fd))
		return -errno;
	if (run_control_fd(&run->control) >= 0 && add(run, run_control_fd(&run->control)))
		return -errno;
	return arm_next(run, true);
}

/* Detach, or let what is kept go on. */
static void leave(struct run *run)
{
	if (kept_active(&run->kept))
		watch_release(&run->watch, run->goes_on);
	else
		watch_detach(&run->watch);
}

/* The last report holds what came in since the one before, until the programs were detached. */
static int finish(struct run *run)
{
	int status = EXIT_DONE;

	notify_send("STOPPING=1");
	run->goes_on = run->kept.keep.place == KEEP_PINS || run->end_signal == SIGUSR1;
	if (run->sampler.busy)
		status = collect_and_report(run, false);
	leave(run);
	if (status == EXIT_DONE && !enough(run)) {
		sampler_request(&run->sampler);
		status = collect_and_report(run, true);
	}
	if (!run->goes_on)
		reporter_detached(&run->reports, &run->watch);
	return status;
}

static int watch_loop(struct run *run)
{
	int err, status;

	err = open_loop(run);
	if (err) {
		log_error("cannot set up the event loop: %s", strerror(-err));
		return EXIT_FAILED;
	}
	status = loop(run);
	if (status == EXIT_DONE)
		status = finish(run);
	return status;
}

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

	if (!err)
		err = reporter_start(&run->reports);
	return err ? err : run_control_start(&run->control);
}

static int run_watching(struct run *run)
{
	int status = EXIT_FAILED;

	if (privileges_call_without(start_reports, run) == 0 &&
	    sampler_start(&run->sampler, &run->source, top_keep(run->settings.top.rows)) == 0) {
		reporter_hooks(&run->reports, &run->watch);
		service_loop_ready(&run->watch);
		if (run->kept.now.state)
			run->kept.now.state->announced = 1;
		status = watch_loop(run);
		run_control_close(&run->control);
		sampler_stop(&run->sampler);
	}
	return status;
}

static int open_reports(void *arg)
{
	struct run *run = arg;
	int err = reporter_open(&run->reports, &run->settings, &run->suffixes, &run->kept,
				run->maps.config.points);

	if (err)
		return err;
	run->reports.files = &run->configuration.config;
	run->control = (struct run_control){
		.reports = &run->reports,
		.watch = &run->watch,
		.maps = &run->maps,
		.reload = reload_asked,
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
 * With the programs loaded: drop privileges, open what reports go to, attach, loop. In this order, as only
 * loading needs more than what is kept for attaching again. So files are opened by the user who opens them
 * again later, libraries read them and begin without capabilities, and what is wrong with them is found
 * before any link is touched.
 */
static int run_attached(struct run *run)
{
	int status = EXIT_FAILED;

	watch_look(&run->watch);
	if (privileges_drop(&run->user) < 0 || privileges_call_without(open_reports, run) < 0)
		return EXIT_FAILED;
	/* Where it ends in an error, the next start finds what this one has kept. */
	run->goes_on = true;
	if (watch_attach(&run->watch, &run->maps) == 0) {
		tell_lists(run);
		if (resume(run) == 0)
			status = run_watching(run);
		leave(run);
	}
	run_control_close(&run->control);
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

static void close_all(const struct run *run)
{
	const int fds[] = {run->epoll_fd, run->signal_fd, run->timer_fd,
			   run->end_fd,   run->hangup_fd, run->watchdog_fd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
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

static int start(struct run *run)
{
	struct bpf_wants wants = {.memory_max = run->settings.memory_max, .kept = &run->kept};
	struct hook_config config = {0};
	struct suffixes_wanted suffixes = {run, &config};
	int status, err;

	err = open_signals(run);
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
	if (privileges_call_without(open_suffixes, &suffixes) < 0 ||
	    bpf_maps_open(&run->maps, &config, &wants) < 0)
		return EXIT_FAILED;
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
	int result; /* of configuration_read() */
};

/* Files are read here, also those that options name. */
static int read_configuration(void *arg)
{
	struct arguments *a = arg;

	a->result = configuration_read(&a->run->configuration, &run_command, a->argc, a->argv,
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
	return kept_open(&run->kept, folder, user->change ? user->uid : geteuid(),
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

int cmd_run(int argc, char **argv)
{
	struct run *run = calloc(1, sizeof(*run));
	int err, status;

	if (!run) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	signal(SIGPIPE, SIG_IGN);
	if (notify_open() < 0) {
		free(run);
		return EXIT_FAILED;
	}
	write_now_open();
	log_never_wait();
	run->epoll_fd = run->signal_fd = run->timer_fd = run->end_fd = -1;
	run->hangup_fd = run->watchdog_fd = -1;
	settings_init(&run->settings);
	err = configure(run, argc, argv);
	if (err) {
		configuration_free(&run->configuration);
		settings_free(&run->settings);
		free(run);
		return err == OPTIONS_HELP ? EXIT_DONE : EXIT_USAGE;
	}
	if (run->settings.debug)
		log_debug_enable();
	libbpf_log_init(run->settings.verbose || run->settings.debug);
	status = open_watch(run);
	if (status == EXIT_DONE)
		status = start(run);
	close_all(run);
	suffixes_free(&run->suffixes);
	configuration_free(&run->configuration);
	settings_free(&run->settings);
	kept_close(&run->kept);
	free(run);
	notify_close();
	log_sender_stop();
	return status;
}
