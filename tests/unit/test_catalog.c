// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The catalogue against the registries, whose names are typed here from IANA's tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "catalog/catalog.h"

struct expected {
	uint32_t code;
	const char *name;
};

static const struct expected rcodes[] = {
	{0, "NOERROR"},  {1, "FORMERR"},  {2, "SERVFAIL"},  {3, "NXDOMAIN"},   {4, "NOTIMP"},
	{5, "REFUSED"},  {6, "YXDOMAIN"}, {7, "YXRRSET"},   {8, "NXRRSET"},    {9, "NOTAUTH"},
	{10, "NOTZONE"}, {16, "BADVERS"}, {17, "BADKEY"},   {18, "BADTIME"},   {19, "BADMODE"},
	{20, "BADNAME"}, {21, "BADALG"},  {22, "BADTRUNC"}, {23, "BADCOOKIE"}, {11, "DSOTYPENI"},
};

static const char *const edes[] = {
	"Other",
	"Unsupported DNSKEY Algorithm",
	"Unsupported DS Digest Type",
	"Stale Answer",
	"Forged Answer",
	"DNSSEC Indeterminate",
	"DNSSEC Bogus",
	"Signature Expired",
	"Signature Not Yet Valid",
	"DNSKEY Missing",
	"RRSIGs Missing",
	"No Zone Key Bit Set",
	"NSEC Missing",
	"Cached Error",
	"Not Ready",
	"Blocked",
	"Censored",
	"Filtered",
	"Prohibited",
	"Stale NXDOMAIN Answer",
	"Not Authoritative",
	"Not Supported",
	"No Reachable Authority",
	"Network Error",
	"Invalid Data",
	"Signature Expired before Valid",
	"Too Early",
	"Unsupported NSEC3 Iterations Value",
	"Unable to conform to policy",
	"Synthesized",
	"Invalid Query Type",
	"Rate Limited",
	"Over Quota",
	"Negative Trust Anchor",
	"New Delegation Only",
	"Blocked by Upstream DNS Server",
};

static const struct expected doqs[] = {
	{0x0, "DOQ_NO_ERROR"},
	{0x1, "DOQ_INTERNAL_ERROR"},
	{0x2, "DOQ_PROTOCOL_ERROR"},
	{0x3, "DOQ_REQUEST_CANCELLED"},
	{0x4, "DOQ_EXCESSIVE_LOAD"},
	{0x5, "DOQ_UNSPECIFIED_ERROR"},
	{0xd098ea5e, "DOQ_ERROR_RESERVED"},
};

static const struct expected https[] = {
	{100, "Continue"},
	{101, "Switching Protocols"},
	{102, "Processing"},
	{103, "Early Hints"},
	{104, "Upload Resumption Supported"},
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{203, "Non-Authoritative Information"},
	{204, "No Content"},
	{205, "Reset Content"},
	{206, "Partial Content"},
	{207, "Multi-Status"},
	{208, "Already Reported"},
	{226, "IM Used"},
	{300, "Multiple Choices"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{303, "See Other"},
	{304, "Not Modified"},
	{305, "Use Proxy"},
	{306, "(Unused)"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{402, "Payment Required"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{407, "Proxy Authentication Required"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{411, "Length Required"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{416, "Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{418, "(Unused)"},
	{421, "Misdirected Request"},
	{422, "Unprocessable Content"},
	{423, "Locked"},
	{424, "Failed Dependency"},
	{425, "Too Early"},
	{426, "Upgrade Required"},
	{428, "Precondition Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{451, "Unavailable For Legal Reasons"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{502, "Bad Gateway"},
	{503, "Service Unavailable"},
	{504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"},
	{506, "Variant Also Negotiates"},
	{507, "Insufficient Storage"},
	{508, "Loop Detected"},
	{510, "Not Extended"},
	{511, "Network Authentication Required"},
};

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static void check_names(enum catalog_registry registry, const struct expected *expected,
			size_t count)
{
	struct catalog_entry e;

	for (size_t i = 0; i < count; i++) {
		assert_true(catalog_lookup(registry, expected[i].code, &e));
		assert_string_equal(e.name, expected[i].name);
		assert_int_equal(e.code, expected[i].code);
		assert_int_equal(e.registry, registry);
		assert_int_not_equal(e.status, CATALOG_UNASSIGNED);
	}
}

static void names_are_those_of_the_registries(void **state)
{
	struct catalog_entry e;

	(void)state;
	check_names(CATALOG_RCODE, rcodes, COUNT_OF(rcodes));
	check_names(CATALOG_DOQ, doqs, COUNT_OF(doqs));
	check_names(CATALOG_HTTP, https, COUNT_OF(https));
	for (uint32_t code = 0; code < COUNT_OF(edes); code++) {
		assert_true(catalog_lookup(CATALOG_EDE, code, &e));
		assert_string_equal(e.name, edes[code]);
	}
}

/* How many numbers up to @last have a meaning of their own, by the status. */
static size_t count_status(enum catalog_registry registry, uint32_t first, uint32_t last,
			   enum catalog_status status)
{
	struct catalog_entry e;
	size_t count = 0;

	for (uint32_t code = first; code <= last; code++)
		if (catalog_lookup(registry, code, &e) && e.status == status)
			count++;
	return count;
}

static void statuses_are_those_of_the_registries(void **state)
{
	(void)state;
	/* RFC 6895 section 2.3 as amended: 3841-4095 private, 65535 reserved. */
	assert_int_equal(count_status(CATALOG_RCODE, 0, 65535, CATALOG_ASSIGNED), 20);
	assert_int_equal(count_status(CATALOG_RCODE, 3841, 4095, CATALOG_PRIVATE), 255);
	assert_int_equal(count_status(CATALOG_RCODE, 0, 65535, CATALOG_PRIVATE), 255);
	assert_int_equal(count_status(CATALOG_RCODE, 0, 65535, CATALOG_RESERVED), 1);
	/* RFC 8914 section 5.2: 49152-65535 private. */
	assert_int_equal(count_status(CATALOG_EDE, 0, 65535, CATALOG_ASSIGNED), COUNT_OF(edes));
	assert_int_equal(count_status(CATALOG_EDE, 49152, 65535, CATALOG_PRIVATE), 16384);
	assert_int_equal(count_status(CATALOG_EDE, 0, 49151, CATALOG_PRIVATE), 0);
	/* 306 and 418 are reserved. */
	assert_int_equal(count_status(CATALOG_HTTP, 100, 599, CATALOG_ASSIGNED),
			 COUNT_OF(https) - 2);
	assert_int_equal(count_status(CATALOG_HTTP, 100, 599, CATALOG_RESERVED), 2);
	assert_int_equal(count_status(CATALOG_GUIDE, 100, 599, CATALOG_ASSIGNED), 104);
	assert_int_equal(count_status(CATALOG_DOQ, 0, 0xffff, CATALOG_ASSIGNED), 6);
}

static bool fit_to_print(const char *text)
{
	if (!text || !*text)
		return false;
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static void check_related(const struct catalog_entry *e)
{
	for (const struct catalog_ref *r = e->related; r->registry != CATALOG_REGISTRIES; r++) {
		struct catalog_entry other;

		assert_true(catalog_lookup(r->registry, r->code, &other));
		assert_int_not_equal(other.status, CATALOG_UNASSIGNED);
		assert_false(r->registry == e->registry && r->code == e->code);
	}
}

/* Commands that change caches, zones, settings or files: of the tools that the catalogue names. */
static bool changes(const char *command)
{
	static const char *const words[] = {
		"flush",         "restart",   "reload",    "insecure_add ", "insecure_remove ",
		"rndc nta ",     "rndc sign", "zone-sign", "rectify-zone",  "set_option ",
		"tsig-delete",   "rndc sync", "tar -c",    "dnssec-keygen", "nsupdate ",
		"rndc nta -rem",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(command, words[i]) && !strstr(command, "rndc nta -dump"))
			return true;
	return false;
}

static void check_commands(const struct catalog_check *c)
{
	const char *const *command = catalog_check_commands(c);

	assert_true(c->topic < CATALOG_TOPICS);
	assert_true(fit_to_print(c->why));
	assert_true(!c->look[0] != !c->change[0]);
	assert_true(!c->either || command[1]);
	for (size_t i = 0; i < CATALOG_COMMANDS_MAX && command[i]; i++) {
		assert_true(fit_to_print(command[i]));
		/* One command each: a semicolon could be "then" or "or". */
		assert_null(strchr(command[i], ';'));
		if (changes(command[i]) != catalog_check_changes(c))
			fail_msg("'%s' is taken for one that %s", command[i],
				 catalog_check_changes(c) ? "changes something" : "only looks");
	}
}

static void check_complete(enum catalog_registry registry, uint32_t code)
{
	struct catalog_entry e;

	assert_true(catalog_lookup(registry, code, &e));
	assert_true(fit_to_print(e.name));
	assert_true(fit_to_print(e.description));
	assert_true(fit_to_print(e.reference));
	assert_true(fit_to_print(e.class_name));
	assert_true(!e.detail || (fit_to_print(e.detail) && strchr(e.detail, '.')));
	assert_non_null(e.causes[0]);
	assert_non_null(e.checks[0].why);
	/* A phrase, not a sentence. */
	assert_int_not_equal(e.description[strlen(e.description) - 1], '.');
	for (const char *const *cause = e.causes; *cause; cause++)
		assert_true(fit_to_print(*cause));
	for (const struct catalog_check *c = e.checks; c->why; c++)
		check_commands(c);
	for (const struct catalog_reading *r = e.readings; r && r->name; r++)
		assert_true(fit_to_print(r->where) && fit_to_print(r->meaning) &&
			    fit_to_print(r->reference));
	check_related(&e);
}

static void every_number_has_an_entry(void **state)
{
	(void)state;
	for (uint32_t code = 0; code <= 65535; code++) {
		check_complete(CATALOG_RCODE, code);
		check_complete(CATALOG_EDE, code);
		check_complete(CATALOG_DOQ, code);
	}
	for (uint32_t code = 100; code <= 599; code++) {
		check_complete(CATALOG_HTTP, code);
		check_complete(CATALOG_GUIDE, code);
	}
	for (uint32_t code = 0xd098ea00; code <= 0xd098eaff; code++)
		check_complete(CATALOG_DOQ, code);
	check_complete(CATALOG_DOQ, UINT32_MAX);
}

static void numbers_outside_have_none(void **state)
{
	struct catalog_entry e = {.code = 4711}, before = e;

	(void)state;
	assert_false(catalog_lookup(CATALOG_RCODE, 65536, &e));
	assert_false(catalog_lookup(CATALOG_EDE, 65536, &e));
	assert_false(catalog_lookup(CATALOG_HTTP, 99, &e));
	assert_false(catalog_lookup(CATALOG_HTTP, 600, &e));
	assert_false(catalog_lookup(CATALOG_GUIDE, 0, &e));
	assert_false(catalog_lookup(CATALOG_REGISTRIES, 0, &e));
	assert_memory_equal(&e, &before, sizeof(e));
}

static void unassigned_numbers_are_named_by_number(void **state)
{
	struct catalog_entry e;

	(void)state;
	assert_true(catalog_lookup(CATALOG_RCODE, 24, &e));
	assert_string_equal(e.name, "RCODE24");
	assert_true(catalog_lookup(CATALOG_EDE, 12345, &e));
	assert_string_equal(e.name, "EDE12345");
	assert_true(catalog_lookup(CATALOG_DOQ, 0x1f, &e));
	assert_string_equal(e.name, "DOQ0x1f");
	assert_true(catalog_lookup(CATALOG_HTTP, 299, &e));
	assert_string_equal(e.name, "HTTP299");
	assert_true(catalog_lookup(CATALOG_GUIDE, 209, &e));
	assert_string_equal(e.name, "GUIDE209");
	assert_int_equal(e.status, CATALOG_UNASSIGNED);
}

/* The phrases that the report's JSON is documented with. */
static void basic_descriptions_are_those_documented(void **state)
{
	struct catalog_entry e;

	(void)state;
	assert_true(catalog_lookup(CATALOG_RCODE, 0, &e));
	assert_string_equal(e.description, "No error");
	assert_true(catalog_lookup(CATALOG_RCODE, 2, &e));
	assert_string_equal(e.description, "Server failure");
	assert_true(catalog_lookup(CATALOG_RCODE, 3, &e));
	assert_string_equal(e.description, "Non-existent domain");
	assert_string_equal(e.reference, "RFC 1035 section 4.1.1");
}

static void no_two_codes_share_a_description(void **state)
{
	const char *seen[256];
	size_t count = 0;

	(void)state;
	for (enum catalog_registry r = CATALOG_RCODE; r <= CATALOG_HTTP; r++) {
		uint64_t first, last, end, next;
		struct catalog_entry e;

		catalog_registry_limits(r, &first, &last);
		for (next = first; catalog_walk(r, &next, &e, &end);) {
			if (e.status == CATALOG_UNASSIGNED)
				continue;
			for (size_t i = 0; i < count; i++)
				assert_int_not_equal(strcasecmp(seen[i], e.description), 0);
			assert_true(count < COUNT_OF(seen));
			seen[count++] = e.description;
		}
	}
	/* One for each assigned code, and the reserved and private ranges. */
	assert_int_equal(count,
			 COUNT_OF(rcodes) + COUNT_OF(edes) + COUNT_OF(doqs) + COUNT_OF(https) + 3);
}

static void walks_cover_each_number_once(void **state)
{
	static const uint64_t limits[CATALOG_REGISTRIES][2] = {
		[CATALOG_RCODE] = {0, 65535},
		[CATALOG_EDE] = {0, 65535},
		[CATALOG_DOQ] = {0, 0x3fffffffffffffff},
		[CATALOG_HTTP] = {100, 599},
		[CATALOG_GUIDE] = {100, 599},
	};

	(void)state;
	for (enum catalog_registry r = 0; r < CATALOG_REGISTRIES; r++) {
		uint64_t first, last, end = 0, next, at;
		struct catalog_entry e;

		catalog_registry_limits(r, &first, &last);
		assert_true(first == limits[r][0]);
		assert_true(last == limits[r][1]);
		for (next = at = first; catalog_walk(r, &next, &e, &end); at = next) {
			assert_true(e.code == at);
			assert_true(end >= at);
			assert_true(next == end + 1);
			/* Only numbers without a meaning of their own stand together. */
			assert_true(end == at || e.status == CATALOG_UNASSIGNED ||
				    e.status == CATALOG_PRIVATE);
		}
		assert_true(end == last);
	}
}

static void codes_with_two_meanings_tell_both(void **state)
{
	static const uint32_t codes[] = {6, 9, 16};
	struct catalog_entry e;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		assert_true(catalog_lookup(CATALOG_RCODE, codes[i], &e));
		assert_non_null(e.readings);
		assert_non_null(e.readings[1].name);
		assert_null(e.readings[2].name);
	}
	assert_string_equal(e.readings[0].name, "BADVERS");
	assert_string_equal(e.readings[1].name, "BADSIG");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_of_the_registries),
		cmocka_unit_test(statuses_are_those_of_the_registries),
		cmocka_unit_test(every_number_has_an_entry),
		cmocka_unit_test(numbers_outside_have_none),
		cmocka_unit_test(unassigned_numbers_are_named_by_number),
		cmocka_unit_test(basic_descriptions_are_those_documented),
		cmocka_unit_test(no_two_codes_share_a_description),
		cmocka_unit_test(walks_cover_each_number_once),
		cmocka_unit_test(codes_with_two_meanings_tell_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
