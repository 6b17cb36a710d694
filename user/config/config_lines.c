// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config/config_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_INIH
#include <ini.h>
#endif

#include "util/utf8.h"

bool config_built_in(void)
{
#ifdef HAVE_INIH
	return true;
#else
	return false;
#endif
}

#ifdef HAVE_INIH

/* What inih keeps of a section's name; it would cut a longer one. */
#define SECTION_MAX 49

/* inih asks for lines; so this knows their numbers, and inih never sees one that it would cut. */
struct reader {
	struct config *config;
	const char *file;
	const char *at, *end;
	unsigned int line;
	bool skips;     /* lines below a wrong [section] say nothing */
	bool continues; /* the line before ended with a backslash, */
	bool blank;     /* and before it a blank */
	bool joins;     /* this one goes on with its value, */
	bool apart;     /* after a blank */
	int err;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_text(const char *line, size_t length)
{
	for (size_t i = 0; i < length;) {
		size_t n = line[i] == '\t' ? 1 : utf8_length(line + i, length - i);

		if (!n || (line[i] != '\t' && !utf8_harmless(utf8_code_point(line + i, n))))
			return false;
		i += n;
	}
	return true;
}

static char *copy(const char *text, size_t length)
{
	char *made = malloc(length + 1);

	if (made) {
		memcpy(made, text, length);
		made[length] = '\0';
	}
	return made;
}

static void push(struct reader *r, const char *section, const char *name, const char *value)
{
	struct config *config = r->config;
	struct config_value *v;

	if (config->count == CONFIG_VALUES_MAX) {
		config_error(config, r->file, r->line, "more than %u values", CONFIG_VALUES_MAX);
		r->at = r->end;
		return;
	}
	if (config->count == config->room) {
		size_t room = config->room ? 2 * config->room : 64;

		v = reallocarray(config->values, room, sizeof(*v));
		if (!v) {
			r->err = -ENOMEM;
			return;
		}
		config->values = v;
		config->room = room;
	}
	v = &config->values[config->count];
	*v = (struct config_value){
		.section = strdup(section),
		.name = strdup(name),
		.value = strdup(value),
		.file = r->file,
		.line = r->line,
	};
	config->count++;
	if (!v->section || !v->name || !v->value)
		r->err = -ENOMEM;
}

/* [section], of @length bytes. Gives how much of it inih is to see. */
static size_t read_section(struct reader *r, const char *line, size_t length, char *to)
{
	const char *end = memchr(line, ']', length);
	size_t rest, n;

	r->skips = true;
	if (!end) {
		config_error(r->config, r->file, r->line, "a section is [NAME], here ] is missing");
		return 0;
	}
	rest = length - (size_t)(end + 1 - line);
	for (end++; rest && is_blank(*end); end++)
		rest--;
	if (rest && *end != ';' && *end != '#') {
		config_error(r->config, r->file, r->line, "nothing may stand behind [NAME]");
		return 0;
	}
	end = memchr(line, ']', length);
	for (line++; line < end && is_blank(*line); line++)
		;
	for (; end > line && is_blank(end[-1]); end--)
		;
	n = (size_t)(end - line);
	if (!n || n > SECTION_MAX) {
		config_error(r->config, r->file, r->line, "a section's name has 1 to %d bytes",
			     SECTION_MAX);
		return 0;
	}
	r->skips = false;
	to[0] = '[';
	memcpy(to + 1, line, n);
	to[n + 1] = '\0';
	push(r, to + 1, "", "");
	to[n + 1] = ']';
	return n + 2;
}

/* Whether @line, which is neither empty nor a comment, is NAME = VALUE, or goes on with one. */
static bool is_assignment(struct reader *r, const char *line, size_t length)
{
	size_t name = 0;

	while (name < length && line[name] != '=' && line[name] != ':')
		name++;
	if (r->joins || (name && name < length && line[name] == '='))
		return true;
	config_error(r->config, r->file, r->line, "a line is NAME = VALUE");
	return false;
}

/* The line of @length bytes, of which inih takes up to @room. Gives how much of it inih is to see, in @to. */
static size_t read_line(struct reader *r, const char *line, size_t length, char *to, size_t room)
{
	while (length && is_blank(line[length - 1]))
		length--;
	if (!is_text(line, length)) {
		config_error(r->config, r->file, r->line,
			     "must be UTF-8 without control characters and invisible characters");
		return 0;
	}
	/* Indented lines would go on with the value before: here only a backslash says so. */
	for (; length && is_blank(*line); line++)
		length--;
	if (!length || *line == '#' || *line == ';')
		return 0;
	if (length + 2 > room) {
		config_error(r->config, r->file, r->line,
			     "longer than %zu bytes: end it with \\ and go on in the next line",
			     room - 2);
		return 0;
	}
	if (*line == '[' && !r->joins)
		return read_section(r, line, length, to);
	if (r->skips || !is_assignment(r, line, length))
		return 0;
	r->continues = line[length - 1] == '\\';
	if (r->continues)
		length--;
	r->blank = r->continues && length && is_blank(line[length - 1]);
	if (r->joins)
		*to++ = ' '; /* so inih knows it */
	memcpy(to, line, length);
	return length + r->joins;
}

static char *next_line(char *to, int room, void *into)
{
	struct reader *r = into;
	const char *line = r->at, *end;
	size_t used;

	if (r->at == r->end || r->err)
		return NULL;
	end = memchr(line, '\n', (size_t)(r->end - line));
	r->at = end ? end + 1 : r->end;
	if (!end)
		end = r->end;
	r->line++;
	r->joins = r->continues;
	r->apart = r->blank;
	r->continues = r->blank = false;
	used = read_line(r, line, (size_t)(end - line), to, (size_t)room - 1);
	to[used] = '\0';
	return to;
}

/* Go on with the value before. */
static void join(struct reader *r, const char *value)
{
	struct config_value *v = &r->config->values[r->config->count - 1];
	size_t before = strlen(v->value), more = strlen(value);
	char *longer;

	if (before + more + 1 > CONFIG_VALUE_BYTES) {
		config_error(r->config, r->file, r->line, "the value is longer than %u bytes",
			     CONFIG_VALUE_BYTES);
		return;
	}
	longer = realloc(v->value, before + more + 2);
	if (!longer) {
		r->err = -ENOMEM;
		return;
	}
	v->value = longer;
	snprintf(longer + before, more + 2, "%s%s", r->apart && before ? " " : "", value);
}

/* What inih has found in the line that next_line() gave it last. */
static int add_value(void *into, const char *section, const char *name, const char *value)
{
	struct reader *r = into;

	if (!name || !value || r->err)
		return 1;
	if (!r->joins)
		push(r, section, name, value);
	else if (r->config->count)
		join(r, value);
	return 1;
}

/* The value of the variable called @name of @length bytes; NULL: there is none. */
static const char *variable(const char *name, size_t length)
{
	static char host[256];

	if (length == 8 && memcmp(name, "HOSTNAME", 8) == 0) {
		if (gethostname(host, sizeof(host) - 1) < 0)
			return NULL;
		return host;
	}
	if (length == 21 && memcmp(name, "CREDENTIALS_DIRECTORY", 21) == 0)
		return getenv("CREDENTIALS_DIRECTORY");
	return NULL;
}

/* Replace ${NAME}. 0 or -ENOMEM; an unknown name is an error of @v's line. */
static int replace_variables(struct config *config, struct config_value *v)
{
	char made[CONFIG_VALUE_BYTES + 1], *whole;
	size_t used = 0;

	if (!strstr(v->value, "${"))
		return 0;
	for (const char *c = v->value; *c;) {
		const char *end = strncmp(c, "${", 2) == 0 ? strchr(c, '}') : NULL;
		const char *value = end ? variable(c + 2, (size_t)(end - c - 2)) : NULL;
		size_t n = value ? strlen(value) : 1;

		if (strncmp(c, "${", 2) == 0 && !value) {
			config_error(config, v->file, v->line,
				     "%.40s: only ${HOSTNAME} and, under systemd with credentials, "
				     "${CREDENTIALS_DIRECTORY} are known",
				     c);
			return 0;
		}
		if (used + n > CONFIG_VALUE_BYTES) {
			config_error(config, v->file, v->line, "the value is too long");
			return 0;
		}
		snprintf(made + used, sizeof(made) - used, "%.*s", (int)n, value ? value : c);
		used += n;
		c = value ? end + 1 : c + 1;
	}
	whole = copy(made, used);
	if (!whole)
		return -ENOMEM;
	free(v->value);
	v->value = whole;
	return 0;
}

static int finish_value(struct config *config, struct config_value *v)
{
	size_t length = strlen(v->value);

	if (length > 1 && v->value[0] == '"' && v->value[length - 1] == '"')
		config_error(config, v->file, v->line, "%s: a value is written without quotes",
			     v->name);
	return replace_variables(config, v);
}

int config_lines(struct config *config, const char *file, const char *text, size_t size)
{
	struct reader r = {.config = config, .file = file, .at = text, .end = text + size};
	size_t before = config->count;
	int wrong;

	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		r.at += 3; /* a byte order mark, as some editors put there */
	wrong = ini_parse_stream(next_line, &r, add_value, &r);
	for (size_t i = before; i < config->count && !r.err; i++)
		r.err = finish_value(config, &config->values[i]);
	if (wrong < 0)
		r.err = -ENOMEM;
	else if (wrong >
		 0) /* a line that goes on with none, which only an odd build of inih sees so */
		config_error(config, file, (unsigned int)wrong, "cannot be read");
	return r.err;
}

#else

int config_lines(struct config *config, const char *file, const char *text, size_t size)
{
	(void)text;
	(void)size;
	config_error(config, file, 0, "this rcodewatch was built without inih, which reads it");
	return 0;
}

#endif
