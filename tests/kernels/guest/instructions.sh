#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# In a guest: the programs have not grown, against the figures that are committed.

# shellcheck source-path=SCRIPTDIR source=common.sh
. /project/tests/guest/common.sh

"$O/tests/bench/instructions" "$ROOT/tests/bench/instructions.limits" || fail "a program has grown"
step "done"
