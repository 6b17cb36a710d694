// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Codes by name, and names near a mistyped one. */
#include <string.h>
#include <strings.h>

#include "catalog/catalog.h"
#include "catalog/catalog_table.h"
#include "util/edit_distance.h"

/* Longer than every name and description; what is cut off of a user's text cannot match anyway. */
#define KEY_MAX 160

/* Lower case (A-Z only, whatever the locale), without the characters that people leave out. */
static size_t normalize(const char *text, char key[static KEY_MAX])
{
	size_t n = 0;

	for (; *text && n < KEY_MAX - 1; text++) {
		if (*text == ' ' || *text == '-' || *text == '_')
			continue;
		key[n++] = (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
	}
	key[n] = '\0';
	return n;
}

static bool same(const char *text, const char *key)
{
	char other[KEY_MAX];

	if (!text)
		return false;
	normalize(text, other);
	return !strcmp(other, key);
}

static bool row_matches(const struct catalog_row *row, const char *key)
{
	if (same(row->name, key) || same(row->description, key))
		return true;
	for (const char *const *alias = row->aliases; alias && *alias; alias++)
		if (same(*alias, key))
			return true;
	return false;
}

size_t catalog_find(enum catalog_registry registry, const char *name, struct catalog_ref *out,
		    size_t max)
{
	char key[KEY_MAX];
	size_t found = 0;

	if (!normalize(name, key))
		return 0;
	for (enum catalog_registry r = 0; r < CATALOG_REGISTRIES; r++) {
		const struct catalog_table *table = catalog_table_of(r);

		if (registry != CATALOG_REGISTRIES && registry != r)
			continue;
		for (size_t p = 0; p < CATALOG_PARTS && table->parts[p]; p++) {
			const struct catalog_rows *rows = table->parts[p];

			for (size_t i = 0; i < rows->count; i++) {
				if (!row_matches(&rows->row[i], key))
					continue;
				if (found < max)
					out[found] = (struct catalog_ref){r, rows->row[i].code};
				found++;
			}
		}
	}
	return found;
}

static size_t word_length(const char *text)
{
	size_t n = 0;

	while ((text[n] >= '0' && text[n] <= '9') || (text[n] >= 'a' && text[n] <= 'z') ||
	       (text[n] >= 'A' && text[n] <= 'Z'))
		n++;
	return n;
}

static bool has_word(const char *text, const char *word, size_t length)
{
	for (; text && *text; text++) {
		size_t n = word_length(text);

		if (n == length && !strncasecmp(text, word, n))
			return true;
		text += n;
		if (!*text)
			break;
	}
	return false;
}

/* Whether each word of @words is in @text; false if there is no word. */
static bool has_words(const char *text, const char *words)
{
	bool any = false;

	for (; *words; words++) {
		size_t n = word_length(words);

		if (n && !has_word(text, words, n))
			return false;
		any = any || n;
		words += n;
		if (!*words)
			break;
	}
	return any;
}

static bool words_match(const struct catalog_row *row, const char *words, bool description)
{
	if (description)
		return has_words(row->description, words);
	if (has_words(row->name, words))
		return true;
	for (const char *const *alias = row->aliases; alias && *alias; alias++)
		if (has_words(*alias, words))
			return true;
	return false;
}

static size_t find_words(enum catalog_registry registry, const char *words, bool description,
			 struct catalog_ref *out, size_t max)
{
	size_t found = 0;

	for (enum catalog_registry r = 0; r < CATALOG_REGISTRIES; r++) {
		const struct catalog_table *table = catalog_table_of(r);

		if (registry == CATALOG_REGISTRIES ? r == CATALOG_GUIDE : registry != r)
			continue;
		for (size_t p = 0; p < CATALOG_PARTS && table->parts[p]; p++)
			for (size_t i = 0; i < table->parts[p]->count; i++) {
				const struct catalog_row *row = &table->parts[p]->row[i];

				if (!words_match(row, words, description))
					continue;
				if (found < max)
					out[found] = (struct catalog_ref){r, row->code};
				found++;
			}
	}
	return found;
}

size_t catalog_find_words(enum catalog_registry registry, const char *text, struct catalog_ref *out,
			  size_t max)
{
	size_t found = find_words(registry, text, false, out, max);

	return found ? found : find_words(registry, text, true, out, max);
}

struct ranking {
	const char **out;
	size_t score[8];
	size_t count, max;
};

static void rank(struct ranking *r, const char *name, const char *key, size_t key_len)
{
	char other[KEY_MAX];
	size_t len, score, i;

	if (!name)
		return;
	len = normalize(name, other);
	score = edit_distance(key, key_len, other, len);
	/* The start of a name is a good guess too, however much of it is missing. */
	if (key_len >= 3 && len > key_len && !strncmp(other, key, key_len))
		score = 1;
	if (score > 1 + key_len / 4)
		return;
	for (i = 0; i < r->count; i++)
		if (!strcmp(r->out[i], name))
			return;
	for (i = r->count < r->max ? r->count : r->max; i > 0 && r->score[i - 1] > score; i--) {
		if (i < r->max) {
			r->score[i] = r->score[i - 1];
			r->out[i] = r->out[i - 1];
		}
	}
	if (i == r->max)
		return;
	r->score[i] = score;
	r->out[i] = name;
	if (r->count < r->max)
		r->count++;
}

size_t catalog_suggest(enum catalog_registry registry, const char *name, const char **out,
		       size_t max)
{
	struct ranking r = {.out = out};
	char key[KEY_MAX];
	size_t len = normalize(name, key);

	r.max = max < COUNT_OF(r.score) ? max : COUNT_OF(r.score);
	for (enum catalog_registry reg = 0; reg < CATALOG_REGISTRIES; reg++) {
		const struct catalog_table *table = catalog_table_of(reg);

		if (registry != CATALOG_REGISTRIES && registry != reg)
			continue;
		for (size_t p = 0; p < CATALOG_PARTS && table->parts[p]; p++) {
			const struct catalog_rows *rows = table->parts[p];

			for (size_t i = 0; i < rows->count; i++) {
				const char *const *alias = rows->row[i].aliases;

				rank(&r, rows->row[i].name, key, len);
				for (; alias && *alias; alias++)
					rank(&r, *alias, key, len);
			}
		}
	}
	return r.count;
}
