// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Models of a program of ours that is started for that, and prints JSON lines. */
#ifdef HAVE_JANSSON

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "format/formatter.h"
#include "top/feed.h"
#include "top/model_read.h"
#include "util/clock.h"

/* The lines of an interval come together: without another one for so long, it is whole. */
#define WHOLE_MS 150
/* How long it gets to end by itself. */
#define END_MS 3000

struct input {
	char *data;
	size_t size;
	bool skip; /* the rest of a line that is too long */
};

/* ---- its start and end ------------------------------------------------------------------------ */

/* In the new process. */
static void become_child(int out, int err, char *const argv[])
{
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* What the terminal sends, for instance by Control-C, is for the one who shows. */
	setpgid(0, 0);
	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(126);
	execv("/proc/self/exe", argv);
	_exit(127);
}

int feed_child_start(struct feed_child *child, struct feed *feed, char *const argv[])
{
	int out[2], err[2], failed;
	pid_t pid;

	*child = (struct feed_child){.feed = feed, .pid_fd = -1, .out_fd = -1, .err_fd = -1};
	if (pipe2(out, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(err, O_CLOEXEC) < 0) {
		failed = -errno;
		close(out[0]);
		close(out[1]);
		return failed;
	}
	pid = fork();
	if (pid == 0)
		become_child(out[1], err[1], argv);
	failed = pid < 0 ? -errno : 0;
	if (pid > 0)
		child->pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pid > 0 && child->pid_fd < 0)
		failed = -errno;
	close(out[1]);
	close(err[1]);
	child->out_fd = out[0];
	child->err_fd = err[0];
	return failed;
}

void feed_child_stop(struct feed_child *child)
{
	struct pollfd file = {.fd = child->pid_fd, .events = POLLIN};

	if (child->pid_fd < 0)
		return;
	syscall(SYS_pidfd_send_signal, child->pid_fd, SIGTERM, NULL, 0);
	if (poll(&file, 1, END_MS) <= 0)
		syscall(SYS_pidfd_send_signal, child->pid_fd, SIGKILL, NULL, 0);
}

/* ---- what it prints ----------------------------------------------------------------------------- */

/* Without "rcodewatch: ". */
static void keep_words(struct feed_child *child, const char *line)
{
	const char *words = strncmp(line, "rcodewatch: ", 12) == 0 ? line + 12 : line;

	if (!*words)
		return;
	snprintf(child->words, sizeof(child->words), "%s", words);
	feed_words(child->feed, words);
}

static void read_words(struct feed_child *child)
{
	char text[4096], *rest = text, *line;
	ssize_t got = read(child->err_fd, text, sizeof(text) - 1);

	if (got <= 0) {
		close(child->err_fd);
		child->err_fd = -1;
		return;
	}
	text[got] = '\0';
	while ((line = strsep(&rest, "\n")))
		keep_words(child, line);
}

static void add_lines(struct feed_child *child, struct model_builder *builder, struct input *input)
{
	char *line = input->data, *end;

	while ((end = memchr(line, '\n', input->size - (size_t)(line - input->data)))) {
		struct model *model = NULL;

		if (!input->skip)
			model = model_builder_add(builder, line, (size_t)(end - line));
		input->skip = false;
		if (model)
			feed_add(child->feed, model);
		line = end + 1;
	}
	input->size -= (size_t)(line - input->data);
	memmove(input->data, line, input->size);
	/* No line of ours is so long. */
	if (input->size == JSON_LINE_MAX) {
		input->skip = true;
		input->size = 0;
	}
}

static void finish_model(struct feed_child *child, struct model_builder *builder)
{
	struct model *model = model_builder_finish(builder);

	if (model)
		feed_add(child->feed, model);
}

/* Read what there is. False: that was all. */
static bool read_some(struct feed_child *child, struct model_builder *builder, struct input *input)
{
	struct pollfd files[] = {{.fd = child->out_fd, .events = POLLIN},
				 {.fd = child->err_fd, .events = POLLIN}};
	int ready = poll(files, 2, builder->model ? WHOLE_MS : 1000);
	ssize_t got;

	if (ready == 0)
		finish_model(child, builder);
	if (ready > 0 && files[1].revents)
		read_words(child);
	if (ready <= 0 || !files[0].revents)
		return true;
	got = read(child->out_fd, input->data + input->size, JSON_LINE_MAX - input->size);
	if (got <= 0)
		return false;
	input->size += (size_t)got;
	add_lines(child, builder, input);
	return true;
}

/* Say how it has ended, once it has. */
static void say_end(struct feed_child *child)
{
	siginfo_t end = {0};

	if (waitid(P_PIDFD, (id_t)child->pid_fd, &end, WEXITED) < 0)
		end.si_code = CLD_EXITED;
	if (end.si_code == CLD_EXITED && end.si_status == 0) {
		feed_say(child->feed, FEED_ENDED, "%s", "");
		return;
	}
	atomic_store(&child->failed, true);
	if (end.si_code == CLD_EXITED)
		feed_say(child->feed, FEED_ENDED, "%s",
			 child->words[0] ? child->words : "what counted has ended");
	else
		feed_say(child->feed, FEED_ENDED, "what counted was ended by signal %d",
			 end.si_status);
}

void *feed_child_run(void *arg)
{
	struct feed_child *child = arg;
	struct model_builder builder = {0};
	struct input input = {.data = malloc(JSON_LINE_MAX)};

	while (input.data && !atomic_load(&child->feed->stop) && read_some(child, &builder, &input))
		;
	finish_model(child, &builder);
	model_builder_free(&builder);
	free(input.data);
	if (atomic_load(&child->feed->stop))
		return NULL;
	while (child->err_fd >= 0)
		read_words(child);
	say_end(child);
	return NULL;
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int top_feed_child_is_not_built_in;
#endif
