#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The work of `make deb`: the package of the last commit, in $O/deb, and lintian's word on it.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=$(realpath -m "${O:-build}")/deb

version=$(sed -n 's/^VERSION := //p' Makefile)
packaged=$(sed -n '1s/.*(\(.*\)).*/\1/p' packaging/debian/changelog)
[ "$packaged" = "$version" ] || {
	echo "packaging/debian/changelog is of version $packaged, the Makefile of $version: add an entry" >&2
	exit 1
}
[ -z "$(git status --porcelain)" ] || echo "warning: what is not committed is not in the package" >&2

rm -rf "$out"
mkdir -p "$out/rcodewatch"
git archive HEAD | tar -x -C "$out/rcodewatch"
cp -rL "$out/rcodewatch/packaging/debian" "$out/rcodewatch/debian"
# Two builds of one commit give the same package.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
# The settings of this make are not those of the package.
unset O MAKEFLAGS MFLAGS MAKEOVERRIDES

cd "$out/rcodewatch"
dpkg-buildpackage --build=binary --unsigned-changes --jobs="$(nproc)" >"$out/log" 2>&1 || {
	tail -n 30 "$out/log" >&2
	echo "dpkg-buildpackage failed (above; all of it: $out/log)" >&2
	exit 1
}
cd "$out"
rm -rf "$out/rcodewatch"
# Which leaves files where it has its temporary ones.
mkdir "$out/lintian"
trap 'rm -rf "$out/lintian"' EXIT
TMPDIR=$out/lintian lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$out"/rcodewatch_*.changes
ls "$out"/*.deb
