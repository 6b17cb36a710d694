#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# image.sh FILE [PACKAGE...]: the disk of a virtual machine that boots systemd: this machine's release of Debian, from where its own
# packages come from, with no more than the tests of the service need and the named packages. One that is there and has these stays.
# Needs root, to unpack it. Not for others: it has this machine's settings of apt.
#
# Exit status 0, 1 with a line on why, or 77 where there are no such packages.

set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

file=$1
packages=systemd,systemd-sysv,udev,kmod,iproute2,ethtool,jq,procps
shift
for package; do
	packages+=,$package
done
[ ! -s "$file" ] || [ "$(cat "$file.packages" 2>/dev/null)" != "$packages" ] || exit 0

fail() {
	echo "cannot make a disk for virtual machines: $*" >&2
	exit 1
}

for command in mmdebstrap mke2fs; do
	command -v $command >/dev/null || fail "$command is not installed: tests/deps.sh kernels installs what is needed"
done
[ "$(id -u)" -eq 0 ] || fail "it needs root"
# shellcheck source-path=SCRIPTDIR source=apt.sh
. "$(dirname "$0")/apt.sh"
# shellcheck source=/dev/null
. /etc/os-release
archive=$(apt_archive) || exit
mkdir -p "${file%/*}"
work=$(mktemp -d "$file.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
chmod 755 "$work"

# What the way to the packages needs is in this machine's configuration.
apt-config dump | grep '^Acquire' >"$work/apt.conf"
mmdebstrap --quiet --mode=root --variant=minbase --include=$packages --aptopt="$work/apt.conf" \
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' \
	"${VERSION_CODENAME:?}" "$work/root" "$archive" >"$work/log" 2>&1 || fail "$(tail -n 1 "$work/log")"
for unit in serial-getty@ttyS0.service getty@tty1.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
	e2scrub_all.timer e2scrub_reap.service fstrim.timer systemd-timesyncd.service; do
	ln -sf /dev/null "$work/root/etc/systemd/system/$unit"
done
mke2fs -q -t ext4 -O ^has_journal -d "$work/root" "$work/img" 700M >"$work/log" 2>&1 || fail "$(tail -n 1 "$work/log")"
mv "$work/img" "$file"
echo "$packages" >"$file.packages"
