#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The Debian package, by `make proof`: two builds in two places are the same, lintian has nothing to say, what operators
# need is in it, and piuparts installs and purges it in a fresh Debian without finding anything left.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh" dpkg-buildpackage lintian piuparts mmdebstrap
[ "$(id -u)" -eq 0 ] || skip "needs root, to install the package in a root of its own"

make O="$scratch/one" deb || fail "make deb failed"
make O="$scratch/another/folder" deb >/dev/null || fail "make deb failed the second time"
package=$(find "$scratch/one/deb" -name 'rcodewatch_*.deb')
cmp "$package" "$scratch/another/folder/deb/$(basename "$package")" || fail "two builds of one commit differ"

dpkg -c "$package" | awk '{ print $6 }' >"$scratch/files"
for file in usr/bin/rcodewatch lib/systemd/system/rcodewatch.service usr/lib/sysusers.d/rcodewatch.conf \
	usr/lib/tmpfiles.d/rcodewatch.conf etc/rcodewatch/rcodewatch.conf etc/rcodewatch/rcodewatch.conf.d/ \
	etc/logrotate.d/rcodewatch etc/needrestart/conf.d/rcodewatch.conf usr/share/man/man1/rcodewatch.1.gz \
	usr/share/man/man5/rcodewatch.conf.5.gz usr/share/bash-completion/completions/rcodewatch \
	usr/share/zsh/vendor-completions/_rcodewatch usr/share/fish/vendor_completions.d/rcodewatch.fish \
	usr/share/rcodewatch/prometheus-alerts.yml usr/share/doc/rcodewatch/docs/service.md \
	usr/share/doc/rcodewatch/examples/{no-network-sinks,local-sinks,secrets}.conf; do
	grep -qx "./$file" "$scratch/files" || fail "the package has no $file"
done

# An upgrade restarts a service that runs and stops none; a removal stops it. A guest tries that: STEPS=package.
dpkg -e "$package" "$scratch/scripts" || fail "no maintainer scripts"
grep -q 'deb-systemd-invoke .*restart.*rcodewatch.service' "$scratch/scripts/postinst" || fail "an upgrade does not restart it"
grep -qs 'deb-systemd-invoke stop' "$scratch/scripts/preinst" && fail "an upgrade stops it"
grep -q 'deb-systemd-invoke stop' "$scratch/scripts/prerm" || fail "a removal does not stop it"

# With systemd, so that what that leaves is not found in its place.
mmdebstrap --quiet --mode=root --variant=minbase --include=systemd bookworm "$scratch/base.tar.gz" 2>"$scratch/log" ||
	fail "mmdebstrap: $(tail -n 3 "$scratch/log")"
# Its root has no /sys, so the folder of pins brings the folders above with it there.
piuparts --basetgz "$scratch/base.tar.gz" --distribution bookworm --no-eatmydata --tmpdir "$scratch" \
	--ignore-regex '/sys/fs.*' "$package" >"$scratch/log" 2>&1 || fail "piuparts: $(grep -A 20 ERROR "$scratch/log")"
