#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# other_layout.sh FOLDER: build these sources with maps that look different, as another version would have them: all counters lie
# eight words further on. FOLDER/rcodewatch is the program.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=$(realpath -m "$1")
rm -rf "$folder/source"
mkdir -p "$folder/source"
# With their times, so that only what has changed is compiled.
cp -rp Makefile include bpf user vmlinux "$folder/source"
awk '
	/^struct pkt_counters \{/ { print; print "\t__u64 newer[8];"; changed++; next }
	match($0, /sizeof\(struct pkt_counters\) == [0-9]+/) {
		size = substr($0, RSTART, RLENGTH)
		sub(/.* /, "", size)
		sub(/== [0-9]+/, "== " size + 64)
		changed++
	}
	{ print }
	END { exit changed != 2 }' include/abi.h >"$folder/source/include/abi.h"
touch -r include/abi.h "$folder/source/include/abi.h"
make -s -C "$folder/source" -j"$(nproc)" O="$folder/build" "$folder/build/rcodewatch"
cp "$folder/build/rcodewatch" "$folder/rcodewatch"
