// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/cmd_check.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netdev/assess.h"
#include "format/check_print.h"
#include "attacher/libbpf_log.h"
#include "util/log.h"
#include "util/options.h"

/* Besides those of every command. */
enum check_status { EXIT_UNFIT = 3, EXIT_WARNED = 4 };

struct check_settings {
	enum attach_mode mode;
	bool json;
	bool strict;
	bool debug;
};

#define FIELD(member) OPTION_FIELD(struct check_settings, member)

static const struct option_word outputs[] = {{"text", false}, {"json", true}, {0}};

static const struct option_spec options[] = {
	{"mode", 'm', "MODE",
	 "auto (default), native, tc or generic: what to check\nfor, as with 'run --mode'",
	 OPTION_WORD, FIELD(mode), .words = mode_words},
	{"output", 'o', "text|json", "for people (default), or one JSON object an interface",
	 OPTION_WORD, FIELD(json), .words = outputs},
	{"strict", 's', NULL, "exit with 4 if there are warnings", OPTION_FLAG, FIELD(strict)},
	{"debug", 0, NULL, "show each question to the kernel, and libbpf's messages", OPTION_FLAG,
	 FIELD(debug)},
};

const struct option_command check_command = {
	.name = "check",
	.operands = "INTERFACE...",
	.summary =
		"Say whether 'run' can watch these interfaces, by which hook, and what attaching\n"
		"will cost or disturb. Changes nothing. Needs no privilege, but sees more with.",
	.epilogue = "Exit status: 0 fit, 1 failure, 2 wrong usage, 3 not fit, 4 warnings with\n"
		    "--strict.\n\n"
		    "Examples:\n"
		    "  rcodewatch check eth0\n"
		    "  rcodewatch check --strict --mode native -o json eth0 eth1",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
};

struct candidate {
	struct interface_facts facts;
	struct assessment assessment;
};

static bool read_candidate(struct candidate *candidate, const char *name,
			   const struct kernel_facts *kernel)
{
	int error = interface_read(&candidate->facts, name, kernel->tcx);
	char near[128];

	if (!error)
		return true;
	if (error != -ENODEV) {
		log_error("cannot read the facts of %s: %s", name, strerror(-error));
		return false;
	}
	interface_suggest(name, near, sizeof(near));
	if (near[0])
		log_error("no interface '%s': did you mean %s?", name, near);
	else
		log_error("no interface '%s' in this network namespace: 'ip link' lists them",
			  name);
	return false;
}

static void print(const struct candidate *candidate, const struct kernel_facts *kernel,
		  const struct findings *host, bool json)
{
	bool fit = findings_worst(host) != FINDING_UNFIT &&
		   findings_worst(&candidate->assessment.findings) != FINDING_UNFIT;

	if (json)
		check_json(stdout, &candidate->facts, kernel, host, &candidate->assessment, fit);
	else
		check_text_interface(stdout, &candidate->facts, kernel, &candidate->assessment,
				     fit);
}

static enum finding_level check_all(struct candidate *candidates, size_t count,
				    const struct kernel_facts *kernel,
				    const struct check_settings *settings)
{
	struct findings host = {0};
	enum finding_level worst;

	assess_kernel(kernel, &host);
	worst = findings_worst(&host);
	if (!settings->json && count)
		check_text_kernel(stdout, kernel, &host);
	for (size_t i = 0; i < count; i++) {
		struct findings *findings = &candidates[i].assessment.findings;

		assess_interface(&candidates[i].facts, kernel, settings->mode,
				 &candidates[i].assessment);
		for (size_t j = 0; j < i; j++)
			assess_pair(&candidates[j].facts, &candidates[i].facts, findings);
		if (findings_worst(findings) > worst)
			worst = findings_worst(findings);
		print(&candidates[i], kernel, &host, settings->json);
	}
	return worst;
}

int cmd_check(int argc, char **argv)
{
	struct check_settings settings = {.mode = MODE_AUTO};
	struct kernel_facts kernel;
	struct candidate *candidates;
	enum finding_level worst;
	size_t count = 0;
	int first = options_parse(&check_command, argc, argv, &settings);

	if (first < 0)
		return first == OPTIONS_HELP ? EXIT_DONE : EXIT_USAGE;
	if (first == argc) {
		log_error("check: no interface given; see 'rcodewatch check --help'");
		return EXIT_USAGE;
	}
	candidates = calloc((size_t)(argc - first), sizeof(*candidates));
	if (!candidates) {
		log_error("check: out of memory");
		return EXIT_FAILED;
	}
	if (settings.debug) {
		log_debug_enable();
		libbpf_log_init(true);
	}
	kernel_read(&kernel);
	for (int i = first; i < argc; i++)
		count += read_candidate(&candidates[count], argv[i], &kernel);
	worst = check_all(candidates, count, &kernel, &settings);
	free(candidates);
	if (fflush(stdout) || ferror(stdout)) {
		log_error("check: cannot write to standard output: %s", strerror(errno));
		return EXIT_FAILED;
	}
	if (count < (size_t)(argc - first))
		return EXIT_FAILED;
	if (worst == FINDING_UNFIT)
		return EXIT_UNFIT;
	return settings.strict && worst == FINDING_WARNING ? EXIT_WARNED : EXIT_DONE;
}
