// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmd_check.h"
#include "cli/cmd_config.h"
#include "cli/cmd_control.h"
#include "cli/cmd_detach.h"
#include "cli/cmd_explain.h"
#include "cli/cmd_read.h"
#include "cli/cmd_run.h"
#include "cli/cmd_top.h"
#include "cli/completion.h"
#include "cli/option_tables.h"
#include "cli/run_control.h"
#include "config/config_lines.h"
#include "util/seccomp_filter.h"
#include "util/environment.h"
#include "capture/input_decoder.h"
#include "util/log.h"
#include "util/privileges.h"
#include "sinks/sinks.h"
#include "sinks/transport_tls.h"
#include "top/viewer.h"

static const struct {
	const char *name, *operands, *help;
	int (*run)(int argc, char **argv);
	bool privileged; /* uses privileges, if there are any */
	const struct option_command *command;
} commands[] = {
	{"run", "[INTERFACE...]", "monitor live", cmd_run, true, &run_command},
	{"read", "FILE...", "the same report of capture files; - is standard input", cmd_read,
	 false, &read_command},
	{"top", "[INTERFACE|FILE]", "the same on the whole terminal, what is wrong first", cmd_top,
	 true, &top_command},
	{"explain", "[CODE...]", "what a code means, its likely causes, what to do", cmd_explain,
	 false, &explain_command},
	{"check", "INTERFACE...", "can it attach here, how, and what would that disturb", cmd_check,
	 true, &check_command},
	{"config", "[INTERFACE...]", "what 'run' would do, and where each setting is from",
	 cmd_config, false, &config_command},
	{"detach", "[INTERFACE...]", "end what 'run --pin' has left", cmd_detach, true,
	 &detach_command},
	/* Root connects to sockets of other users; then these give up what they have. */
	{"status", "", "what a running monitor sees, does and loses", cmd_status, true,
	 &control_commands[CONTROL_STATUS]},
	{"dump", "", "its raw counters, and how full its tables are", cmd_dump, true,
	 &control_commands[CONTROL_DUMP]},
	{"history", "", "what it has counted by code, up to two weeks back", cmd_history, true,
	 &control_commands[CONTROL_HISTORY]},
	{"reload", "", "have it read its configuration again, as SIGHUP does", cmd_reload, true,
	 &control_commands[CONTROL_RELOAD]},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void help(FILE *out)
{
	fprintf(out, "Usage: rcodewatch COMMAND [OPTION]... [ARGUMENT]...\n\n"
		     "Counts DNS responses by response code in XDP and says what they mean.\n\n"
		     "Commands:\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-8s %-14s %s\n", commands[i].name, commands[i].operands,
			commands[i].help);
	fprintf(out,
		"\n'rcodewatch COMMAND --help' tells more; --version shows what was built in;\n"
		"--check-config [FILE] checks a configuration of 'run'; --completion SHELL prints\n"
		"a script by which bash, zsh or fish complete command lines.\n");
}

static void version(void)
{
	const char *tls = transport_tls_version();

	printf("rcodewatch %s\nlibbpf %s\ncaptures compressed with %s\nsinks: %s\n"
	       "syslog over TLS: %s\nconfiguration files: %s\ncontrol socket: %s\nsystem calls "
	       "filtered: %s\nfull-screen top: %s\n",
	       RCODEWATCH_VERSION, libbpf_version_string(), decoder_list(), sink_kind_list(),
	       tls ? tls : "not built in", config_built_in() ? "by inih" : "not built in",
	       run_control_built_in() ? "by jansson" : "not built in",
	       seccomp_filter_built_in() ? "by libseccomp" : "not built in",
	       viewer_built_in() ? "by ncurses" : "not built in");
}

static int complete(const char *shell)
{
	struct completion_word words[COMMANDS + 4] = {
		{"--help", "show the commands", NULL},
		{"--version", "show what was built in", NULL},
		{"--check-config", "check a configuration", NULL},
		{"--completion", "print a script for a shell", NULL},
	};

	for (size_t i = 0; i < COMMANDS; i++)
		words[i + 4] = (struct completion_word){commands[i].name, commands[i].help,
							commands[i].command};
	return completion_print(shell, words, COMMANDS + 4);
}

/* @status, unless what was printed did not all get to its place. */
static int written(int status)
{
	if ((fflush(stdout) == 0 && !ferror(stdout)) || status != EXIT_DONE || errno == EPIPE)
		return status;
	log_error("cannot write to standard output: %s", strerror(errno));
	return EXIT_FAILED;
}

/*
 * A descriptor below 3 that is closed would be given to the next file opened, a counter's map maybe,
 * and reports written into that. Opened the wrong way round, so that using it is an error.
 */
static void keep_standard_files(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

static int run_command_at(size_t i, int argc, char **argv)
{
	if (!commands[i].privileged && privileges_give_up() < 0)
		return EXIT_FAILED;
	return written(commands[i].run(argc, argv));
}

int main(int argc, char **argv)
{
	keep_standard_files();
	if (getuid() != geteuid() || getgid() != getegid()) {
		log_error("a set-user-ID or set-group-ID program would read files of that user for "
			  "anybody: take the bit away (chmod ug-s) and give the file capabilities "
			  "(setcap cap_bpf,cap_net_admin,cap_perfmon+ep), or start it as root");
		return EXIT_USAGE;
	}
	if (environment_untrusted() && environment_clean() < 0) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	/* Only what characters are: numbers keep their point. */
	setlocale(LC_CTYPE, "");
	if (argc < 2) {
		help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		help(stdout);
		return written(EXIT_DONE);
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		version();
		return written(EXIT_DONE);
	}
	if (strcmp(argv[1], "--check-config") == 0) {
		if (privileges_give_up() < 0)
			return EXIT_FAILED;
		return written(cmd_check_config(argc - 1, argv + 1));
	}
	if (strcmp(argv[1], "--completion") == 0)
		return written(complete(argc == 3 ? argv[2] : NULL));
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return run_command_at(i, argc - 1, argv + 1);
	log_error("no command '%s'; see 'rcodewatch --help'", argv[1]);
	return EXIT_USAGE;
}
