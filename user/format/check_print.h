/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How `check` writes what it found. Names of interfaces and programs are others' text. */
#ifndef RCODEWATCH_CHECK_PRINT_H
#define RCODEWATCH_CHECK_PRINT_H

#include <stdio.h>

#include "netdev/assess.h"

/* The host's part, once, for people. */
void check_text_kernel(FILE *out, const struct kernel_facts *kernel,
		       const struct findings *findings);
/* An interface's part. @fit: neither it nor the host stands against it. */
void check_text_interface(FILE *out, const struct interface_facts *interface,
			  const struct kernel_facts *kernel, const struct assessment *assessment,
			  bool fit);

/* One line with all of it: docs/check.md describes the fields. */
void check_json(FILE *out, const struct interface_facts *interface,
		const struct kernel_facts *kernel, const struct findings *host,
		const struct assessment *assessment, bool fit);

#endif
