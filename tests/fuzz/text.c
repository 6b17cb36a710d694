// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Text from elsewhere. The first byte says what it is taken for: a list of CPUs as the kernel
 * prints it, a string for JSON, the name of a code.
 */
#include <stdlib.h>
#include <string.h>

#include "catalog.h"
#include "cpus.h"
#include "json.h"
#include "target.h"
#include "utf8.h"

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

static void run(const uint8_t *data, size_t size)
{
	if (!size--)
		return;
	if (size > TEXT_MAX)
		size = TEXT_MAX;
	memcpy(text, data + 1, size);
	text[size] = '\0';
	switch (data[0] % 3) {
	case 0: cpu_list(); break;
	case 1: json_text(size); break;
	default: code_name(); break;
	}
}

const struct fuzz_target fuzz_text = {"text", run, NULL};
