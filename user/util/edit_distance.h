/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How far a name that was typed is from one that there is. */
#ifndef RCODEWATCH_EDIT_DISTANCE_H
#define RCODEWATCH_EDIT_DISTANCE_H

#include <stddef.h>

/* The longest text that is compared, in bytes. */
#define EDIT_DISTANCE_MAX 160

/*
 * How many edits turn @a of @alen bytes into @b of @blen: insertions, deletions, substitutions, swaps of
 * neighbours (the restricted Damerau-Levenshtein distance). The greater length if a text is longer than
 * EDIT_DISTANCE_MAX.
 */
size_t edit_distance(const char *a, size_t alen, const char *b, size_t blen);

#endif
