// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The maps alone: made before the programs that share them are loaded, all at once. */
#include "maps.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";
