/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the facts of a host and an interface mean for watching it: a pure function of them. */
#ifndef RCODEWATCH_ASSESS_H
#define RCODEWATCH_ASSESS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/tristate.h"
#include "netdev/interface.h"
#include "netdev/kernel_probe.h"
#include "netdev/mode.h"

enum finding_level {
	FINDING_NOTE,    /* good to know */
	FINDING_WARNING, /* it works, but something is lost, disturbed or unknown */
	FINDING_UNFIT,   /* `run` would fail */
	FINDING_LEVELS,
};

/* "note", "warning", "unfit": indexed by the enum. */
extern const char *const finding_level_names[FINDING_LEVELS];

#define FINDINGS_MAX 24
#define FINDING_SIZE 384

struct finding {
	enum finding_level level;
	const char *id;          /* stable, for programs: "no_btf"; static storage */
	char text[FINDING_SIZE]; /* for people: a sentence without the full stop */
};

struct findings {
	struct finding list[FINDINGS_MAX];
	size_t count;
};

struct assessment {
	enum attach_mode mode; /* that `run` would use: the one asked for, or auto's choice */
	char mode_why[MODE_WHY_MAX];
	enum tristate native; /* is native XDP possible? */
	char native_why[MODE_WHY_MAX];
	struct findings findings;
};

/* What concerns every interface of the host. Appends to @findings. */
void assess_kernel(const struct kernel_facts *kernel, struct findings *findings);

/* What concerns one, were it attached in mode @asked. */
void assess_interface(const struct interface_facts *interface, const struct kernel_facts *kernel,
		      enum attach_mode asked, struct assessment *assessment);

/* What concerns two that are watched together. Appends to @findings. */
void assess_pair(const struct interface_facts *a, const struct interface_facts *b,
		 struct findings *findings);

/* The gravest level of all; FINDING_NOTE if there are none. */
enum finding_level findings_worst(const struct findings *findings);

#endif
