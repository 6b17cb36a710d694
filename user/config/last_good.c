// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The header is that of state_header.h, of "rcwconf\n". Then each configuration, the newest first: when it came into force, in
 * nanoseconds since 1970 (8 bytes); the version of the program; the path; the number of files (4); of each its name and its
 * text. Numbers and texts are as state_bytes.h has them.
 */
#include "config/last_good.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_files.h"
#include "util/state_bytes.h"
#include "util/state_header.h"

#define MAGIC  "rcwconf\n"
#define FORMAT 1u

/* ---- reading ------------------------------------------------------------------------ */

static void get_entry(struct state_cursor *c, struct last_good_entry *entry)
{
	entry->since_ns = (int64_t)state_get_number(c, 8);
	entry->version = state_get_name(c, CONFIG_VERSION_MAX - 1);
	entry->path = state_get_name(c, LAST_GOOD_BYTES);
	entry->count = state_get_number(c, 4);
	c->wrong |= !entry->count || entry->count > CONFIG_FILES_MAX || entry->since_ns < 0;
	for (size_t i = 0; i < entry->count && !c->wrong; i++) {
		entry->name[i] = state_get_name(c, LAST_GOOD_BYTES);
		entry->text[i] = state_get_text(c, CONFIG_FILE_BYTES, &entry->size[i]);
	}
}

int last_good_decode_entries(struct last_good *good, const uint8_t *data, size_t size)
{
	struct state_cursor c = {.at = data, .end = data + size};

	good->count = 0;
	while (c.at < c.end && !c.wrong) {
		if (good->count == LAST_GOOD_VERSIONS)
			c.wrong = true;
		else
			get_entry(&c, &good->entry[good->count++]);
	}
	if (c.wrong)
		good->count = 0;
	return c.wrong ? -EBADMSG : 0;
}

int last_good_decode(struct last_good *good, const uint8_t *data, size_t size)
{
	good->count = 0;
	if (!state_header_is_right(data, size, MAGIC, FORMAT))
		return -EBADMSG;
	return last_good_decode_entries(good, data + STATE_HEADER_SIZE, size - STATE_HEADER_SIZE);
}

int last_good_read(const struct last_good_entry *entry, struct config *config)
{
	int err = 0;

	for (size_t i = 0; i < entry->count && !err; i++)
		err = config_read_text(config, entry->name[i], entry->text[i], entry->size[i]);
	return err;
}

/* ---- writing ------------------------------------------------------------------------ */

static void put_entry(FILE *out, const struct last_good_entry *entry)
{
	state_put_number(out, (uint64_t)entry->since_ns, 8);
	state_put_text(out, entry->version, strlen(entry->version));
	state_put_text(out, entry->path, strlen(entry->path));
	state_put_number(out, entry->count, 4);
	for (size_t i = 0; i < entry->count; i++) {
		state_put_text(out, entry->name[i], strlen(entry->name[i]));
		state_put_text(out, entry->text[i], entry->size[i]);
	}
}

int last_good_encode(const struct last_good *good, char **data, size_t *size)
{
	FILE *out = state_bytes_begin(data, size);

	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < good->count; i++)
		put_entry(out, &good->entry[i]);
	return state_bytes_end(out, data, size, MAGIC, FORMAT);
}

/* ---- adding ------------------------------------------------------------------------- */

static void make_entry(struct last_good_entry *entry, const struct config *config, const char *path,
		       int64_t now_ns)
{
	*entry = (struct last_good_entry){
		.version = RCODEWATCH_VERSION,
		.path = path,
		.since_ns = now_ns,
		.count = config->file_count,
	};
	for (size_t i = 0; i < config->file_count; i++) {
		entry->name[i] = config->files[i];
		entry->text[i] = config->texts[i];
		entry->size[i] = config->sizes[i];
	}
}

static size_t bytes_of(const struct last_good_entry *entry)
{
	size_t bytes = strlen(entry->path);

	for (size_t i = 0; i < entry->count; i++)
		bytes += strlen(entry->name[i]) + entry->size[i];
	return bytes;
}

static bool is_same(const struct last_good_entry *a, const struct last_good_entry *b)
{
	if (strcmp(a->version, b->version) != 0 || strcmp(a->path, b->path) != 0 ||
	    a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->name[i], b->name[i]) != 0 || a->size[i] != b->size[i] ||
		    memcmp(a->text[i], b->text[i], a->size[i]) != 0)
			return false;
	return true;
}

bool last_good_add(struct last_good *good, const struct config *config, const char *path,
		   int64_t now_ns, bool *too_large)
{
	struct last_good_entry *entry = good->entry, added;
	size_t kept = 0;

	make_entry(&added, config, path, now_ns);
	*too_large = bytes_of(&added) > LAST_GOOD_BYTES;
	if (good->count && is_same(&added, &entry[0]))
		return false;
	for (size_t i = 0; i < good->count; i++)
		if (strcmp(entry[i].version, added.version) != 0 &&
		    strcmp(entry[i].path, path) == 0)
			entry[kept++] = entry[i];
	good->count = kept;
	if (*too_large)
		return true;
	if (kept == LAST_GOOD_VERSIONS)
		kept--;
	memmove(&entry[1], &entry[0], kept * sizeof(*entry));
	entry[0] = added;
	good->count = kept + 1;
	return true;
}
