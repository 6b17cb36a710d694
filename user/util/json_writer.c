// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/json_writer.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "util/utf8.h"

/*
 * JSON asks for escapes below U+0020 only. A person who looks at a line in a terminal is better off with more.
 * Past U+FFFF an escape is a surrogate pair: RFC 8259 section 7.
 */
static void put_character(FILE *out, const char *character, size_t length)
{
	uint32_t code = utf8_code_point(character, length);

	if (code == '"' || code == '\\')
		fputc('\\', out);
	if (utf8_harmless(code))
		fwrite(character, 1, length, out);
	else if (code <= 0xffff)
		fprintf(out, "\\u%04x", code);
	else
		fprintf(out, "\\u%04x\\u%04x", 0xd800 + ((code - 0x10000) >> 10),
			0xdc00 + (code & 0x3ff));
}

static void quoted(FILE *out, const char *value, size_t len, bool name)
{
	fputc('"', out);
	for (size_t i = 0; i < len;) {
		char escape[UTF8_ESCAPE_SIZE] = "";
		size_t n = name ? utf8_escape(value + i, len - i, escape)
				: utf8_length(value + i, len - i);

		if (n == 0 || *escape) {
			fprintf(out, "\\%s", n ? escape : "ufffd");
			i++;
			continue;
		}
		put_character(out, value + i, n);
		i += n;
	}
	fputc('"', out);
}

static void member(struct json *j, const char *key)
{
	if (j->comma)
		fputc(',', j->out);
	j->comma = true;
	if (key) {
		quoted(j->out, key, strlen(key), false);
		fputc(':', j->out);
	}
}

static void begin(struct json *j, const char *key, char bracket)
{
	member(j, key);
	fputc(bracket, j->out);
	j->comma = false;
}

static void end(struct json *j, char bracket)
{
	fputc(bracket, j->out);
	j->comma = true;
}

void json_init(struct json *j, FILE *out)
{
	*j = (struct json){.out = out};
}

void json_object_begin(struct json *j, const char *key)
{
	begin(j, key, '{');
}

void json_object_end(struct json *j)
{
	end(j, '}');
}

void json_array_begin(struct json *j, const char *key)
{
	begin(j, key, '[');
}

void json_array_end(struct json *j)
{
	end(j, ']');
}

void json_string(struct json *j, const char *key, const char *value)
{
	json_string_n(j, key, value, strlen(value));
}

void json_name(struct json *j, const char *key, const char *value)
{
	member(j, key);
	quoted(j->out, value, strlen(value), true);
}

void json_string_n(struct json *j, const char *key, const char *value, size_t len)
{
	member(j, key);
	quoted(j->out, value, len, false);
}

void json_number(struct json *j, const char *key, const char *number, size_t len)
{
	member(j, key);
	fwrite(number, 1, len, j->out);
}

void json_u64(struct json *j, const char *key, uint64_t value)
{
	member(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	member(j, key);
	fputs(value ? "true" : "false", j->out);
}

void json_double(struct json *j, const char *key, double value, int decimals)
{
	member(j, key);
	if (isfinite(value))
		fprintf(j->out, "%.*f", decimals, value);
	else
		fputs("null", j->out);
}
