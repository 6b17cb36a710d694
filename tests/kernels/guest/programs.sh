#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest: the programs load, at what cost, and in test runs count every packet and stream of the
# case tables as the host's build of the parser does.

# shellcheck source-path=SCRIPTDIR source=common.sh
. /project/tests/guest/common.sh

# Before 5.11 maps count against it; the process that attaches raises its own, and these load in theirs.
ulimit -l unlimited || die "the memory lock limit stays $(ulimit -l) KiB"
"$O/tests/tools/verifier_cost" || die "the programs do not all load"
for program in "$O"/tests/bpf/*; do
	[ "${program##*/}" != test_transaction_cases ] || continue # the guest "transactions" runs it
	step "test runs: ${program##*/}"
	"$program" >"$SCRATCH/programs" 2>&1 || fail "$(tail -n 30 "$SCRATCH/programs")"
	grep -E 'frames run|PASSED' "$SCRATCH/programs"
done
step "done"
