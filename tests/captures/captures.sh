#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 600
#
# rcodewatch against tshark, and the kernel programs against the host's build of the parser, on
# captures: those of the folder CAPTURES (by default ../shared/pcaps beside the repository; without
# it only the next), and those that the tests' own packet builders write.
#
# VERBOSE=1 prints each difference between the two and its explanation. SEED=N makes other streams.
#
# Fails at a difference that is not explained, or if none of a folder's captures could be compared
# with tshark. Those that could not be are named, counted in the last line, and no failure, but
# among the captures from the packet builders.

if [ -n "${CAPTURES:-}" ] && [ ! -d "$CAPTURES" ]; then
	echo "captures: $CAPTURES is no folder: set CAPTURES to one that holds captures" >&2
	exit 1
fi
# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh" tshark
need_root
export O PYTHONDONTWRITEBYTECODE=1
verbose=()
[ -z "${VERBOSE:-}" ] || verbose=(-v)

# Both comparisons, the first also with false counts, which it must notice.
differential() { # what, folder, exit statuses of compare.py that are no failure
	local files=() file status=0

	echo "$1:"
	"$root/tests/captures/compare.py" --spoil ${verbose[@]+"${verbose[@]}"} "$2" || status=$?
	[[ " $3 " == *" $status "* ]] || exit 1
	while IFS= read -r -d '' file; do
		"$O/tests/captures/frame_counts" "$file" >/dev/null 2>&1 && files+=("$file")
	done < <(find "$2" -type f -print0 | sort -z)
	"$O/tests/captures/kernel_replay" "${files[@]}"
}

mkdir "$scratch/built"
"$O/tests/tools/write_cases" "$scratch/built/cases.pcap" all >/dev/null
"$O/tests/tools/dnsload" --write "$scratch/built/healthy.pcap" --count 1000 >/dev/null
"$O/tests/tools/dnsload" --write "$scratch/built/codes.pcap" --mix codes --count 4200 >/dev/null
"$root/tests/captures/torture.py" "$scratch/built" "${SEED:-1}" 9
differential "captures from the packet builders" "$scratch/built" 0

# A kernel count that is wrong is noticed as well.
if "$O/tests/captures/kernel_replay" --broken "$scratch/built/cases.pcap" >"$scratch/broken"; then
	echo "a frame that only the host had counted was not noticed:"
	cat "$scratch/broken"
	exit 1
fi

# tshark with XML that is cut off, that ends by a signal, or whose numbers are none, for captures
# of these names: each is named with the reason, the others are compared.
stand_in() {
	local name

	mkdir "$scratch/bin" "$scratch/odd"
	cat >"$scratch/bin/tshark" <<-END
		#!/bin/bash
		case "\$*" in
		*/cut.pcap*) "$(command -v tshark)" "\$@" 2>/dev/null | head -c 3000 ;;
		*/signal.pcap*) kill -SEGV \$\$ ;;
		*/number.pcap*) "$(command -v tshark)" "\$@" 2>/dev/null | sed '/dns.flags.rcode/s/show="[^"]*"/show="none"/' ;;
		*) exec "$(command -v tshark)" "\$@" ;;
		esac
	END
	chmod 755 "$scratch/bin/tshark"
	"$O/tests/tools/dnsload" --write "$scratch/odd/whole.pcap" --count 20 >/dev/null
	for name in cut signal number; do
		cp "$scratch/odd/whole.pcap" "$scratch/odd/$name.pcap"
	done
	gzip <"$scratch/odd/whole.pcap" | head -c 500 >"$scratch/odd/short.pcap.gz"
}

compare_odd() { # exit status that it must have, name of a capture or none for all
	local status=0

	PATH=$scratch/bin:$PATH "$root/tests/captures/compare.py" "$scratch/odd${2:+/$2}" >"$scratch/out" 2>&1 || status=$?
	[ "$status" = "$1" ] || odd_failed "exit status $status where $1 is due"
}

odd_failed() {
	echo "captures that cannot be compared: $1:"
	cat "$scratch/out"
	exit 1
}

stand_in
compare_odd 3
for words in "cut.pcap: NOT COMPARED: tshark's XML is not well-formed after frame" \
	"signal.pcap: NOT COMPARED: tshark's XML is not well-formed .*; SIGSEGV ended tshark" \
	"number.pcap: NOT COMPARED: tshark's XML has a field of an unknown form after frame" \
	"short.pcap.gz: NOT COMPARED: gzip: " \
	"1 captures, 20 frames, .* 0 failures, 4 captures not compared"; do
	grep -q "^$words" "$scratch/out" || odd_failed "nothing says '$words'"
done
compare_odd 1 cut.pcap
compare_odd 0 whole.pcap

folder=${CAPTURES:-$root/../shared/pcaps}
if [ -d "$folder" ]; then
	differential "captures of $(basename "$(realpath "$folder")")" "$folder" "0 3"
else
	echo "no captures: $folder is not there"
fi
