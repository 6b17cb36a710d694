#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# collect.sh PROGRAM FOLDER: make FOLDER the root of an image: the program, the libraries that it needs, its user, and what
# it reads of the system: public suffixes and certificate authorities, where they are.

set -eu
program=$1 root=$2

mkdir -p "$root/usr/bin" "$root/etc/rcodewatch/rcodewatch.conf.d" "$root/run/rcodewatch" "$root/var/lib/rcodewatch" "$root/var/log/rcodewatch" \
	"$root/tmp" "$root/proc" "$root/sys"
cp "$program" "$root/usr/bin/rcodewatch"
# Each where the program's loader finds it: the loader itself by its path, libraries by theirs.
ldd "$program" | grep -oE '/[^ ]+ \(0x' | sed 's/ (0x$//' | while read -r library; do
	mkdir -p "$root${library%/*}"
	cp -L "$library" "$root$library"
done
printf '%s\n' root:x:0:0:root:/:/ nobody:x:65534:65534:nobody:/:/ rcodewatch:x:990:990:rcodewatch:/:/ >"$root/etc/passwd"
printf '%s\n' root:x:0: nogroup:x:65534: rcodewatch:x:990: >"$root/etc/group"
for file in /usr/share/publicsuffix/public_suffix_list.dafsa /usr/share/publicsuffix/public_suffix_list.dat \
	/etc/ssl/certs/ca-certificates.crt; do
	[ ! -e "$file" ] || install -D -m 644 "$file" "$root$file"
done
chown -R 990:990 "$root/run/rcodewatch" "$root/var/lib/rcodewatch" "$root/var/log/rcodewatch"
