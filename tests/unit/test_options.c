// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The command lines of `run` and `read`, held against what their help and docs/ say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/option_tables.h"
#include "cli/settings.h"
#include "util/clock.h"

#define WORDS_MAX 16

static struct settings settings;
static char text[16384]; /* what was said on standard error, or with --help on standard output */

/* Parse @line, words between blanks, into settings. What options_parse() or settings_check() gave. */
static int parse(const struct option_command *command, const char *line)
{
	FILE *out = stdout, *err = stderr;
	char *words[WORDS_MAX + 1], copy[1024], *rest = copy;
	int count = 0, result;

	snprintf(copy, sizeof(copy), "%s %s", command->name, line);
	while (count < WORDS_MAX && (words[count] = strsep(&rest, " ")) != NULL)
		count++;
	words[count] = NULL;
	settings_free(&settings); /* of the last one */
	settings_init(&settings);
	memset(text, 0, sizeof(text));
	stderr = fmemopen(text, sizeof(text) - 1, "w");
	assert_non_null(stderr);
	stdout = stderr;
	result = options_parse(command, count, words, &settings);
	if (result >= 0 && settings_check(&settings) < 0)
		result = OPTIONS_USAGE;
	fclose(stderr);
	stdout = out;
	stderr = err;
	return result;
}

static void accepted(const char *line)
{
	int got = parse(&run_command, line);

	if (got < 0 || text[0])
		fail_msg("'%s' gives %d: %s", line, got, text);
}

/* Refused with one line that says @words. */
static void refused(const struct option_command *command, const char *line, const char *words)
{
	int got = parse(command, line);

	if (got != OPTIONS_USAGE)
		fail_msg("'%s' gives %d", line, got);
	if (!strstr(text, words))
		fail_msg("'%s' is refused with '%s', which does not say '%s'", line, text, words);
	if (strchr(text, '\n') != text + strlen(text) - 1)
		fail_msg("'%s' is refused with more than a line: '%s'", line, text);
}

static void the_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse(&run_command, "eth0"), 1);
	assert_int_equal(settings.mode, MODE_AUTO);
	assert_int_equal(settings.directions, 1 << DIRECTION_RX | 1 << DIRECTION_TX);
	assert_int_equal(settings.output, OUTPUT_TEXT);
	assert_int_equal(settings.report_ns, NS_PER_S);
	assert_int_equal(settings.duration_ns, 0);
	assert_int_equal(settings.count, 0);
	assert_int_equal(settings.dns_ports.count, 1);
	assert_int_equal(settings.dns_ports.port[0], 53);
	assert_int_equal(settings.encrypted_ports.count, 1);
	assert_int_equal(settings.encrypted_ports.port[0], 853);
	assert_int_equal(settings.memory_max, 64 << 20);
	assert_false(settings.quiet || settings.verbose || settings.debug);

	accepted("-o json eth0");
	assert_int_equal(settings.report_ns, 10 * NS_PER_S);
	accepted("-o text -i 5 eth0");
	assert_int_equal(settings.report_ns, 5 * NS_PER_S);
}

static void offending_is(const char *line, uint32_t rcodes, uint32_t others)
{
	accepted(line);
	assert_int_equal(settings.top.offending_rcodes, rcodes);
	assert_int_equal(settings.top.offending, others);
}

/* docs/lists.md. */
static void lists(void **state)
{
	const uint32_t errors = 0xfffffffe;
	char path[] = "/tmp/test_options.XXXXXX", line[128];
	uint64_t key[NAME_KEYS];
	int fd = mkstemp(path);

	(void)state;
	accepted("eth0");
	assert_int_equal(settings.top.rows, 10);
	offending_is("eth0", errors, OFFENDING_REST);
	assert_true(settings.top.attacks);
	offending_is("--offending errors eth0", errors, OFFENDING_REST);
	offending_is("--offending errors,nodata eth0", errors, OFFENDING_REST | OFFENDING_NODATA);
	offending_is("--offending nodata,ede eth0", 0, OFFENDING_NODATA | OFFENDING_EDE);
	offending_is("--offending SERVFAIL,refused,9 eth0", 1 << 2 | 1 << 5 | 1 << 9, 0);
	offending_is("--offending 0,31,rare eth0", 1 | 1u << 31, OFFENDING_REST);
	offending_is("--offending all eth0", UINT32_MAX, OFFENDING_REST);
	refused(&run_command, "--offending none eth0", "'none' is not errors");
	refused(&run_command, "--offending 32 eth0", "below 32");
	refused(&run_command, "--offending 2,, eth0", "'' is not");
	refused(&run_command, "--attack-rate few eth0", "must be a whole number");
	accepted("--attack-rate 0 eth0");
	assert_false(settings.top.attacks);
	accepted("--attack-rate 12 --suffix-list x.dat --attack-ignore cdn.example eth0");
	assert_int_equal(settings.attack.rate_min, 12);
	assert_string_equal(settings.attack.suffix_list, "x.dat");
	assert_int_equal(settings.attack.ignore.count, 1);
	accepted("--top 0 eth0");
	assert_int_equal(settings.top.rows, 0);
	accepted("--top 1000 --registers --all-lists eth0");
	assert_true(settings.top.hll && settings.top.all && settings.top.rows == 1000);
	refused(&run_command, "--top 1001 eth0", "from 0 to 1000");

	accepted("eth0");
	assert_memory_equal(settings.top.clients.bits, "\x18\x38", 2);
	assert_memory_equal(settings.top.servers.bits, "\x20\x80", 2);
	accepted("--clients full --servers off eth0");
	assert_memory_equal(settings.top.clients.bits, "\x20\x80", 2);
	assert_true(settings.top.servers.off && !settings.top.clients.off);
	accepted("--clients off --clients 20,48 --servers prefix eth0");
	assert_memory_equal(settings.top.clients.bits, "\x14\x30", 2);
	assert_memory_equal(settings.top.servers.bits, "\x18\x38", 2);
	assert_false(settings.top.clients.off);
	refused(&run_command, "--clients 24 eth0", "24,56");
	refused(&run_command, "--clients 33,56 eth0", "24,56");
	refused(&run_command, "--clients 24,129 eth0", "24,56");
	refused(&run_command, "--clients ,, eth0", "24,56");

	assert_true(fd >= 0);
	snprintf(line, sizeof(line), "--distinct-key %s eth0", path);
	refused(&run_command, line, "264 bytes of key, has 0");
	memset(key, 0, sizeof(key));
	assert_int_equal(write(fd, key, sizeof(key)), sizeof(key));
	refused(&run_command, line, "all zero bytes, which anybody can guess");
	/* One bit, anywhere, is a key. */
	key[sizeof(key) / sizeof(key[0]) - 1] = 1;
	assert_int_equal(pwrite(fd, key, sizeof(key), 0), sizeof(key));
	accepted(line);
	memset(key, 0x5a, sizeof(key));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(write(fd, key, sizeof(key)), sizeof(key));
	accepted(line);
	assert_true(settings.top.hll_keyed);
	assert_memory_equal(settings.top.hll_key, key, sizeof(key));
	refused(&run_command, "--distinct-key /nowhere/at/all eth0", "No such file");
	close(fd);
	unlink(path);
}

/* What of that is in the hooks' configuration: RFC 4291 section 2.3, as on the wire. */
static void lists_for_hooks(void **state)
{
	const uint8_t v4[16] = {255, 255, 240}, v6[16] = {255, 255, 255, 255, 255, 255, 254};
	struct hook_config config = {.points = 3};

	(void)state;
	accepted("--clients 20,55 eth0");
	top_settings_point(&settings.top, &config, 0, TOP_VIEW_RX);
	top_settings_point(&settings.top, &config, 1, TOP_VIEW_TX);
	top_settings_point(&settings.top, &config, 2, TOP_VIEW_BOTH);
	top_settings_configure(&settings.top, &config);
	assert_int_equal(config.top_point[0], 1 << TOP_ZONE | 1 << TOP_NAME | 1 << TOP_SERVER);
	assert_int_equal(config.top_point[1], 1 << TOP_ZONE | 1 << TOP_NAME | 1 << TOP_CLIENT);
	assert_int_equal(config.top_point[2], 15);
	assert_memory_equal(config.address_mask[TOP_CLIENT][FAMILY_IPV4], v4, 16);
	assert_memory_equal(config.address_mask[TOP_CLIENT][FAMILY_IPV6], v6, 16);
	assert_int_equal(config.address_mask[TOP_SERVER][FAMILY_IPV6][1], UINT64_MAX);
	accepted("--servers off --top 0 eth0");
	top_settings_point(&settings.top, &config, 2, TOP_VIEW_BOTH);
	assert_int_equal(config.top_point[2], 0);
}

static void words(void **state)
{
	static const struct {
		const char *line;
		enum attach_mode mode;
	} modes[] = {{"-m auto", MODE_AUTO},
		     {"--mode native", MODE_NATIVE},
		     {"--mode=tc", MODE_TC},
		     {"-mgeneric", MODE_GENERIC}};

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		accepted(modes[i].line);
		assert_int_equal(settings.mode, modes[i].mode);
	}
	accepted("-d rx");
	assert_int_equal(settings.directions, 1 << DIRECTION_RX);
	accepted("--direction tx");
	assert_int_equal(settings.directions, 1 << DIRECTION_TX);
	accepted("-d rx -d both");
	assert_int_equal(settings.directions, 1 << DIRECTION_RX | 1 << DIRECTION_TX);
	accepted("-qv");
	assert_true(settings.quiet && settings.verbose);
	refused(&run_command, "-m xdp", "must be one of auto, native, tc, generic");
	refused(&run_command, "-d in", "must be one of rx, tx, both");
	refused(&run_command, "-o xml", "must be one of text, json");
	refused(&run_command, "-m NATIVE", "must be one of");
	refused(&run_command, "--mode=", "must be one of");
}

static void seconds(void **state)
{
	static const struct {
		const char *text;
		long long ns;
	} good[] = {
		{"0.1", 100000000},         {"1", NS_PER_S},
		{"0.100000001", 100000001}, {"2.5", 2500000000},
		{"00060", 60 * NS_PER_S},   {"86400", 86400 * NS_PER_S},
		{"5.", 5 * NS_PER_S},       {"86400.000000000", 86400 * NS_PER_S},
		{"0.123456789", 123456789},
	};
	static const char *const bad[] = {
		"0",
		"0.0999999999",
		"86400.000000001",
		"86401",
		"-1",
		"+1",
		"1e3",
		"0x10",
		".5",
		"1.2.3",

		"nan",
		"inf",
		"1s",
		"",
		"99999999999999999999",
		"18446744073709551617",
		"1.0000000001",
		"1,5",
	};
	char line[64];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(line, sizeof(line), "--interval=%s", good[i].text);
		accepted(line);
		assert_int_equal(settings.interval_ns, good[i].ns);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), "--interval=%s", bad[i]);
		refused(&run_command, line, "must be seconds from 0.1 to 86400");
	}
	accepted("-t 31536000");
	assert_int_equal(settings.duration_ns, 31536000 * NS_PER_S);
	refused(&run_command, "-t 31536001", "must be seconds from 0.1 to 31536000");
}

static void numbers(void **state)
{
	static const char *const bad[] = {"0",  "1000000001",          "-5", "+5", "5.0", "0x5", "",
					  "5k", "18446744073709551621"};
	char line[64];

	(void)state;
	accepted("-n 1");
	assert_int_equal(settings.count, 1);
	accepted("--count 1000000000");
	assert_int_equal(settings.count, 1000000000);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), "--count=%s", bad[i]);
		refused(&run_command, line, "must be a whole number from 1 to 1000000000");
	}
	accepted("--memory 1");
	assert_int_equal(settings.memory_max, 1 << 20);
	accepted("--memory 4096");
	assert_true(settings.memory_max == (size_t)4096 << 20);
	refused(&run_command, "--memory 0", "from 1 to 4096");
	refused(&run_command, "--memory 4097", "from 1 to 4096");
}

static void ports(void **state)
{
	struct hook_config config = {0};

	(void)state;
	accepted("-p 1,2,3,4,5,6,7,65535 --encrypted-port 853,443");
	assert_int_equal(settings.dns_ports.count, MAX_PORTS);
	assert_int_equal(settings.dns_ports.port[0], 1);
	assert_int_equal(settings.dns_ports.port[7], 65535);
	settings_configure(&settings, &config);
	assert_int_equal(config.dns_ports, MAX_PORTS);
	assert_int_equal(config.dns_port[7], 65535);
	assert_int_equal(config.encrypted_ports, 2);
	assert_int_equal(config.encrypted_port[1], 443);

	refused(&run_command, "-p 1,2,3,4,5,6,7,8,9", "at most 8 ports");
	refused(&run_command, "-p 53,5353,53", "port 53 is there twice");
	refused(&run_command, "-p 0", "must be a whole number from 1 to 65535");
	refused(&run_command, "-p 65536", "must be a whole number from 1 to 65535");
	refused(&run_command, "-p 53,", "must be a whole number");
	refused(&run_command, "-p ,53", "must be a whole number");
	refused(&run_command, "-p domain", "must be a whole number");
	refused(&run_command, "--encrypted-port 853,853", "port 853 is there twice");
	refused(&run_command,
		"-p "
		"00000000000000000000000000000000000000000000000000000000000000000000000000000000"
		"000000000000000000000000000000000000000000000053",
		"too long");
	refused(&run_command, "-p 53,853", "port 853 is in --port and in --encrypted-port");
	refused(&read_command, "--encrypted-port 53", "port 53 is in --port");
}

static void tunnels(void **state)
{
	char line[256];

	(void)state;
	accepted("eth0");
	assert_int_equal(settings.decap, 0);
	accepted("--decap vxlan");
	assert_int_equal(settings.decap, DECAP_VXLAN);
	accepted("--decap=geneve,gre,erspan");
	assert_int_equal(settings.decap, DECAP_GENEVE | DECAP_GRE | DECAP_ERSPAN);
	accepted("--decap all --decap ipip");
	assert_int_equal(settings.decap, DECAP_IPIP);
	accepted("--decap mpls,pppoe");
	assert_int_equal(settings.decap, DECAP_MPLS | DECAP_PPPOE);
	accepted("--decap vxlan,all");
	assert_int_equal(settings.decap, DECAP_ALL);
	refused(&run_command,
		"--decap=", "must be one of vxlan, geneve, gre, erspan, ipip, mpls, pppoe, all");
	refused(&run_command, "--decap gre,", "must be one of");
	refused(&read_command, "--decap l2tp", "must be one of");
	snprintf(line, sizeof(line), "--decap %0128d", 0);
	refused(&run_command, line, "too long");
}

static void what_is_no_option(void **state)
{
	(void)state;
	refused(&run_command, "--nosuch", "--nosuch: unknown or ambiguous option");
	refused(&run_command, "-z", "-z: unknown option");
	refused(&run_command, "-qz", "-z: unknown option");
	refused(&run_command, "--d rx", "unknown or ambiguous option"); /* direction, duration */
	refused(&run_command, "--port", "--port: needs a value");
	refused(&run_command, "eth0 -p", "-p: needs a value");
	refused(&run_command, "--quiet=yes", "takes no value");
	refused(&read_command, "--mode tc", "--mode: unknown or ambiguous option");
	refused(&read_command, "-n 3", "-n: unknown option");
	refused(&read_command, "--local 192.0.2.1/24", "192.0.2.0/24 is the prefix");
	refused(&run_command, "--local 192.0.2.1 eth0", "--local: unknown");
	/* Beginnings that are clear are enough; behind "--" nothing is an option. */
	assert_int_equal(parse(&run_command, "--int 2 eth0"), 3);
	assert_int_equal(settings.interval_ns, 2 * NS_PER_S);
	assert_int_equal(parse(&run_command, "-q -- -v"), 3);
	assert_false(settings.verbose);
	/* Operands may stand anywhere. */
	assert_int_equal(parse(&run_command, "eth0 -q eth1"), 2);
	assert_true(settings.quiet);
}

static void help_lists_every_option(void **state)
{
	static const char *const names[] = {"--direction", "--mode",           "--interval",
					    "--count",     "--duration",       "--output",
					    "--port",      "--encrypted-port", "--memory",
					    "--quiet",     "--verbose",        "--help",
					    "--sink",      "--label"};
	struct option_command bare = {.name = "bare", .operands = "", .summary = "Nothing."};

	(void)state;
	assert_int_equal(parse(&run_command, "--help"), OPTIONS_HELP);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strstr(text, names[i]))
			fail_msg("the help does not tell of %s", names[i]);
	assert_int_equal(parse(&bare, "-h"), OPTIONS_HELP);
	assert_non_null(strstr(text, "Usage: rcodewatch bare"));
	assert_int_equal(parse(&bare, ""), 1);
}

/* Words that do not fit the message are cut, not written past its end. */
static void long_lists_of_words(void **state)
{
	static const struct option_word many[] = {
		{"one-word-that-is-rather-long", 1},
		{"another-word-that-is-rather-long", 2},
		{"a-third-word-that-is-very-long", 3},
		{"a-fourth-word-that-is-rather-long", 4},
		{"a-fifth-word-that-is-very-long", 5},
		{"a-sixth-word-that-is-rather-long", 6},
		{0},
	};
	char why[OPTION_WHY_MAX + 8];
	unsigned int found = 9;

	(void)state;
	memset(why, '#', sizeof(why));
	assert_true(option_word("none", many, &found, why) < 0);
	assert_int_equal(strlen(why), OPTION_WHY_MAX - 1);
	assert_memory_equal(why + OPTION_WHY_MAX, "########", 8);
	assert_int_equal(found, 9);
	assert_int_equal(option_word(many[4].word, many, &found, why), 0);
	assert_int_equal(found, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults),
		cmocka_unit_test(lists),
		cmocka_unit_test(lists_for_hooks),
		cmocka_unit_test(words),
		cmocka_unit_test(seconds),
		cmocka_unit_test(numbers),
		cmocka_unit_test(ports),
		cmocka_unit_test(tunnels),
		cmocka_unit_test(what_is_no_option),
		cmocka_unit_test(help_lists_every_option),
		cmocka_unit_test(long_lists_of_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
