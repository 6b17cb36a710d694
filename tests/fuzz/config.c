// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config.h"

#include <string.h>

#include "buf.h"
#include "memory_file.h"
#include "analysis/suffixes.h"
#include "target.h"
#include "toplist/top_tables.h"

/* Of labels that the named packets have and that mutators make. */
const char *const fuzz_suffix_rules[] = {
	"com",          "net",  "a.example.net",     "*.com", "!example.com", "aaa", "aaa.aaa",
	"*.a.a.a.a.aa", "*.aa", "aaaaa.aaaaa.aaaaa", "!x.aa", "*.example",    NULL,
};

static struct fuzz_settings settings;

static void make_suffixes(void)
{
	static struct suffixes suffixes;
	struct memory_file file;
	struct buf list = {0};

	for (const char *const *rule = fuzz_suffix_rules; *rule; rule++) {
		buf_put(&list, *rule, strlen(*rule));
		buf_u8(&list, '\n');
	}
	memory_file_make(&file, list.data, list.length);
	if (suffixes_open(&suffixes, &settings.config, file.path) < 0)
		fuzz_fail("the rules of suffixes make no table");
	memory_file_close(&file);
	buf_free(&list);
	settings.suffixes = suffixes.places;
}

const struct fuzz_settings *fuzz_settings(void)
{
	struct hook_config *config = &settings.config;
	struct random random = {1};

	if (config->interfaces)
		return &settings;
	*config = (struct hook_config){
		.interfaces = 1,
		.points = 1,
		.flow_buckets = 1,
		.flow_seed = {0x0706050403020100, 0x0f0e0d0c0b0a0908},
		.dns_ports = 2,
		.dns_port = {53, 5353},
		.encrypted_ports = 1,
		.encrypted_port = {853},
		.top_point = {(1u << TOP_DIMENSIONS) - 1},
		.top_sets = {1, 2, 1, 1},
		.offending_rcodes = ~1u,
	};
	for (int d = TOP_SERVER; d < TOP_DIMENSIONS; d++) {
		memcpy(config->address_mask[d][FAMILY_IPV4], "\xff\xff\xff\xf0", 4);
		memset(config->address_mask[d][FAMILY_IPV6], 0xff, 7);
		memset((char *)config->address_mask[d][FAMILY_IPV6] + 7, 0xf0, 1);
	}
	for (size_t i = 0; i < NAME_KEYS; i++)
		config->name_key[i] = random_next(&random);
	for (size_t i = 0; i < TOP_KEYS; i++)
		config->top_key[i] = random_next(&random);
	config->top_key[TOP_KEY_SET] |= 1;
	top_tables_place(config);
	make_suffixes();
	settings.decap = *config;
	settings.decap.decap = DECAP_ALL;
	fuzz_choose_lists(false);
	return &settings;
}

void fuzz_choose_lists(bool by_default)
{
	uint32_t offending = OFFENDING_REST;

	fuzz_settings();
	offending |= by_default ? OFFENDING_NODATA_ZONES : OFFENDING_NODATA | OFFENDING_EDE;
	settings.config.offending = settings.decap.offending = offending;
}
