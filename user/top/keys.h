/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What each key changes in a view. */
#ifndef RCODEWATCH_TOP_KEYS_H
#define RCODEWATCH_TOP_KEYS_H

#include "top/view.h"

/* Keys that are no characters. */
enum view_key {
	VIEW_KEY_UP = 0x110000, /* behind all characters */
	VIEW_KEY_DOWN,
	VIEW_KEY_LEFT,
	VIEW_KEY_RIGHT,
	VIEW_KEY_HOME,
	VIEW_KEY_END,
	VIEW_KEY_PAGE_UP,
	VIEW_KEY_PAGE_DOWN,
	VIEW_KEY_ENTER,
	VIEW_KEY_BACK, /* Backspace */
	VIEW_KEY_ESCAPE,
	VIEW_KEY_TAB,
};

enum view_action { VIEW_NOTHING, VIEW_QUIT, VIEW_SAVE, VIEW_COPY };

/* A key: a character, or one of the above. Gives what is left to do. */
enum view_action view_key(struct view *view, const struct ring *ring, int key);

#endif
