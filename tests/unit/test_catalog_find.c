// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "catalog/catalog.h"
#include "catalog/qtypes.h"

static void check_found(enum catalog_registry where, const char *name,
			enum catalog_registry registry, uint32_t code)
{
	struct catalog_ref found[4];

	assert_int_equal(catalog_find(where, name, found, 4), 1);
	assert_int_equal(found[0].registry, registry);
	assert_int_equal(found[0].code, code);
}

static void names_are_found_however_written(void **state)
{
	(void)state;
	check_found(CATALOG_REGISTRIES, "nxdomain", CATALOG_RCODE, 3);
	check_found(CATALOG_REGISTRIES, "BadCookie", CATALOG_RCODE, 23);
	check_found(CATALOG_REGISTRIES, "badsig", CATALOG_RCODE, 16);
	check_found(CATALOG_REGISTRIES, "Non-existent domain", CATALOG_RCODE, 3);
	check_found(CATALOG_EDE, "dnssec bogus", CATALOG_EDE, 6);
	check_found(CATALOG_REGISTRIES, "dnssec-bogus", CATALOG_EDE, 6);
	check_found(CATALOG_REGISTRIES, "DNSSEC_BOGUS", CATALOG_EDE, 6);
	check_found(CATALOG_REGISTRIES, "doq_protocol_error", CATALOG_DOQ, 2);
	check_found(CATALOG_HTTP, "not implemented", CATALOG_HTTP, 501);
}

static void all_meanings_of_a_name_are_found(void **state)
{
	struct catalog_ref found[4];

	(void)state;
	/* RCODE 4, HTTP 501 and the guide's 501, in that order. */
	assert_int_equal(catalog_find(CATALOG_REGISTRIES, "not implemented", found, 4), 3);
	assert_int_equal(found[0].registry, CATALOG_RCODE);
	assert_int_equal(found[1].registry, CATALOG_HTTP);
	assert_int_equal(found[2].registry, CATALOG_GUIDE);
	/* The count goes on where the room ends. */
	assert_int_equal(catalog_find(CATALOG_REGISTRIES, "not implemented", found, 1), 3);
}

static void strange_names_are_not_found(void **state)
{
	char long_name[4096];
	struct catalog_ref found[1];
	const char *near[3];

	(void)state;
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(catalog_find(CATALOG_REGISTRIES, "", found, 1), 0);
	assert_int_equal(catalog_find(CATALOG_REGISTRIES, " -_", found, 1), 0);
	assert_int_equal(catalog_find(CATALOG_REGISTRIES, long_name, found, 1), 0);
	assert_int_equal(catalog_find(CATALOG_EDE, "nxdomain", found, 1), 0);
	assert_int_equal(catalog_suggest(CATALOG_REGISTRIES, long_name, near, 3), 0);
	assert_int_equal(catalog_suggest(CATALOG_REGISTRIES, "", near, 3), 0);
	assert_int_equal(catalog_suggest(CATALOG_REGISTRIES, "\xff\xfe\x01", near, 3), 0);
}

static void check_first_guess(const char *typed, const char *meant)
{
	const char *near[3];

	assert_true(catalog_suggest(CATALOG_REGISTRIES, typed, near, 3) >= 1);
	assert_string_equal(near[0], meant);
}

static void near_names_are_suggested(void **state)
{
	const char *near[3];
	size_t count;

	(void)state;
	check_first_guess("nxdoman", "NXDOMAIN");
	check_first_guess("servfial", "SERVFAIL");
	check_first_guess("REFUSE", "REFUSED");
	check_first_guess("signature expird", "Signature Expired");
	check_first_guess("badcook", "BADCOOKIE");
	check_first_guess("formerror", "FORMERR");
	/* Swapped neighbours are one edit, all that so short a name may have. */
	check_first_guess("ko", "OK");
	/* Two at one edit, no name twice, no more than asked for. */
	count = catalog_suggest(CATALOG_REGISTRIES, "xxrrset", near, 3);
	assert_true(count >= 2 && count <= 3);
	assert_string_equal(near[0], "YXRRSET");
	assert_string_equal(near[1], "NXRRSET");
	assert_int_equal(catalog_suggest(CATALOG_REGISTRIES, "xxrrset", near, 1), 1);
	assert_int_equal(catalog_suggest(CATALOG_EDE, "nxdoman", near, 3), 0);
}

static void types_have_names(void **state)
{
	static const struct {
		uint16_t type;
		const char *name;
	} types[] = {
		{1, "A"},
		{2, "NS"},
		{5, "CNAME"},
		{6, "SOA"},
		{12, "PTR"},
		{15, "MX"},
		{16, "TXT"},
		{28, "AAAA"},
		{33, "SRV"},
		{41, "OPT"},
		{43, "DS"},
		{46, "RRSIG"},
		{47, "NSEC"},
		{48, "DNSKEY"},
		{50, "NSEC3"},
		{64, "SVCB"},
		{65, "HTTPS"},
		{99, "SPF"},
		{128, "NXNAME"},
		{250, "TSIG"},
		{251, "IXFR"},
		{252, "AXFR"},
		{255, "ANY"},
		{257, "CAA"},
		{32768, "TA"},
		{32769, "DLV"},
		{0, "TYPE0"},
		{54, "TYPE54"},
		{98, "TYPE98"},
		{265, "TYPE265"},
		{51, "NSEC3PARAM"},
		{61, "OPENPGPKEY"},
		{65280, "TYPE65280"},
		{65535, "TYPE65535"},
	};
	char buf[16];

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		assert_string_equal(catalog_qtype_name(types[i].type, buf), types[i].name);
	for (uint32_t type = 0; type <= UINT16_MAX; type++)
		assert_in_range(strlen(catalog_qtype_name((uint16_t)type, buf)), 1, 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_however_written),
		cmocka_unit_test(all_meanings_of_a_name_are_found),
		cmocka_unit_test(strange_names_are_not_found),
		cmocka_unit_test(near_names_are_suggested),
		cmocka_unit_test(types_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
