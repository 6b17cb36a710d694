// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* From the text of an option's value to its field. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/environment.h"
#include "util/options.h"
#include "util/clock.h"

/* The longest list of words, in bytes. */
#define LIST_MAX 127

int option_number(const char *value, unsigned long low, unsigned long high, unsigned long *number,
		  char why[OPTION_WHY_MAX])
{
	unsigned long got;
	char *end;

	errno = 0;
	got = strtoul(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end || errno || got < low || got > high) {
		snprintf(why, OPTION_WHY_MAX, "must be a whole number from %lu to %lu", low, high);
		return -EINVAL;
	}
	*number = got;
	return 0;
}

int option_word(const char *value, const struct option_word *words, unsigned int *found,
		char why[OPTION_WHY_MAX])
{
	size_t used;

	for (const struct option_word *w = words; w->word; w++)
		if (strcmp(value, w->word) == 0) {
			*found = w->value;
			return 0;
		}
	used = (size_t)snprintf(why, OPTION_WHY_MAX, "must be one of");
	for (const struct option_word *w = words; w->word && used < OPTION_WHY_MAX; w++)
		used += (size_t)snprintf(why + used, OPTION_WHY_MAX - used, "%s %s",
					 w == words ? "" : ",", w->word);
	return -EINVAL;
}

int option_token(char *to, size_t size, const char *value, char why[OPTION_WHY_MAX])
{
	size_t length = strlen(value);

	for (const char *c = value; *c; c++)
		if (*c <= ' ' || *c > '~')
			length = 0;
	if (!length || length >= size) {
		snprintf(why, OPTION_WHY_MAX,
			 "must be 1 to %zu characters of ASCII that are printable and no spaces",
			 size - 1);
		return -EINVAL;
	}
	memcpy(to, value, length + 1);
	return 0;
}

/* Into a bool, an enum or an unsigned integer of @size bytes. */
static void store(void *field, size_t size, unsigned long value)
{
	const uint8_t small = (uint8_t)value;
	const uint32_t middle = (uint32_t)value;
	const uint64_t large = value;

	if (size == sizeof(large))
		memcpy(field, &large, sizeof(large));
	else if (size == sizeof(middle))
		memcpy(field, &middle, sizeof(middle));
	else
		memcpy(field, &small, sizeof(small));
}

static int set_flag(bool *field, const char *value, char why[OPTION_WHY_MAX])
{
	static const struct option_word words[] = {{"yes", true}, {"no", false}, {0}};
	unsigned int found = true;

	if (value && option_word(value, words, &found, why) < 0)
		return -EINVAL;
	*field = found;
	return 0;
}

static int set_number(const struct option_spec *option, void *field, const char *value,
		      char why[OPTION_WHY_MAX])
{
	unsigned long number;

	if (option_number(value, (unsigned long)option->low, (unsigned long)option->high, &number,
			  why) < 0)
		return -EINVAL;
	store(field, option->size, number * (option->scale ? option->scale : 1));
	return 0;
}

static int set_seconds(const struct option_spec *option, long long *field, const char *value,
		       char why[OPTION_WHY_MAX])
{
	long long whole = 0, fraction = 0, unit = NS_PER_S, sum;
	const char *c = value;

	for (; isdigit((unsigned char)*c) && whole < 100000000; c++)
		whole = whole * 10 + (*c - '0');
	if (*c == '.' && c > value)
		for (c++; isdigit((unsigned char)*c) && unit > 1; c++) {
			unit /= 10;
			fraction += (*c - '0') * unit;
		}
	sum = whole * NS_PER_S + fraction;
	if (c == value || *c || sum < option->low || sum > option->high) {
		snprintf(why, OPTION_WHY_MAX, "must be seconds from %.9g to %.9g",
			 clock_seconds(option->low), clock_seconds(option->high));
		return -EINVAL;
	}
	*field = sum;
	return 0;
}

static int set_word(const struct option_spec *option, void *field, const char *value,
		    char why[OPTION_WHY_MAX])
{
	unsigned int found;

	if (option_word(value, option->words, &found, why) < 0)
		return -EINVAL;
	store(field, option->size, found);
	return 0;
}

static int set_words(const struct option_spec *option, void *field, const char *value,
		     char why[OPTION_WHY_MAX])
{
	const char separator[] = {option->separator ? option->separator : ',', '\0'};
	char list[LIST_MAX + 1], *rest = list, *word;
	unsigned int found, all = 0;

	if (snprintf(list, sizeof(list), "%s", value) >= (int)sizeof(list)) {
		snprintf(why, OPTION_WHY_MAX, "too long");
		return -EINVAL;
	}
	while ((word = strsep(&rest, separator)) != NULL) {
		if (option_word(word, option->words, &found, why) < 0)
			return -EINVAL;
		all |= found;
	}
	store(field, option->size, all);
	return 0;
}

static int set_text(const struct option_spec *option, char *field, const char *value,
		    char why[OPTION_WHY_MAX])
{
	size_t length = strlen(value);

	if (!length)
		snprintf(why, OPTION_WHY_MAX, "needs the name of a file");
	else if (length >= option->size)
		snprintf(why, OPTION_WHY_MAX, "must have at most %zu bytes", option->size - 1);
	else
		memcpy(field, value, length + 1);
	return length && length < option->size ? 0 : -EINVAL;
}

int option_set(const struct option_spec *option, void *settings, const char *value,
	       char why[OPTION_WHY_MAX])
{
	void *field = (char *)settings + option->offset;
	int err = -EINVAL;

	switch (option->type) {
	case OPTION_FLAG: return set_flag(field, value, why);
	case OPTION_NUMBER: return set_number(option, field, value, why);
	case OPTION_SECONDS: return set_seconds(option, field, value, why);
	case OPTION_WORD: err = set_word(option, field, value, why); break;
	case OPTION_WORDS: err = set_words(option, field, value, why); break;
	case OPTION_TOKEN: return option_token(field, option->size, value, why);
	case OPTION_FILE:
		if (value[0] && environment_refuses_file(why))
			return -EINVAL;
		return set_text(option, field, value, why);
	case OPTION_TEXT: err = set_text(option, field, value, why); break;
	case OPTION_CUSTOM: return option->parse(field, value, why);
	}
	if (err && option->wrong && (option->type != OPTION_TEXT || !value[0]))
		snprintf(why, OPTION_WHY_MAX, "%s", option->wrong);
	return err;
}

static unsigned long load(const void *field, size_t size)
{
	uint8_t small;
	uint32_t middle;
	uint64_t large;

	if (size == sizeof(large))
		return *(const uint64_t *)memcpy(&large, field, sizeof(large));
	if (size == sizeof(middle))
		return *(const uint32_t *)memcpy(&middle, field, sizeof(middle));
	return *(const uint8_t *)memcpy(&small, field, sizeof(small));
}

static void format_words(const struct option_spec *option, unsigned long value, char *text,
			 size_t size)
{
	const char separator = option->separator ? option->separator : ',';
	size_t used = 0;

	for (const struct option_word *w = option->words; w->word && used < size; w++) {
		bool is = option->type == OPTION_WORD ? w->value == value
						      : w->value && (w->value & value) == w->value;

		if (!is)
			continue;
		if (used)
			text[used++] = separator;
		used += (size_t)snprintf(text + used, size - used, "%s", w->word);
		value &= option->type == OPTION_WORD ? value : ~(unsigned long)w->value;
	}
}

static void format_number(const struct option_spec *option, unsigned long value, char *text,
			  size_t size)
{
	unsigned long number = value / (option->scale ? option->scale : 1);

	if (number || !option->low)
		snprintf(text, size, "%lu", number);
}

void option_format(const struct option_spec *option, const void *settings, char *text, size_t size)
{
	const void *field = (const char *)settings + option->offset;
	long long ns;

	text[0] = '\0';
	switch (option->type) {
	case OPTION_FLAG:
		snprintf(text, size, "%s", load(field, sizeof(bool)) ? "yes" : "no");
		break;
	case OPTION_NUMBER: format_number(option, load(field, option->size), text, size); break;
	case OPTION_SECONDS:
		memcpy(&ns, field, sizeof(ns));
		if (ns)
			snprintf(text, size, "%.14g", (double)ns / 1e9);
		break;
	case OPTION_WORD:
	case OPTION_WORDS: format_words(option, load(field, option->size), text, size); break;
	case OPTION_TEXT:
	case OPTION_TOKEN:
	case OPTION_FILE: snprintf(text, size, "%s", (const char *)field); break;
	case OPTION_CUSTOM:
		snprintf(text, size, "%s", option->standard ? option->standard : "");
		break;
	}
}
