// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/option_tables.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "capture/capture_counter.h"
#include "cli/attack_options.h"
#include "cli/settings.h"
#include "cli/top_options.h"

#define SECOND_NS    1000000000LL
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int port_list_parse(const char *value, struct port_list *list, char why[OPTION_WHY_MAX])
{
	struct port_list ports = {.count = 0};
	char text[128];
	char *rest = text, *word;

	if (snprintf(text, sizeof(text), "%s", value) >= (int)sizeof(text)) {
		snprintf(why, OPTION_WHY_MAX, "too long");
		return -EINVAL;
	}
	while ((word = strsep(&rest, ",")) != NULL) {
		unsigned long port;

		if (option_number(word, 1, 65535, &port, why) < 0)
			return -EINVAL;
		for (uint32_t i = 0; i < ports.count; i++)
			if (ports.port[i] == port) {
				snprintf(why, OPTION_WHY_MAX, "port %lu is there twice", port);
				return -EINVAL;
			}
		if (ports.count == MAX_PORTS) {
			snprintf(why, OPTION_WHY_MAX, "at most %u ports", MAX_PORTS);
			return -EINVAL;
		}
		ports.port[ports.count++] = (uint16_t)port;
	}
	*list = ports;
	return 0;
}

static int set_mode(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	static const char *const words[] = {"auto", "native", "tc", "generic"};
	static const enum attach_mode modes[] = {MODE_AUTO, MODE_NATIVE, MODE_TC, MODE_GENERIC};
	struct settings *settings = into;
	size_t word;

	if (option_word(value, words, COUNT(words), &word, why) < 0)
		return -EINVAL;
	settings->mode = modes[word];
	return 0;
}

static int set_direction(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	static const char *const words[] = {"rx", "tx", "both"};
	struct settings *settings = into;
	size_t word;

	if (option_word(value, words, COUNT(words), &word, why) < 0)
		return -EINVAL;
	settings->watch[DIRECTION_RX] = word != 1;
	settings->watch[DIRECTION_TX] = word != 0;
	return 0;
}

static int output_of(struct settings *settings, const char *value, size_t words_known,
		     char why[OPTION_WHY_MAX])
{
	static const char *const words[] = {"text", "json", "none"};
	static const enum output outputs[] = {OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_NONE};
	size_t word;

	if (option_word(value, words, words_known, &word, why) < 0)
		return -EINVAL;
	settings->output = outputs[word];
	return 0;
}

static int set_output(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	return output_of(into, value, 2, why);
}

static int set_output_or_none(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	return output_of(into, value, 3, why);
}

static int set_sink(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return sink_specs_add(&settings->sinks, value, why);
}

static int set_label(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return labels_add(&settings->labels, value, why);
}

static int set_interval(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return option_seconds(value, INTERVAL_MIN_NS, 86400 * SECOND_NS, &settings->interval_ns,
			      why);
}

static int set_duration(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return option_seconds(value, SECOND_NS / 10, 365 * 86400 * SECOND_NS,
			      &settings->duration_ns, why);
}

static int set_count(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return option_number(value, 1, 1000000000, &settings->count, why);
}

static int set_ports(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return port_list_parse(value, &settings->dns_ports, why);
}

static int set_encrypted_ports(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return port_list_parse(value, &settings->encrypted_ports, why);
}

static int set_decap(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	static const char *const words[] = {"vxlan", "geneve", "gre",   "erspan",
					    "ipip",  "mpls",   "pppoe", "all"};
	static const uint32_t bits[] = {DECAP_VXLAN, DECAP_GENEVE, DECAP_GRE,   DECAP_ERSPAN,
					DECAP_IPIP,  DECAP_MPLS,   DECAP_PPPOE, DECAP_ALL};
	struct settings *settings = into;
	char text[128];
	char *rest = text, *word;

	if (snprintf(text, sizeof(text), "%s", value) >= (int)sizeof(text)) {
		snprintf(why, OPTION_WHY_MAX, "too long");
		return -EINVAL;
	}
	settings->decap = 0;
	while ((word = strsep(&rest, ",")) != NULL) {
		size_t which;

		if (option_word(word, words, COUNT(words), &which, why) < 0)
			return -EINVAL;
		settings->decap |= bits[which];
	}
	return 0;
}

static int set_memory(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;
	unsigned long mib;

	if (option_number(value, 1, 4096, &mib, why) < 0)
		return -EINVAL;
	settings->memory_max = mib << 20;
	return 0;
}

static int set_codes(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	static const char *const words[] = {"standard", "guide"};
	struct settings *settings = into;
	size_t word;

	if (option_word(value, words, COUNT(words), &word, why) < 0)
		return -EINVAL;
	settings->guide = word == 1;
	return 0;
}

static int set_local(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return local_prefixes_add(&settings->local, value, why);
}

static int set_threads(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	return option_number(value, 1, CAPTURE_THREADS_MAX, &settings->threads, why);
}

static int set_seed(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	settings->seed_random = strcmp(value, "random") == 0;
	if (settings->seed_random)
		return 0;
	if (option_number(value, 0, UINT32_MAX, &settings->seed, why) == 0)
		return 0;
	snprintf(why, OPTION_WHY_MAX, "must be random, or a number from 0 to %u", UINT32_MAX);
	return -EINVAL;
}

static int set_user(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	if (!value[0]) {
		snprintf(why, OPTION_WHY_MAX, "needs the name of a user");
		return -EINVAL;
	}
	settings->user = value;
	return 0;
}

static int set_quiet(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	(void)value;
	(void)why;
	settings->quiet = true;
	return 0;
}

static int set_verbose(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	(void)value;
	(void)why;
	settings->verbose = true;
	return 0;
}

static int set_debug(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct settings *settings = into;

	(void)value;
	(void)why;
	settings->debug = true;
	return 0;
}

#define OPTION_OUTPUT                                                                   \
	{                                                                               \
		"output", 'o', "FORMAT",                                                \
			"text (default): tables for people;\njson: one object a line, " \
			"docs/json.md",                                                 \
			set_output                                                      \
	}
#define OPTION_CODES                                                                             \
	{                                                                                        \
		"codes", 0, "WHICH",                                                             \
			"standard (default), or guide: beside them the numbers\nof a published " \
			"guide, which are no standard",                                          \
			set_codes                                                                \
	}
#define OPTION_PORT                                                                          \
	{                                                                                    \
		"port", 'p', "N[,N]...", "ports of DNS in the clear (default 53)", set_ports \
	}
#define OPTION_ENCRYPTED_PORT                                                                \
	{                                                                                    \
		"encrypted-port", 0, "N[,N]...",                                             \
			"ports of DNS that nobody can read here, counted\nas \"encrypted\" " \
			"(default 853); "                                                    \
			"add 443 on a host\nthat serves only DNS over HTTPS there",          \
			set_encrypted_ports                                                  \
	}

#define OPTION_DECAP                                                                          \
	{                                                                                     \
		"decap", 0, "TUNNEL[,...]",                                                   \
			"look into the tunnels of mirrored traffic, one level\ndeep: vxlan, " \
			"geneve, "                                                            \
			"gre, erspan, ipip, mpls, pppoe\nor all (default: none)",             \
			set_decap                                                             \
	}

/* The text of a macro's value. */
#define TEXT_OF_WORDS(words) #words
#define TEXT_OF(macro)       TEXT_OF_WORDS(macro)

static const struct option_spec run_options[] = {
	{"direction", 'd', "DIRECTION",
	 "rx: what the interface receives; tx: what it\nsends; both (default): each its own report",
	 set_direction},
	{"mode", 'm', "MODE",
	 "auto (default): native XDP where attaching is known\nnot to disturb the link, else tc; "
	 "native, tc or\ngeneric: that, or fail",
	 set_mode},
	{"interval", 'i', "SECONDS",
	 "time from report to report, 0.1 or more, aligned\nto the clock (default: text 1, json "
	 "10, none as\nits sinks)",
	 set_interval},
	{"count", 'n', "N", "stop after N reports of each interface and direction", set_count},
	{"duration", 't', "SECONDS", "stop after that time", set_duration},
	{"output", 'o', "FORMAT",
	 "on standard output: text (default): tables for people;\njson: one object a line, "
	 "docs/json.md; none",
	 set_output_or_none},
	{"sink", 's', "KIND:ADDRESS[,OPTION=VALUE...]",
	 "send reports and events there too; up to " TEXT_OF(
		 SINKS_MAX) "\ntimes; 'help' and 'KIND:help' tell "
			    "more",
	 set_sink},
	{"label", 0, "KEY=VALUE",
	 "put that on all that is reported in JSON and by\nsinks; up to " TEXT_OF(
		 LABELS_MAX) " times",
	 set_label},
	OPTION_PORT,
	OPTION_ENCRYPTED_PORT,
	OPTION_DECAP,
	OPTIONS_TOP,
	OPTIONS_ATTACK,
	OPTION_CODES,
	OPTION_ALL_LISTS,
	{"memory", 0, "MIB", "most memory for counters in the kernel (default 64)", set_memory},
	{"user", 0, "NAME",
	 "run as that user once the programs are loaded; root\nstays root (default, of root: "
	 "rcodewatch if there is\nsuch a user, else nobody)",
	 set_user},
	{"quiet", 'q', NULL, "do not say how and where it attached", set_quiet},
	{"verbose", 'v', NULL,
	 "show what counting costs in text reports, sizes of\ntables, libbpf's messages and the "
	 "verifier's",
	 set_verbose},
	{"debug", 0, NULL, "show each step and decision, and what --verbose shows", set_debug},
};

const struct option_command run_command = {
	.name = "run",
	.operands = "INTERFACE...",
	.summary =
		"Count DNS responses by response code on live interfaces and report what they\n"
		"mean. No packet is dropped, changed or delayed. Needs root, or CAP_BPF,\n"
		"CAP_NET_ADMIN and CAP_PERFMON. SIGINT and SIGTERM detach and print the last\n"
		"report; so does SIGHUP, unless there are sinks with files: these it opens anew.",
	.epilogue = "Exit status: 0 done, 1 failure, 2 wrong usage.\n\n"
		    "Examples:\n"
		    "  rcodewatch run eth0                      what eth0 receives and sends\n"
		    "  rcodewatch run -d rx -o json eth0 eth1   JSON lines, every 10 seconds\n"
		    "  rcodewatch run -o none --sink json:/var/log/rcodewatch/dns.json,interval=60 "
		    "eth0",
	.more = sink_kinds_summary,
	.options = run_options,
	.option_count = COUNT(run_options),
};

static const struct option_spec read_options[] = {
	{"interval", 'i', "SECONDS",
	 "a report for each such interval of capture time,\n0.1 or more, aligned to the clock "
	 "(default: one\nreport for all)",
	 set_interval},
	OPTION_OUTPUT,
	OPTION_PORT,
	OPTION_ENCRYPTED_PORT,
	OPTION_DECAP,
	OPTIONS_TOP,
	OPTIONS_ATTACK,
	OPTION_CODES,
	{"local", 0, "ADDRESS[/LEN]",
	 "an address or prefix of the observed host: separate\nreports of rx, packets to it, and "
	 "tx, packets from it;\nup to " TEXT_OF(LOCAL_PREFIXES_MAX) " times",
	 set_local},
	{"threads", 0, "N",
	 "threads that count, 1 to 64 (default: the CPUs, at most 8;\n1 for files of less than 4 "
	 "MiB)",
	 set_threads},
	{"seed", 0, "SEED",
	 "what estimates hang on beside the capture: a number\n(default 0: the same figures each "
	 "time), or random, for\ncaptures that may have been made to mislead",
	 set_seed},
	{"quiet", 'q', NULL, "do not show on a terminal how far reading has come", set_quiet},
	{"debug", 0, NULL, "show each step and decision", set_debug},
};

const struct option_command read_command = {
	.name = "read",
	.operands = "FILE...",
	.summary =
		"Count the DNS responses in capture files and print one report for all of them.\n"
		"pcap and pcapng, also compressed; - is standard input. Needs no privilege.",
	.epilogue = "Exit status: 0 done, 1 a file could not be read to its end (what was read is\n"
		    "reported), 2 wrong usage.\n\n"
		    "Examples:\n"
		    "  rcodewatch read monday.pcap tuesday.pcap.gz   one report for both\n"
		    "  tcpdump -w - port 53 | rcodewatch read -      what is captured now\n"
		    "  rcodewatch read -i 60 -o json big.pcapng.zst  JSON lines, one a minute\n"
		    "  rcodewatch read --local 192.0.2.53 res1.pcap  rx and tx of that host",
	.options = read_options,
	.option_count = COUNT(read_options),
};
