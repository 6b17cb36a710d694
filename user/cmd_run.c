// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cmd_run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "identity.h"
#include "libbpf_log.h"
#include "log.h"
#include "names.h"
#include "privileges.h"
#include "rates.h"
#include "sampler.h"
#include "schedule.h"
#include "screen.h"
#include "watch.h"

struct run {
	struct settings settings;
	struct watch watch;
	struct kernel_maps maps;
	struct source_maps source;
	struct sampler sampler;
	struct snapshot_set before;
	struct identity identity;
	struct screen screen;
	struct report report;
	uint64_t seq;
	int64_t due_ns; /* the wall clock's time of the next report */
	int epoll_fd, signal_fd, timer_fd, end_fd, changes_fd;
	bool done;
};

static int64_t wall_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int arm_next(struct run *run)
{
	run->due_ns = schedule_next(wall_now(), settings_interval_ns(&run->settings));
	return schedule_arm(run->timer_fd, run->due_ns);
}

/* A report for each interface and direction from the snapshots that the sampler has ready. */
static int report_all(struct run *run)
{
	int err = 0;

	run->seq++;
	for (uint32_t i = 0; i < run->watch.count && !err; i++)
		for (int d = 0; d < DIRECTION_COUNT && !err; d++) {
			const struct watched *w = &run->watch.interface[i];
			uint32_t slot = run->maps.config.slot[i][d];

			if (slot == NO_SLOT)
				continue;
			run->report.host = run->identity.host;
			run->report.instance = run->identity.instance;
			run->report.seq = run->seq;
			run->report.interface = w->name;
			run->report.direction = direction_names[d];
			run->report.hook = hook_name(w->hook[d]);
			rates_report(&run->before.slot[slot], &run->sampler.now.slot[slot],
				     &run->report);
			err = screen_add(&run->screen, &run->report);
			if (!err)
				err = snapshot_copy(&run->before.slot[slot],
						    &run->sampler.now.slot[slot]);
		}
	if (!err)
		err = screen_show(&run->screen);
	return err;
}

/* EXIT_DONE, or EXIT_FAILED after telling why. */
static int collect_and_report(struct run *run)
{
	int err = sampler_collect(&run->sampler);

	if (err) {
		log_error("cannot read the counters: %s", strerror(-err));
		return EXIT_FAILED;
	}
	watch_check(&run->watch);
	err = report_all(run);
	if (err == -EPIPE) { /* the reader has had enough: no failure of ours */
		run->done = true;
		return EXIT_DONE;
	}
	if (err == -EINTR) {
		log_error("cannot write the last report: whatever reads standard output does not");
		return EXIT_FAILED;
	}
	if (err) {
		log_error("cannot write the report: %s", strerror(-err));
		return EXIT_FAILED;
	}
	if (run->settings.count && run->seq >= run->settings.count)
		run->done = true;
	return EXIT_DONE;
}

static int on_timer(struct run *run)
{
	uint64_t times;
	ssize_t got = read(run->timer_fd, &times, sizeof(times));

	if (got < 0 && errno == EAGAIN)
		return EXIT_DONE;
	/* If the clock was set (ECANCELED) only the alignment changes, no report is due. */
	if (got >= 0)
		sampler_request(&run->sampler);
	return arm_next(run) < 0 ? EXIT_FAILED : EXIT_DONE;
}

static int handle(struct run *run, int fd)
{
	if (fd == run->timer_fd)
		return on_timer(run);
	if (fd == run->sampler.done_fd)
		return collect_and_report(run);
	if (fd == run->changes_fd) {
		watch_changes_drain(fd);
		watch_refresh(&run->watch, &run->maps);
		return EXIT_DONE;
	}
	run->done = true; /* a signal, or the end of --duration */
	return EXIT_DONE;
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
	struct sigaction hangup;
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	/* A closed terminal ends it, unless nohup(1) has said otherwise: blocked, even an ignored
	 * signal would come in. */
	if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
		sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	run->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return run->signal_fd < 0 ? -errno : 0;
}

static int open_loop(struct run *run)
{
	const struct itimerspec end = {
		.it_value = {.tv_sec = run->settings.duration_ns / 1000000000,
			     .tv_nsec = run->settings.duration_ns % 1000000000},
	};

	run->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	run->timer_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	run->end_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (run->epoll_fd < 0 || run->timer_fd < 0 || run->end_fd < 0)
		return -errno;
	if (timerfd_settime(run->end_fd, 0, &end, NULL) < 0)
		return -errno;
	if (add(run, run->signal_fd) || add(run, run->timer_fd) || add(run, run->end_fd) ||
	    add(run, run->changes_fd) || add(run, run->sampler.done_fd))
		return -errno;
	return arm_next(run);
}

/* The last report holds what came in since the one before, up to the moment of detaching. */
static int finish(struct run *run)
{
	int status = EXIT_DONE;

	if (run->sampler.busy)
		status = collect_and_report(run);
	watch_detach(&run->watch);
	if (status == EXIT_DONE && !(run->settings.count && run->seq >= run->settings.count)) {
		sampler_request(&run->sampler);
		status = collect_and_report(run);
	}
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

static void start_of_counting(struct run *run)
{
	struct timespec mono;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	for (size_t i = 0; i < run->before.slots; i++) {
		run->before.slot[i].wall_ns = wall_now();
		run->before.slot[i].mono_ns = (int64_t)mono.tv_sec * 1000000000 + mono.tv_nsec;
	}
}

/* With the maps loaded: attach, drop privileges, loop. */
static int run_attached(struct run *run)
{
	int status = EXIT_FAILED;

	if (snapshot_set_init(&run->before, run->maps.config.slots) < 0) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	start_of_counting(run);
	if (watch_attach(&run->watch, &run->maps) == 0) {
		if (privileges_drop() == 0 && sampler_start(&run->sampler, &run->source) == 0) {
			status = watch_loop(run);
			sampler_stop(&run->sampler);
		}
		watch_detach(&run->watch);
	}
	snapshot_set_free(&run->before);
	return status;
}

static int run_loaded(struct run *run)
{
	int status;

	if (source_maps_open(&run->source, &run->maps) < 0)
		return EXIT_FAILED;
	run->changes_fd = watch_changes_open();
	status = run->changes_fd < 0 ? EXIT_FAILED : run_attached(run);
	source_maps_close(&run->source);
	return status;
}

static void close_all(const struct run *run)
{
	const int fds[] = {run->epoll_fd, run->signal_fd, run->timer_fd, run->end_fd,
			   run->changes_fd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int start(struct run *run)
{
	struct kernel_wants wants = {.memory_max = run->settings.memory_max};
	struct hook_config config = {0};
	int status, err;

	err = open_signals(run);
	if (err) {
		log_error("cannot set up signals: %s", strerror(-err));
		return EXIT_FAILED;
	}
	if (identity_make(&run->identity) < 0)
		return EXIT_FAILED;
	settings_configure(&run->settings, &config);
	if (random_bytes(config.flow_seed, sizeof(config.flow_seed)) < 0)
		return EXIT_FAILED;
	watch_configure(&run->watch, &config, &wants);
	if (kernel_maps_open(&run->maps, &config, &wants) < 0)
		return EXIT_FAILED;
	screen_init(&run->screen, run->settings.output);
	run->screen.interrupt_fd = run->signal_fd;
	status = run_loaded(run);
	screen_free(&run->screen);
	kernel_maps_close(&run->maps);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run *run = calloc(1, sizeof(*run));
	int first, status;

	if (!run) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	run->epoll_fd = run->signal_fd = run->timer_fd = run->end_fd = run->changes_fd = -1;
	settings_init(&run->settings);
	first = options_parse(&run_command, argc, argv, &run->settings);
	if (first < 0 || settings_check(&run->settings) < 0) {
		free(run);
		return first == OPTIONS_HELP ? EXIT_DONE : EXIT_USAGE;
	}
	libbpf_log_init(run->settings.verbose);
	status = watch_open(&run->watch, &run->settings, argv + first, argc - first);
	if (status == EXIT_DONE)
		status = start(run);
	close_all(run);
	free(run);
	return status;
}
