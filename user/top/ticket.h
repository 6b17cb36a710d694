/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What leaves the page: a file for a ticket, a command for the clipboard. */
#ifndef RCODEWATCH_TOP_TICKET_H
#define RCODEWATCH_TOP_TICKET_H

#include <stdbool.h>

#include "top/model.h"

#define TICKET_NAME_MAX 64
/* Bytes of what clipboard_sequence() gives. */
#define CLIPBOARD_MAX 4096

/*
 * The name of a file for @model, in the folder that one is in: rcodewatch-HOST-TIME.json, with -2 and so on before its end if
 * there is one already.
 */
void ticket_name(char name[static TICKET_NAME_MAX], const struct model *model, unsigned copy);
/* Write the lines of @model to a new file in that folder, for its owner alone. 0 with @name, or a negative errno. */
int ticket_write(const struct model *model, char name[static TICKET_NAME_MAX]);

/* Whether a terminal of that TERM can be expected to have a clipboard (OSC 52). */
bool clipboard_expected(const char *term);
/*
 * The control sequence that puts @text there. Gives @sequence; NULL: @text is too long, or is not only printable ASCII, which
 * nobody should paste into a shell.
 */
const char *clipboard_sequence(char sequence[static CLIPBOARD_MAX], const char *text);

#endif
