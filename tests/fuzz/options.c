// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Command lines of `run`, `read` and `explain`, as words that a zero byte ends. The first byte says
 * which. Whatever it is, an error is one line, and settings that were taken are within their limits.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cmd_explain.h"
#include "util/log.h"
#include "cli/option_tables.h"
#include "cli/settings.h"
#include "mute.h"
#include "settings_bounds.h"
#include "target.h"

#define WORDS_MAX 12
#define TEXT_MAX  512u

struct line {
	char text[TEXT_MAX + 1];
	char *word[WORDS_MAX + 2]; /* the command's name first, NULL behind */
	int count;
};

static void read_line(struct line *line, const uint8_t *data, size_t size)
{
	static char name[] = "command";

	if (size > TEXT_MAX)
		size = TEXT_MAX;
	memcpy(line->text, data, size);
	line->text[size] = '\0';
	line->word[0] = name;
	line->count = 1;
	for (size_t at = 0; at < size && line->count <= WORDS_MAX;
	     at += strlen(line->text + at) + 1)
		line->word[line->count++] = line->text + at;
	line->word[line->count] = NULL;
}

static void parse(const struct option_command *command, struct line *line)
{
	struct settings settings;
	struct mute mute;
	const char *errors;
	int first, err = 0;

	settings_init(&settings);
	mute_begin(&mute);
	first = options_parse(command, line->count, line->word, &settings);
	if (first >= 0)
		err = settings_check(&settings);
	mute_end(&mute, &errors);
	fuzz_check_settings(&settings);
	/* A word can hold a newline; that is the user's own. */
	if (!memchr(line->text, '\n', sizeof(line->text)))
		fuzz_check_errors(errors, 1);
	if ((first == OPTIONS_USAGE || err) != (errors[0] != '\0'))
		fuzz_fail("%d, but the message is '%s'", first, errors);
	if (first > line->count)
		fuzz_fail("operands from %d of %d on", first, line->count);
}

static void explain(struct line *line)
{
	struct mute mute;
	const char *errors;
	int status;

	mute_begin(&mute);
	status = cmd_explain(line->count, line->word);
	mute_end(&mute, &errors);
	if (status != EXIT_DONE && status != EXIT_FAILED && status != EXIT_USAGE)
		fuzz_fail("explain gives %d", status);
	if ((status == EXIT_DONE) != (errors[0] == '\0'))
		fuzz_fail("explain gives %d, but the message is '%s'", status, errors);
}

static void run(const uint8_t *data, size_t size)
{
	static struct line line;

	if (!size)
		return;
	read_line(&line, data + 1, size - 1);
	switch (data[0] % 3) {
	case 0: parse(&run_command, &line); break;
	case 1: parse(&read_command, &line); break;
	default: explain(&line); break;
	}
}

const struct fuzz_target fuzz_options = {"options", run, NULL};
