#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# A script with an interpreter can be executed: a test that cannot is not run, and nobody would know.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"

# What guests run is in other folders.
for file in tests/*.sh tests/{source,docs,cli,captures,net}/*.sh; do
	if [ ! -x "$file" ] && [ "$(head -c 2 "$file")" = '#!' ]; then
		fail "$file is not executable: chmod +x"
	fi
done
