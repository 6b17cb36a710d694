// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* xdp.bpf.c with transactions: for kernels that have a compare-and-swap for programs. */
#define PKT_TRANSACTIONS
#include "xdp.bpf.c"
