// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `rcodewatch explain` as a user sees it: its output, its errors, its exit status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cmd_explain.h"

static char output[1 << 20], errors[4096];

static void slurp(FILE *file, char *text, size_t size)
{
	rewind(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

/* Run it with up to four arguments; its standard output and error are then in the two above. */
static int run(const char *a, const char *b, const char *c, const char *d)
{
	const char *given[] = {"explain", a, b, c, d};
	char words[5][64], *argv[6] = {NULL};
	FILE *out = tmpfile(), *err = tmpfile();
	int saved[2], status, argc = 0;

	assert_non_null(out);
	assert_non_null(err);
	for (; argc < 5 && given[argc]; argc++) {
		snprintf(words[argc], sizeof(words[argc]), "%s", given[argc]);
		argv[argc] = words[argc];
	}
	fflush(NULL);
	saved[0] = dup(STDOUT_FILENO);
	saved[1] = dup(STDERR_FILENO);
	dup2(fileno(out), STDOUT_FILENO);
	dup2(fileno(err), STDERR_FILENO);
	status = cmd_explain(argc, argv);
	fflush(NULL);
	dup2(saved[0], STDOUT_FILENO);
	dup2(saved[1], STDERR_FILENO);
	close(saved[0]);
	close(saved[1]);
	slurp(out, output, sizeof(output));
	slurp(err, errors, sizeof(errors));
	return status;
}

static size_t lines_of(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static void check_explains(const char *code, const char *first_line)
{
	assert_int_equal(run(code, NULL, NULL, NULL), 0);
	assert_string_equal(errors, "");
	assert_true(!strncmp(output, first_line, strlen(first_line)));
	assert_int_equal(output[strlen(first_line)], '\n');
}

static void codes_can_be_written_many_ways(void **state)
{
	(void)state;
	check_explains("SERVFAIL", "SERVFAIL");
	check_explains("nxdomain", "NXDOMAIN");
	check_explains("ede:6", "DNSSEC Bogus");
	check_explains("EDE6", "DNSSEC Bogus");
	check_explains("ede:dnssec bogus", "DNSSEC Bogus");
	check_explains("badcookie", "BADCOOKIE");
	check_explains("doq:0x2", "DOQ_PROTOCOL_ERROR");
	check_explains("doq:2", "DOQ_PROTOCOL_ERROR");
	check_explains("http:503", "Service Unavailable");
	check_explains("guide:219", "GUIDE219");
	check_explains("rcode:24", "RCODE24");
	check_explains("rcode24", "RCODE24");
	check_explains("doq:0x3fffffffffffffff", "DOQ0x3fffffffffffffff");
	check_explains("guide:Name error: domain does not exist", "GUIDE204");
	/* As the screen and dig show them, and as people type. */
	check_explains("EDE 7", "Signature Expired");
	check_explains("EDE-7", "Signature Expired");
	check_explains("ede_7", "Signature Expired");
	check_explains("ede7", "Signature Expired");
	check_explains("EDE: 7 (Signature Expired)", "Signature Expired");
	check_explains("EDE 7:", "Signature Expired");
	check_explains("signature EXPIRED", "Signature Expired");
	check_explains("rcode 2", "SERVFAIL");
	check_explains("RCODE 24", "RCODE24");
	check_explains("http 503", "Service Unavailable");
	check_explains("HTTP Version Not Supported", "HTTP Version Not Supported");
	check_explains("DOQ_NO_ERROR", "DOQ_NO_ERROR");
	check_explains("NODATA", "NOERROR");
	check_explains("bogus", "DNSSEC Bogus");
	check_explains("ede:bogus", "DNSSEC Bogus");
}

/* The words of one code, or of several. */
static void codes_can_be_several_words(void **state)
{
	(void)state;
	assert_int_equal(run("EDE", "7", NULL, NULL), 0);
	assert_true(!strncmp(output, "Signature Expired\n", 18));
	assert_int_equal(run("rcode", "2", "ede", "6"), 0);
	assert_true(!strncmp(output, "SERVFAIL\n", 9));
	assert_non_null(strstr(output, "\nDNSSEC Bogus\n"));
	assert_int_equal(run("dnssec", "Bogus", NULL, NULL), 0);
	assert_true(!strncmp(output, "DNSSEC Bogus\n", 13));
	assert_int_equal(run("ede", "bogus", NULL, NULL), 0);
	assert_true(!strncmp(output, "DNSSEC Bogus\n", 13));
	assert_int_equal(run("servfail", "refused", NULL, NULL), 0);
	assert_non_null(strstr(output, "\nREFUSED\n"));
	assert_int_equal(run("ede", NULL, NULL, NULL), 1);
	assert_int_equal(run("--registry", "ede", "rcode", "3"), 2);
}

static void words_of_several_codes_list_them(void **state)
{
	(void)state;
	/* RFC 8914 section 4.8, and IANA's 25. */
	assert_int_equal(run("expired", NULL, NULL, NULL), 0);
	assert_true(!strncmp(output, "\"expired\" is in ", 16));
	assert_non_null(strstr(output, "\n  ede:7 Signature Expired: "));
	assert_non_null(strstr(output, "\n  ede:25 Signature Expired before Valid: "));
	assert_in_range(lines_of(output), 3, 8);
	assert_null(strstr(output, "guide:"));
	assert_int_equal(run("-o", "json", "expired", NULL), 0);
	assert_non_null(strstr(output, "\"registry\":\"ede\",\"code\":7,"));
	assert_non_null(strstr(output, "\"registry\":\"ede\",\"code\":25,"));
}

/* Caches are flushed by one command of two, and not among those that only look. */
static void what_changes_something_stands_apart(void **state)
{
	char *look, *change, *flush;

	(void)state;
	assert_int_equal(run("ede:7", NULL, NULL, NULL), 0);
	look = strstr(output, "\nWhat to check (these only look;");
	change = strstr(output, "\nWhat changes something ");
	flush = strstr(output, "    # unbound-control flush_zone ZONE\n      or\n"
			       "    # rndc flushtree ZONE\n");
	assert_true(look && change && flush && look < change && change < flush);
	assert_null(strstr(output, ";  "));
	for (char *line = output; (line = strstr(line, "\n    $ ")) != NULL; line++)
		assert_true(line < change);
	assert_int_equal(run("-o", "json", "ede:7", NULL), 0);
	assert_non_null(strstr(output, "\"command\":\"rndc flushtree ZONE\",\"changes\":true,"
				       "\"alternative\":true,"));
	assert_non_null(strstr(output, "\"command\":\"chronyc tracking\",\"changes\":false,"));
}

/* One line, but for who asks; then all of the table. */
static void the_guide_is_one_line(void **state)
{
	char code[16];
	size_t listed = 0;

	(void)state;
	assert_int_equal(run("ede:7", NULL, NULL, NULL), 0);
	assert_non_null(strstr(output, "\n  Guide      guide:214 (no standard)\n"));
	assert_null(strstr(strstr(output, "guide:214") + 1, "guide"));
	assert_int_equal(run("503", NULL, NULL, NULL), 0);
	assert_null(strstr(output, "GUIDE503"));
	assert_int_equal(run(NULL, NULL, NULL, NULL), 0);
	assert_non_null(strstr(output,
			       "\nA guide's numbers (no standard): rcodewatch explain --registry "
			       "guide\n"));
	assert_null(strstr(output, " <- "));
	for (unsigned int number = 100; number <= 599; number++) {
		snprintf(code, sizeof(code), "guide:%u", number);
		assert_int_equal(run(code, NULL, NULL, NULL), 0);
		listed += strstr(output, ", listed (not a standard)") != NULL;
	}
	assert_int_equal(listed, 104);
	assert_int_equal(run("--registry", "guide", NULL, NULL), 0);
	assert_non_null(strstr(output, " <- "));
}

static void entry_has_what_one_needs_at_night(void **state)
{
	(void)state;
	assert_int_equal(run("ede:7", NULL, NULL, NULL), 0);
	assert_non_null(strstr(output, "ede:7, assigned"));
	assert_non_null(strstr(output, "RFC 8914 section 4.8"));
	assert_non_null(strstr(output, "\nLikely causes\n"));
	assert_non_null(strstr(output, "\nWhat to check"));
	assert_non_null(strstr(output, "    $ dig "));
	assert_non_null(strstr(output, "rcode:2 SERVFAIL"));
	assert_non_null(strstr(output, "214"));
}

static void bare_number_means_dns_first(void **state)
{
	const char *rcode, *ede, *doq;

	(void)state;
	assert_int_equal(run("3", NULL, NULL, NULL), 0);
	rcode = strstr(output, "rcode:3, ");
	ede = strstr(output, "ede:3, ");
	doq = strstr(output, "doq:0x3, ");
	assert_true(rcode && ede && doq && rcode < ede && ede < doq);

	assert_int_equal(run("503", NULL, NULL, NULL), 0);
	assert_non_null(strstr(output, "http:503, "));
	assert_non_null(strstr(output, "lists it too: rcodewatch explain guide:503\n"));
	assert_non_null(strstr(output, "As rcode:503 the number is unassigned."));
	assert_null(strstr(output, "rcode:503, "));

	/* It means nothing anywhere, and that is said too. */
	assert_int_equal(run("2000", NULL, NULL, NULL), 0);
	assert_non_null(strstr(output, "rcode:2000, unassigned"));
	assert_non_null(strstr(output, "ede:2000, unassigned"));

	assert_int_equal(run("--registry", "ede", "3", NULL), 0);
	assert_null(strstr(output, "rcode:3, "));
	assert_non_null(strstr(output, "ede:3, "));
}

static void check_fails(const char *code, const char *says)
{
	assert_int_equal(run(code, NULL, NULL, NULL), 1);
	assert_string_equal(output, "");
	assert_int_equal(lines_of(errors), 1);
	assert_non_null(strstr(errors, says));
}

static void unknown_codes_are_reported(void **state)
{
	(void)state;
	check_fails("nxdoman", "did you mean \"NXDOMAIN\"");
	check_fails("ede:dnssec bogos", "did you mean \"DNSSEC Bogus\"?");
	check_fails("xyzzy", "'rcodewatch explain' lists them all");
	check_fails("", "no code is called \"\"");
	check_fails("ede:65536", "the codes of ede go from 0 to 65535");
	check_fails("http:99", "the codes of http go from 100 to 599");
	check_fails("doq:0x4000000000000000", "go from 0x0 to 0x3fffffffffffffff");
	check_fails("99999", "beyond every DNS registry");
	check_fails("99999", "doq:0x1869f asks for it");
	check_fails("65536", "end at 65535;");
	check_fails("99999999999999999999", "is no code of any registry");
	check_fails("a\033[2Jb\nc", "\"a?[2Jb?c\"");
	/* The known among unknown ones are explained all the same. */
	assert_int_equal(run("nxdoman", "servfail", NULL, NULL), 1);
	assert_true(!strncmp(output, "SERVFAIL\n", 9));
}

static void wrong_usage_is_told_apart(void **state)
{
	(void)state;
	assert_int_equal(run("--registry", "dns", NULL, NULL), 2);
	assert_non_null(strstr(errors, "rcode, ede, doq, http, guide"));
	assert_int_equal(run("--output", "xml", "3", NULL), 2);
	assert_int_equal(run("--colour", NULL, NULL, NULL), 2);
	assert_int_equal(run("--registry", "ede", "rcode:3", NULL), 2);
	assert_string_equal(output, "");
	assert_int_equal(run("--help", NULL, NULL, NULL), 0);
	assert_non_null(strstr(output, "Usage: rcodewatch explain"));
}

static void check_width(unsigned int width)
{
	for (const char *line = output; *line;) {
		size_t len = strcspn(line, "\n");

		/* A command is not broken: it is there to be pasted. */
		if (strncmp(line, "    $ ", 6) && strncmp(line, "    # ", 6))
			assert_in_range(len, 0, width);
		assert_true(!len || line[len - 1] != ' ');
		line += len + (line[len] == '\n');
	}
}

static void text_keeps_to_the_width(void **state)
{
	(void)state;
	setenv("COLUMNS", "60", 1);
	assert_int_equal(run("servfail", "16", "guide:214", "ede:7"), 0);
	check_width(60);
	setenv("COLUMNS", "100", 1);
	assert_int_equal(run(NULL, NULL, NULL, NULL), 0);
	check_width(100);
	setenv("COLUMNS", "not a number", 1);
	assert_int_equal(run("servfail", NULL, NULL, NULL), 0);
	check_width(80);
	unsetenv("COLUMNS");
	assert_int_equal(run(NULL, NULL, NULL, NULL), 0);
	check_width(80);
	assert_non_null(strstr(output, "DNS response codes (RCODE)\n"));
	assert_non_null(strstr(output, "3841-4095"));
	assert_non_null(strstr(output, "\nExtended DNS Errors (EDE)\n"));
	assert_non_null(strstr(output, "no standard"));
}

static void json_is_an_object_a_line(void **state)
{
	static const char start[] =
		"{\"schema\":\"rcodewatch/1\",\"type\":\"explain\",\"registry\":\"";

	(void)state;
	assert_int_equal(run("--output", "json", "3", "doq:0x1ffffffff"), 0);
	assert_int_equal(lines_of(output), 4);
	assert_non_null(strstr(output, "\"registry\":\"rcode\",\"code\":3,\"name\":\"NXDOMAIN\","
				       "\"description\":\"Non-existent domain\","
				       "\"status\":\"assigned\""));
	assert_non_null(strstr(output, "\"registry\":\"doq\",\"code\":8589934591,"));
	assert_non_null(strstr(output, "\"guide_code\":204,"));

	/* 20 codes of names, 4 ranges, 1 reserved number. */
	assert_int_equal(run("--output", "json", "--registry", "rcode"), 0);
	assert_int_equal(lines_of(output), 25);
	assert_non_null(strstr(output, "\"code\":24,\"last\":3840,"));
	assert_int_equal(run("-o", "json", NULL, NULL), 0);
	for (const char *line = output; *line; line = strchr(line, '\n') + 1)
		assert_true(!strncmp(line, start, sizeof(start) - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_can_be_written_many_ways),
		cmocka_unit_test(codes_can_be_several_words),
		cmocka_unit_test(words_of_several_codes_list_them),
		cmocka_unit_test(what_changes_something_stands_apart),
		cmocka_unit_test(the_guide_is_one_line),
		cmocka_unit_test(entry_has_what_one_needs_at_night),
		cmocka_unit_test(bare_number_means_dns_first),
		cmocka_unit_test(unknown_codes_are_reported),
		cmocka_unit_test(wrong_usage_is_told_apart),
		cmocka_unit_test(text_keeps_to_the_width),
		cmocka_unit_test(json_is_an_object_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
