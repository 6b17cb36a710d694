#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# fetch.sh VERSION DIR: a Debian kernel for virtual machines, unpacked: DIR/vmlinuz, DIR/modules and
# DIR/release, which has its full name. VERSION is 5.10, 6.1, 6.12 or newest: kernels for clouds, which are small, or
# 6.1-full, which has the drivers of network cards. What is there already is not fetched again; remove DIR to have the
# present one.
#
# Exit status 0, 1 with a line on why, or 77 where such kernels are not to be had at all.

set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

version=$1 dir=$2 meta=linux-image-cloud-amd64
case $version in
5.10) suites=bullseye ;;
6.1) suites=bookworm ;;
6.1-full) suites=bookworm meta=linux-image-amd64 ;;
6.12) suites=trixie ;;
newest) suites="sid experimental" ;;
*)
	echo "no kernel is known as '$version': 5.10, 6.1, 6.1-full, 6.12 and newest are" >&2
	exit 1
	;;
esac
[ ! -s "$dir/release" ] || exit 0

fail() {
	echo "cannot get a $version kernel: $*" >&2
	exit 1
}

# shellcheck source-path=SCRIPTDIR source=apt.sh
. "$(dirname "$0")/apt.sh"
mkdir -p "${dir%/*}"
work=$(mktemp -d "${dir%/*}/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
# shellcheck disable=SC2086 # words
apt_private "$work" $suites

# The highest of all that the suites have and that begin with what is wanted.
number=${version%-full}
pattern="${number//./\\.}[.-]"
[ "$version" != newest ] || pattern=
newest=$(apt-cache show $meta | awk '/^Version:/ { print $2 }' |
	grep "^$pattern" | sort -V | tail -n 1) || fail "none in $suites"

depends() {
	apt-cache show "$1=$newest" | sed -n 's/^Depends: //p' | tr , '\n' | sed 's/^ *//; s/ .*//'
}

image=$(depends $meta | grep '^linux-image-[0-9]' | head -n 1) ||
	fail "no image among what it depends on"
# Newer releases have the kernel and its modules in packages of their own.
mapfile -t parts < <(depends "$image" | grep -E '^linux-(binary|modules)-[0-9]')
apt_unpack "$work" "${parts[@]/%/=$newest}" "$image=$newest"

release=${image#linux-image-}
modules=$work/unpacked/lib/modules/$release
[ -d "$modules" ] || modules=$work/unpacked/usr/lib/modules/$release
kernel=$work/unpacked/boot/vmlinuz-$release
[ -f "$kernel" ] || kernel=$modules/vmlinuz
if [ ! -f "$kernel" ] || [ ! -d "$modules" ]; then
	fail "$image has no kernel or no modules in it"
fi

rm -rf "$dir"
mkdir -p "$dir"
mv "$kernel" "$dir/vmlinuz"
mv "$modules" "$dir/modules"
echo "$release" >"$dir/release"
