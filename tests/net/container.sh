#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 90
#
# The root of the container image, as packaging/container/collect.sh makes it, with the capabilities and mounts that its README
# names and no others: it becomes the image's user, counts what was sent, and writes nothing outside of what is mounted for it.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=reports.sh
. "$(dirname "$0")/reports.sh"
net_need capsh unshare

image=$SCRATCH/image
"$ROOT/packaging/container/collect.sh" "$RCODEWATCH" "$image" || die "collect.sh failed"
[ "$(find "$image" -type f -perm /111 -path '*/bin/*' | wc -l)" -eq 1 ] || fail "there is more than one program in it"

# Those that --cap-add names in the README.
read -ra given < <(grep -oE 'cap-add [a-z_]+' "$ROOT/packaging/container/README" | sed 's/cap-add /cap_/' | sort -u | xargs)
[ "${#given[@]}" -eq 5 ] || fail "capabilities in the README: ${given[*]}"
drop=$(for i in $(seq 0 "$(cat /proc/sys/kernel/cap_last_cap)"); do capsh --decode="$(printf '%x' $((1 << i)))" | sed 's/.*=//'; done |
	grep -vxF "$(printf '%s\n' "${given[@]}")" | paste -sd ,)

net_namespace A
net_namespace B
net_quiet_veth A B
# What engines mount: /proc, /sys without writing; the root can be read only.
cat >"$SCRATCH/start" <<END
mount --bind "$image" "$image" && mount -t proc proc "$image/proc" && mount --bind /sys "$image/sys" &&
	mount -o remount,ro,bind "$image/sys" && mount -o remount,ro,bind "$image" &&
	mount -t tmpfs -o mode=0755,uid=990,gid=990 tmpfs "$image/run/rcodewatch" || exit 1
exec capsh --chroot="$image" --drop="$drop" --shell=/usr/bin/rcodewatch -- run -o json -i 0.5 -d rx vb
END
net_start mon B unshare --mount sh "$SCRATCH/start"
wait_for 20 grep -q 'watching vb' "$SCRATCH/mon.err" || die "$(cat "$SCRATCH/mon.err")"
# shellcheck disable=SC2154 # what net_start sets
pid=$PID_mon
same "its user" 990 "$(awk '/^Uid:/ { print $2 }' "/proc/$pid/status")"
same "its capabilities" 0 "$(awk '/^CapEff:/ { print $2 + 0 }' "/proc/$pid/status")"
# Within a changed root the link names what is outside of it, too.
same "its root" "$(stat -c %d:%i "$image")" "$(stat -L -c %d:%i "/proc/$pid/root")"
net_in A "$DNSLOAD" -i va -m cases -n 2000 -r 4000 -e "$SCRATCH/sent" || die "dnsload failed"
sleep 1
monitor_stop mon
reports_match "in a container" "$SCRATCH/mon.out" "$SCRATCH/sent"

# With one capability less it says what it lacks.
sed "s/--drop=\"/&cap_perfmon,/" "$SCRATCH/start" >"$SCRATCH/less"
net_in B timeout 20 unshare --mount sh "$SCRATCH/less" >/dev/null 2>"$SCRATCH/less.err" && fail "it runs without CAP_PERFMON"
[ -s "$SCRATCH/less.err" ] || fail "it does not say what it lacks"
