/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How our clsact filters are recognised, by loader/attach.c and by attached_programs.c. */
#ifndef RCODEWATCH_CLSACT_FILTER_H
#define RCODEWATCH_CLSACT_FILTER_H

/* The handle and priority of our clsact filters: "rc". Priority 1 sees packets before the others. */
#define CLSACT_HANDLE   0x7263u
#define CLSACT_PRIORITY 1u

#endif
