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
		canvas_write_colour(&canvas, stdout);
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
