// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/cmd_top.h"

#include <errno.h>
#include <grp.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/client.h"
#include "top/viewer.h"
#include "util/log.h"

#define VALUE_MAX    512 /* bytes of an option that is handed on */
#define LOCALS_MAX   16
#define REPEATED_MAX 32 /* values of an option that may be there again and again */
#define OPERANDS_MAX 64
/* "run", "-o", "json" and the like, options, addresses, rules, zones, operands, NULL */
#define WORDS_MAX (16 + PASSED + LOCALS_MAX + 2 * REPEATED_MAX + OPERANDS_MAX)

/* Options that are handed on to what counts. X(id, name) */
#define PASSED_LIST(X)                      \
	X(INTERVAL, "interval")             \
	X(PORT, "port")                     \
	X(DECAP, "decap")                   \
	X(ROWS, "top")                      \
	X(OFFENDING, "offending")           \
	X(CLIENTS, "clients")               \
	X(TIMEOUT, "timeout")               \
	X(SERVERS, "servers")               \
	X(ATTACK_RATE, "attack-rate")       \
	X(ENCRYPTED_PORT, "encrypted-port") \
	X(SUFFIX_LIST, "suffix-list")       \
	X(CONFIG, "config")                 \
	X(DIRECTION, "direction")           \
	X(MODE, "mode")                     \
	X(ALERT_INTERVAL, "alert-interval")

#define PASSED_ENUM(id, name) PASS_##id,
enum passed { PASSED_LIST(PASSED_ENUM) PASSED };
#define PASSED_NAME(id, name) [PASS_##id] = (name),
static const char *const passed_names[PASSED] = {PASSED_LIST(PASSED_NAME)};

/* From this one on they are for live interfaces alone. */
#define PASS_LIVE PASS_CONFIG

struct viewer_settings {
	char control[108]; /* unix(7) */
	char passed[PASSED][VALUE_MAX];
	struct locals {
		char address[LOCALS_MAX][64];
		size_t count;
	} locals;
	struct repeated {
		char value[REPEATED_MAX][VALUE_MAX];
		size_t count;
	} alerts, ignored;
};

/* What is wrong with a value is said by the program that it is handed on to. */
static int add_repeated(void *field, const char *value, char why[OPTION_WHY_MAX])
{
	struct repeated *repeated = field;

	if (repeated->count == REPEATED_MAX || strlen(value) >= VALUE_MAX) {
		snprintf(why, OPTION_WHY_MAX, "at most %d of them, of %d bytes each", REPEATED_MAX,
			 VALUE_MAX - 1);
		return -EINVAL;
	}
	memcpy(repeated->value[repeated->count++], value, strlen(value) + 1);
	return 0;
}

static int add_local(void *field, const char *value, char why[OPTION_WHY_MAX])
{
	struct locals *locals = field;

	if (locals->count == LOCALS_MAX || strlen(value) >= sizeof(locals->address[0])) {
		snprintf(why, OPTION_WHY_MAX, "at most %d addresses", LOCALS_MAX);
		return -EINVAL;
	}
	memcpy(locals->address[locals->count++], value, strlen(value) + 1);
	return 0;
}

#define FIELD(member) OPTION_FIELD(struct viewer_settings, member)
#define PASS(id)      OPTION_TEXT, FIELD(passed[PASS_##id])

/* clang-format off */
static const struct option_spec options[] = {
	{"control", 0, "PATH",
	 "the socket of the monitor to look at (default:\n" CONTROL_PATH_DEFAULT ")",
	 OPTION_TEXT, FIELD(control), .wrong = "needs the path of a socket"},
	{"interval", 'i', "SECONDS",
	 "of what is counted here: 0.1 or more (default: live 5,\nof a file 10)", PASS(INTERVAL)},
	{"local", 0, "ADDRESS[/LEN]",
	 "of a file: an address or prefix of the host that was\nobserved; then both sides are told apart, and queries\n"
	 "matched with responses; up to 16 times",
	 OPTION_CUSTOM, FIELD(locals), .parse = add_local, .repeats = true},
	{"config", 0, "FILE|none", "as of 'run' (default none)", PASS(CONFIG)},
	{"direction", 'd', "DIRECTION", "as of 'run'", PASS(DIRECTION)},
	{"mode", 'm', "MODE", "as of 'run'", PASS(MODE)},
	{"port", 'p', "N[,N]...", "as of 'run' and 'read', like those that follow", PASS(PORT)},
	{"decap", 0, "TUNNEL[,...]", "look into tunnels", PASS(DECAP)},
	{"top", 0, "N", "rows of each list (default 50)", PASS(ROWS)},
	{"offending", 0, "LIST", "which responses are listed", PASS(OFFENDING)},
	{"clients", 0, "HOW", "addresses of clients", PASS(CLIENTS)},
	{"timeout", 0, "SECONDS", "of a query: then it is unanswered", PASS(TIMEOUT)},
	{"servers", 0, "HOW", "addresses of servers", PASS(SERVERS)},
	{"encrypted-port", 0, "N[,N]...", "ports of DNS that nobody can read", PASS(ENCRYPTED_PORT)},
	{"suffix-list", 0, "FILE", "the public suffix list", PASS(SUFFIX_LIST)},
	{"attack-rate", 0, "N", "names a second, under which nothing is an attack", PASS(ATTACK_RATE)},
	{"attack-ignore", 0, "ZONE|FILE", "never call that an attack; any number of times",
	 OPTION_CUSTOM, FIELD(ignored), .parse = add_repeated, .repeats = true},
	{"alert", 0, "RULE,KEY=VALUE...", "change a rule of alerts; any number of times",
	 OPTION_CUSTOM, FIELD(alerts), .parse = add_repeated, .repeats = true},
	{"alert-interval", 0, "SECONDS", "as of 'run': how often alerts are evaluated", PASS(ALERT_INTERVAL)},
};
/* clang-format on */

const struct option_command top_command = {
	.name = "top",
	.operands = "[INTERFACE...|FILE]",
	.summary = "Show on the whole terminal what is wrong and how things are: of a monitor that "
		   "runs, by\n"
		   "its control socket; where interfaces are named, of what it counts itself, as "
		   "'run'\n"
		   "does; or of a capture file, by intervals. ? shows the keys.",
	.epilogue = "Exit status: 0 done, 1 there is nothing to show, 2 wrong usage.\n\n"
		    "Examples:\n"
		    "  rcodewatch top                            the service of this host\n"
		    "  rcodewatch top eth0                       count on eth0, without a service\n"
		    "  rcodewatch top --local 192.0.2.53 res1.pcap",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
};

/* ---- what is started ---------------------------------------------------------------------- */

struct words {
	char *word[WORDS_MAX];
	size_t count;
};

/* A copy that lives as long as the process. */
static void add_word(struct words *words, const char *text)
{
	char *word = words->count + 1 < WORDS_MAX ? strdup(text) : NULL;

	if (word)
		words->word[words->count++] = word;
}

static void add_option(struct words *words, const char *name, const char *value)
{
	char *word;

	if (words->count + 1 < WORDS_MAX && asprintf(&word, "--%s=%s", name, value) >= 0)
		words->word[words->count++] = word;
}

static void add_passed(struct words *words, const struct viewer_settings *settings, size_t end)
{
	for (size_t i = 0; i < end; i++)
		if (settings->passed[i][0])
			add_option(words, passed_names[i], settings->passed[i]);
}

static void add_repeated_words(struct words *words, const char *name,
			       const struct repeated *repeated)
{
	for (size_t i = 0; i < repeated->count; i++)
		add_option(words, name, repeated->value[i]);
}

static void add_common(struct words *words, const struct viewer_settings *settings,
		       const char *interval)
{
	add_option(words, "output", "json");
	if (!settings->passed[PASS_INTERVAL][0])
		add_option(words, "interval", interval);
	if (!settings->passed[PASS_ROWS][0])
		add_option(words, "top", "50");
	add_repeated_words(words, "alert", &settings->alerts);
	add_repeated_words(words, "attack-ignore", &settings->ignored);
}

static void words_of_run(struct words *words, const struct viewer_settings *settings,
			 char **operands, int count)
{
	add_word(words, "rcodewatch");
	add_word(words, "run");
	add_common(words, settings, "5");
	add_word(words, "--control=none");
	/* Another monitor may do what the configuration says: nothing is to go to its sinks twice. */
	if (!settings->passed[PASS_CONFIG][0])
		add_option(words, "config", "none");
	add_passed(words, settings, PASSED);
	for (int i = 0; i < count; i++)
		add_word(words, operands[i]);
}

static void words_of_read(struct words *words, const struct viewer_settings *settings,
			  const char *file)
{
	add_word(words, "rcodewatch");
	add_word(words, "read");
	add_common(words, settings, "10");
	add_word(words, "--alerts");
	add_passed(words, settings, PASS_LIVE);
	for (size_t i = 0; i < settings->locals.count; i++)
		add_option(words, "local", settings->locals.address[i]);
	if (settings->locals.count) {
		add_word(words, "--transactions=on");
		add_word(words, "--threads=1");
	}
	add_word(words, "--");
	add_word(words, file);
}

/* ---- what there is -------------------------------------------------------------------------- */

/* A capture, and no interface of that name. */
static bool is_file(const char *operand)
{
	struct stat file;

	if (if_nametoindex(operand) || strchr(operand, '*'))
		return false;
	return strchr(operand, '/') || (stat(operand, &file) == 0 && !S_ISDIR(file.st_mode));
}

/*
 * Root that gives up its capabilities asks again and again as a member of the socket's group. Where that cannot be, the first
 * answer is the last.
 */
static void join_group(const char *path)
{
	gid_t groups[65536 / sizeof(gid_t) / 16];
	int count = getgroups((int)(sizeof(groups) / sizeof(groups[0])) - 1, groups);
	struct stat file;

	if (geteuid() != 0 || count < 0 || stat(path, &file) < 0)
		return;
	groups[count] = file.st_gid;
	if (setgroups((size_t)count + 1, groups) < 0)
		log_debug("cannot join the group of %s: %s", path, strerror(errno));
}

/* Try to ask there. 0; or a negative errno with @why. */
static int try_monitor(const char *path, char why[CONTROL_WHY_MAX])
{
#ifdef HAVE_JANSSON
	int fd = control_connect(path, why);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
#else
	(void)path;
	why[0] = '\0';
	return -ENOTSUP;
#endif
}

static int show_monitor(const char *path)
{
	const struct viewer_source source = {.control = path};

	join_group(path);
	return viewer_show(&source);
}

static int show_program(const struct words *words, bool capture)
{
	const struct viewer_source source = {.child = words->word, .capture = capture};

	return viewer_show(&source);
}

/* The first option, of those from @first on, that has nothing to act on; 0: all that are handed on. NULL: there is none. */
static const char *useless(const struct viewer_settings *settings, size_t first)
{
	for (size_t i = first; i < PASSED; i++)
		if (settings->passed[i][0])
			return passed_names[i];
	if (first)
		return NULL;
	return settings->alerts.count ? "alert" : settings->ignored.count ? "attack-ignore" : NULL;
}

/* Refuse @option, which would do nothing. */
static int refuse(const char *option, const char *why)
{
	log_error("top: --%s %s", option, why);
	return EXIT_USAGE;
}

static int show(const struct viewer_settings *settings, char **operands, int count)
{
	const char *option = NULL;

	const char *path = settings->control[0] ? settings->control : CONTROL_PATH_DEFAULT;
	static char physical[] = "physical", *cards[] = {physical};
	static struct words words;
	char why[CONTROL_WHY_MAX];

	if (count == 1 && is_file(operands[0])) {
		option = useless(settings, PASS_LIVE);
		if (option)
			return refuse(option, "is of live interfaces, and not of a capture");
		if (settings->control[0])
			return refuse("control", "is of a monitor, and not of a capture");
		words_of_read(&words, settings, operands[0]);
		return show_program(&words, true);
	}
	if (settings->locals.count)
		return refuse("local", "is of a capture: name a file");
	if (count && settings->control[0])
		return refuse("control", "is of a monitor that runs: leave out the interfaces");
	if (!count) {
		int err = try_monitor(path, why);

		option = useless(settings, 0);
		if (!err && option)
			return refuse(option, "is of what top counts itself: name an interface or "
					      "a file, as the monitor "
					      "that runs here has its own");
		if (!err)
			return show_monitor(path);
		if (settings->control[0] || (err != -ENOENT && err != -ECONNREFUSED)) {
			log_error("%s", why);
			return EXIT_FAILED;
		}
		/* Those of a configuration, or all network cards. */
		operands = cards;
		count = settings->passed[PASS_CONFIG][0] ? 0 : 1;
	}
	words_of_run(&words, settings, operands, count);
	return show_program(&words, false);
}

int cmd_top(int argc, char **argv)
{
	static struct viewer_settings settings;
	int first = options_parse(&top_command, argc, argv, &settings);

	if (first < 0)
		return first == OPTIONS_HELP ? EXIT_DONE : EXIT_USAGE;
	if (argc - first > OPERANDS_MAX) {
		log_error("top: at most %d interfaces", OPERANDS_MAX);
		return EXIT_USAGE;
	}
	if (!viewer_built_in()) {
		log_error("top: this rcodewatch was built without libjansson or without ncurses");
		return EXIT_FAILED;
	}
	return show(&settings, argv + first, argc - first);
}
