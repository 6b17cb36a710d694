// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* xdp.bpf.c with transactions: for kernels that have no compare-and-swap for programs (before 5.12; on arm64, 5.18). */
#define PKT_TRANSACTIONS
#define PKT_TXN_LOCKS
#include "xdp.bpf.c"
