#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest: attached to a live link, the programs match queries with responses as a model of them says, by compare-and-swap or,
# where the kernel has none for programs, with locks; and in test runs count each case that is easily matched wrongly.

# shellcheck source-path=SCRIPTDIR source=common.sh
. /project/tests/guest/common.sh
# shellcheck source-path=SCRIPTDIR source=../../net/dialogue_lib.sh
. /project/tests/net/dialogue_lib.sh

dialogue "counted, native XDP and tc" 2000 10 -m native --debug
step "by native XDP"
dialogue "counted, tc alone" 2000 10 -m tc --debug
step "by tc"
if kernel_has 5 12; then locks=0; else locks=1; fi
same "by locks" "$locks" "$(grep -c 'queries that wait are changed under locks' "$SCRATCH/dialogue.err")"

# Before 5.11 maps count against it.
ulimit -l unlimited || die "the memory lock limit stays $(ulimit -l) KiB"
"$O/tests/bpf/test_transaction_cases" >"$SCRATCH/cases" 2>&1 || fail "$(tail -n 30 "$SCRATCH/cases")"
step "done"
