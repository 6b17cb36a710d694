// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * draw_page NAME: print the first page of `rcodewatch top`, 80 by 24, for tests/top/NAME.json behind a quarter of an hour in which all
 * was well, with a colour (ECMA-48 SGR) in front of each piece. In the folder of the sources.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "top_pages.h"

#ifdef HAVE_JANSSON

static void print_line(const struct canvas *canvas, int line)
{
	static const char *const codes[STYLES] = {
		[STYLE_PLAIN] = "0",  [STYLE_DIM] = "2",      [STYLE_BOLD] = "1",
		[STYLE_BAD] = "31",   [STYLE_WARNING] = "33", [STYLE_GOOD] = "32",
		[STYLE_MARKED] = "1", [STYLE_TITLE] = "2",
	};
	unsigned style = STYLES;

	for (int column = 0; column < canvas->columns; column++) {
		const struct canvas_cell *cell = canvas_at(canvas, line, column);

		if (cell->style != style)
			printf("\x1b[%sm", codes[cell->style]);
		style = cell->style;
		fputs(cell->text, stdout);
	}
	puts("\x1b[0m");
}

int main(int argc, char **argv)
{
	static struct ring ring;
	struct canvas canvas;
	struct view view;

	if (argc != 2 || !setlocale(LC_CTYPE, "C.UTF-8") || top_pages_ring(&ring, argv[1]) < 0) {
		fputs("usage: draw_page NAME, in the folder of the sources\n", stderr);
		return 2;
	}
	view_init(&view, false);
	view_follow(&view, &ring);
	if (top_pages_draw(&canvas, &ring, &view, 24, 80, true) == 0)
		for (int line = 0; line < canvas.lines; line++)
			print_line(&canvas, line);
	canvas_free(&canvas);
	ring_free(&ring);
	return 0;
}

#else

int main(void)
{
	fputs("built without libjansson\n", stderr);
	return 77;
}

#endif
