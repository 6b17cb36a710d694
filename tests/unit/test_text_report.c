// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <locale.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include <cmocka.h>

#include "analysis/advice.h"
#include "sample_report.h"
#include "format/formatter.h"
#include "util/text_format.h"
#include "format/text_words.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* What the formatter writes for @report, to be freed. */
static char *page_of(const struct report *report, int width, bool colour, bool utf8)
{
	char *page = NULL;
	size_t size = 0;
	struct text_formatter formatter = {
		.out = open_memstream(&page, &size),
		.colour = colour,
		.utf8 = utf8,
		.width = width,
	};

	assert_non_null(formatter.out);
	assert_int_equal(text_report_write(&formatter, report), 0);
	fclose(formatter.out);
	assert_int_equal(strlen(page), size);
	return page;
}

static void has(const char *page, const char *text)
{
	if (!strstr(page, text))
		fail_msg("<%s> is not in:\n%s", text, page);
}

static void has_not(const char *page, const char *text)
{
	if (strstr(page, text))
		fail_msg("<%s> is in:\n%s", text, page);
}

/* A page as it was drawn up by hand, its figures worked out on paper. */
static void a_page_reads_well(void **state)
{
	static const char expected[] =
		"res1 eth0  02:31:10Z  mean of 10 s\n"
		"               ASKED/S ANSWERED/S     NO ANSWER  p50 / p95 ms SERVFAIL\n"
		"UPSTREAM (rx)               1,240     not known                  <0.1%\n"
		"\n"
		"eth0 rx  xdp_native  2026-11-23 02:31:10 UTC, 10.0 s\n"
		"12,400 responses, 1,240/s, 99,012,400 since the start\n"
		"\n"
		"CODE           PER S   SHARE  WHY                                          COUNT\n"
		"NOERROR        1,110   89.5%                                              11,100\n"
		"NODATA          90.0    7.3%                                                 900\n"
		"SERVFAIL        0.70   <0.1%  EDE 7 Signature Expired 86%                      7\n"
		"NXDOMAIN        34.5    2.8%                                                 345\n"
		"REFUSED            0      0%                                                   0\n"
		"RCODE24         4.70    0.4%                                                  47\n"
		"  and 1 in 2 more codes\n"
		"\n"
		"RCODE        EDE EXTENDED ERROR                          COUNT    PER S OF RCODE\n"
		"SERVFAIL       7 Signature Expired                           6     0.60   85.71%\n"
		"                 \"expired \"yesterday\"\"\n"
		"NXDOMAIN    9999 EDE9999                                     2     0.20    0.58%\n"
		"                 and 1 more\n"
		"\n"
		"answers     data 11,000 (91.67%)  nodata 900 (7.50%)  referral 99 (0.83%)\n"
		"            truncated 1 (<0.01%)  empty 0\n"
		"flags       aa 0  tc 3  ra 12,345  ad 400  cd 0\n"
		"transport   udp 12,355  tcp 45  ipv4 12,000  ipv6 400\n"
		"types asked A 9,000  TYPE65280 2  others 4\n"
		"second EDEs EDE 22: 3\n"
		"earlier     FORMERR 3\n"
		"not counted 7,601 of 20,000 packets\n"
		"  queries                     100  questions, on their way to a DNS port\n"
		"  tcp_no_message               55  TCP handshakes, ACKs, parts of messages\n"
		"  encrypted                   900  ports of encrypted DNS: cannot be read\n"
		"  not_dns                   6,491  other traffic\n"
		"  later_fragment                3  not the first IP fragment: has no ports\n"
		"  truncated_header             52  shorter than a DNS header\n"
		"incomplete  counted, but not with all that they said\n"
		"  opt_beyond_fragment           2  OPT is in a later IP fragment\n"
		"  rare_lost                     5  numbers of EDEs and types: table full\n"
		"TCP  stream problems\n"
		"  gap                           4  bytes missing: messages there not counted\n"
		"NIC  packets lost before they could be seen\n"
		"  ethtool                      73  of any kind, as this source has it\n"
		"\n";
	struct report report = sample_busy();
	char *page = page_of(&report, 80, false, false);

	(void)state;
	assert_string_equal(page, expected);
	free(page);
}

static void a_quiet_page_says_so(void **state)
{
	struct report report = sample_quiet();
	char *page = page_of(&report, 80, false, false);

	(void)state;
	has(page, "0 responses, 0/s, 0 since the start\n");
	has(page, "\nNOERROR            0      0%   ");
	has(page, "\nREFUSED ");
	has(page, "\nNo packet was seen.\n");
	has_not(page, "answers");
	has_not(page, "EDE");
	has_not(page, "incomplete");
	has_not(page, "TCP");
	free(page);

	/* Packets, but no DNS. */
	report.packets = report.outcome[OUTCOME_NOT_DNS] = 3;
	page = page_of(&report, 80, false, false);
	has_not(page, "No packet");
	has(page, "not counted 3 of 3 packets\n");
	free(page);

	report.responses = report.rcodes[0].count = 1;
	report.interval_s = 0.25;
	page = page_of(&report, 80, false, false);
	has(page, "1 response, ");
	has(page, ", 0.25 s\n");
	free(page);
}

/* Take out Select Graphic Rendition sequences, the only ones that may be there. */
static void strip_colours(char *page)
{
	char *to = page;

	for (const char *from = page; *from;) {
		if (from[0] == '\033' && from[1] == '[') {
			from += 2 + strspn(from + 2, "0123456789;");
			assert_int_equal(*from, 'm');
			from++;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

/*
 * No line is wider than the page, but for commands, and no character on it is more than a character.
 */
static void expect_harmless(char *page, int width)
{
	strip_colours(page);
	for (char *line = strtok(page, "\n"); line; line = strtok(NULL, "\n")) {
		wchar_t wide[4096];
		size_t length = mbstowcs(wide, line, COUNT_OF(wide));
		int columns;

		if (length == (size_t)-1)
			fail_msg("not UTF-8: %s", line);
		columns = wcswidth(wide, length);
		if (columns < 0 || (columns > width && strncmp(line, "            ", 12) != 0))
			fail_msg("%d columns of %d: %s", columns, width, line);
		for (size_t i = 0; i < length; i++)
			if (wcwidth(wide[i]) < 1)
				fail_msg("U+%04X in %s", (unsigned int)wide[i], line);
	}
}

/* Lists as they were drawn up by hand: columns for bounds only where these say something. */
static void lists_read_well(void **state)
{
	static const char expected[] =
		"ZONE                                BY   RCODE         NAMES      COUNT    PER S\n"
		"victim.example                      soa  NXDOMAIN         ~1        300     30.0\n"
		".                                   psl  SERVFAIL          0          7     0.70\n"
		"  and 45 more, at most 3 each\n"
		"\n"
		"NAME                        RCODE           COUNT   AT LEAST    AT MOST    PER S\n"
		"a\\.b.victim.example         NXDOMAIN           20         19         21     "
		"2.00\n"
		"...mn-of-80-and-is-cut.test NXDOMAIN            9          2          9     0.90\n"
		"  and 323 more, at most 8 each\n"
		"\n"
		"SERVER                                            RCODE           COUNT    PER S\n"
		"192.0.2.53                                        SERVFAIL            7     0.70\n"
		"\n"
		"answers ";
	struct report report = sample_busy();
	char *page;

	(void)state;
	sample_lists(&report);
	page = page_of(&report, 80, false, false);
	has(page, expected);
	free(page);
	report.top_rows = 1;
	page = page_of(&report, 80, false, false);
	has(page, "\n  and 52 more, at most 7 each\n");
	has_not(page, "\n. ");
	free(page);
}

/* Why a code comes: the error that most carry, or the zone that most are of, and how many zones there are. */
static void codes_say_why(void **state)
{
	struct report report = sample_busy();
	struct report_failing *f = &report.failing[0];
	struct top_row zone = sample_row("\4shop\7example", 2, 940, 940, 940);
	char *page;

	(void)state;
	report.rcodes[2].count = 1000;
	report.edes[0].count = 857;
	*f = (struct report_failing){.code = 2, .name = "SERVFAIL", .count = 1000};
	report.failing_count = 1;
	f->largest = &zone;
	f->zones_low = f->zones_high = 1;
	f->share = f->share_high = 0.94;
	page = page_of(&report, 80, false, false);
	has(page, "  EDE 7 Signature Expired 86%, 1 zone          1,000\n");
	free(page);
	/* Fewer than a tenth carry it: it is the zone that is said. */
	report.edes[0].count = 99;
	f->zones_high = 3;
	page = page_of(&report, 80, false, false);
	has(page, "  shop.example 94%, 1+ zones                   1,000\n");
	free(page);
	f->zones_low = f->zones_high = 640;
	page = page_of(&report, 80, false, false);
	has(page, "  shop.example 94%, 640 zones                  1,000\n");
	free(page);
	/* No zone is to blame. */
	f->share = 0.04;
	page = page_of(&report, 80, false, false);
	has(page, "  640 zones                                    1,000\n");
	has_not(page, "shop.example");
	free(page);
	f->share = 0.94;
	/* How many there are goes first, and then the beginning of the name. */
	page = page_of(&report, 56, false, false);
	has(page, "  ....example 94%      1,000\n");
	free(page);
	report.ede_count = 0;
	f->largest = NULL;
	page = page_of(&report, 80, false, false);
	has(page, "  640 zones                                    1,000\n");
	free(page);
	f->zones_low = f->zones_high = 0;
	page = page_of(&report, 80, false, false);
	has_not(page, "zones");
	free(page);
}

/* With run --verbose: 300 of 20,000 packets are 1.5 %, 6,000,000 ns of 20,000 runs 300 ns each. */
static void cost_is_shown_when_wanted(void **state)
{
	struct report report = sample_busy();
	char *page = page_of(&report, 80, false, false);

	(void)state;
	has_not(page, "paths ");
	has_not(page, "BPF ");
	free(page);
	report.cost_wanted = true;
	page = page_of(&report, 80, false, false);
	has(page, "\npaths       fast 19,700 (98.50%)  slow 300 (1.50%)\n"
		  "BPF time    not measured: sysctl kernel.bpf_stats_enabled=1 turns it on\n");
	free(page);
	report.cost_measured = true;
	report.bpf_runs = 20000;
	report.bpf_run_ns = 6000000;
	page = page_of(&report, 80, false, false);
	has(page, "\nBPF time    runs 20,000  300 ns each  0.006 s in all\n");
	free(page);
	report.bpf_runs = report.bpf_run_ns = 0;
	page = page_of(&report, 80, false, false);
	has(page, "\nBPF time    runs 0\n");
	free(page);
}

/* The pages of @count reports within @lines, to be freed. */
static char *pages_within(const struct report *const *reports, size_t count, size_t lines,
			  int width)
{
	char *pages = NULL;
	size_t size = 0, used = 0, column = 0;
	struct text_formatter formatter = {
		.out = open_memstream(&pages, &size),
		.width = width,
		.lines = lines,
	};

	assert_non_null(formatter.out);
	assert_int_equal(text_report_write_all(&formatter, reports, count), 0);
	fclose(formatter.out);
	/* As a terminal wraps them. */
	for (const char *c = pages; *c; c++) {
		column = *c == '\n' ? 0 : column + 1;
		used += *c == '\n' || (column > (size_t)width && column % (size_t)width == 1);
	}
	if (lines && used > lines)
		fail_msg("%zu lines of %zu:\n%s", used, lines, pages);
	return pages;
}

/* Where lines are few, details go first, then rows of lists, then the rest from below. */
static void pages_are_cut_from_below(void **state)
{
	static const struct {
		size_t lines;
		const char *has, *has_not;
	} cases[] = {
		{0, "192.0.2.53", "more lines"},
		{70, "192.0.2.53", "more lines"}, /* all of it, with empty lines */
		{40, "answers ", "\nTCP "},
		{24, "ZONE ", "not counted"},
		{18, "SERVFAIL       7", "ZONE "},
		{9, "\nSERVFAIL ", "REFUSED"},
	};
	struct report report = sample_busy();
	const struct report *reports[] = {&report};

	(void)state;
	sample_lists(&report);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *page = pages_within(reports, 1, cases[i].lines, 80);

		has(page, "eth0 rx ");
		has(page, cases[i].has);
		has_not(page, cases[i].has_not);
		if (cases[i].lines && cases[i].lines < 60)
			has(page, " more lines; a larger terminal or -o json shows them\n");
		free(page);
	}
	for (int width = 20; width < 180; width += 9)
		for (size_t lines = 5; lines < 70; lines++)
			free(pages_within(reports, 1, lines, width));
}

static const struct catalog_advice sample_words = {
	.id = "test", .text = "{share} of responses say so", .check = "dig SOA {zone}"};

/* Of two pages on one terminal that with advice has its rows, wherever it stands; the other its head and codes. */
static void trouble_gets_the_lines(void **state)
{
	static const struct advice advice = {.words = &sample_words, .share = 0.5};
	struct report rx = sample_busy(), tx = sample_busy();
	const struct report *reports[] = {&rx, &tx};
	char *pages;

	(void)state;
	rx.direction = "rx";
	tx.direction = "tx";
	sample_lists(&rx);
	sample_lists(&tx);
	for (int troubled = 0; troubled < 2; troubled++) {
		struct report *one = troubled ? &tx : &rx, *other = troubled ? &rx : &tx;
		char *first, *second;

		one->advice = &advice;
		one->advice_count = 1;
		other->advice_count = 0;
		pages = pages_within(reports, 2, 32, 80);
		/* Clients' comes first. */
		first = strstr(pages, "eth0 tx ");
		second = strstr(pages, "eth0 rx ");
		assert_non_null(first);
		assert_non_null(second);
		has(pages,
		    "\n-           50.00% of responses say so\n            dig SOA ZONE\neth0 tx ");
		has(troubled ? first : second, "\nZONE ");
		if (troubled) {
			has_not(second, "ZONE ");
		} else {
			second[0] = '\0';
			has_not(first, "ZONE ");
		}
		free(pages);
	}
	/* Nobody is troubled: both have their codes. */
	tx.advice_count = rx.advice_count = 0;
	pages = pages_within(reports, 2, 23, 80);
	has(strstr(pages, "eth0 rx "), "\nSERVFAIL ");
	*strstr(pages, "eth0 rx ") = '\0';
	has(pages, "\nSERVFAIL ");
	free(pages);
}

/* All interfaces that there can be on a small terminal. */
static void many_pages_share_a_terminal(void **state)
{
	static struct report many[64];
	const struct report *reports[64];
	static const struct advice advice = {.words = &sample_words, .share = 0.5};

	(void)state;
	for (size_t i = 0; i < 64; i++) {
		many[i] = sample_busy();
		reports[i] = &many[i];
	}
	many[63].advice = &advice;
	many[63].advice_count = 1;
	for (size_t lines = 5; lines < 100; lines += 5) {
		char *pages = pages_within(reports, 64, lines, 80);

		has(pages, " more lines; ");
		free(pages);
	}
}

static const char *const hostile[] = {
	"\033[2J\033]0;title\007",
	"\xc2\x9b"
	"31m",
	"\x9b"
	"31m\x90\x9d\x85",
	"\r\n\t\v\f\b",
	"\xe2\x80\xae"
	"txt.exe",
	"\xef\xbb\xbf\xe2\x80\x8b\xe2\x81\xa6",
	"e\xcc\x81\xcc\x81\xcc\x81",
	"\xed\xa0\x80\xf4\x90\x80\x80\xc0\xaf",
	"%s%n%d",
	"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6"
	"\x9c\xac",
	"\xf3\xa0\x80\x81\xf0\x9f\x98\x80",
	"\\x1b[31m",
};

static void hostile_text_stays_text(void **state)
{
	struct report report = sample_worst();

	(void)state;
	for (size_t i = 0; i < REPORT_EDES_MAX; i++) {
		const char *text = hostile[i % COUNT_OF(hostile)];
		char every[EDE_TEXT_MAX + 1];

		if (i < 4) {
			/* All byte values, 64 at a time. */
			for (size_t byte = 0; byte < sizeof(every); byte++)
				every[byte] = (char)(i * EDE_TEXT_MAX + byte);
			sample_text(&report.edes[i].text, every, i % 2 ? 64 : 65);
		} else {
			sample_text(&report.edes[i].text, text, strlen(text));
		}
	}
	report.interface = "x\033[31m\xff\n.pcap";
	for (size_t first = 0; first < REPORT_EDES_MAX; first += 4) {
		for (int width = 1; width < 200; width += width < 56 ? 18 : 31) {
			for (int style = 0; style < 4; style++) {
				char *page = page_of(&report, width, style & 1, style & 2);

				assert_null(style & 1 ? NULL : strchr(page, '\033'));
				/* Counts of 20 digits need their room. */
				expect_harmless(page, width < 110 ? 110 : width);
				free(page);
			}
		}
		/* A page shows a dozen: each has its turn at the top. */
		memmove(report.edes, report.edes + 4,
			sizeof(report.edes) - 4 * sizeof(report.edes[0]));
	}
}

static void pages_keep_to_their_width(void **state)
{
	struct report report = sample_busy();
	char name[256];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	sample_text(&report.edes[0].text, name, 100);
	/* Ten million a second, for a long time. */
	report.rcodes[0].count = report.responses = report.packets = 600000000;
	report.rcodes[0].rate = report.rate = 9999999.9;
	for (int width = 56; width <= 160; width++) {
		for (int style = 0; style < 8; style++) {
			char *page;

			report.interface = style & 4 ? name : "eth0";
			page = page_of(&report, width, style & 1, style & 2);
			has(page, "600,000,000");
			has(page, "10,000,000");
			expect_harmless(page, width);
			free(page);
		}
	}
}

static void colours_have_a_meaning(void **state)
{
	struct report report = sample_busy();
	char *page = page_of(&report, 80, true, false);

	(void)state;
	has(page, "\033[0mNOERROR");
	has(page, "\033[31mSERVFAIL");
	has(page, "\033[0mNXDOMAIN");
	has(page, "\033[2mREFUSED"); /* none in the interval */
	has(page, "\033[31mRCODE24");
	has(page, "\033[33m    <0.1%\033[0m"); /* SERVFAIL of upstream */
	has(page, "\033[31mSERVFAIL       7");
	free(page);
	report.rcodes[4].count = 1;
	report.rcodes[4].rate = 0.1;
	page = page_of(&report, 80, true, false);
	has(page, "\033[31mREFUSED");
	free(page);
}

static void long_lists_are_summed(void **state)
{
	struct report report = sample_busy();
	char *page;

	(void)state;
	/* 20 rows of 2: twelve are shown, 8 * 2 and the one beyond are not. */
	for (uint16_t i = 0; i < 20; i++)
		report.edes[i] = (struct report_ede){.rcode = 3, .info_code = i, .count = 2};
	report.ede_count = 20;
	/* 12 types of 7: ten are shown, 2 * 7 and the 4 beyond are not. */
	for (uint16_t i = 0; i < 12; i++) {
		report.qtypes[i] = (struct report_qtype){.type = (uint16_t)(i + 1), .count = 7};
		report.further_edes[i] = (struct report_further_ede){.info_code = i, .count = 9};
	}
	report.qtype_count = report.further_ede_count = 12;
	/* 24 codes, all but four of them of the past: ten are named. */
	for (uint16_t i = 0; i < 24; i++)
		report.rcodes[i] = (struct report_rcode){.code = i, .total = 1};
	report.rcode_count = 24;
	report_name_codes(&report);
	page = page_of(&report, 80, false, false);
	has(page, "and 17 more\n");
	has(page, "others 18\n");
	has(page, "NXDOMAIN      11 ");
	has_not(page, "NXDOMAIN      12 ");
	has(page, "earlier     FORMERR 1  NOTIMP 1  YXDOMAIN 1 ");
	has(page, "and 10 more\n");
	free(page);
}

static void every_reason_has_words_that_fit(void **state)
{
	struct report report = sample_busy();
	char *page;

	(void)state;
	for (size_t i = 0; i < PKT_OUTCOMES; i++)
		report.outcome[i] = 1;
	for (size_t i = 0; i < INCOMPLETE_COUNT; i++)
		report.incomplete[i] = 1;
	for (size_t i = 0; i < TCP_EVENT_COUNT; i++)
		report.tcp[i] = 1;
	page = page_of(&report, 80, false, false);
	/* Cut words would end so; nothing else at the end of a line does here. */
	has_not(strstr(page, "not counted"), "...");
	free(page);
	for (int i = 0; i < OUTCOME_COUNT; i++)
		assert_int_equal(*outcome_words((enum outcome)i) == '\0', i == OUTCOME_RESPONSE);
	for (int i = 0; i < UNPARSED_COUNT; i++)
		assert_true(*unparsed_words((enum unparsed)i));
	for (int i = 0; i < INCOMPLETE_COUNT; i++)
		assert_true(*incomplete_words((enum incomplete)i));
	for (size_t i = 0; i < TCP_EVENT_COUNT; i++)
		assert_true(*tcp_event_words((enum tcp_event)i));
}

static void the_terminal_decides(void **state)
{
	struct winsize size = {.ws_col = 99, .ws_row = 20};
	struct text_formatter formatter;
	FILE *file = tmpfile(), *terminal;
	int ours, theirs;

	(void)state;
	unsetenv("NO_COLOR");
	unsetenv("COLUMNS");
	setenv("TERM", "xterm", 1);
	text_report_init(&formatter, file);
	assert_ptr_equal(formatter.out, file);
	assert_false(formatter.colour);
	assert_true(formatter.utf8);
	assert_int_equal(formatter.width, 80);
	setenv("COLUMNS", "132", 1);
	text_report_init(&formatter, file);
	assert_int_equal(formatter.width, 132);
	for (size_t i = 0; i < 5; i++) {
		setenv("COLUMNS", ((const char *[]){"", "x", "-5", "0", "80x"})[i], 1);
		text_report_init(&formatter, file);
		assert_int_equal(formatter.width, 80);
	}
	fclose(file);

	assert_int_equal(openpty(&ours, &theirs, NULL, NULL, &size), 0);
	terminal = fdopen(theirs, "w");
	setenv("COLUMNS", "132", 1);
	text_report_init(&formatter, terminal);
	assert_true(formatter.colour);
	assert_int_equal(formatter.width, 99);
	setenv("NO_COLOR", "", 1);
	text_report_init(&formatter, terminal);
	assert_true(formatter.colour);
	setenv("NO_COLOR", "1", 1);
	text_report_init(&formatter, terminal);
	assert_false(formatter.colour);
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	text_report_init(&formatter, terminal);
	assert_false(formatter.colour);
	setlocale(LC_CTYPE, "C");
	text_report_init(&formatter, terminal);
	assert_false(formatter.utf8);
	setlocale(LC_CTYPE, "C.UTF-8");
	fclose(terminal);
	close(ours);
}

static void failures_to_write_are_told(void **state)
{
	struct report report = sample_busy();
	struct text_formatter formatter = {.out = fopen("/dev/full", "w"), .width = 80};

	(void)state;
	assert_non_null(formatter.out);
	assert_int_equal(text_report_write(&formatter, &report), -ENOSPC);
	fclose(formatter.out);
}

static int use_utf8(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_reads_well),
		cmocka_unit_test(lists_read_well),
		cmocka_unit_test(codes_say_why),
		cmocka_unit_test(cost_is_shown_when_wanted),
		cmocka_unit_test(pages_are_cut_from_below),
		cmocka_unit_test(trouble_gets_the_lines),
		cmocka_unit_test(many_pages_share_a_terminal),
		cmocka_unit_test(a_quiet_page_says_so),
		cmocka_unit_test(hostile_text_stays_text),
		cmocka_unit_test(pages_keep_to_their_width),
		cmocka_unit_test(colours_have_a_meaning),
		cmocka_unit_test(long_lists_are_summed),
		cmocka_unit_test(every_reason_has_words_that_fit),
		cmocka_unit_test(the_terminal_decides),
		cmocka_unit_test(failures_to_write_are_told),
	};

	return cmocka_run_group_tests_name("text_report", tests, use_utf8, NULL);
}
