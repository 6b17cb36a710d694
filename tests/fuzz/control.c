// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Both sides of the control socket. The first byte says what the rest is: the answer to a command, by its number, or a request.
 * A refusal has its reason, and nothing that came in reaches a terminal but as text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/answer_text.h"
#include "control/client.h"
#include "control/json_read.h"
#include "control/request.h"
#include "target.h"

#ifdef HAVE_JANSSON

#include <jansson.h>

/* Bytes of what is made of an answer are limited by those that came, by and large. */
#define MADE_PER_BYTE 400u
#define MADE_FIXED    16384u

static void check_why(const char *why, size_t room)
{
	size_t length = strnlen(why, room);

	if (length == 0 || length == room)
		fuzz_fail("refused without a reason");
}

static void request(const char *text, size_t size)
{
	struct control_request request = {.command = CONTROL_COMMANDS};
	char why[CONTROL_WHY_MAX] = "";

	if (control_request_parse(&request, text, size, why) == 0) {
		if (request.since_s < 1 || request.since_s > CONTROL_SINCE_MAX)
			fuzz_fail("since %u", request.since_s);
		if (request.command >= CONTROL_COMMANDS)
			fuzz_fail("command %d", request.command);
		return;
	}
	check_why(why, sizeof(why));
	for (const char *c = why; *c; c++)
		if (*c < ' ' || *c > '~')
			fuzz_fail("byte %02x in '%s'", (unsigned char)*c, why);
}

/* Only lines of printable ASCII: the locale is C here. */
static void check_made(const char *made, size_t size, size_t from)
{
	if (size > MADE_FIXED + MADE_PER_BYTE * from)
		fuzz_fail("%zu bytes of text from %zu", size, from);
	for (size_t i = 0; i < size; i++)
		if ((made[i] < ' ' || made[i] > '~') && made[i] != '\n')
			fuzz_fail("byte %02x in a text", (unsigned char)made[i]);
}

static void answer(enum control_command command, const char *text, size_t size)
{
	char why[CONTROL_WHY_MAX] = "", *made = NULL;
	json_t *found = control_answer_read(text, size, command, why);
	size_t used = 0;
	FILE *out;

	if (!found) {
		check_why(why, sizeof(why));
		return;
	}
	out = open_memstream(&made, &used);
	if (!out)
		fuzz_fail("no stream in memory");
	json_read_write(out, found);
	if (command == CONTROL_STATUS)
		answer_text_status(out, found, false);
	else if (command == CONTROL_DUMP)
		answer_text_dump(out, found, false);
	else if (command == CONTROL_HISTORY)
		answer_text_history(out, found, false);
	else if (command == CONTROL_RELOAD)
		answer_text_reload(out, found, false);
	fclose(out);
	check_made(made, used, size);
	free(made);
	json_decref(found);
}

static void run(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	unsigned kind;

	if (!size)
		return;
	kind = (uint8_t)(data[0] - '0') % (CONTROL_COMMANDS + 1);
	if (kind == CONTROL_COMMANDS)
		request(text, size - 1);
	else
		answer((enum control_command)kind, text, size - 1);
}

#else

static void run(const uint8_t *data, size_t size)
{
	(void)data;
	(void)size;
}

#endif

const struct fuzz_target fuzz_control = {"control", run, NULL};
