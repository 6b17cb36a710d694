// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/cmd_control.h"

#include <errno.h>
#include <langinfo.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/answer_text.h"
#include "control/client.h"
#include "control/json_read.h"
#include "report/usual.h"
#include "top/model_read.h"
#include "top/overview.h"
#include "util/log.h"
#include "util/options.h"
#include "util/privileges.h"
#include "util/terminal.h"

#ifdef HAVE_JANSSON
#include <jansson.h>
#endif

struct control_settings {
	char path[108]; /* unix(7) */
	bool json;
	uint32_t since_s;
};

/* "90", "90s", "10m", "2h", "3d". */
static int parse_since(void *field, const char *value, char why[OPTION_WHY_MAX])
{
	static const struct {
		char letter;
		unsigned long seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	char digits[16] = "";
	size_t length = strlen(value);
	unsigned long unit = 1, number = 0;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && length; i++)
		if (value[length - 1] == units[i].letter) {
			unit = units[i].seconds;
			length--;
			break;
		}
	if (length < sizeof(digits))
		memcpy(digits, value, length);
	if (option_number(digits, 1, CONTROL_SINCE_MAX / unit, &number, why) < 0) {
		snprintf(why, OPTION_WHY_MAX,
			 "must be a time such as 90s, 10m, 2h or 3d, up to 14d");
		return -EINVAL;
	}
	*(uint32_t *)field = (uint32_t)(number * unit);
	return 0;
}

#define FIELD(member) OPTION_FIELD(struct control_settings, member)

#define OPTIONS_OF_ALL                                                                          \
	{"control",                                                                             \
	 0,                                                                                     \
	 "PATH",                                                                                \
	 "the socket to ask at (default " CONTROL_PATH_DEFAULT ")",                             \
	 OPTION_TEXT,                                                                           \
	 FIELD(path),                                                                           \
	 .wrong = "needs the path of a socket"},                                                \
	{                                                                                       \
		"json", 'j', NULL, "one JSON object, docs/control.md", OPTION_FLAG, FIELD(json) \
	}

static const struct option_spec options[] = {OPTIONS_OF_ALL};
static const struct option_spec history_options[] = {
	{"since", 0, "TIME",
	 "go so far back: 90s, 10m (default), 2h, 3d; at most 14d.\n15 minutes are there by "
	 "interval, "
	 "a day by minutes, two\nweeks by hours",
	 OPTION_CUSTOM, FIELD(since_s), .parse = parse_since, .standard = "10m"},
	OPTIONS_OF_ALL,
};

#define COMMAND(command_name, text, its_options, examples)                               \
	{                                                                                \
		.name = command_name, .operands = "", .summary = text,                   \
		.epilogue = "Exit status: 0 done, 1 no monitor could be asked, 2 wrong " \
			    "usage.\n\n" examples,                                       \
		.options = its_options,                                                  \
		.option_count = sizeof(its_options) / sizeof((its_options)[0]),          \
	}

const struct option_command control_commands[CONTROL_COMMANDS] = {
	[CONTROL_STATUS] = COMMAND(
		"status",
		"Show what a running monitor sees: both sides, what is wrong, codes and zones, as\n"
		"'top' does; then what it does: where it is attached, rates, losses, memory, "
		"sinks,\n"
		"what BPF costs and what is not sandboxed. Asks the control socket of\n"
		"'run --control PATH'; the group of that socket may.",
		options, "Example:\n  rcodewatch status --json | jq '.interfaces[].rate'"),
	[CONTROL_DUMP] = COMMAND(
		"dump",
		"Show the raw counters of a running monitor, by observation point, CPU and set, "
		"and\n"
		"how full its tables are. For those who look for the cause of trouble.",
		options, "Example:\n  rcodewatch dump --control /run/rcodewatch/control.sock"),
	[CONTROL_HISTORY] = COMMAND(
		"history",
		"Show what a running monitor has counted by response code, a line for each span\n"
		"of time, by interface and direction: when it began, and what was usual.",
		history_options,
		"Examples:\n"
		"  rcodewatch history --since 2h\n"
		"  rcodewatch history --since 1d --json | jq '.interfaces[0].rows[].rcodes'"),
	[CONTROL_RELOAD] = COMMAND(
		"reload",
		"Have a running monitor do what SIGHUP does: read its configuration again, apply\n"
		"what can change, and have sinks open their files anew. Shows what came of it; "
		"the\n"
		"exit status is 1 if the configuration was refused.",
		options, "Example:\n  rcodewatch reload"),
};

#ifdef HAVE_JANSSON

/* The answer of the monitor on @fd, which is closed, or NULL with @why. */
static json_t *ask(int fd, const struct control_request *request, char why[CONTROL_WHY_MAX])
{
	json_t *answer = control_ask(fd, request, CONTROL_TIMEOUT_NS, why);

	close(fd);
	return answer;
}

/* What the page in front of a status is made of. */
static const struct control_request overview_requests[] = {
	{.command = CONTROL_REPORT},
	{.command = CONTROL_HISTORY, .since_s = USUAL_SPAN_S},
	{.command = CONTROL_HISTORY, .since_s = MODEL_PAST_MINUTES_S},
};
#define OVERVIEW_REQUESTS (sizeof(overview_requests) / sizeof(overview_requests[0]))

/* What `top` shows first: an older monitor, or one that has just begun, says nothing of it. @fds: negative where there is none. */
static void put_overview(const int fds[OVERVIEW_REQUESTS])
{
	const char *no_color = getenv("NO_COLOR");
	const struct overview_style style = {
		.columns = terminal_width(STDOUT_FILENO),
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
		.colour = terminal_obeys(STDOUT_FILENO) && !(no_color && *no_color),
	};
	json_t *answers[OVERVIEW_REQUESTS] = {NULL};
	char why[CONTROL_WHY_MAX];

	for (size_t i = 0; i < OVERVIEW_REQUESTS; i++)
		if (fds[i] >= 0)
			answers[i] = ask(fds[i], &overview_requests[i], why);
	if (answers[0] &&
	    overview_write(stdout, &(struct overview_answers){answers[0], answers[1], answers[2]},
			   &style) < 0)
		log_warning("out of memory: what is counted is not shown");
	for (size_t i = 0; i < OVERVIEW_REQUESTS; i++)
		json_decref(answers[i]);
}

/* Without privileges from the moment of being connected. */
static int show(enum control_command command, const struct control_settings *settings)
{
	static void (*const texts[CONTROL_COMMANDS])(FILE *, const json_t *, bool) = {
		[CONTROL_STATUS] = answer_text_status,
		[CONTROL_DUMP] = answer_text_dump,
		[CONTROL_HISTORY] = answer_text_history,
		[CONTROL_RELOAD] = answer_text_reload,
	};
	const struct control_request request = {.command = command, .since_s = settings->since_s};
	bool page = command == CONTROL_STATUS && !settings->json, refused;
	char why[CONTROL_WHY_MAX], ignored[CONTROL_WHY_MAX];
	int fd = control_connect(settings->path, why);
	/* A question for each connection: all are made while there is the privilege to. */
	int fds[OVERVIEW_REQUESTS];
	json_t *answer;

	for (size_t i = 0; i < OVERVIEW_REQUESTS; i++)
		fds[i] = page && fd >= 0 ? control_connect(settings->path, ignored) : -1;
	if (fd < 0)
		log_error("%s", why);
	if (fd < 0 || privileges_give_up() < 0)
		return EXIT_FAILED;
	answer = ask(fd, &request, why);
	if (!answer) {
		log_error("%s", why);
		return EXIT_FAILED;
	}
	if (page)
		put_overview(fds);
	if (settings->json)
		json_read_write(stdout, answer);
	else
		texts[command](stdout, answer, strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
	refused = json_is_true(json_object_get(answer, "refused"));
	json_decref(answer);
	return refused ? EXIT_FAILED : EXIT_DONE;
}

static int run(enum control_command command, int argc, char **argv)
{
	struct control_settings settings = {.path = CONTROL_PATH_DEFAULT,
					    .since_s = CONTROL_SINCE_DEFAULT};
	int first = options_parse(&control_commands[command], argc, argv, &settings);

	if (first < 0)
		return first == OPTIONS_HELP ? EXIT_DONE : EXIT_USAGE;
	if (first < argc) {
		log_error("%s takes no operand; see 'rcodewatch %s --help'", argv[0], argv[0]);
		return EXIT_USAGE;
	}
	return show(command, &settings);
}

#else

static int run(enum control_command command, int argc, char **argv)
{
	struct control_settings settings = {0};
	int first = options_parse(&control_commands[command], argc, argv, &settings);

	if (first < 0)
		return first == OPTIONS_HELP ? EXIT_DONE : EXIT_USAGE;
	log_error("%s: this rcodewatch was built without libjansson", argv[0]);
	return EXIT_FAILED;
}

#endif

int cmd_status(int argc, char **argv)
{
	return run(CONTROL_STATUS, argc, argv);
}

int cmd_dump(int argc, char **argv)
{
	return run(CONTROL_DUMP, argc, argv);
}

int cmd_history(int argc, char **argv)
{
	return run(CONTROL_HISTORY, argc, argv);
}

int cmd_reload(int argc, char **argv)
{
	return run(CONTROL_RELOAD, argc, argv);
}
