#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# qemu.sh DIR: a QEMU that emulates Intel's gigabit card "igb" (8.0 and newer): DIR/qemu starts it. That is the one that is
# installed, or one from the backports of this machine's Debian, unpacked in DIR and not installed. Libraries that it needs come with the one
# that is installed. One that is there is not fetched again.
#
# Exit status 0, 1 with a line on why, or 77 where there are no such packages.

set -euo pipefail
export LC_ALL=C

dir=$1
has_igb() {
	"$1" -device igb,help 2>/dev/null | grep "^igb options" >/dev/null
}
[ ! -x "$dir/qemu" ] || ! has_igb "$dir/qemu" || exit 0

fail() {
	echo "cannot get a QEMU with the card igb: $*" >&2
	exit 1
}

rm -rf "$dir"
mkdir -p "$dir"
if has_igb qemu-system-x86_64; then
	ln -s "$(command -v qemu-system-x86_64)" "$dir/qemu"
	exit 0
fi

# shellcheck source-path=SCRIPTDIR source=apt.sh
. "$(dirname "$0")/apt.sh"
# shellcheck source=/dev/null
. /etc/os-release
suite=${VERSION_CODENAME:?}-backports
work=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
apt_private "$work" "$suite"
version=$(apt-cache show qemu-system-x86 2>/dev/null | awk '/^Version:/ { print $2; exit }')
[ -n "$version" ] || fail "there is none in $suite"
apt_unpack "$work" {qemu-system-x86,qemu-system-data,qemu-system-common}"/$suite" "seabios/$suite"
mv "$work/unpacked/usr" "$dir/usr"
cat >"$dir/qemu" <<END
#!/bin/sh
export QEMU_MODULE_DIR="$dir/usr/lib/x86_64-linux-gnu/qemu"
exec "$dir/usr/bin/qemu-system-x86_64" -L "$dir/usr/share/seabios" -L "$dir/usr/share/qemu" "\$@"
END
chmod 755 "$dir/qemu"
has_igb "$dir/qemu" || fail "QEMU $version does not run here: $("$dir/qemu" -device igb,help 2>&1 | head -n 1)"
