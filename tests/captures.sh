#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 600
#
# rcodewatch against tshark, and the kernel programs against the host's build of the parser, on
# captures: those of the folder CAPTURES (by default ../shared/pcaps beside the repository; without
# it only the next), and those that the tests' own packet builders write.
#
# VERBOSE=1 prints each difference between the two and its explanation. SEED=N makes other streams.

set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
O=$(cd "$root" && realpath -m "${O:-build}")
export O PYTHONDONTWRITEBYTECODE=1
verbose=()
[ -z "${VERBOSE:-}" ] || verbose=(-v)

if [ -n "${CAPTURES:-}" ] && [ ! -d "$CAPTURES" ]; then
	echo "captures: $CAPTURES is no folder: set CAPTURES to one that holds captures" >&2
	exit 1
fi
if ! command -v tshark >/dev/null; then
	echo "tshark is not installed"
	exit 77
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "needs root, to load BPF programs"
	exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Both comparisons, the first also with false counts, which it must notice.
differential() { # what, folder
	local files=() file

	echo "$1:"
	"$root/tests/captures/compare.py" --spoil ${verbose[@]+"${verbose[@]}"} "$2"
	while IFS= read -r -d '' file; do
		"$O/tests/captures/frame_counts" "$file" >/dev/null 2>&1 && files+=("$file")
	done < <(find "$2" -type f -print0 | sort -z)
	"$O/tests/captures/kernel_replay" "${files[@]}"
}

mkdir "$scratch/built"
"$O/tests/write_cases" "$scratch/built/cases.pcap" all >/dev/null
"$O/tests/dnsload" --write "$scratch/built/healthy.pcap" --count 1000 >/dev/null
"$O/tests/dnsload" --write "$scratch/built/codes.pcap" --mix codes --count 4200 >/dev/null
"$root/tests/captures/torture.py" "$scratch/built" "${SEED:-1}" 9
differential "captures from the packet builders" "$scratch/built"

# A kernel count that is wrong is noticed as well.
if "$O/tests/captures/kernel_replay" --broken "$scratch/built/cases.pcap" >"$scratch/broken"; then
	echo "a frame that only the host had counted was not noticed:"
	cat "$scratch/broken"
	exit 1
fi

folder=${CAPTURES:-$root/../shared/pcaps}
if [ -d "$folder" ]; then
	differential "captures of $(basename "$(realpath "$folder")")" "$folder"
else
	echo "no captures: $folder is not there"
fi
