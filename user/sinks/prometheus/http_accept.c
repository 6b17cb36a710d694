// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/prometheus/http_accept.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define BLANKS " \t"
#define Q_MAX  1000

/* A part of a header's value: without blanks around it. */
struct piece {
	const char *at;
	size_t length;
};

static struct piece trim(const char *at, size_t length)
{
	while (length && strchr(BLANKS, at[0])) {
		at++;
		length--;
	}
	while (length && strchr(BLANKS, at[length - 1]))
		length--;
	return (struct piece){at, length};
}

/* Cut the part before the next @separator off *@rest, which may be used up then. */
static struct piece cut(const char **rest, const char *end, char separator)
{
	const char *at = *rest, *stop = memchr(at, separator, (size_t)(end - at));

	if (!stop)
		stop = end;
	*rest = stop < end ? stop + 1 : end;
	return trim(at, (size_t)(stop - at));
}

static bool is(struct piece piece, const char *word)
{
	return piece.length == strlen(word) && strncasecmp(piece.at, word, piece.length) == 0;
}

static bool begins(struct piece piece, const char *word)
{
	return piece.length >= strlen(word) && strncasecmp(piece.at, word, strlen(word)) == 0;
}

/* A weight in thousandths: RFC 9110 section 12.4.2. One that is none is 0. */
static int weight(struct piece piece)
{
	int q = 0, unit = Q_MAX;

	for (size_t i = 0; i < piece.length && unit; i++) {
		char c = piece.at[i];

		if (i == 1 && c == '.')
			continue;
		if (c < '0' || c > '9')
			return 0;
		q += (c - '0') * unit;
		unit /= 10;
	}
	return q < Q_MAX ? q : Q_MAX;
}

/* The weight of a media range, and whether its parameter "version", if any, is @known. */
static int range_weight(const char *rest, const char *end, const char *const *known, bool *version)
{
	int q = Q_MAX;

	*version = true;
	while (rest < end) {
		struct piece parameter = cut(&rest, end, ';');

		if (begins(parameter, "q="))
			q = weight((struct piece){parameter.at + 2, parameter.length - 2});
		if (!begins(parameter, "version="))
			continue;
		*version = false;
		for (size_t i = 0; known[i]; i++)
			*version |= is((struct piece){parameter.at + 8, parameter.length - 8},
				       known[i]);
	}
	return q;
}

bool http_accepts_openmetrics(const char *accept)
{
	static const char *const openmetrics[] = {"1.0.0", "0.0.1", NULL};
	static const char *const text[] = {"0.0.4", NULL};
	const char *rest = accept, *end;
	int wants_openmetrics = 0, wants_text = 0;

	if (!accept)
		return false;
	end = accept + strlen(accept);
	while (rest < end) {
		struct piece range = cut(&rest, end, ',');
		const char *parameters = range.at, *range_end = range.at + range.length;
		struct piece type = cut(&parameters, range_end, ';');
		bool version;
		int q;

		if (is(type, "application/openmetrics-text")) {
			q = range_weight(parameters, range_end, openmetrics, &version);
			if (version && q > wants_openmetrics)
				wants_openmetrics = q;
		} else if (is(type, "text/plain")) {
			q = range_weight(parameters, range_end, text, &version);
			if (version && q > wants_text)
				wants_text = q;
		}
	}
	return wants_openmetrics && wants_openmetrics >= wants_text;
}
