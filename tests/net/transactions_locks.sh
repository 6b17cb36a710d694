#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 150
#
# What transactions.sh proves, by the programs for kernels that have no compare-and-swap for programs: words are changed under locks.

TXN_LOCKS=1 exec "$(dirname "$0")/transactions.sh"
