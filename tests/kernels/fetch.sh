#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# fetch.sh VERSION DIR: a Debian kernel for virtual machines, unpacked: DIR/vmlinuz, DIR/modules and
# DIR/release, which has its full name. VERSION is 5.10, 6.1, 6.12 or newest. What is there already
# is not fetched again; remove DIR to have the present one.
#
# The packages come from where this machine has its own from, by a configuration of apt that names
# the other suite and has its own state: neither the machine's lists nor what is installed change.
# Exit status 0, 1 with a line on why, or 77 where such kernels are not to be had at all.

set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

version=$1 dir=$2
case $version in
5.10) suites=bullseye ;;
6.1) suites=bookworm ;;
6.12) suites=trixie ;;
newest) suites="sid experimental" ;;
*)
	echo "no kernel is known as '$version': 5.10, 6.1, 6.12 and newest are" >&2
	exit 1
	;;
esac
[ ! -s "$dir/release" ] || exit 0

if [ "$(uname -m)" != x86_64 ] || ! command -v apt-get >/dev/null; then
	echo "kernels for the guests are Debian's for x86-64: no such machine or no apt here"
	exit 77
fi
mkdir -p "${dir%/*}"
work=$(mktemp -d "${dir%/*}/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

fail() {
	echo "cannot get a $version kernel: $*" >&2
	exit 1
}

# shellcheck disable=SC2016 # apt-get's variables
archive=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(CREATED_BY) $(REPO_URI)' |
	awk '$1 == "Debian" && $2 == "Debian" && $3 == "Packages" { print $4; exit }')
if [ -z "$archive" ]; then
	echo "this machine has no lists of Debian's packages: apt-get update fetches them"
	exit 77
fi

mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/unpacked"
for suite in $suites; do
	echo "deb [arch=amd64] $archive $suite main"
done >"$work/sources.list"
cat >"$work/apt.conf" <<EOF
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::State "$work/state";
Dir::State::status "/dev/null";
Dir::Cache "$work/cache";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
EOF
# Read before the machine's own configuration, which adds what the way there needs.
export APT_CONFIG=$work/apt.conf

apt-get -q update >"$work/log" 2>&1 || fail "$(tail -n 1 "$work/log")"

# The highest of all that the suites have and that begin with what is wanted.
pattern="${version//./\\.}[.-]"
[ "$version" != newest ] || pattern=
meta=$(apt-cache show linux-image-cloud-amd64 | awk '/^Version:/ { print $2 }' |
	grep "^$pattern" | sort -V | tail -n 1) || fail "none in $suites"

depends() {
	apt-cache show "$1=$meta" | sed -n 's/^Depends: //p' | tr , '\n' | sed 's/^ *//; s/ .*//'
}

image=$(depends linux-image-cloud-amd64 | grep '^linux-image-[0-9]' | head -n 1) ||
	fail "no image among what it depends on"
# Newer releases have the kernel and its modules in packages of their own.
mapfile -t parts < <(depends "$image" | grep -E '^linux-(binary|modules)-[0-9]')
(cd "$work" && apt-get -q download "${parts[@]/%/=$meta}" "$image=$meta" >log 2>&1) ||
	fail "$(tail -n 1 "$work/log")"
for package in "$work"/*.deb; do
	dpkg -x "$package" "$work/unpacked"
done

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
