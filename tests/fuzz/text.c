// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Text from elsewhere. The first byte says what it is taken for: a list of CPUs as the kernel
 * prints it, a string for JSON, the name of a code, a domain name, a list of zones or of public
 * suffixes, a header of HTTP.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/attack_ignore.h"
#include "catalog/catalog.h"
#include "config.h"
#include "util/cpus.h"
#include "sinks/prometheus/http_accept.h"
#include "util/json_writer.h"
#include "memory_file.h"
#include "fast_name.h"
#include "mute.h"
#include "analysis/suffixes.h"
#include "target.h"
#include "util/utf8.h"
#include "util/wire_name.h"

#define TEXT_MAX 512u
#define CPUS_MAX 64u

static char text[TEXT_MAX + 1];

static void cpu_list(void)
{
	uint8_t online[CPUS_MAX] = {0};
	int highest = cpu_list_parse(text, online, sizeof(online));

	if (highest >= (int)CPUS_MAX)
		fuzz_fail("CPU %d of %u", highest, CPUS_MAX);
	if (highest < 0)
		return;
	if (!online[highest])
		fuzz_fail("CPU %d is the highest and not there", highest);
	for (int id = highest + 1; id < (int)CPUS_MAX; id++)
		if (online[id])
			fuzz_fail("CPU %d is past the highest, %d", id, highest);
}

/* RFC 8259 section 7, and UTF-8 throughout, whatever came in. */
static void check_json(const char *made, size_t size)
{
	if (size < 2 || made[0] != '"' || made[size - 1] != '"')
		fuzz_fail("a string without its quotes");
	for (size_t i = 1; i < size - 1;) {
		size_t length = utf8_length(made + i, size - 1 - i);

		if (!length || (unsigned char)made[i] < 0x20 || made[i] == '"')
			fuzz_fail("byte %02x in a string", (unsigned char)made[i]);
		if (made[i] != '\\') {
			i += length;
			continue;
		}
		if (i + 1 >= size - 1 || !strchr("\"\\u", made[i + 1]))
			fuzz_fail("an escape that is none");
		if (made[i + 1] == 'u' && strspn(made + i + 2, "0123456789abcdef") < 4)
			fuzz_fail("not four digits");
		i += made[i + 1] == 'u' ? 6 : 2;
	}
}

static void json_text(size_t size)
{
	char made[8 * TEXT_MAX];
	FILE *out = fmemopen(made, sizeof(made), "w");
	struct json json;
	long used;

	if (!out)
		fuzz_fail("no stream in memory");
	json_init(&json, out);
	json_string_n(&json, NULL, text, size);
	used = ftell(out);
	fclose(out);
	check_json(made, (size_t)used);
	if (size && utf8_trim(text, size) > size)
		fuzz_fail("trimming made it longer");
}

static void code_name(void)
{
	struct catalog_ref found[4];
	const char *near[3];
	size_t count;

	catalog_find(CATALOG_REGISTRIES, text, found, 4);
	count = catalog_suggest(CATALOG_REGISTRIES, text, near, 3);
	if (count > 3)
		fuzz_fail("%zu suggestions", count);
	for (size_t i = 0; i < count; i++)
		if (!catalog_find(CATALOG_REGISTRIES, near[i], found, 4))
			fuzz_fail("'%s' is suggested and is no code", near[i]);
}

/* What people write as a name is one on the wire, or none. */
static void written_name(size_t size)
{
	uint8_t wire[DNS_NAME_MAX];
	size_t length = wire_name(text, size, wire);
	struct fast_name fast;

	if (length && (length > sizeof(wire) || !fast_name_read(&fast, wire, 0, length) ||
		       fast.length != length || memcmp(fast.wire, wire, length) != 0))
		fuzz_fail("'%s' is no name of %zu octets", text, length);
}

/* Whether the first line is a name and nothing more, and no other line can say otherwise of it. */
static bool fast_list(size_t size)
{
	return strlen(text) == size && !strpbrk(text, "!*/# \t\r\v\f");
}

/* A list of zones, as a file. */
static void zone_list(size_t size)
{
	struct attack_ignore ignore = {0};
	char why[OPTION_WHY_MAX] = "";
	struct memory_file file;
	uint8_t wire[DNS_NAME_MAX];
	size_t length = wire_name(text, strcspn(text, "\n"), wire);
	int err;

	memory_file_make(&file, text, size);
	err = attack_ignore_add(&ignore, file.path, why);
	memory_file_close(&file);
	if (err && !why[0])
		fuzz_fail("a list was refused, and not said why");
	if (!err && attack_ignore_ready(&ignore) == 0 && length > 1 && fast_list(size) &&
	    !attack_ignored(&ignore, wire, length))
		fuzz_fail("'%s' is in the list and not ignored", text);
	attack_ignore_free(&ignore);
}

/* The text as a list of public suffixes. */
static void suffix_list(size_t size)
{
	static struct hook_config config;
	struct suffixes suffixes = {0};
	struct mute mute;
	struct memory_file file;
	uint8_t wire[DNS_NAME_MAX];
	size_t length = wire_name(text, strcspn(text, "\n"), wire);
	const char *errors;
	int err;

	config = fuzz_settings()->config;
	memory_file_make(&file, text, size);
	mute_begin(&mute);
	err = suffixes_open(&suffixes, &config, file.path);
	mute_end(&mute, &errors);
	memory_file_close(&file);
	if (err && !errors[0])
		fuzz_fail("a list was refused, and not said why");
	if (!err && length > 1 && fast_list(size) && !suffixes.too_long &&
	    length <= DNS_NAME_MAX - 2 && !suffixes_is_public(&suffixes, wire, length))
		fuzz_fail("'%s' is no suffix by its own list", text);
	suffixes_free(&suffixes);
}

static void run(const uint8_t *data, size_t size)
{
	if (!size--)
		return;
	if (size > TEXT_MAX)
		size = TEXT_MAX;
	memcpy(text, data + 1, size);
	text[size] = '\0';
	switch (data[0] % 7) {
	case 0: cpu_list(); break;
	case 1: json_text(size); break;
	case 3: written_name(size); break;
	case 4: zone_list(size); break;
	case 5: suffix_list(size); break;
	case 6: http_accepts_openmetrics(text); break;
	default: code_name(); break;
	}
}

const struct fuzz_target fuzz_text = {"text", run, NULL};
