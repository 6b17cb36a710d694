/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Pieces of a text table: numbers as people read them, text that cannot harm a terminal. */
#ifndef RCODEWATCH_TEXT_FORMAT_H
#define RCODEWATCH_TEXT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Room for any number that the functions below write, with its NUL. */
#define TEXT_NUMBER_SIZE 32

/* "12,352". Gives @buf. */
const char *text_count(char buf[static TEXT_NUMBER_SIZE], uint64_t count);
/* "0.07", "34.5", "1,235": events a second, @rate at least 0. Gives @buf. */
const char *text_rate(char buf[static TEXT_NUMBER_SIZE], double rate);
/* "97.15%", "<0.01%", "100%": @share from 0 to 1, at most 6 columns. Gives @buf. */
const char *text_share(char buf[static TEXT_NUMBER_SIZE], double share);

/*
 * Write the @len bytes at @bytes so that no terminal takes them for anything but text, in at most
 * @columns columns; longer text ends in an ellipsis. Printable ASCII goes through, so do printable
 * characters beyond it if @utf8 (as far as the locale knows them); all else, a backslash included,
 * becomes \xNN. What combines with its neighbours or turns the writing direction is not printable
 * here. Returns the columns used.
 */
size_t text_put(FILE *out, const char *bytes, size_t len, size_t columns, bool utf8);
/* The same for a string, filled up with spaces to exactly @columns. */
void text_cell(FILE *out, const char *string, size_t columns, bool utf8);

/*
 * Write the words of @text, which is plain ASCII, and a newline, in lines of @width columns. A word that
 * is longer than a line is broken. The first stands in @column; further lines are indented by @indent.
 */
void text_wrap(FILE *out, size_t width, size_t column, size_t indent, const char *text);

#endif
