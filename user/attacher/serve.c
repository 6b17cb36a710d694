// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/serve.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "attacher/hooks.h"
#include "attacher/libbpf_log.h"
#include "attacher/message.h"
#include "attacher/pin.h"
#include "util/log.h"
#include "util/privileges.h"
#include "util/seccomp_filter.h"

/* A log handler has no argument. */
static int log_socket = -1;

static void send_log(enum log_level level, const char *text, size_t size)
{
	struct attacher_answer answer = {.text_only = level};

	size = size < sizeof(answer.text) ? size : sizeof(answer.text) - 1;
	memcpy(answer.text, text, size);
	if (message_send(log_socket, &answer, sizeof(answer), NULL, 0) < 0)
		_exit(0);
}

/* ---- requests ------------------------------------------------------------------------ */

static int become(struct server *server, const struct attacher_become *become)
{
	const struct run_user user = {
		.uid = become->uid, .gid = become->gid, .change = become->change};
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

	if (become->debug)
		log_debug_enable();
	libbpf_log_init(become->verbose);
	/* Before Linux 5.11 maps count against it, and the right to raise it goes with root. */
	if (become->change)
		setrlimit(RLIMIT_MEMLOCK, &unlimited);
	server->became = true;
	return privileges_drop_for_loading(&user);
}

static int use_folder(struct server *server, int fd)
{
	int copy;

	if (!pin_folder_valid(fd))
		return -EINVAL;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (copy < 0)
		return -errno;
	server->folder = copy;
	return 0;
}

static int make_state(__u32 pages, int *fd)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);

	*fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "rcw_state", sizeof(__u32), STATE_PAGE, pages,
			     &options);
	return *fd < 0 ? *fd : 0;
}

static int read_clock(struct attacher_answer *answer)
{
	answer->has_swap = kernel_has_swap();
	return kernel_clock_read(&answer->clock);
}

/* After this it loads nothing any more, and opens no file. 0 or a negative errno, logged. */
static int end_loading(void)
{
	int err = privileges_keep_attaching();

	if (!err)
		seccomp_filter_attacher();
	return err;
}

static int load(struct server *server, const struct attacher_load *load, const int *fds,
		size_t count)
{
	int err;

	server->has_loaded = true;
	err = programs_load(&server->loaded, load, fds, count, &server->rest);
	return err || server->rest ? err : end_loading();
}

static int load_rest(struct server *server)
{
	struct objects *rest = server->rest;
	int err;

	server->rest = NULL;
	err = programs_load_rest(&server->loaded, rest);
	return err ? err : end_loading();
}

static int attach(const struct server *server, const struct attacher_attach *attach,
		  struct attacher_answer *answer, int *fd)
{
	int program = server->loaded.program[attach->program], ifindex = (int)attach->ifindex;
	enum direction direction = (enum direction)attach->direction;

	libbpf_log_reset();
	answer->hook = attach->hook;
	if (attach->hook == HOOK_TCX) {
		*fd = tcx_attach(program, ifindex, direction);
		/* A kernel that does not know the attach type says so. */
		if (*fd == -EINVAL) {
			answer->hook = HOOK_CLSACT;
			return clsact_attach(program, ifindex, direction, &answer->before,
					     &answer->program_id);
		}
	} else {
		*fd = xdp_attach(program, ifindex, attach->hook == HOOK_XDP_GENERIC);
	}
	return *fd < 0 ? *fd : 0;
}

static int update(const struct server *server, __u32 program, int link)
{
	if (!link_is_hook(link))
		return -EINVAL;
	return bpf_link_update(link, server->loaded.program[program], NULL);
}

static int finish(struct server *server, bool filters)
{
	server->finished = true;
	server->ended = !filters;
	loaded_close(&server->loaded);
	if (server->folder >= 0)
		close(server->folder);
	server->folder = -1;
	if (filters && server->rest)
		seccomp_filter_attacher();
	programs_drop_rest(server->rest);
	server->rest = NULL;
	return filters ? privileges_keep_detaching() : 0;
}

/* Gives the error of the answer; *@made: a descriptor for it, which is closed then. */
static int serve(struct server *server, const struct attacher_request *request, const int *fds,
		 size_t count, struct attacher_answer *answer, int *made)
{
	switch ((enum attacher_command)request->command) {
	case ATTACHER_BECOME: return become(server, &request->become);
	case ATTACHER_FOLDER: return use_folder(server, fds[0]);
	case ATTACHER_STATE: return make_state(request->pages, made);
	case ATTACHER_CLOCK: return read_clock(answer);
	case ATTACHER_LOAD: return load(server, &request->load, fds, count);
	case ATTACHER_REST: return load_rest(server);
	case ATTACHER_ATTACH: return attach(server, &request->attach, answer, made);
	case ATTACHER_UPDATE: return update(server, request->program, fds[0]);
	case ATTACHER_DETACH:
		clsact_detach((int)request->detach.ifindex,
			      (enum direction)request->detach.direction,
			      request->detach.program_id);
		return 0;
	case ATTACHER_PIN: return pin_add(server->folder, request->name, fds[0]);
	case ATTACHER_FINISH: return finish(server, request->filters);
	}
	return -EINVAL;
}

/* 0, or a negative errno if nobody can hear it. */
static int answer_one(struct server *server, const struct attacher_request *request, const int *fds,
		      size_t count)
{
	struct attacher_answer answer = {0};
	const int *give = NULL;
	size_t before = server->loaded.count;
	int made = -1, err;

	answer.error = server_check(server, request, count);
	if (!answer.error)
		answer.error = serve(server, request, fds, count, &answer, &made);
	if (answer.error) {
		snprintf(answer.text, sizeof(answer.text), "%s", libbpf_log_last());
	} else if (server->loaded.count > before) {
		give = server->loaded.fd + before;
		answer.fds = (__u32)(server->loaded.count - before);
	} else if (made >= 0) {
		give = &made;
		answer.fds = 1;
	}
	answer.transactions = server->loaded.transactions;
	err = message_send(server->socket, &answer, sizeof(answer), give, answer.fds);
	if (made >= 0)
		close(made);
	return err;
}

/* What of the loaded objects is not attached is the main process's alone. */
static void keep_programs(struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->count; i++) {
		bool needed = false;

		for (size_t p = 0; p < HOOK_PROGRAMS && !needed; p++)
			needed = loaded->program[p] == loaded->fd[i];
		if (!needed) {
			close(loaded->fd[i]);
			loaded->fd[i--] = loaded->fd[--loaded->count];
		}
	}
}

void server_run(int socket)
{
	struct server server = {.socket = socket, .folder = -1};
	struct attacher_request request;

	loaded_clear(&server.loaded);
	log_socket = socket;
	log_redirect(send_log);
	while (!server.ended) {
		int fds[SHARED_MAPS_MAX];
		int count = message_receive(socket, &request, sizeof(request), fds,
					    SHARED_MAPS_MAX);

		/* A message of another form is none of the main process's: no answer fits it. */
		if (count < 0)
			break;
		if (answer_one(&server, &request, fds, (size_t)count) < 0)
			server.ended = true;
		keep_programs(&server.loaded);
		for (int i = 0; i < count; i++)
			close(fds[i]);
	}
	programs_drop_rest(server.rest);
	loaded_close(&server.loaded);
}
