/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where in the kernel a program is attached. */
#ifndef RCODEWATCH_HOOK_H
#define RCODEWATCH_HOOK_H

enum hook {
	HOOK_NONE,
	HOOK_XDP_NATIVE,
	HOOK_XDP_GENERIC,
	HOOK_TCX,
	HOOK_CLSACT,
};

/* "xdp_native", "tcx", ...; "none" while not attached. */
const char *hook_name(enum hook hook);

#endif
