#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Advice through `rcodewatch read`: each on a capture made for it, none on healthy traffic, since when,
# and that its commands can be pasted whatever the zone is called. And the guide's numbers.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh" jq
cd "$scratch"

"$O/tests/tools/write_advice" .

# ---- which ----------------------------------------------------------------------

for file in *.pcap; do
	"$rcodewatch" read -o json --attack-rate 0 "$file" >"$file.json" || fail "$file: exit status $?"
	got=$(jq -r '.advice | map(.id) | join(" ")' "$file.json")
	case $file in
	silent-*) want= ;;
	hostile.pcap | later.pcap) want=expired-signatures ;;
	*) want=${file%.pcap} ;;
	esac
	[ "$got" = "$want" ] || fail "$file: advice '$got', not '$want'"
done

# advice FILE FILTER: what of the advice in FILE's report.
advice() {
	jq -r ".advice[0] | $2" "$1.pcap.json"
}

# Each response out of a thousand is four of the file's.
[ "$(advice expired-signatures '[.count, .share, .zone, .server, .explain, .since]|@json')" = \
	'[1200,0.3,"shop.example",null,"ede:7","2026-11-18T11:06:40.000000Z"]' ] ||
	fail "expired-signatures: $(advice expired-signatures .)"
[ "$(advice expired-signatures .text)" = "SERVFAIL with EDE 7 from one zone (30.00% of responses): \
signatures in shop.example have expired" ] || fail "expired-signatures: $(advice expired-signatures .text)"
[ "$(advice expired-signatures .check)" = "delv +vtrace shop.example SOA" ] ||
	fail "expired-signatures: $(advice expired-signatures .check)"
for id in refusing-server not-authoritative edns-format-errors; do
	[ "$(advice $id '[.count, .server]|@json')" = '[200,"198.18.0.1"]' ] ||
		fail "$id: $(advice $id .)"
	advice $id .check | grep -q '@198\.18\.0\.1$' || fail "$id: $(advice $id .check)"
done
# The zone has its part of the healthy denials too; each trouble asked for a name of its own.
[ "$(advice random-names .zone)" = victim.example ] || fail "random-names: $(advice random-names .)"
[ "$(advice random-names .count)" = 1200 ] || fail "random-names: $(advice random-names .)"
[ "$(advice edns-version .count)" = 80 ] || fail "edns-version: $(advice edns-version .)"
[ "$(advice cookie-storm .count)" = 400 ] || fail "cookie-storm: $(advice cookie-storm .)"

# Without lists nobody knows a zone; without whole addresses no server can be asked.
for id in truncation edns-version cookie-storm lame-referrals; do
	got=$("$rcodewatch" read -o json --top 0 $id.pcap | jq -r '.advice | map(.id) | join(" ")')
	[ "$got" = $id ] || fail "--top 0: $id.pcap gives '$got'"
done
[ "$("$rcodewatch" read -o json --top 0 expired-signatures.pcap | jq -c .advice)" = '[]' ] ||
	fail "--top 0: advice about a zone all the same"
"$rcodewatch" read -o json --servers 24,56 refusing-server.pcap >cut.json
[ "$(jq -r '.advice[0].server' cut.json)" = 198.18.0.0/24 ] || fail "--servers 24,56: $(jq .advice cut.json)"
jq -r '.advice[0].check' cut.json | grep -q '@SERVER$' || fail "--servers 24,56: $(jq .advice cut.json)"

# ---- since when -------------------------------------------------------------------

# From the third second to the seventh; four intervals of a second at 400 responses.
"$rcodewatch" read -o json -i 1 --attack-rate 0 later.pcap | jq -c '[.start[17:19], (.advice[0].since // "-")[17:19]]' |
	tr -d '\n' >seconds
want='["40",""]["41",""]["42",""]["43","43"]["44","43"]["45","43"]["46","43"]["47",""]["48",""]["49",""]'
[ "$(cat seconds)" = "$want" ] || fail "since when: $(cat seconds)"

# ---- in text --------------------------------------------------------------------------

COLUMNS=100 "$rcodewatch" read expired-signatures.pcap >text
grep -A 2 '^[-!]' text >part || true
diff part - <<'END' || fail "in text"
-  11:06:40 SERVFAIL with EDE 7 from one zone (30.00% of responses): signatures in shop.example have
            expired
            delv +vtrace shop.example SOA
END
if "$rcodewatch" read silent-healthy.pcap | grep -q '^[-!]'; then
	fail "in text: advice on healthy traffic"
fi

# ---- on a terminal ---------------------------------------------------------------------

# screen FILE ROWS COLUMNS: what is seen of its page at the end.
screen() {
	"$root/tests/lib/pty_screen.py" "$2" "$3" "$rcodewatch" read -q --attack-rate 0 "$1" >screen ||
		fail "$1 at $3x$2: exit status $?"
}

# What fails, by the names of RFC 6895 and RFC 8914's registry; of advice about other things the code that it came with.
row_of() {
	case $1 in
	expired-signatures | signatures-not-yet-valid | key-mismatch | dnssec-bogus | unreachable-authority | hostile)
		echo SERVFAIL ;;
	refusing-server | not-authoritative) echo REFUSED ;;
	random-names) echo NXDOMAIN ;;
	edns-format-errors) echo FORMERR ;;
	edns-version) echo BADVERS ;;
	cookie-storm) echo BADCOOKIE ;;
	*) echo NOERROR ;;
	esac
}

# The head is at the top, the advice and the row that fails are there, and the last line says that more was cut.
for file in *.pcap; do
	case $file in silent-* | later.pcap) continue ;; esac
	name=${file%.pcap}
	for size in "24 80" "24 60" "16 80" "30 40" "24 132"; do
		# shellcheck disable=SC2086 # two numbers
		screen "$file" $size
		[ "$(wc -l <screen)" -le "${size% *}" ] || fail "$name at $size: $(wc -l <screen) lines"
		head -n 1 screen | grep -q '^[-!]' || fail "$name at $size: begins with '$(head -n 1 screen)'"
		grep -q "^${name:0:12}" screen || fail "$name at $size: no head: $(cat screen)"
		grep -Eq '^ {12}(delv|dig|rcodewatch|unbound-control|chronyc) ' screen || fail "$name at $size: no command: $(cat screen)"
		grep -Eq "^$(row_of "$name") " screen ||
			fail "$name at $size: no row for $(row_of "$name"): $(cat screen)"
		tr -d '\n' <screen |
			grep -Eq '\.\.\. [0-9]+ more lines; a larger terminal or -o json shows them$' ||
			fail "$name at $size: does not say what was cut: $(cat screen)"
	done
done
# The healthy mix has NODATA, which is no NOERROR to a reader; with all codes listed nobody can tell.
"$rcodewatch" read -q --offending errors,nodata silent-healthy.pcap | grep -Eq "^zone.* NODATA " ||
	fail "NODATA is not called so"
if "$rcodewatch" read -q --offending all silent-healthy.pcap | grep -q " NODATA "; then
	fail "--offending all: NODATA"
fi
# All of it, where there is room; and nothing is cut from what goes to a file.
screen expired-signatures.pcap 200 100
grep -q '^ *others\|^TCP\|^flags' screen || fail "200 lines: $(cat screen)"
if grep -q 'more lines;' screen || grep -q 'more lines;' text; then
	fail "cut where there is room"
fi
grep -q '^flags' text || fail "in a file: no flags"

# ---- NODATA ---------------------------------------------------------------------------

# Names of their own that a signer denies by NODATA (RFC 9824): an attack, whether lists show it or not.
# listed OPTION...: rows with NOERROR in each list; what lists and their rests are of, and what that should be.
listed() {
	"$rcodewatch" read -o json "$@" silent-random-nodata.pcap | jq -rs '
		(map(select(.type == "report"))[0]) as $r | map(select(.type == "alert")) as $alerts |
		([$r.rcodes[] | select(.name != "NOERROR") | .count] | add) as $errors |
		([$r.top[] | [.[] | select(.rcode == "NOERROR")] | length | . > 0] | unique | join(" ")),
		([$r.top | to_entries[] | ([.value[].count] | add) + $r.top_rest[.key].count]
			| unique | map(if . == $errors then "errors"
				elif . == $errors + $r.answers.nodata then "errors and NODATA"
				else . end) | join(" ")),
		($alerts | map("\(.state) \(.subject) \(.rcode) \(.count)") | join(" "))'
}
[ "$(listed --top 1000)" = "false
errors
begin signed.example NOERROR 1200" ] || fail "NODATA by default: $(listed --top 1000)"
[ "$(listed --top 1000 --offending errors,nodata)" = "true
errors and NODATA
begin signed.example NOERROR 1200" ] || fail "NODATA asked for: $(listed --top 1000 --offending errors,nodata)"
[ "$(listed --top 1000 --attack-rate 0)" = "false
errors" ] || fail "NODATA without attacks: $(listed --top 1000 --attack-rate 0)"
"$rcodewatch" read silent-random-nodata.pcap >text
grep -q '^!! [0-9:]* random subdomains of signed.example: ' text || fail "NODATA in text: $(cat text)"
if grep -Eq '^[^ ]*\.[^ ]* .* NODATA ' text; then
	fail "NODATA in text by default: $(cat text)"
fi

# ---- hostile names ----------------------------------------------------------------------

# The command is pasted: delv must get the zone as one argument, and nothing else may happen.
mkdir empty bin
printf '#!/bin/sh\nprintf "%%s\\n" "$@"\n' >bin/delv
chmod +x bin/delv
command=$(jq -r '.advice[0].check' hostile.pcap.json)
(cd empty && PATH=$scratch/bin:$PATH bash -c "$command") >arguments 2>&1 || fail "hostile: $command"
zone=$(jq -r '.advice[0].zone' hostile.pcap.json)
# A leading hyphen is no option but a character of the name: RFC 1035 section 5.1.
printf '%s\n' +vtrace "\\$zone" SOA | diff - arguments || fail "hostile: $command"
[ -z "$(ls empty)" ] || fail "hostile: $command has made files"
"$rcodewatch" read hostile.pcap | grep -qF "            $command" || fail "hostile: not so in text"

# ---- the guide's numbers -------------------------------------------------------------------

"$rcodewatch" read -o json --codes guide expired-signatures.pcap >guide.json
jq -e '(.rcodes | map({key: .name, value: .guide_code}) | from_entries) as $rcodes |
	$rcodes.NOERROR == 200 and $rcodes.SERVFAIL == 202 and $rcodes.NXDOMAIN == 204 and
	$rcodes.REFUSED == 203 and .answers_guide.nodata.guide_code == 206 and
	(.ede[] | select(.code == 7) | .guide_code == 214 and
	 .guide_description == "Name error: domain not found: DNSSEC validation failed: time not valid")' \
	guide.json >/dev/null || fail "--codes guide: $(jq -c '[.rcodes, .ede, .answers_guide]' guide.json)"
"$rcodewatch" read --codes guide expired-signatures.pcap |
	grep -Eq '^SERVFAIL   EDE 7 +1,200   214 Name error: domain not found:' ||
	fail "--codes guide: not in text"
for codes in "" "--codes standard"; do
	# shellcheck disable=SC2086 # two words
	if "$rcodewatch" read -o json $codes expired-signatures.pcap | grep -q guide; then
		fail "'$codes': the guide's numbers all the same"
	fi
done
status=0
"$rcodewatch" read --codes other expired-signatures.pcap >out 2>err || status=$?
[ "$status" = 2 ] || fail "--codes other: exit status $status"

status=0
cat ./*.pcap.json guide.json cut.json | "$root/tests/validate_json.py" >valid 2>&1 || status=$?
[ "$status" = 0 ] || [ "$status" = 77 ] || fail "$(cat valid)"

[ "$failures" = 0 ] || exit 1
echo "each is given where it should be, and nowhere else"
