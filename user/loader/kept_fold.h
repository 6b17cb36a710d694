/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What maps of earlier generations have counted goes into the base of the present one. */
#ifndef RCODEWATCH_KEPT_FOLD_H
#define RCODEWATCH_KEPT_FOLD_H

#include "loader/kept.h"
#include "loader/read_maps.h"

/*
 * Once no program counts into maps of earlier generations any more: add up what they have, and keep them no more. A
 * sudden end leaves all to be done again, or nothing. @source waits for programs. 0 or a negative errno, logged.
 */
int kept_fold(struct kept *kept, const struct read_maps *source);

#endif
