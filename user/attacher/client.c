// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/client.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attacher/message.h"
#include "attacher/serve.h"
#include "report/event.h"
#include "util/log.h"

/* ---- the process ---------------------------------------------------------------------- */

/* Signals of a terminal and of a service manager are for the main process, which ends this one. */
static void ignore_signals(void)
{
	const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
}

/* What the main process has open is its own: also links, which would stay attached. Gives the socket, as the lowest. */
static int close_others(int socket)
{
	int kept = dup2(socket, STDERR_FILENO + 1);

	if (kept < 0 || close_range((unsigned int)kept + 1, ~0u, 0) < 0)
		for (int fd = kept + 1, max = (int)sysconf(_SC_OPEN_MAX); kept >= 0 && fd < max;
		     fd++)
			close(fd);
	return kept;
}

static void run(int socket, pid_t parent)
{
	prctl(PR_SET_NAME, "rcw-attacher");
	ignore_signals();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	socket = close_others(socket);
	/* It may have ended before that. */
	if (socket >= 0 && getppid() == parent)
		server_run(socket);
	_exit(0);
}

int attacher_open(struct attacher *attacher)
{
	pid_t parent = getpid(), pid;
	int ends[2], err;

	*attacher = ATTACHER_NONE;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
		err = -errno;
		log_error("cannot start the process that attaches: %s", strerror(-err));
		return err;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		run(ends[1], parent);
	err = pid < 0 ? -errno : 0;
	close(ends[1]);
	if (err) {
		close(ends[0]);
		log_error("cannot start the process that attaches: %s", strerror(-err));
		return err;
	}
	*attacher = (struct attacher){.socket = ends[0], .pid = pid, .state = ATTACHER_READY};
	return 0;
}

/* Close our end, upon which it ends, and wait for that. Gives how it has ended. */
static int reap(struct attacher *attacher)
{
	int status = 0;

	if (attacher->socket >= 0)
		close(attacher->socket);
	attacher->socket = -1;
	while (attacher->pid > 0 && waitpid(attacher->pid, &status, 0) < 0 && errno == EINTR)
		;
	attacher->pid = 0;
	return status;
}

void attacher_close(struct attacher *attacher)
{
	reap(attacher);
	attacher->state = ATTACHER_AWAY;
}

/* It is gone, unasked. */
static void note_end(struct attacher *attacher)
{
	const struct event event = {.kind = EVENT_ATTACHER_ENDED};
	const struct log_about about = event_about(&event);
	int status = reap(attacher);

	attacher->state = ATTACHER_ENDED;
	if (WIFSIGNALED(status))
		snprintf(attacher->end, sizeof(attacher->end), "was ended by signal %d",
			 WTERMSIG(status));
	else
		snprintf(attacher->end, sizeof(attacher->end), "has ended");
	if (attacher->all_attached)
		log_about(LOG_LEVEL_WARNING, &about,
			  "the process that attaches %s: counting goes on; interfaces that come, "
			  "or come back, are not attached until rcodewatch is restarted",
			  attacher->end);
	else
		log_error("the process that attaches %s before all was attached: start rcodewatch "
			  "again",
			  attacher->end);
}

void attacher_look(struct attacher *attacher)
{
	if (attacher->socket < 0)
		return;
	if (attacher->state == ATTACHER_FINISHED)
		reap(attacher);
	else
		note_end(attacher);
}

/* ---- requests ------------------------------------------------------------------------- */

static void log_lines(struct attacher_answer *answer)
{
	answer->text[ATTACHER_TEXT_MAX - 1] = '\0';
	log_text((enum log_level)answer->text_only, answer->text);
}

/*
 * Ask, and wait for the answer; @made gets at most @max descriptors. How many, or a negative errno, which is -EPIPE where
 * there is no answer.
 */
static int ask(struct attacher *attacher, struct attacher_request *request, const int *fds,
	       size_t count, struct attacher_answer *answer, int *made, size_t max)
{
	int got;

	attacher->why[0] = '\0';
	if (attacher->socket < 0)
		return -EPIPE;
	request->fds = (__u32)count;
	got = message_send(attacher->socket, request, sizeof(*request), fds, count);
	while (!got) {
		got = message_receive(attacher->socket, answer, sizeof(*answer), made, max);
		if (got != 0 || !answer->text_only)
			break;
		log_lines(answer);
	}
	if (got < 0) {
		note_end(attacher);
		return -EPIPE;
	}
	answer->text[ATTACHER_TEXT_MAX - 1] = '\0';
	snprintf(attacher->why, sizeof(attacher->why), "%.*s", (int)sizeof(attacher->why) - 1,
		 answer->text);
	if ((__u32)got == answer->fds)
		return answer->error ? answer->error : got;
	for (int i = 0; made && i < got; i++)
		close(made[i]);
	return -EBADMSG;
}

/* The same of what gives no descriptor. 0 or a negative errno. */
static int ask_plainly(struct attacher *attacher, struct attacher_request *request, const int *fds,
		       size_t count)
{
	struct attacher_answer answer;

	return ask(attacher, request, fds, count, &answer, NULL, 0);
}

int attacher_become(struct attacher *attacher, const struct run_user *user, bool debug,
		    bool verbose)
{
	struct attacher_request request = {
		.command = ATTACHER_BECOME,
		.become = {user->uid, user->gid, user->change, debug, verbose},
	};

	return ask_plainly(attacher, &request, NULL, 0);
}

int attacher_folder(struct attacher *attacher, int fd)
{
	struct attacher_request request = {.command = ATTACHER_FOLDER};

	return ask_plainly(attacher, &request, &fd, 1);
}

int attacher_make_state(struct attacher *attacher, size_t pages)
{
	struct attacher_request request = {
		.command = ATTACHER_STATE,
		.pages = pages <= STATE_PAGES_MAX ? (__u32)pages : 0,
	};
	struct attacher_answer answer;
	int fd, got = ask(attacher, &request, NULL, 0, &answer, &fd, 1);

	return got < 0 ? got : got == 1 ? fd : -EBADMSG;
}

int attacher_clock(struct attacher *attacher, struct kernel_clock *clock, bool *has_swap)
{
	struct attacher_request request = {.command = ATTACHER_CLOCK};
	struct attacher_answer answer;
	int err = ask(attacher, &request, NULL, 0, &answer, NULL, 0);

	if (!err) {
		*clock = answer.clock;
		*has_swap = answer.has_swap;
	}
	return err;
}

int attacher_load(struct attacher *attacher, const struct attacher_load *load, const int *maps,
		  size_t count, int fds[ATTACHER_FDS_MAX], bool *transactions)
{
	struct attacher_request request = {.command = ATTACHER_LOAD, .load = *load};
	struct attacher_answer answer;
	int got;

	request.load.reuse = count > 0;
	got = ask(attacher, &request, maps, count, &answer, fds, ATTACHER_FDS_MAX);
	*transactions = got >= 0 && answer.transactions;
	return got;
}

int attacher_load_rest(struct attacher *attacher, int fds[ATTACHER_FDS_MAX])
{
	struct attacher_request request = {.command = ATTACHER_REST};
	struct attacher_answer answer;

	return ask(attacher, &request, NULL, 0, &answer, fds, ATTACHER_FDS_MAX);
}

int attacher_attach(struct attacher *attacher, const struct attacher_attach *attach,
		    struct attacher_answer *answer, int *link)
{
	struct attacher_request request = {.command = ATTACHER_ATTACH, .attach = *attach};
	int got;

	*link = -1;
	got = ask(attacher, &request, NULL, 0, answer, link, 1);
	return got < 0 ? got : 0;
}

int attacher_update(struct attacher *attacher, int fd, __u32 program)
{
	struct attacher_request request = {.command = ATTACHER_UPDATE, .program = program};

	return ask_plainly(attacher, &request, &fd, 1);
}

int attacher_detach(struct attacher *attacher, const struct attacher_detach *detach)
{
	struct attacher_request request = {.command = ATTACHER_DETACH, .detach = *detach};

	return ask_plainly(attacher, &request, NULL, 0);
}

int attacher_pin(struct attacher *attacher, const char *name, int fd)
{
	struct attacher_request request = {.command = ATTACHER_PIN};

	snprintf(request.name, sizeof(request.name), "%s", name);
	return ask_plainly(attacher, &request, &fd, 1);
}

int attacher_finish(struct attacher *attacher, bool filters)
{
	struct attacher_request request = {.command = ATTACHER_FINISH, .filters = filters};
	int err = ask_plainly(attacher, &request, NULL, 0);

	if (err)
		return err;
	attacher->state = ATTACHER_FINISHED;
	if (!filters)
		reap(attacher);
	return 0;
}
