/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is usual of a figure: the median of a quarter of an hour that nothing of now is in. While something is wrong it is the quarter before
 * that began, so that trouble does not become the usual by lasting. Pure functions, for any thread.
 */
#ifndef RCODEWATCH_USUAL_H
#define RCODEWATCH_USUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USUAL_SPAN_S 900
/* Between it and what is compared: what begins is not noticed at once. */
#define USUAL_APART_S 60
/* So much must be known of it at least. */
#define USUAL_KNOWN_S 60
/* What has been wrong for longer is usual. */
#define USUAL_WRONG_S 7200

/* Of the time since 1970. */
struct usual_window {
	int64_t from_ns, to_ns;
	int64_t wrong_ns; /* since when something has been wrong, if that moved it; else 0 */
};

/*
 * What an interval that ends at @end_ns is compared with. @wrong_ns has the times, @count of them, from which on something has been wrong; those
 * of more than USUAL_WRONG_S ago, in the future, or 0 are left out.
 */
struct usual_window usual_window(int64_t end_ns, const int64_t wrong_ns[], size_t count);
/* Whether what ended at @end_ns is in it. */
bool usual_has(const struct usual_window *window, int64_t end_ns);
/* The median of @count @values, which are put in order, of @known_s seconds in all; negative: that is too little. */
double usual_median(double values[], size_t count, double known_s);

/* How @now is against @usual: "=" within a tenth, "-38%", "+12%", "x 98", "new", "none", "-" where @usual is negative. Gives @text. */
#define USUAL_TEXT_SIZE 16
const char *usual_compare(char text[static USUAL_TEXT_SIZE], double now, double usual);

#endif
