// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/input_decoder.h"

#include <stdio.h>
#include <string.h>

#ifdef HAVE_LZMA
#define XZ_DECODER &xz_decoder
#define XZ_LISTED  ", xz"
#else
#define XZ_DECODER NULL
#define XZ_LISTED  ""
#endif
#ifdef HAVE_ZSTD
#define ZSTD_DECODER &zstd_decoder
#define ZSTD_LISTED  ", zstd"
#else
#define ZSTD_DECODER NULL
#define ZSTD_LISTED  ""
#endif

static const struct {
	const char *name, *tool;
	const struct decoder *decoder; /* NULL: not built in */
	uint8_t size;
	uint8_t magic[DECODER_MAGIC_MAX], mask[DECODER_MAGIC_MAX];
} formats[] = {
	/* RFC 1952 section 2.3.1 */
	{"gzip", "gzip", &gzip_decoder, 2, {0x1f, 0x8b}, {0xff, 0xff}},
	/* The .xz File Format 1.2, section 2.1.1.1 */
	{"xz", "xz", XZ_DECODER, 6, {0xfd, '7', 'z', 'X', 'Z', 0}, {255, 255, 255, 255, 255, 255}},
	/* RFC 8878 sections 3.1.1 and 3.1.2: a frame, a skippable frame */
	{"zstd", "zstd", ZSTD_DECODER, 4, {0x28, 0xb5, 0x2f, 0xfd}, {255, 255, 255, 255}},
	{"zstd", "zstd", ZSTD_DECODER, 4, {0x50, 0x2a, 0x4d, 0x18}, {0xf0, 255, 255, 255}},
	{"bzip2", "bzip2", NULL, 3, {'B', 'Z', 'h'}, {255, 255, 255}},
	{"lz4", "lz4", NULL, 4, {0x04, 0x22, 0x4d, 0x18}, {255, 255, 255, 255}},
};

static bool begins(const uint8_t *start, const uint8_t *magic, const uint8_t *mask, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((start[i] & mask[i]) != magic[i])
			return false;
	return true;
}

const struct decoder *decoder_find(const uint8_t *start, size_t size, char why[INPUT_WHY_MAX])
{
	why[0] = '\0';
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (size < formats[i].size ||
		    !begins(start, formats[i].magic, formats[i].mask, formats[i].size))
			continue;
		if (!formats[i].decoder)
			snprintf(why, INPUT_WHY_MAX,
				 "compressed with %s, which is not built in: "
				 "'%s -dc FILE | rcodewatch read -' reads it",
				 formats[i].name, formats[i].tool);
		return formats[i].decoder;
	}
	return NULL;
}

const char *decoder_list(void)
{
	return "gzip" XZ_LISTED ZSTD_LISTED;
}
