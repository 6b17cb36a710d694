#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 300
#
# Queries and responses at random, of both sides, over UDP and TCP, IPv4 and IPv6, with and without VLAN tags: attached to a live link by each
# hook, with compare-and-swap and with locks, each is counted as the model that made them says, which has no table.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
# shellcheck source-path=SCRIPTDIR source=dialogue_lib.sh
. "$(dirname "$0")/dialogue_lib.sh"

dialogue "native XDP and tc" 6000 3 -m native
dialogue "tc alone" 6000 3 -m tc
dialogue "generic XDP and tc" 3000 3 -m generic
cat >"$SCRATCH/locks" <<-END
	#!/bin/bash
	exec "$O/tests/tools/run_killed" "\$@"
END
chmod 755 "$SCRATCH/locks"
RCODEWATCH=$SCRATCH/locks TXN_LOCKS=1
export TXN_LOCKS
dialogue "native XDP and tc, with locks" 6000 3 -m native
