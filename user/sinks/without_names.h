/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* For sinks with names=none: batches that tell nothing of who asked whom for what. */
#ifndef RCODEWATCH_WITHOUT_NAMES_H
#define RCODEWATCH_WITHOUT_NAMES_H

#include "sinks/sink.h"

/*
 * Make @to what @from is without names of domains, addresses, texts of Extended DNS Errors and advice: rates, codes and
 * counts stay, those of alerts too. Free with batch_without_names_free(). Valid as long as @from. 0, or -ENOMEM with nothing to free.
 */
int batch_without_names(struct batch *to, const struct batch *from);
void batch_without_names_free(struct batch *batch);

#endif
