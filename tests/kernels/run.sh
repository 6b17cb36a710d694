#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# run.sh [VERSION[:GUEST]...]: the programs that were built, on other kernels. Without arguments
# every version and guest that there is.
#
#   VERSION  5.10, 6.1, 6.1-full (with drivers of network cards), 6.12 or newest (the newest of Debian's development suites)
#   GUEST    veth    the programs load, count by each hook what was sent, and disturb nobody else's
#                    (what is meant where none is named)
#            programs  the verifier's work, and test runs: they count what the host's build counts
#            transactions   queries and responses of a live link are matched as a model says
#            cpus    2 CPUs of 128 that are possible: memory, a CPU that comes late
#            instructions  how many each program has, held against committed figures on 6.1
#            bond    a bond by native XDP beside another interface, its ports coming and going
#            beside  beside libxdp's dispatcher with xdp-filter: it counts what that lets through, and neither replaces the other
#            virtio  a virtio-net device of several queues; needs root, for its other end
#            service  with systemd, the shipped unit, and a build whose maps look different: started, reloaded, restarted,
#                    killed, upgraded and stopped under traffic, it counts what was sent; needs root, to make the disk
#            dropins  with systemd, the unit with each drop-in that is shipped: it counts, and what they forbid is forbidden
#            package  with systemd, the Debian package, by the commands of docs/operations.md and no other: installed, tried, rolled out,
#                    watched, killed, upgraded to a build with other maps, rolled back and purged under traffic, it counts what was sent
#            igb     the shipped unit on a card whose link goes down when native XDP is attached: restarts and an upgrade
#                    leave the link up; of 6.1-full, needs root and a QEMU that has the card (qemu.sh)
#
#            cards   cards that QEMU emulates, igb, e1000e, vmxnet3 and virtio with several queues: `check` is right on each, attaching and
#                    detaching is as it said, and what a card lost for want of buffers is reported; of 6.1-full, needs root and such a QEMU
#
#   O=DIR           where the programs were built (build); kernels are kept in $O/kernels
#   BOOT_SECONDS=S  time for each guest (1200; 2400 with systemd, 3600 of the package): it ends what hangs
#   V=1             all that guests print, also of those that pass
#   CONSOLE=FILE    where it is while a guest runs
#
# Exit status 0 all passed, 77 there is something missing here, else a guest failed.

set -uo pipefail
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

cd "$(dirname "$0")/../.." || exit 1
O=$(realpath -m "${O:-build}")
export O
everything=({5.10,6.1,6.12,newest}:{programs,veth} {5.10,6.1,6.12}:transactions 6.1:{cpus,instructions} {5.10,6.12}:virtio {6.1,6.12}:bond {6.1,6.12}:beside)
here=tests/kernels

for command in qemu-system-x86_64 busybox cpio depmod xz jq ip tc; do
	command -v $command >/dev/null && continue
	echo "$command is not installed: tests/deps.sh kernels installs what is needed"
	exit 77
done
if ldd "$(command -v busybox)" 2>/dev/null | grep -q 'libc\.'; then
	echo "busybox is not the static one: tests/deps.sh kernels installs that"
	exit 77
fi
for program in rcodewatch tests/tools/dnsload tests/tools/hold_hook tests/tools/send_dialogue tests/tools/verifier_cost tests/bench/instructions tests/bpf/test_programs; do
	[ -x "$O/$program" ] && continue
	echo "$O/$program is not there: 'make tests' builds it" >&2
	exit 1
done

work=$(mktemp -d) || exit 1
console=${CONSOLE:-$work/console}
guest=
stop() {
	[ "$BASHPID" = $$ ] || exit 130
	trap '' INT TERM HUP
	if [ -n "$guest" ]; then
		kill -TERM "$guest" 2>/dev/null
		wait "$guest" 2>/dev/null
	fi
	exit 130
}
trap '[ "$BASHPID" != $$ ] || rm -rf "$work"' EXIT
trap stop INT TERM HUP

# In the background, so that a signal is answered at once and handed on.
run() {
	"$@" </dev/null &
	guest=$!
	wait "$guest"
	local status=$?

	guest=
	return $status
}

# ready VERSION: the kernel and its initramfs are in $work. What takes a minute or more is announced.
ready() {
	[ ! -e "$work/$1.cpio.gz" ] || return 0
	[ -s "$O/kernels/$1/release" ] || echo "preparing: Debian's kernel $1"
	run $here/fetch.sh "$1" "$O/kernels/$1" || return
	run $here/pack.sh "$O/kernels/$1" "$work/$1.cpio.gz"
}

# What guests with systemd need beside: a disk, and one of them another build. That of the package has what it depends on.
ready_disk() {
	local disk=$O/kernels/debian.img depends=()

	if [ "$1" = package ]; then
		if [ -z "$(find "$O/deb" -maxdepth 1 -name '*.deb' -newer "$O/rcodewatch" 2>/dev/null)" ]; then
			echo "preparing: the package"
			run packaging/build-deb.sh || return
		fi
		disk=$O/kernels/debian-package.img
		# "libbpf1 (>= 1:1.0), default | other"
		mapfile -t depends < <(dpkg-deb -f "$O"/deb/rcodewatch_*.deb Depends | tr , '\n' | sed 's/[(|].*//; s/ //g')
		[ ${#depends[@]} -gt 1 ] || { echo "the package does not say what it depends on" >&2 && return 1; }
	fi
	[ -s "$disk" ] || echo "preparing: a disk with Debian and systemd"
	run $here/image.sh "$disk" "${depends[@]}" || return
	if [ "$1" != dropins ] && [ ! "$O/other/rcodewatch" -nt "$O/rcodewatch" ]; then
		echo "preparing: another version, whose maps look different"
		run tests/tools/other_layout.sh "$O/other"
	fi
}

passed=0 failed=0
[ $# -gt 0 ] || set -- "${everything[@]}"
for one; do
	version=${one%%:*} script=veth
	[ "$version" = "$one" ] || script=${one#*:}
	if [ ! -f "$here/guest/$script.sh" ] || [[ $script == @(common|booted) ]]; then
		echo "no guest is known as '$script': this script's first lines name those that there are" >&2
		exit 2
	fi
	start=$SECONDS seconds=1200 status=0
	case $script in
	service | dropins | igb | package)
		seconds=2400
		[ "$script" != package ] || seconds=3600 # 20 commands, and it is killed four times
		ready_disk "$script"
		status=$?
		if [ "$script" = igb ] && [ $status -eq 0 ]; then
			run $here/qemu.sh "$O/kernels/qemu"
			status=$?
		fi
		;;
	cards)
		run $here/qemu.sh "$O/kernels/qemu"
		status=$?
		;;
	esac
	if [ $status -eq 0 ]; then
		ready "$version"
		status=$?
	fi
	[ $status -ne 77 ] || exit 77
	if [ $status -eq 0 ]; then
		BOOT_SECONDS=${BOOT_SECONDS:-$seconds} run $here/boot.sh "$O/kernels/$version" "$work/$version.cpio.gz" "$script" \
			>"$console" 2>&1
		status=$?
		if [ $status -ne 0 ] || [ "${V:-}" = 1 ]; then
			cat "$console"
		else
			grep -E '^(verified|memory|translated|counted|security|after)' "$console"
		fi
	fi
	if [ $status -eq 0 ]; then
		passed=$((passed + 1)) word=passed
	else
		failed=$((failed + 1)) word=FAILED
	fi
	name=$(cat "$O/kernels/$version/release" 2>/dev/null)
	echo "$word: ${name:-$version}, $script, $((SECONDS - start)) s"
done
[ $failed -eq 0 ]
