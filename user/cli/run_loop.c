// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/run_loop.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "cli/reload.h"
#include "cli/service_loop.h"
#include "loader/kept_record.h"
#include "report/schedule.h"
#include "service/notify.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/process.h"

/*
 * Lists are taken at least so often, whatever the interval: their rows are counted in 32 bits. Not
 * so shortly before an interval ends, as its own snapshot follows.
 */
#define LISTS_EVERY (60 * NS_PER_S)
#define LISTS_APART (5 * NS_PER_S)
/* Likewise where transactions are swept, more often. */
#define SWEEPS_APART (NS_PER_S)

/* The present interval has ended, or the clock was set, if @anew. */
static int arm_next(struct run *run, bool anew)
{
	bool sweeps = run->maps.config.txn_buckets != 0;
	int64_t now = clock_wall_ns(), part;

	part = schedule_next(now, sweeps ? TXN_SWEEP_EVERY : LISTS_EVERY);
	if (anew)
		run->interval_end = schedule_next(now, run->settings.step_ns);
	run->part_next = part < run->interval_end - (sweeps ? SWEEPS_APART : LISTS_APART);
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
		.last_good = &run->last_good,
		.reports = &run->reports,
		.sampler = &run->sampler,
	};

	log_debug("the configuration is read again, and sinks open their files anew");
	notify_reloading();
	if (reload(&request) < 0)
		return EXIT_FAILED;
	if (result)
		*result = request;
	service_loop_ready(&run->watch, &run->configuration.config);
	return arm_next(run, true) < 0 ? EXIT_FAILED : EXIT_DONE;
}

bool run_reload_asked(void *arg, char text[RELOAD_TEXT_MAX])
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
	if (fd == run->attacher.socket) {
		attacher_look(&run->attacher);
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

int run_signals_open(struct run *run)
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
	if (run->attacher.socket >= 0 && add(run, run->attacher.socket))
		return -errno;
	if (run_control_fd(&run->control) >= 0 && add(run, run_control_fd(&run->control)))
		return -errno;
	return arm_next(run, true);
}

void run_detach(struct run *run)
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

	notify_try("STOPPING=1");
	run->goes_on = run->kept.keep.place == KEEP_PINS || run->end_signal == SIGUSR1;
	if (run->sampler.busy)
		status = collect_and_report(run, false);
	run_detach(run);
	if (status == EXIT_DONE && !enough(run)) {
		sampler_request(&run->sampler);
		status = collect_and_report(run, true);
	}
	if (!run->goes_on)
		reporter_detached(&run->reports, &run->watch);
	return status;
}

int run_loop(struct run *run)
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

void run_loop_close(const struct run *run)
{
	const int fds[] = {run->epoll_fd, run->signal_fd, run->timer_fd,
			   run->end_fd,   run->hangup_fd, run->watchdog_fd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}
