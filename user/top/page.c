// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/page.h"

void page_draw(struct canvas *canvas, const struct page_input *input)
{
	switch (view_place(input->view)->page) {
	case VIEW_MAIN: page_main(canvas, input); break;
	case VIEW_ROW: page_row(canvas, input); break;
	case VIEW_CODE: page_code(canvas, input); break;
	case VIEW_PROBLEM: page_problem(canvas, input); break;
	case VIEW_HELP: page_help(canvas, input); break;
	}
	page_title(canvas, input);
}
