// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/viewer.h"

#if defined(HAVE_JANSSON) && defined(HAVE_NCURSESW)

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "top/feed.h"
#include "top/keys.h"
#include "top/page.h"
#include "top/terminal.h"
#include "top/ticket.h"
#include "top/view.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/privileges.h"

#define LOOK_MS    250 /* at the size of the terminal, and how old figures are */
#define PLAY_NS    NS_PER_S
#define END_WAIT_S 1 /* for a terminal that takes nothing, when it is to end */

struct viewer {
	struct feed feed;
	struct feed_control control;
	struct feed_child child;
	pthread_t reader, signals;
	struct view view;
	int64_t play_ns;   /* CLOCK_MONOTONIC: of the next interval of a capture */
	atomic_int signal; /* that ends it; 0: none */
	atomic_bool over;
};

/* ---- signals -------------------------------------------------------------------------------- */

static const int ends[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};

static void set_of_ends(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaddset(set, ends[i]);
}

/* In a thread of its own: the other one may wait for a terminal that takes nothing. */
static void *wait_for_signals(void *arg)
{
	struct viewer *viewer = arg;
	sigset_t set;
	int number;

	set_of_ends(&set);
	if (sigwait(&set, &number) != 0)
		return NULL;
	atomic_store(&viewer->signal, number);
	eventfd_write(viewer->feed.wake_fd, 1);
	for (int i = 0; i < 100 * END_WAIT_S && !atomic_load(&viewer->over); i++)
		usleep(10000);
	if (!atomic_load(&viewer->over)) {
		feed_child_stop(&viewer->child);
		_exit(128 + number);
	}
	return NULL;
}

/* ---- the page ---------------------------------------------------------------------------------- */

/* 0 or -ENOMEM. */
static int draw(struct viewer *viewer)
{
	struct page_input input = {
		.ring = &viewer->feed.ring, .view = &viewer->view, .feed = &viewer->feed.status};
	struct canvas canvas;
	int lines, columns, err;

	terminal_size(&lines, &columns);
	err = canvas_init(&canvas, lines, columns, terminal_utf8());
	if (!err) {
		pthread_mutex_lock(&viewer->feed.lock);
		view_follow(&viewer->view, &viewer->feed.ring);
		viewer->view.columns = canvas.columns;
		input.now_ns = clock_wall_ns();
		page_draw(&canvas, &input);
		pthread_mutex_unlock(&viewer->feed.lock);
		terminal_show(&canvas);
	}
	canvas_free(&canvas);
	return err;
}

static void save(struct viewer *viewer)
{
	const struct model *model = ring_get(&viewer->feed.ring, viewer->view.number);
	char name[TICKET_NAME_MAX];
	int err = model ? ticket_write(model, name) : -ENODATA;

	if (!err)
		view_say(&viewer->view, "written: %s, %s", name,
			 model->raw_cut ? "cut, as it is very long" : "for its owner alone");
	else if (err == -ENODATA)
		view_say(&viewer->view,
			 "of this interval only the codes are known: nothing to write");
	else
		view_say(&viewer->view, "cannot write a file here: %s", strerror(-err));
}

static void copy(struct viewer *viewer)
{
	const char *command = view_command(&viewer->view, &viewer->feed.ring);
	char sequence[CLIPBOARD_MAX];

	if (!command)
		view_say(&viewer->view, "there is no command to copy");
	else if (!clipboard_expected(getenv("TERM")))
		view_say(&viewer->view, "this terminal is not known to have a clipboard");
	else if (!clipboard_sequence(sequence, command))
		view_say(&viewer->view, "that command is not plain text: not copied");
	else {
		terminal_send(sequence);
		view_say(&viewer->view, "copied, if the terminal allows it: %s", command);
	}
}

/* All keys that there are. False: it is to end. */
static bool handle_keys(struct viewer *viewer)
{
	int key;

	while ((key = terminal_key()) != TERMINAL_NO_KEY) {
		enum view_action action;

		if (!key)
			continue;
		pthread_mutex_lock(&viewer->feed.lock);
		viewer->view.now_ns = clock_wall_ns();
		action = view_key(&viewer->view, &viewer->feed.ring, key);
		if (action == VIEW_SAVE)
			save(viewer);
		else if (action == VIEW_COPY)
			copy(viewer);
		pthread_mutex_unlock(&viewer->feed.lock);
		if (action == VIEW_QUIT)
			return false;
	}
	return true;
}

static void play(struct viewer *viewer)
{
	int64_t now = clock_mono_ns();

	if (now < viewer->play_ns)
		return;
	viewer->play_ns = now + PLAY_NS;
	pthread_mutex_lock(&viewer->feed.lock);
	view_play(&viewer->view, &viewer->feed.ring);
	pthread_mutex_unlock(&viewer->feed.lock);
}

/* Whether what counts has failed before there was anything to show. */
static bool has_failed(struct viewer *viewer)
{
	bool failed;

	pthread_mutex_lock(&viewer->feed.lock);
	failed = atomic_load(&viewer->child.failed) &&
		 viewer->feed.ring.first == viewer->feed.ring.end;
	pthread_mutex_unlock(&viewer->feed.lock);
	return failed;
}

static void loop(struct viewer *viewer)
{
	struct pollfd files[] = {{.fd = STDIN_FILENO, .events = POLLIN},
				 {.fd = viewer->feed.wake_fd, .events = POLLIN}};
	eventfd_t events;

	while (!atomic_load(&viewer->signal) && !has_failed(viewer)) {
		if (draw(viewer) < 0 || !handle_keys(viewer))
			return;
		/* A key that came meanwhile is in curses' buffer: it is looked at in a quarter of a second. */
		if (poll(files, 2, LOOK_MS) > 0 && files[1].revents)
			eventfd_read(viewer->feed.wake_fd, &events);
		if (files[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			return;
		play(viewer);
		if (!handle_keys(viewer))
			return;
	}
}

/* ---- start and end --------------------------------------------------------------------------------- */

/* 0 or a negative errno, logged. */
static int start_reader(struct viewer *viewer, const struct viewer_source *source)
{
	int err;

	if (source->child)
		err = -pthread_create(&viewer->reader, NULL, feed_child_run, &viewer->child);
	else
		err = -pthread_create(&viewer->reader, NULL, feed_control_run, &viewer->control);
	if (!err)
		err = -pthread_create(&viewer->signals, NULL, wait_for_signals, viewer);
	if (err)
		log_error("cannot start a thread: %s", strerror(-err));
	return err;
}

static int show(struct viewer *viewer, const struct viewer_source *source)
{
	int err = terminal_open();

	if (err) {
		log_error("top needs a terminal whose cursor can be moved%s: 'rcodewatch status' "
			  "and 'run' print text",
			  err == -ENOTTY ? "" : " (out of memory)");
		return EXIT_FAILED;
	}
	err = start_reader(viewer, source);
	if (!err)
		loop(viewer);
	terminal_close();
	atomic_store(&viewer->over, true);
	atomic_store(&viewer->feed.stop, true);
	feed_child_stop(&viewer->child);
	if (!err && has_failed(viewer))
		log_error("%s", viewer->feed.status.text);
	return err || has_failed(viewer) ? EXIT_FAILED : EXIT_DONE;
}

bool viewer_built_in(void)
{
	return true;
}

int viewer_show(const struct viewer_source *source)
{
	/* Its threads look at it until the process ends: one may wait for a monitor's answer. */
	static struct viewer viewer;
	sigset_t set;
	int err = feed_init(&viewer.feed);

	viewer.child.pid_fd = -1;
	view_init(&viewer.view, source->capture);
	set_of_ends(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (!err && source->child)
		err = feed_child_start(&viewer.child, &viewer.feed, source->child);
	if (err) {
		log_error("cannot start: %s", strerror(-err));
		return EXIT_FAILED;
	}
	viewer.control.feed = &viewer.feed;
	if (source->control)
		snprintf(viewer.control.path, sizeof(viewer.control.path), "%s", source->control);
	/* A program that was started may become another user, and is to be ended. */
	if ((source->child ? privileges_keep_ending() : privileges_give_up()) < 0)
		return EXIT_FAILED;
	return show(&viewer, source);
}

#else

bool viewer_built_in(void)
{
	return false;
}

int viewer_show(const struct viewer_source *source)
{
	(void)source;
	return 1;
}

#endif
