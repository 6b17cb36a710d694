# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# For tests of rcodewatch as a service; to be sourced after reports.sh. The manager is service_manager.py.
#
#   service_open NAME LETTER COMMAND...   a manager of COMMAND in a namespace; nothing is started
#   service NAME REQUEST...      ask it
#   service_told NAME LINE       whether its log has that line; for wait_for
#   service_told_times NAME LINE N   so often
#   service_pid NAME             the process of the last start
#
# Its files are in $SCRATCH/NAME: log, out, err.

service_open() {
	local name=$1 letter=$2

	shift 2
	mkdir "$SCRATCH/$name"
	# shellcheck disable=SC2154 # of reports.sh
	net_start "manager_$name" "$letter" "$python" "$ROOT/tests/net/service_manager.py" "$SCRATCH/$name" "$@"
	wait_for 10 test -p "$SCRATCH/$name/commands"
}

service() {
	local name=$1

	shift
	echo "$*" >"$SCRATCH/$name/commands"
}

service_told() {
	grep -qxF -- "$2" "$SCRATCH/$1/log"
}

service_told_times() {
	[ "$(grep -cxF -- "$2" "$SCRATCH/$1/log")" -ge "$3" ]
}

service_pid() {
	awk '$1 == "start" { pid = $2 } END { print pid }' "$SCRATCH/$1/log"
}
