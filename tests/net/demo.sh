#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The demonstration tells its story to the end: an outage in what the resolver answers clients, beside
# healthy answers to it; what to type; and that it is over; in less than a minute, and nothing of it
# stays. Flags and errors are those of each kind of server (RFC 1035, 4035), and prose has the
# terminal's width.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"
need_root
before=$(ip netns list)
status=0
COLUMNS=72 timeout 60 "$root/tests/demo.sh" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?

give_up() {
	echo "$*"
	tail -n 20 "$scratch/out" "$scratch/err"
	exit 1
}

[ "$status" = 0 ] || give_up "exit status $status"
# Reports begin with a line of both sides; pages with a line like "eth0 tx  tcx  DATE TIME UTC, 1.00 s"; those of one direction:
pages() {
	awk -v direction="$1" '/Z  mean of / { on = 0 } /^eth0 [rt]x  / { on = $2 == direction } /^While the zone/ { exit } on' "$scratch/out"
}
pages tx >"$scratch/tx"
pages rx >"$scratch/rx"

# 30 % of a mix in which 2 % fail anyway; in front of the pages of a whole second of it are that and the advice, whose share is that of the
# second or, once it has become an alert, that of the ten seconds before, in which it may have just begun.
tr -s ' \n' ' ' <"$scratch/out" |
	grep -q -e '- [0-9:]* SERVFAIL with EDE 7 from one zone ([0-9]*\.[0-9]*% of responses): signatures in shop.example have expired delv +vtrace shop.example SOA' ||
	give_up "no advice in the reports"
grep -q '^CLIENTS  (tx)  *[0-9,]*  *one-sided  *[23][0-9]\.[0-9]%$' "$scratch/out" || give_up "no line of clients"
grep -q '^SERVFAIL .* EDE 7 Signature ' "$scratch/tx" || give_up "SERVFAIL does not say why"
grep -q '^shop.example  *psl  *SERVFAIL' "$scratch/tx" || give_up "the zone is not in the lists"
# A resolver offers recursion and is no authority; servers are authorities, and offer and check nothing.
flags='^flags  *aa [1-9][0-9,]*  tc [0-9]*  ra 0  ad 0  cd 0$'
grep -q "$flags" "$scratch/rx" || give_up "rx is not what authoritative servers answer"
grep '^flags' "$scratch/rx" | grep -v "$flags" | grep -v ' aa 0  tc 0  ra 0  ad 0  cd 0$' &&
	give_up "flags in rx that authoritative servers do not set"
grep -q '^flags  *aa 0  tc [0-9]*  ra [1-9][0-9,]*  ad [1-9][0-9,]*  cd 0$' "$scratch/tx" ||
	give_up "tx is not what a resolver answers"
grep '^flags' "$scratch/tx" | grep -v ' aa 0 ' && give_up "a resolver is no authority"
grep -E 'Signature Expired' "$scratch/rx" && give_up "authoritative servers do not validate"

story=$(tr -s ' \n' ' ' <"$scratch/out")
[[ $story =~ "While the zone was failing, every tx report said so: SERVFAIL with EDE 7 from one zone ".*", since "[0-9:]{8}" UTC type: delv +vtrace shop.example SOA Clients got "[23][0-9]" % SERVFAIL (tx), the resolver "[0-3]" % " ]] ||
	give_up "the story has no end"
[[ $story == *"Then the zone was signed anew"* ]] || give_up "it does not resolve"

# Prose before and after the reports, which have a width of their own.
awk '/Z  mean of / { exit } length > 72' "$scratch/out" | grep . && give_up "lines of more than 72 columns before the reports"
awk '/^While the zone/ { on = 1 } on && length > 72' "$scratch/out" | grep . && give_up "lines of more than 72 columns after the reports"

# shellcheck source-path=SCRIPTDIR source=../lib/say.sh
. "$root/tests/lib/say.sh"
prose="As many words as fill more than one line, of whichever width a terminal has. $(printf 'Word%.0s ' {1..60})
  Indented, and likewise longer than a line: $(printf 'more%.0s ' {1..60})"
for columns in 1 40 57 80 200 1000; do
	width=$((columns < 40 ? 40 : columns > 200 ? 200 : columns))
	COLUMNS=$columns say <<<"$prose" >"$scratch/piped"
	# A terminal of that width, whatever COLUMNS says.
	python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
		bash -c "stty cols $columns -opost; . '$root/tests/lib/say.sh'; COLUMNS=99 say <<<'$prose'" >"$scratch/terminal" </dev/null
	for out in piped terminal; do
		longest=$(awk '{ if (length > n) n = length } END { print n }' "$scratch/$out")
		if [ "$longest" -gt "$width" ] || [ "$longest" -lt $((width * 4 / 5)) ]; then
			give_up "$out, $columns columns: the longest line has $longest"
		fi
		[ "$(tr -s ' \n' ' ' <"$scratch/$out")" = "$(tr -s ' \n' ' ' <<<"$prose")" ] || give_up "$out, $columns columns: other words"
		grep -q '^  Indented' "$scratch/$out" || give_up "$out, $columns columns: not indented"
	done
done

[ "$(ip netns list | grep -c rwdemo || true)" = "$(grep -c rwdemo <<<"$before" || true)" ] ||
	give_up "a namespace is left: $(ip netns list)"
