/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* libbpf's messages: kept for our own one-line errors, shown whole only when asked for. */
#ifndef RCODEWATCH_LIBBPF_LOG_H
#define RCODEWATCH_LIBBPF_LOG_H

#include <stdbool.h>

#define LIBBPF_LOG_SIZE 256u

/* Take over libbpf's messages; with @verbose they also go to standard error. */
void libbpf_log_init(bool verbose);
/* The calling thread's last warning that was about a cause rather than a consequence, in one line; "" if none. */
const char *libbpf_log_last(void);
/* Forget it: before an attempt whose failure is to be explained. */
void libbpf_log_reset(void);

#endif
