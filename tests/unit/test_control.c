// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Both sides of the control socket: requests, and what a client does with a server that means it ill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/answer_text.h"
#include "control/client.h"
#include "control/json_read.h"
#include "control/request.h"
#include "util/clock.h"

#ifdef HAVE_JANSSON

#include <jansson.h>

#define SECOND   NS_PER_S
#define PATIENCE (60 * SECOND)
#define HEAD     "{\"schema\":\"rcodewatch-control/1\",\"type\":\"status\""

static char why[CONTROL_WHY_MAX];

/* ---- requests ------------------------------------------------------------------------ */

static int parse(struct control_request *request, const char *text)
{
	return control_request_parse(request, text, strlen(text), why);
}

static void requests(void **state)
{
	struct control_request request;
	char text[128];

	(void)state;
	for (size_t i = 0; i < CONTROL_COMMANDS; i++) {
		snprintf(text, sizeof(text),
			 " {\"command\": \"%s\", \"schema\": \"rcodewatch-control/1\"} ",
			 control_command_names[i]);
		if (parse(&request, text) != 0)
			fail_msg("%s: %s", text, why);
		assert_int_equal(request.command, i);
	}
}

static void wrong_requests(void **state)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{"", "one line of JSON"},
		{"status", "one line of JSON"},
		{"{\"schema\":\"rcodewatch-control/1\",\"command\":\"status\"", "one line of JSON"},
		{"{\"schema\":\"rcodewatch-control/1\",\"command\":\"status\"} {}",
		 "one line of JSON"},
		{"{\"schema\":\"rcodewatch-control/1\",\"command\":\"status\","
		 "\"command\":\"reload\"}",
		 "one line of JSON"},
		{"{\"schema\":\"rcodewatch-control/1\",\"command\":\"\xff\"}", "one line of JSON"},
		{"[]", "\"schema\" and \"command\""},
		{"{}", "\"schema\" and \"command\""},
		{"{\"command\":\"status\"}", "\"schema\" and \"command\""},
		{"{\"schema\":\"rcodewatch-control/1\"}", "\"schema\" and \"command\""},
		{"{\"schema\":\"rcodewatch-control/2\",\"command\":\"status\"}",
		 "speaks rcodewatch-control/1, not 'rcodewatch-control/2'"},
		{"{\"schema\":1,\"command\":\"status\"}", "'schema' must be a string"},
		{"{\"schema\":\"rcodewatch-control/1\",\"command\":[]}",
		 "'command' must be a string"},
		{"{\"schema\":\"rcodewatch-control/1\",\"command\":\"Status\"}",
		 "no command 'Status'"},
		{"{\"schema\":\"rcodewatch-control/1\",\"command\":\"\\u001b[2J\\u00e9\"}",
		 "no command '?[2J"},
		{"{\"schema\":\"rcodewatch-control/1\",\"command\":\"history\",\"since_s\":0}",
		 "from 1 to 1209600"},
		{"{\"schema\":\"rcodewatch-control/"
		 "1\",\"command\":\"history\",\"since_s\":1209601}",
		 "from 1 to 1209600"},
		{"{\"schema\":\"rcodewatch-control/1\",\"command\":\"history\",\"since_s\":\"5\"}",
		 "from 1 to 1209600"},
		{"{\"schema\":\"rcodewatch-control/1\",\"command\":\"status\",\"since_s\":5}",
		 "'status' has no member 'since_s'"},
		{"{\"schema\":\"rcodewatch-control/1\",\"command\":\"status\",\"sinse\":5}",
		 "no member 'sinse'"},
	};
	struct control_request request;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		why[0] = '\0';
		if (parse(&request, wrong[i].text) == 0)
			fail_msg("taken: %s", wrong[i].text);
		if (!strstr(why, wrong[i].why))
			fail_msg("%s: '%s', not '%s'", wrong[i].text, why, wrong[i].why);
	}
}

static void deep_request(void **state)
{
	static char text[CONTROL_REQUEST_MAX];
	struct control_request request;

	(void)state;
	memset(text, '[', sizeof(text) - 1);
	assert_true(parse(&request, text) < 0);
}

/* ---- a server that means it ill -------------------------------------------------------- */

/* What it sends, again and again as long as it is taken, and whether it hangs up then. */
struct server {
	int fd;
	const char *once, *again;
	useconds_t pause_us;
	bool hang_up;
};

static void *serve(void *arg)
{
	const struct server *server = arg;
	char request[CONTROL_REQUEST_MAX];
	ssize_t sent;

	/* One that hangs up before it was asked is another case. */
	if (recv(server->fd, request, sizeof(request), 0) < 0)
		return NULL;
	sent = send(server->fd, server->once, strlen(server->once), MSG_NOSIGNAL);
	while (sent >= 0 && server->again) {
		sent = send(server->fd, server->again, strlen(server->again), MSG_NOSIGNAL);
		if (server->pause_us)
			usleep(server->pause_us);
	}
	if (server->hang_up)
		shutdown(server->fd, SHUT_RDWR);
	return NULL;
}

static json_t *ask(struct server *server, int64_t timeout_ns)
{
	const struct control_request request = {.command = CONTROL_STATUS};
	pthread_t thread;
	json_t *answer;
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
	server->fd = fd[1];
	assert_int_equal(pthread_create(&thread, NULL, serve, server), 0);
	why[0] = '\0';
	answer = control_ask(fd[0], &request, timeout_ns, why);
	close(fd[0]);
	pthread_join(thread, NULL);
	close(fd[1]);
	return answer;
}

static void refused(struct server server, int64_t timeout_ns, const char *reason)
{
	json_t *answer = ask(&server, timeout_ns);

	assert_null(answer);
	if (!strstr(why, reason))
		fail_msg("'%s', not '%s'", why, reason);
}

static void bad_servers(void **state)
{
	char endless[65537];

	(void)state;
	memset(endless, ' ', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	refused((struct server){.once = ""}, SECOND / 5, "did not answer in time");
	refused((struct server){.once = HEAD, .again = " ", .pause_us = 1000}, SECOND / 5,
		"did not answer in time");
	refused((struct server){.once = "", .hang_up = true}, PATIENCE, "without an answer");
	refused((struct server){.once = HEAD, .hang_up = true}, PATIENCE, "no JSON");
	refused((struct server){.once = "{}", .hang_up = true}, PATIENCE, "does not speak");
	refused((struct server){.once = "[[[[[1]]]]]", .hang_up = true}, PATIENCE,
		"does not speak");
	refused((struct server){.once = "{\"schema\":\"rcodewatch-control/1\",\"type\":\"dump\"}",
				.hang_up = true},
		PATIENCE, "something else");
	refused((struct server){.once = "{\"schema\":\"rcodewatch-control/1\",\"type\":\"error\","
					"\"error\":\"too late\"}",
				.hang_up = true},
		PATIENCE, "refuses: too late");
	/* 64 MiB, then it is enough. */
	refused((struct server){.once = "", .again = endless}, PATIENCE, "longer than 64 MiB");
}

/* An answer whose every member is of another kind than it should be, and has what harms a terminal. */
static void only_text_comes_out(void **state)
{
	static const char text[] = HEAD
		",\"version\":{},\"host\":\"\\u001b[31mred\\u0007\\u009b2J\\u202e\\u007f\","
		"\"interfaces\":[1,\"x\",{\"interface\":\"\\u001b]0;x\\u0007\",\"rate\":-1e300,"
		"\"rcodes\":{\"a\":1},\"losses\":{\"\\u001bc\":5},\"total\":[]}],"
		"\"sinks\":[{\"sink\":5,\"last_error\":\"\\r\\n\\u001b[2J\"}],"
		"\"memory\":null,\"bpf\":{\"xdp\":{\"runs\":-5}},\"sandbox\":"
		"{\"not_sandboxed\":[\"\\u001b[1m\",5]}}";
	json_t *answer = control_answer_read(text, strlen(text), CONTROL_STATUS, why);
	char *made = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&made, &size);

	(void)state;
	assert_non_null(answer);
	answer_text_status(out, answer, true);
	answer_text_dump(out, answer, true);
	answer_text_history(out, answer, true);
	answer_text_reload(out, answer, true);
	json_read_write(out, answer);
	json_decref(answer);
	fclose(out);
	for (size_t i = 0; i < size; i++)
		if (((unsigned char)made[i] < ' ' && made[i] != '\n') || made[i] == 0x7f ||
		    (unsigned char)made[i] >= 0x80)
			fail_msg("byte %02x comes out: %s", (unsigned char)made[i], made);
	assert_non_null(strstr(made, "red"));
	free(made);
}

/*
 * Ten minutes by rows of a minute, in which one is missing and one was counted in part, and rows that lie: other times, other
 * kinds, none.
 */
static void history_for_people(void **state)
{
	static const char text[] =
		"{\"schema\":\"rcodewatch-control/1\",\"type\":\"history\","
		"\"time\":\"2026-11-29T07:00:10.000000Z\",\"since_s\":360,\"resolution\":"
		"\"minutes\","
		"\"interfaces\":[{\"interface\":\"eth0\",\"direction\":\"rx\",\"rows\":["
		"{\"start\":\"2026-11-29T06:00:00.000000Z\",\"length_s\":60,\"responses\":6000000,"
		"\"rcodes\":{\"0\":6000000}},"
		"{\"start\":\"2026-11-29T06:55:00.000000Z\",\"length_s\":60,\"responses\":1200,"
		"\"rcodes\":{\"0\":600,\"3\":540,\"23\":60}},"
		"{\"start\":\"2026-11-29T06:57:00.000000Z\",\"length_s\":30,\"responses\":300,"
		"\"rcodes\":{\"2\":299,\"rest\":1}},"
		"{\"start\":\"2026-11-29T06:58:00.000000Z\",\"length_s\":60,\"responses\":0,"
		"\"rcodes\":{}},5,{\"start\":\"\"},{\"start\":\"2026-11-29T06:58:01Z\","
		"\"rcodes\":[],\"length_s\":\"\",\"responses\":-5}]}]}";
	static const char expected[] =
		"Responses a second until 2026-11-29 07:00:10 UTC, from rows of minutes.\n"
		"* Counted in a part of that time only.\n"
		"\n"
		"eth0 rx          per s   NOERROR  SERVFAIL  NXDOMAIN BADCOOKIE     other\n"
		"06:54:00      nothing was counted until 06:55:00\n"
		"06:55:00          20.0      10.0         0      9.00      1.00         0\n"
		"06:56:00      nothing was counted until 06:57:00\n"
		"06:57:00   *      10.0         0      9.97         0         0      0.03\n"
		"06:58:00             0         0         0         0         0         0\n"
		"06:59:00      nothing was counted until 07:00:10\n"
		"all               10.0      4.00      1.99      3.60      0.40      0.01\n";
	json_t *answer = control_answer_read(text, strlen(text), CONTROL_HISTORY, why);
	char *made = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&made, &size);

	(void)state;
	assert_non_null(answer);
	assert_non_null(out);
	answer_text_history(out, answer, false);
	fclose(out);
	assert_string_equal(made, expected);
	free(made);
	json_decref(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(wrong_requests),
		cmocka_unit_test(deep_request),
		cmocka_unit_test(bad_servers),
		cmocka_unit_test(only_text_comes_out),
		cmocka_unit_test(history_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	puts("built without libjansson");
	return 77;
}

#endif
