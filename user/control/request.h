/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a client of the control socket asks: one JSON object in a line, {"schema": CONTROL_SCHEMA, "command":
 * NAME}, and with the command "history" maybe "since_s". docs/control.md.
 */
#ifndef RCODEWATCH_CONTROL_REQUEST_H
#define RCODEWATCH_CONTROL_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#define CONTROL_SCHEMA "rcodewatch-control/1"

/* Bytes of a request, with its newline. */
#define CONTROL_REQUEST_MAX 4096u
#define CONTROL_WHY_MAX     256

/* X(id, name of the command) */
#define CONTROL_COMMAND_LIST(X) \
	X(STATUS, "status")     \
	X(DUMP, "dump")         \
	X(HISTORY, "history")   \
	X(RELOAD, "reload")     \
	X(REPORT, "report")

#define CONTROL_COMMAND_ENUM(id, name) CONTROL_##id,
enum control_command { CONTROL_COMMAND_LIST(CONTROL_COMMAND_ENUM) CONTROL_COMMANDS };

extern const char *const control_command_names[CONTROL_COMMANDS];

/* Seconds before now that a history goes back to. */
#define CONTROL_SINCE_DEFAULT 600u
#define CONTROL_SINCE_MAX     (14u * 86400u)

struct control_request {
	enum control_command command;
	uint32_t since_s; /* of CONTROL_HISTORY: 1 to CONTROL_SINCE_MAX */
};

/*
 * Read the @size bytes of a line. 0, or -EINVAL with @why, which holds nothing of the text but printable
 * ASCII. Any thread.
 */
int control_request_parse(struct control_request *request, const char *text, size_t size,
			  char why[CONTROL_WHY_MAX]);

#endif
