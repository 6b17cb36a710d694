// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "control/request.h"

#define COMMAND_NAME(id, name) [CONTROL_##id] = (name),
const char *const control_command_names[CONTROL_COMMANDS] = {CONTROL_COMMAND_LIST(COMMAND_NAME)};

#ifdef HAVE_JANSSON

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* All that a string of a request may hold; what is not printed is a question mark. */
#define WORD_MAX 40

static const char *printable(char buf[WORD_MAX], const char *text)
{
	size_t used = 0;

	for (; used < WORD_MAX - 1 && text[used]; used++)
		buf[used] = text[used] >= ' ' && text[used] <= '~' ? text[used] : '?';
	buf[used] = '\0';
	return buf;
}

static int complain(char why[CONTROL_WHY_MAX], const char *before, const char *text,
		    const char *after)
{
	char word[WORD_MAX];

	snprintf(why, CONTROL_WHY_MAX, "%s'%s'%s", before, printable(word, text), after);
	return -EINVAL;
}

static int find_command(struct control_request *request, const char *name,
			char why[CONTROL_WHY_MAX])
{
	for (size_t i = 0; i < CONTROL_COMMANDS; i++)
		if (strcmp(name, control_command_names[i]) == 0) {
			request->command = (enum control_command)i;
			return 0;
		}
	return complain(why, "there is no command ", name, "");
}

static int read_since(struct control_request *request, const json_t *value,
		      char why[CONTROL_WHY_MAX])
{
	json_int_t seconds = json_integer_value(value); /* 0: it is no whole number */

	if (seconds < 1 || seconds > CONTROL_SINCE_MAX) {
		snprintf(why, CONTROL_WHY_MAX, "the member 'since_s' must be a number from 1 to %u",
			 CONTROL_SINCE_MAX);
		return -EINVAL;
	}
	request->since_s = (uint32_t)seconds;
	return 0;
}

/* One member. */
static int read_member(struct control_request *request, const char *key, const json_t *value,
		       char why[CONTROL_WHY_MAX])
{
	const char *text = json_string_value(value);

	if (strcmp(key, "since_s") == 0)
		return read_since(request, value, why);
	if (strcmp(key, "schema") != 0 && strcmp(key, "command") != 0)
		return complain(why, "a request has no member ", key, "");
	if (!text)
		return complain(why, "the member ", key, " must be a string");
	if (strcmp(key, "command") == 0)
		return find_command(request, text, why);
	if (strcmp(text, CONTROL_SCHEMA) != 0)
		return complain(why, "this rcodewatch speaks " CONTROL_SCHEMA ", not ", text, "");
	return 0;
}

static int read_members(struct control_request *request, json_t *object, char why[CONTROL_WHY_MAX])
{
	const char *key;
	json_t *value;

	if (!json_object_get(object, "schema") || !json_object_get(object, "command")) {
		snprintf(why, CONTROL_WHY_MAX,
			 "a request is an object with \"schema\" and \"command\"");
		return -EINVAL;
	}
	json_object_foreach(object, key, value)
	{
		int err = read_member(request, key, value, why);

		if (err)
			return err;
	}
	return 0;
}

int control_request_parse(struct control_request *request, const char *text, size_t size,
			  char why[CONTROL_WHY_MAX])
{
	json_error_t error;
	json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	int err;

	if (!object) {
		snprintf(why, CONTROL_WHY_MAX, "a request is one line of JSON: not so at byte %d",
			 error.position);
		return -EINVAL;
	}
	*request = (struct control_request){.command = CONTROL_COMMANDS};
	err = read_members(request, object, why);
	if (!err && request->since_s && request->command != CONTROL_HISTORY)
		err = complain(why, "a request of ", control_command_names[request->command],
			       " has no member 'since_s'");
	if (!err && !request->since_s)
		request->since_s = CONTROL_SINCE_DEFAULT;
	json_decref(object);
	return err;
}

#endif
