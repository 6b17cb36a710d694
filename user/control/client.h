/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The client's side of the control socket. What answers is not trusted: sizes and times are bounded. */
#ifndef RCODEWATCH_CONTROL_CLIENT_H
#define RCODEWATCH_CONTROL_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "control/request.h"
#include "util/clock.h"

/* Where `run` listens under systemd, and clients ask, if nothing else is said. */
#define CONTROL_PATH_DEFAULT "/run/rcodewatch/control.sock"
/* Bytes of an answer. */
#define CONTROL_ANSWER_MAX (64u << 20)
#define CONTROL_TIMEOUT_NS (15 * NS_PER_S)

typedef struct json_t json_t; /* jansson's */

/*
 * Connect to the monitor at @path, the file of a UNIX socket. A descriptor; or a negative errno with @why,
 * which says what a user can do.
 */
int control_connect(const char *path, char why[CONTROL_WHY_MAX]);

/*
 * Ask the monitor that @fd is connected to, and wait for @timeout_ns at most. The answer, an object of
 * CONTROL_SCHEMA and of the command's type, for json_decref(); or NULL with @why, which may hold any characters
 * that the other side has sent. One question for each connection.
 */
json_t *control_ask(int fd, const struct control_request *request, int64_t timeout_ns,
		    char why[CONTROL_WHY_MAX]);

/* The same of an answer that has come: the @size bytes at @text. */
json_t *control_answer_read(const char *text, size_t size, enum control_command command,
			    char why[CONTROL_WHY_MAX]);

/*
 * Who listens at @path already, as a clause for people: "process 42 (rcodewatch since TIME, watching eth0)",
 * "process 42", or "another process". Asks it, for a second at most. Gives @text.
 */
const char *control_listening_process(const char *path, char text[CONTROL_WHY_MAX]);

#endif
