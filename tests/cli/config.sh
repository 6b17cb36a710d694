#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# --check-config and `config`: the examples of docs/configuration.md, the file that is shipped, wrong files, and the
# statuses that scripts rely on.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"

"$rcodewatch" --version | grep -q '^configuration files: by inih' || skip "built without inih"

# check STATUS FILE: --check-config gives that status; what it says is in $scratch/out and $scratch/err.
check() {
	local status=0

	"$rcodewatch" --check-config "$2" >"$scratch/out" 2>"$scratch/err" || status=$?
	[ "$status" -eq "$1" ] || fail "--check-config $2: status $status, not $1: $(cat "$scratch/err")"
}

# ---- what is documented and shipped -------------------------------------------------

awk -v scratch="$scratch" '/^```ini$/ { file = scratch "/example" ++n ".conf"; next }
	/^```$/ { file = "" } file { print >file }' docs/configuration.md
mkdir "$scratch/example1.conf.d"
check 0 "$scratch/example1.conf"
mv "$scratch/example2.conf" "$scratch/example1.conf.d/50.conf"
check 0 "$scratch/example1.conf"
[ "$(wc -l <"$scratch/out")" -eq 2 ] || fail "not both files are called correct: $(cat "$scratch/out")"
"$rcodewatch" config --config "$scratch/example1.conf" >"$scratch/inforce"
for line in "interface = eth0 eth1 " "memory = 512 " "label = node=$(uname -n) " "interval = 10 "; do
	grep -qF "$line" "$scratch/inforce" || fail "no '$line' in: $(cat "$scratch/inforce")"
done
if grep -q prometheus "$scratch/inforce"; then
	fail "a sink that is not enabled is in force"
fi
# What it prints is a configuration that means the same, but for where values are from.
check 0 "$scratch/inforce"
"$rcodewatch" config --config "$scratch/inforce" | sed 's/ *;.*//' >"$scratch/again"
sed 's/ *;.*//' "$scratch/inforce" | diff - "$scratch/again" || fail "printed again it differs"

# The examples of the manual page: a file and a drop-in of it.
awk -v scratch="$scratch" '/^\.Bd -literal/ { file = scratch "/page" ++n ".conf"; next }
	/^\.Ed/ { file = "" } file { print >file }' docs/rcodewatch.conf.5
mkdir "$scratch/page1.conf.d"
mv "$scratch/page2.conf" "$scratch/page1.conf.d/50.conf"
check 0 "$scratch/page1.conf"
"$rcodewatch" config --config "$scratch/page1.conf" >"$scratch/inforce"
grep -q '^interface = ens3 ' "$scratch/inforce" || fail "the drop-in of the page: $(grep interface "$scratch/inforce")"
! grep -q archive "$scratch/inforce" || fail "the drop-in of the page leaves the sink in force"

# The same of a command line alone.
"$rcodewatch" config --config none --memory 16 --label a=b eth0 lo:rx | tr -s ' ' >"$scratch/line"
for line in 'memory = 16 ; command line' 'label = a=b ; command line' 'interface = eth0 ; command line' \
	'interface = lo:rx ; command line'; do
	grep -qx "$line" "$scratch/line" || fail "of a command line alone: no '$line': $(grep -E 'memory|label|interface' "$scratch/line")"
done

check 0 packaging/rcodewatch.conf
# Each option of the help, and nothing else, is in the shipped file; all of it is a valid configuration.
"$rcodewatch" config --config none | sed -n 's/^#* *\([a-z-]*\) =.*/\1/p' | grep -v '^sink$' | sort -u >"$scratch/options"
sed -n '/^#\[/,$d; s/^#\([a-z-]*\) = .*/\1/p' packaging/rcodewatch.conf | sort -u >"$scratch/shipped"
diff "$scratch/options" "$scratch/shipped" || fail "the shipped file and the options differ"
sed 's/^#\([a-z[]\)/\1/; /^distinct-key/d' packaging/rcodewatch.conf >"$scratch/all.conf"
check 0 "$scratch/all.conf"

# ---- what is wrong --------------------------------------------------------------------

printf 'memory = 8\ninterface = eth0 lo:up\n' >"$scratch/wrong.conf"
check 2 "$scratch/wrong.conf"
grep -q "wrong.conf:2: interface: 'lo:up': must be one of rx, tx, both" "$scratch/err" || fail "a wrong direction: $(cat "$scratch/err")"
printf 'interface = %s\n' "$(seq -f eth%g -s ' ' 0 15)" >"$scratch/wrong.conf"
check 2 "$scratch/wrong.conf"
grep -q 'at most 15 names' "$scratch/err" || fail "16 interfaces: $(cat "$scratch/err")"

printf 'memory = 8\n\nintervall = 5\n[sink a]\nkind = jsn\n' >"$scratch/wrong.conf"
check 2 "$scratch/wrong.conf"
printf 'rcodewatch: %s:3: no option '\''intervall'\'': did you mean interval?\n' "$scratch/wrong.conf" >"$scratch/want"
head -n 1 "$scratch/err" | diff "$scratch/want" - || fail "the first error is said otherwise"
grep -q ":5: kind: must be one of .*did you mean json?" "$scratch/err" || fail "kind: $(cat "$scratch/err")"
check 2 "$scratch/none.conf"
check 2 "$scratch"
status=0
"$rcodewatch" run --config "$scratch/wrong.conf" lo 2>"$scratch/err" || status=$?
[ "$status" -eq 2 ] || fail "run with a wrong file: status $status"
status=0
"$rcodewatch" config --config "$scratch/wrong.conf" >/dev/null 2>&1 || status=$?
[ "$status" -eq 2 ] || fail "config with a wrong file: status $status"
# Settings that do not go together.
printf 'output = none\n' >"$scratch/wrong.conf"
check 2 "$scratch/wrong.conf"
"$rcodewatch" config --config "$scratch/wrong.conf" --output json >/dev/null || fail "the command line does not win"

# ---- interfaces of the file --------------------------------------------------------------

printf 'interface = no-such-if0\n' >"$scratch/if.conf"
status=0
"$rcodewatch" run --config "$scratch/if.conf" 2>"$scratch/err" || status=$?
grep -q "no interface 'no-such-if0'" "$scratch/err" || fail "interface of the file: $(cat "$scratch/err")"
