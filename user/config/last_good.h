/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Configurations that were in force, as the bytes of a file: the texts of their files, the last one of each version of this
 * program, so that an older version finds one that it knows. Nothing here opens a file; what is read may be damaged or made
 * by an enemy.
 */
#ifndef RCODEWATCH_LAST_GOOD_H
#define RCODEWATCH_LAST_GOOD_H

#include "config/config.h"

#define LAST_GOOD_VERSIONS 4u /* of the program, at most */
#define LAST_GOOD_BYTES \
	(1u << 20) /* of the names and texts of one's files; with more it is not kept */
#define LAST_GOOD_FILE_MAX (LAST_GOOD_VERSIONS * (LAST_GOOD_BYTES + 8192u))

struct last_good_entry {
	const char *version; /* of the program that had it in force */
	const char *path;    /* the file that it was read by, with its drop-ins */
	int64_t since_ns;    /* in force since then, 1970-01-01 UTC */
	size_t count;        /* of its files */
	const char *name[CONFIG_FILES_MAX], *text[CONFIG_FILES_MAX];
	size_t size[CONFIG_FILES_MAX];
};

/* The newest first. What they point to is whose bytes they were read from or added by. */
struct last_good {
	struct last_good_entry entry[LAST_GOOD_VERSIONS];
	size_t count;
};

/*
 * Put what the @size bytes at @data have into @good. 0; -EBADMSG, with @good empty: it is no such file, damaged, or of
 * another format.
 */
int last_good_decode(struct last_good *good, const uint8_t *data, size_t size);
/* The same for what follows the header, whose checksum nobody looks at. */
int last_good_decode_entries(struct last_good *good, const uint8_t *data, size_t size);

/* All of @good, in *@data of *@size bytes, which free() takes. 0 or -ENOMEM. */
int last_good_encode(const struct last_good *good, char **data, size_t *size);

/*
 * Put @config, read by @path, before all others, in the place of the one of this version; what was read by another path goes.
 * True; false: it is there already. *@too_large: it is too large, and nothing is there of this version.
 */
bool last_good_add(struct last_good *good, const struct config *config, const char *path,
		   int64_t now_ns, bool *too_large);

/* Read the files of @entry into @config, which is empty. 0, -EINVAL or -ENOMEM as of config_read(). */
int last_good_read(const struct last_good_entry *entry, struct config *config);

#endif
