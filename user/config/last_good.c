// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The header is that of state_header.h, of "rcwconf\n". Then each configuration, the newest first: when it came into force, in
 * nanoseconds since 1970 (8 bytes, in little-endian order as all numbers); the version of the program; the path; the number
 * of files (4); of each its name and its text. Each of these texts has its length before it (4) and a NUL behind.
 */
#include "config/last_good.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_files.h"
#include "util/state_header.h"

#define MAGIC  "rcwconf\n"
#define FORMAT 1u

/* ---- reading ------------------------------------------------------------------------ */

/* Once something is wrong, all that is read is nothing. */
struct cursor {
	const uint8_t *at, *end;
	bool wrong;
};

static uint64_t get_number(struct cursor *c, size_t bytes)
{
	uint64_t number = 0;

	if (c->wrong || (size_t)(c->end - c->at) < bytes) {
		c->wrong = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		number |= (uint64_t)*c->at++ << 8 * i;
	return number;
}

static const char *get_text(struct cursor *c, size_t max, size_t *size)
{
	const char *text;

	*size = get_number(c, 4);
	if (c->wrong || *size > max || (size_t)(c->end - c->at) <= *size || c->at[*size] != '\0') {
		c->wrong = true;
		*size = 0;
		return "";
	}
	text = (const char *)c->at;
	c->at += *size + 1;
	return text;
}

static const char *get_name(struct cursor *c, size_t max)
{
	size_t size;
	const char *name = get_text(c, max, &size);

	c->wrong |= !size || strlen(name) != size;
	return name;
}

static void get_entry(struct cursor *c, struct last_good_entry *entry)
{
	entry->since_ns = (int64_t)get_number(c, 8);
	entry->version = get_name(c, CONFIG_VERSION_MAX - 1);
	entry->path = get_name(c, LAST_GOOD_BYTES);
	entry->count = get_number(c, 4);
	c->wrong |= !entry->count || entry->count > CONFIG_FILES_MAX || entry->since_ns < 0;
	for (size_t i = 0; i < entry->count && !c->wrong; i++) {
		entry->name[i] = get_name(c, LAST_GOOD_BYTES);
		entry->text[i] = get_text(c, CONFIG_FILE_BYTES, &entry->size[i]);
	}
}

int last_good_decode_entries(struct last_good *good, const uint8_t *data, size_t size)
{
	struct cursor c = {.at = data, .end = data + size};

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

static void put_number(FILE *out, uint64_t number, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		fputc((int)(number >> 8 * i & 0xff), out);
}

static void put_text(FILE *out, const char *text, size_t size)
{
	put_number(out, size, 4);
	fwrite(text, 1, size, out);
	fputc('\0', out);
}

static void put_entry(FILE *out, const struct last_good_entry *entry)
{
	put_number(out, (uint64_t)entry->since_ns, 8);
	put_text(out, entry->version, strlen(entry->version));
	put_text(out, entry->path, strlen(entry->path));
	put_number(out, entry->count, 4);
	for (size_t i = 0; i < entry->count; i++) {
		put_text(out, entry->name[i], strlen(entry->name[i]));
		put_text(out, entry->text[i], entry->size[i]);
	}
}

int last_good_encode(const struct last_good *good, char **data, size_t *size)
{
	static const char header[STATE_HEADER_SIZE];
	FILE *out = open_memstream(data, size);
	bool failed;

	if (!out)
		return -ENOMEM;
	fwrite(header, 1, sizeof(header), out);
	for (size_t i = 0; i < good->count; i++)
		put_entry(out, &good->entry[i]);
	failed = ferror(out) != 0;
	if (fclose(out) != 0 || failed) {
		free(*data);
		*data = NULL;
		return -ENOMEM;
	}
	state_header_put(*data, *size, MAGIC, FORMAT);
	return 0;
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
