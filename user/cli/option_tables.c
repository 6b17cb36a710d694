// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/option_tables.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>

#include "capture/capture_counter.h"
#include "cli/settings.h"
#include "netdev/interface_choice.h"
#include "util/clock.h"
#include "config/config.h"

#define MIB          (1ul << 20)
#define RATE_MAX     1000000000 /* names a second */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int parse_ports(void *list, const char *value, char why[OPTION_WHY_MAX])
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
	memcpy(list, &ports, sizeof(ports));
	return 0;
}

static int parse_seed(void *into, const char *value, char why[OPTION_WHY_MAX])
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

/* Words with blanks between them. */
static int parse_interfaces(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	struct interface_names *names = into;
	static const bool both[DIRECTION_COUNT] = {true, true};
	struct interface_choice choice;
	char reason[OPTION_WHY_MAX];

	for (value += strspn(value, " \t"); *value; value += strspn(value, " \t")) {
		size_t length = strcspn(value, " \t");

		if (length >= INTERFACE_NAME_MAX) {
			snprintf(why, OPTION_WHY_MAX, "a name has at most %d bytes",
				 INTERFACE_NAME_MAX - 1);
			return -EINVAL;
		}
		if (names->count == INTERFACE_NAMES_MAX) {
			snprintf(why, OPTION_WHY_MAX, "at most %u names and patterns",
				 INTERFACE_NAMES_MAX);
			return -EINVAL;
		}
		snprintf(names->name[names->count], INTERFACE_NAME_MAX, "%.*s", (int)length, value);
		if (interface_choice_parse(&choice, names->name[names->count], both, reason) < 0) {
			snprintf(why, OPTION_WHY_MAX, "'%.40s': %.110s", names->name[names->count],
				 reason);
			return -EINVAL;
		}
		names->count++;
		value += length;
	}
	return 0;
}

static int parse_control(void *field, const char *value, char why[OPTION_WHY_MAX])
{
	size_t length = strlen(value);

	/* Anybody may connect to a name that is no path. */
	if (!length || value[0] == '@' || length >= CONTROL_PATH_MAX) {
		snprintf(why, OPTION_WHY_MAX,
			 "must be none, or the path of a socket, of %u bytes at most",
			 CONTROL_PATH_MAX - 1);
		return -EINVAL;
	}
	memcpy(field, value, length + 1);
	return 0;
}

static int parse_group(void *field, const char *value, char why[OPTION_WHY_MAX])
{
	const struct group *group = getgrnam(value);

	if (!group) {
		snprintf(why, OPTION_WHY_MAX, "there is no such group");
		return -EINVAL;
	}
	memcpy(field, &group->gr_gid, sizeof(group->gr_gid));
	return 0;
}

#define FIELD(member) OPTION_FIELD(struct settings, member)

/* For `run` and `read`: how long queries are waited for, and how many. */
#define OPTIONS_WAITING                                                                          \
	{"timeout",                                                                              \
	 0,                                                                                      \
	 "SECONDS",                                                                              \
	 "a query without a response for so long is\nunanswered: 1 to 10 "                       \
	 "(default 5)",                                                                          \
	 OPTION_SECONDS,                                                                         \
	 FIELD(timeout_ns),                                                                      \
	 NS_PER_S,                                                                               \
	 TXN_TIMEOUT_MAX_S * NS_PER_S},                                                          \
	{                                                                                        \
		"transaction-memory", 0, "MIB",                                                  \
			"of --memory, for queries that wait: a MiB holds some\n12,000 (default " \
			"5)",                                                                    \
			OPTION_NUMBER, FIELD(transaction_memory), 1, 1024, MIB                   \
	}

const struct option_spec interface_option = {"interface",
					     0,
					     "NAME...",
					     "",
					     OPTION_CUSTOM,
					     FIELD(interfaces),
					     .parse = parse_interfaces,
					     .repeats = true};

static const struct option_word directions[] = {
	{"rx", 1u << DIRECTION_RX},
	{"tx", 1u << DIRECTION_TX},
	{"both", 1u << DIRECTION_RX | 1u << DIRECTION_TX},
	{0},
};
static const struct option_word outputs[] = {{"text", OUTPUT_TEXT}, {"json", OUTPUT_JSON}, {0}};
static const struct option_word outputs_or_none[] = {
	{"text", OUTPUT_TEXT}, {"json", OUTPUT_JSON}, {"none", OUTPUT_NONE}, {0}};
static const struct option_word transactions_on_or_off[] = {
	{"on", TRANSACTIONS_ON}, {"off", TRANSACTIONS_OFF}, {0}};
static const struct option_word transaction_words[] = {
	{"auto", TRANSACTIONS_AUTO}, {"on", TRANSACTIONS_ON}, {"off", TRANSACTIONS_OFF}, {0}};
static const struct option_word code_sets[] = {{"standard", false}, {"guide", true}, {0}};
static const struct option_word tunnels[] = {
	{"vxlan", DECAP_VXLAN},   {"geneve", DECAP_GENEVE}, {"gre", DECAP_GRE},
	{"erspan", DECAP_ERSPAN}, {"ipip", DECAP_IPIP},     {"mpls", DECAP_MPLS},
	{"pppoe", DECAP_PPPOE},   {"all", DECAP_ALL},       {0},
};

/* Of both commands. clang-format would give each member a line of its own. */
/* clang-format off */
#define OPTIONS_COUNTED                                                                           \
	{"port", 'p', "N[,N]...", "ports of DNS in the clear (default 53)",                       \
	 OPTION_CUSTOM, FIELD(dns_ports), .parse = parse_ports, .standard = "53"},                                  \
	{"encrypted-port", 0, "N[,N]...",                                                         \
	 "ports of DNS that nobody can read here, counted\n"                                      \
	 "as \"encrypted\" (default 853); add 443 on a host\n"                                    \
	 "that serves only DNS over HTTPS there",                                                 \
	 OPTION_CUSTOM, FIELD(encrypted_ports), .parse = parse_ports, .standard = "853"},                            \
	{"decap", 0, "TUNNEL[,...]",                                                              \
	 "look into the tunnels of mirrored traffic, one level\n"                                 \
	 "deep: vxlan, geneve, gre, erspan, ipip, mpls, pppoe\n"                                  \
	 "or all (default: none)",                                                                \
	 OPTION_WORDS, FIELD(decap), .words = tunnels}

#define OPTIONS_LISTS                                                                             \
	{"top", 0, "N",                                                                           \
	 "rows of each list of zones, names, servers and clients\n"                               \
	 "with offending responses, 0 to 1000 (default 10;\n"                                     \
	 "0: no lists)",                                                                          \
	 OPTION_NUMBER, FIELD(top.rows), 0, TOP_ROWS_MAX, .reloads = true},                                        \
	{"offending", 0, "LIST",                                                                  \
	 "which responses these are: errors (every code but\n"                                    \
	 "NOERROR; the default), nodata (NOERROR without the\n"                                   \
	 "type asked for), ede (with an extended error), rare\n"                                  \
	 "(codes from 32), all, codes by name or number",                                         \
	 OPTION_CUSTOM, FIELD(top), .parse = top_parse_offending, .standard = "errors"},                                \
	{"clients", 0, "HOW",                                                                     \
	 "addresses of clients: prefix (default: /24 and /56),\n"                                 \
	 "full, off, or bits of IPv4 and IPv6: 24,56",                                            \
	 OPTION_CUSTOM, FIELD(top.clients), .parse = top_parse_prefix, .standard = "prefix"},                           \
	{"servers", 0, "HOW", "likewise of servers (default full)",                               \
	 OPTION_CUSTOM, FIELD(top.servers), .parse = top_parse_prefix, .standard = "full"},                           \
	{"distinct-key", 0, "FILE",                                                               \
	 "264 bytes, the same on all hosts whose estimates of\n"                                  \
	 "distinct names are to be merged",                                                       \
	 OPTION_CUSTOM, FIELD(top), .parse = top_parse_hll_key},                                  \
	{"registers", 0, NULL, "put what to merge them by into JSON",                             \
	 OPTION_FLAG, FIELD(top.hll), .reloads = true}

#define OPTIONS_ATTACK                                                                            \
	{"attack-rate", 0, "N",                                                                   \
	 "different names a second below a zone, denied, under\n"                                 \
	 "which nothing is an attack with random subdomains\n"                                    \
	 "(default 50; 0: look for none)",                                                        \
	 OPTION_NUMBER, FIELD(attack.rate_min), 0, RATE_MAX, .reloads = true},                                     \
	{"attack-ignore", 0, "ZONE|FILE",                                                         \
	 "never call that an attack, nor anything below it;\n"                                    \
	 "a FILE, with a / in its path, has a zone a line; any\n"                                 \
	 "number of times",                                                                       \
	 OPTION_CUSTOM, FIELD(attack.ignore), .parse = attack_ignore_add, .repeats = true, .reloads = true},                        \
	{"suffix-list", 0, "FILE",                                                                \
	 "the public suffix list (default: the one that is\n"                                     \
	 "installed, if any)",                                                                    \
	 OPTION_FILE, FIELD(attack.suffix_list)}

#define OPTIONS_ALERT                                                                             \
	{"alert", 0, "RULE,KEY=VALUE...",                                                         \
	 "change a rule of alerts, or RULE,off; none: no alerts;\n"                               \
	 "help: the rules and keys; any number of times",                                         \
	 OPTION_CUSTOM, FIELD(alerts), .parse = alert_rules_set, .repeats = true, .reloads = true}

#define OPTION_CODES                                                                              \
	{"codes", 0, "WHICH",                                                                     \
	 "standard (default), or guide: beside them the numbers\n"                                \
	 "of a published guide, which are no standard",                                           \
	 OPTION_WORD, FIELD(guide), .words = code_sets, .reloads = true}
/* clang-format on */

/* The text of a macro's value. */
#define TEXT_OF_WORDS(words) #words
#define TEXT_OF(macro)       TEXT_OF_WORDS(macro)

static const struct option_spec run_options[] = {
	{"config", 0, "FILE|none",
	 "read this configuration and FILE.d/*.conf (default:\n" CONFIG_DEFAULT
	 ", if there is\nsuch a file); the command line has precedence",
	 OPTION_TEXT, FIELD(config), .command_line = true},
	{"direction", 'd', "DIRECTION",
	 "rx: what the interface receives; tx: what it\nsends; both (default): each its own report",
	 OPTION_WORD, FIELD(directions), .words = directions},
	{"mode", 'm', "MODE",
	 "auto (default): native XDP where attaching is known\nnot to disturb the link, else tc; "
	 "native, tc or\ngeneric: that, or fail",
	 OPTION_WORD, FIELD(mode), .words = mode_words},
	{"interval", 'i', "SECONDS",
	 "time from report to report, 0.1 or more, aligned\nto the clock (default: text 1, json "
	 "10, none as\nits sinks)",
	 OPTION_SECONDS, FIELD(interval_ns), INTERVAL_MIN_NS, 86400 * NS_PER_S},
	{"count", 'n', "N", "stop after N reports of each interface and direction", OPTION_NUMBER,
	 FIELD(count), 1, 1000000000},
	{"duration", 't', "SECONDS", "stop after that time", OPTION_SECONDS, FIELD(duration_ns),
	 NS_PER_S / 10, 365 * 86400 * NS_PER_S},
	{"output", 'o', "FORMAT",
	 "on standard output: text (default): tables for people;\njson: one object a line, "
	 "docs/json.md; none",
	 OPTION_WORD, FIELD(output), .words = outputs_or_none},
	{"sink", 's', "KIND:ADDRESS[,OPTION=VALUE...]",
	 "send reports and events there too; up to " TEXT_OF(
		 SINKS_MAX) "\ntimes; 'help' and 'KIND:help' tell "
			    "more",
	 OPTION_CUSTOM, FIELD(sinks), .parse = sink_specs_add, .repeats = true, .reloads = true},
	{"label", 0, "KEY=VALUE",
	 "put that on all that is reported in JSON and by\nsinks; up to " TEXT_OF(
		 LABELS_MAX) " times",
	 OPTION_CUSTOM, FIELD(labels), .parse = labels_add, .repeats = true, .reloads = true},
	OPTIONS_COUNTED,
	OPTIONS_LISTS,
	OPTIONS_ATTACK,
	OPTIONS_ALERT,
	{"alert-interval", 0, "SECONDS",
	 "how often alerts are evaluated, or the next multiple of\n--interval (default 10)",
	 OPTION_SECONDS, FIELD(alert_interval_ns), INTERVAL_MIN_NS, 3600 * NS_PER_S},
	OPTION_CODES,
	{"all-lists", 0, NULL,
	 "servers and clients in both directions: for mirror\nports, routers and bridges (with "
	 "--decap always)",
	 OPTION_FLAG, FIELD(top.all)},
	{"memory", 0, "MIB", "most memory for counters in the kernel (default 64)", OPTION_NUMBER,
	 FIELD(memory_max), 1, 4096, MIB},
	{"transactions", 0, "WHEN",
	 "match queries with responses: auto (default: where\nboth directions are watched and "
	 "--memory allows), on\nor off",
	 OPTION_WORD, FIELD(transactions), .words = transaction_words},
	OPTIONS_WAITING,
	{"user", 0, "NAME",
	 "run as that user once the programs are loaded; root\nstays root (default, of root: "
	 "rcodewatch if there is\nsuch a user, else nobody)",
	 OPTION_TEXT, FIELD(user), .wrong = "needs the name of a user"},
	{"pin", 0, "FOLDER",
	 "keep counting without the program, by pins in that\nfolder of a BPF filesystem, until "
	 "'rcodewatch detach':\na restart loses nothing (as a service with a file\ndescriptor "
	 "store: there)",
	 OPTION_TEXT, FIELD(pin), .wrong = "needs a folder"},
	{"no-reattach", 0, NULL,
	 "once all is attached, end the process that can attach:\nno interface that comes, or "
	 "comes "
	 "back, is watched",
	 OPTION_FLAG, FIELD(no_reattach)},
	{"state-dir", 0, "DIR",
	 "keep the history of codes, alerts under way and the last\ngood configuration there over "
	 "restarts (default:\nsystemd's $STATE_DIRECTORY; else nothing is kept)",
	 OPTION_FILE, FIELD(state_dir)},
	{"control", 0, "PATH",
	 "the socket that status, dump and reload ask, or none\n(default: control.sock in the "
	 "RUNTIME_DIRECTORY of\nsystemd; otherwise none)",
	 OPTION_CUSTOM, FIELD(control), .parse = parse_control},
	{"control-group", 0, "NAME",
	 "the group whose members may ask there (default: that\nof the user)", OPTION_CUSTOM,
	 FIELD(control_group), .parse = parse_group},
	{"quiet", 'q', NULL, "do not say how and where it attached", OPTION_FLAG, FIELD(quiet)},
	{"verbose", 'v', NULL,
	 "show what counting costs in text reports, sizes of\ntables, libbpf's messages and the "
	 "verifier's",
	 OPTION_FLAG, FIELD(verbose)},
	{"debug", 0, NULL, "show each step and decision, and what --verbose shows", OPTION_FLAG,
	 FIELD(debug)},
};

const struct option_command run_command = {
	.name = "run",
	.operands = "[INTERFACE...]",
	.summary =
		"Count DNS responses by response code on live interfaces and report what they\n"
		"mean. No packet is dropped, changed or delayed. Needs root, or CAP_BPF,\n"
		"CAP_NET_ADMIN and CAP_PERFMON. SIGINT and SIGTERM detach and print the last\n"
		"report; so does SIGHUP, unless there are sinks with files, which it opens anew,\n"
		"or a configuration file, which it reads again.\n\n"
		"INTERFACE is a name, a pattern such as 'eth*', or 'physical'; with :rx, :tx or\n"
		":both behind it, that direction. Patterns take in what comes later, too.\n"
		"Interfaces and options may also stand in a configuration file.",
	.epilogue =
		"Exit status: 0 done, 1 failure, 2 wrong usage.\n\n"
		"Examples:\n"
		"  rcodewatch run eth0                      what eth0 receives and sends\n"
		"  rcodewatch run -d rx -o json eth0 eth1   JSON lines, every 10 seconds\n"
		"  rcodewatch run physical lo:rx            all network cards, and local queries\n"
		"  rcodewatch run -o none --sink json:/var/log/dns.json,interval=60 "
		"eth0",
	.more = sink_kinds_summary,
	.options = run_options,
	.option_count = COUNT(run_options),
};

const struct option_command config_command = {
	.name = "config",
	.operands = "[INTERFACE...]",
	.summary = "Print what 'run' with the same command line would do, as a configuration file, "
		   "and\n"
		   "where each value is from: a line of a file, the command line, or the default.",
	.epilogue = "Exit status: 0 done, 2 wrong usage or a wrong configuration.\n\n"
		    "'rcodewatch --check-config [FILE]' only checks a configuration.",
	.options = run_options,
	.option_count = COUNT(run_options),
};

static const struct option_spec read_options[] = {
	{"interval", 'i', "SECONDS",
	 "a report for each such interval of capture time,\n0.1 or more, aligned to the clock "
	 "(default: one\nreport for all)",
	 OPTION_SECONDS, FIELD(interval_ns), INTERVAL_MIN_NS, 86400 * NS_PER_S},
	{"output", 'o', "FORMAT",
	 "text (default): tables for people;\njson: one object a line, docs/json.md", OPTION_WORD,
	 FIELD(output), .words = outputs},
	OPTIONS_COUNTED,
	OPTIONS_LISTS,
	OPTIONS_ATTACK,
	{"alerts", 0, NULL,
	 "evaluate alerts by all rules, as run does: each\n--interval (default 10 then)",
	 OPTION_FLAG, FIELD(alerts_wanted)},
	OPTIONS_ALERT,
	OPTION_CODES,
	{"local", 0, "ADDRESS[/LEN]",
	 "an address or prefix of the observed host: separate\nreports of rx, packets to it, and "
	 "tx, packets from it;\nup to " TEXT_OF(LOCAL_PREFIXES_MAX) " times",
	 OPTION_CUSTOM, FIELD(local), .parse = local_prefixes_add},
	{"transactions", 0, "WHEN",
	 "match queries with responses: on, with --local and by\none thread, or off (default)",
	 OPTION_WORD, FIELD(transactions), .words = transactions_on_or_off},
	OPTIONS_WAITING,
	{"threads", 0, "N",
	 "threads that count, 1 to 64 (default: the CPUs, at most 8;\n1 for files of less than 4 "
	 "MiB)",
	 OPTION_NUMBER, FIELD(threads), 1, CAPTURE_THREADS_MAX},
	{"seed", 0, "SEED",
	 "what estimates hang on beside the capture: a number\n(default 0: the same figures each "
	 "time), or random, for\ncaptures that may have been made to mislead",
	 OPTION_CUSTOM, .size = sizeof(struct settings), .parse = parse_seed},
	{"quiet", 'q', NULL, "do not show on a terminal how far reading has come", OPTION_FLAG,
	 FIELD(quiet)},
	{"debug", 0, NULL, "show each step and decision", OPTION_FLAG, FIELD(debug)},
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
