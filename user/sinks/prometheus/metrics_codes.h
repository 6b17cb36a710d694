/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Codes as labels: one for each that has been assigned, one for all that have not, one for private
 * use, so that nobody on the wire can make series.
 */
#ifndef RCODEWATCH_METRICS_CODES_H
#define RCODEWATCH_METRICS_CODES_H

#include "report/snapshot.h"

/* Classes of RCODEs and of info codes: below the first of these, the code itself. */
#define RCODE_UNASSIGNED RCODE_DIRECT
#define RCODE_PRIVATE    (RCODE_DIRECT + 1)
#define RCODE_CLASSES    (RCODE_DIRECT + 2)
#define EDE_UNASSIGNED   EDE_DIRECT
#define EDE_PRIVATE      (EDE_DIRECT + 1)
#define EDE_CLASSES      (EDE_DIRECT + 2)

struct code_counts {
	uint64_t rcode[RCODE_CLASSES][FAMILY_COUNT][TRANSPORT_COUNT];
	/* Of RCODEs from RCODE_DIRECT on, whose family and transport are not counted for each. */
	uint64_t rest_unassigned, rest_private;
	uint64_t ede[RCODE_CLASSES][EDE_CLASSES]; /* by the first of a response */
};

/* All of them only grow as @snapshot does. */
void code_counts_fill(struct code_counts *counts, const struct snapshot *snapshot);

#define CODE_LABEL_MAX 64

/* "SERVFAIL", "unassigned", "private". Gives @text. */
const char *rcode_label(size_t rcode_class, char text[CODE_LABEL_MAX]);
/* "7", "unassigned", "private". */
const char *ede_label(size_t ede_class, char text[CODE_LABEL_MAX]);

#endif
