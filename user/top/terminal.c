// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_NCURSESW

#include "top/terminal.h"

#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "top/keys.h"
#include "util/terminal.h"

#define ESCAPE_MS 25 /* behind an Escape nothing comes: it is the key */

static SCREEN *opened;
static attr_t attributes[STYLES];
static short pairs[STYLES];

/* Sixteen colours are enough, and none will do: what is red is bold, too. */
static void choose_styles(void)
{
	const char *none = getenv("NO_COLOR");
	static const short colours[STYLES] = {
		[STYLE_BAD] = COLOR_RED,
		[STYLE_WARNING] = COLOR_YELLOW,
		[STYLE_GOOD] = COLOR_GREEN,
	};

	attributes[STYLE_PLAIN] = attributes[STYLE_GOOD] = WA_NORMAL;
	attributes[STYLE_WARNING] = WA_NORMAL;
	attributes[STYLE_DIM] = WA_DIM;
	attributes[STYLE_BOLD] = attributes[STYLE_BAD] = WA_BOLD;
	attributes[STYLE_MARKED] = WA_REVERSE;
	attributes[STYLE_TITLE] = WA_UNDERLINE;
	memset(pairs, 0, sizeof(pairs));
	if ((none && *none) || !has_colors() || start_color() == ERR)
		return;
	use_default_colors();
	for (int i = 0; i < STYLES; i++)
		if (colours[i] && init_pair((short)i, colours[i], -1) != ERR)
			pairs[i] = (short)i;
}

int terminal_open(void)
{
	if (!terminal_obeys(STDOUT_FILENO) || !isatty(STDIN_FILENO))
		return -ENOTTY;
	opened = newterm(NULL, stdout, stdin);
	if (!opened)
		return -ENOTTY;
	if (!tigetstr("cup") || tigetstr("cup") == (char *)-1) {
		terminal_close();
		return -ENOTTY;
	}
	set_escdelay(ESCAPE_MS);
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	choose_styles();
	return 0;
}

void terminal_close(void)
{
	if (!opened)
		return;
	move(LINES - 1, 0);
	clrtoeol();
	refresh();
	endwin();
	delscreen(opened);
	opened = NULL;
}

void terminal_size(int *lines, int *columns)
{
	getmaxyx(stdscr, *lines, *columns);
}

bool terminal_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* A run of cells of one style. */
static int put_run(const struct canvas *canvas, int line, int column)
{
	unsigned style = canvas_at(canvas, line, column)->style;

	attr_set(attributes[style], pairs[style], NULL);
	move(line, column);
	for (; column < canvas->columns && canvas_at(canvas, line, column)->style == style;
	     column++)
		addstr(canvas_at(canvas, line, column)->text);
	return column;
}

void terminal_show(const struct canvas *canvas)
{
	erase();
	for (int line = 0; line < canvas->lines; line++)
		for (int column = 0; column < canvas->columns;)
			column = put_run(canvas, line, column);
	attr_set(WA_NORMAL, 0, NULL);
	refresh();
}

int terminal_key(void)
{
	static const struct {
		int curses, key;
	} keys[] = {
		{KEY_UP, VIEW_KEY_UP},         {KEY_DOWN, VIEW_KEY_DOWN},
		{KEY_LEFT, VIEW_KEY_LEFT},     {KEY_RIGHT, VIEW_KEY_RIGHT},
		{KEY_HOME, VIEW_KEY_HOME},     {KEY_END, VIEW_KEY_END},
		{KEY_PPAGE, VIEW_KEY_PAGE_UP}, {KEY_NPAGE, VIEW_KEY_PAGE_DOWN},
		{KEY_ENTER, VIEW_KEY_ENTER},   {'\r', VIEW_KEY_ENTER},
		{'\n', VIEW_KEY_ENTER},        {KEY_BACKSPACE, VIEW_KEY_BACK},
		{0x7f, VIEW_KEY_BACK},         {'\b', VIEW_KEY_BACK},
		{0x1b, VIEW_KEY_ESCAPE},       {'\t', VIEW_KEY_TAB},
	};
	int key = getch();

	if (key == ERR)
		return TERMINAL_NO_KEY;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (key == keys[i].curses)
			return keys[i].key;
	/* Others of curses, such as that the size is another one, mean nothing to a view. */
	return key < 0x80 ? key : 0;
}

void terminal_send(const char *sequence)
{
	fputs(sequence, stdout);
	fflush(stdout);
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int top_terminal_is_not_built_in;
#endif
