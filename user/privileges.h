/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Giving up what is not needed once everything is attached. */
#ifndef RCODEWATCH_PRIVILEGES_H
#define RCODEWATCH_PRIVILEGES_H

/*
 * Keep CAP_BPF (reading maps on kernels before 5.19) and CAP_NET_ADMIN (attaching again when an
 * interface comes back) of what there is, drop all other capabilities for good, and forbid gaining
 * new ones. Call before starting threads: capabilities belong to each. 0 or a negative errno,
 * told to the user: a failed drop is fatal.
 */
int privileges_drop(void);

/* For a thread that needs none of these: drop its capabilities too. Tells nothing. */
void privileges_none(void);

#endif
