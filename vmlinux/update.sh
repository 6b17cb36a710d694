#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Regenerates vmlinux/vmlinux.h from released Debian kernels of both architectures, which must have the same types.
#
# The kernel is the newest cloud image that the apt sources of this machine offer for both architectures,
# so that only the architecture could make a difference. Nothing is installed and no root is needed: indexes and packages go to a scratch directory, signatures checked as
# always. Needs apt, dpkg, a C compiler, pkg-config, libbpf, and zstd, xz, gzip or lz4, whichever
# the kernel is packed with.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)

die() {
	echo "update.sh: $*" >&2
	exit 1
}

# Debian's name of an architecture.
debian() {
	case $1 in
	x86) echo amd64 ;;
	arm64) echo arm64 ;;
	esac
}

# The kernel versions, as the names of the cloud images have them, on offer for an architecture.
# A name alone can be a mere dependency of something: madison lists what can be downloaded. A bare
# X.Y is the name of a meta-package.
versions() {
	local suffix
	suffix=-cloud-$(debian "$1")
	APT_CONFIG=$scratch/$1.conf apt-cache pkgnames linux-image- |
		sed -n "/^linux-image-[0-9][0-9.]*[^-]*\(-[0-9a-z]*\)\?$suffix\$/p" |
		APT_CONFIG=$scratch/$1.conf xargs -r apt-cache madison |
		sed -n "s/^ *linux-image-\([^ ]*\)$suffix .*/\1/p" |
		sed '/^[0-9]*[.][0-9]*$/d' | sort -u
}

# A private view of the machine's own sources, for one architecture.
configure() {
	local state=$scratch/$1.apt conf=$scratch/$1.conf
	mkdir -p "$state/lists/partial" "$state/archives/partial"
	cat >"$conf" <<-CONF
		APT::Architecture "$(debian "$1")";
		APT::Architectures { "$(debian "$1")"; };
		Dir::State "$state";
		Dir::State::status "/dev/null";
		Dir::Cache "$state";
	CONF
	# A source without this architecture, or out of reach, matters only if no kernel is found.
	APT_CONFIG=$conf apt-get -qq update || echo "update.sh: some sources for $1 failed" >&2
}

le32() { # FILE OFFSET
	od -An -tu4 --endian=little -j "$2" -N 4 "$1" | tr -d ' '
}

magic() { # FILE OFFSET LENGTH: in hexadecimal
	od -An -tx1 -j "$2" -N "$3" "$1" | tr -d ' '
}

text() { # FILE OFFSET: four characters
	dd if="$1" bs=1 skip="$2" count=4 status=none | tr -d '\0'
}

unpack() { # FILE: to standard output, by what it starts with
	case $(magic "$1" 0 4) in
	28b52ffd) zstd -dc <"$1" ;;
	fd377a58) xz -dc <"$1" ;;
	1f8b*) gzip -dc <"$1" ;;
	02214c18 | 04224d18) lz4 -dc <"$1" ;;
	*) die "$1 is packed in a way not known here" ;;
	esac
}

# The uncompressed kernel inside what /boot has.
extract() { # IMAGE OUT
	local image=$1 out=$2 offset size sectors
	if [ "$(text "$image" 514)" = HdrS ]; then
		# bzImage: setup_sects, payload_offset and payload_length of
		# Documentation/arch/x86/boot.rst (protocol 2.08). The length takes in the unpacked
		# size, 4 bytes, that the kernel's build appends to all formats but gzip, which
		# ends with it.
		sectors=$(od -An -tu1 -j 497 -N 1 "$image" | tr -d ' ')
		offset=$(((sectors ? sectors : 4) * 512 + 512 + $(le32 "$image" 584)))
		size=$(le32 "$image" 588)
		[ "$(magic "$image" "$offset" 2)" = 1f8b ] || size=$((size - 4))
	elif [ "$(text "$image" 4)" = zimg ]; then
		# EFI zboot: drivers/firmware/efi/libstub/zboot-header.S. This length leaves it out.
		offset=$(le32 "$image" 8)
		size=$(le32 "$image" 12)
	elif [ "$(magic "$image" 0 2)" = 1f8b ]; then
		offset=0
		size=$(stat -c %s "$image")
	else
		cp "$image" "$out" # an Image as it is
		return
	fi
	# To a file and not down a pipe: head would break it, and pipefail would tell.
	tail -c +$((offset + 1)) "$image" >"$out.tail"
	head -c "$size" "$out.tail" >"$out.packed"
	unpack "$out.packed" >"$out"
	rm "$out.tail" "$out.packed"
}

generate() { # ARCH VERSION
	local arch=$1 package dir=$scratch/$1 release
	package=linux-image-$2-cloud-$(debian "$arch")
	mkdir -p "$dir"
	# As root, apt downloads as a user of its own, who must be able to write here.
	[ "$(id -u)" -ne 0 ] || chown _apt "$dir"
	(cd "$dir" && APT_CONFIG=$scratch/$arch.conf apt-get -qq download "$package") ||
		die "cannot download $package"
	dpkg -x "$dir"/*.deb "$dir/root"
	release=$(dpkg-deb -f "$dir"/*.deb Version)
	extract "$dir"/root/boot/vmlinuz-* "$dir/kernel"
	"$scratch/gen" "$dir/kernel" "$here/types.txt" >"$dir/types"
	echo "| \`$arch\` | \`$package\` | $release |" >"$dir/row"
	echo "$arch: $package $release"
}

if [ $# -gt 0 ]; then
	echo "usage: vmlinux/update.sh" >&2
	exit 2
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"

read -ra libbpf < <("${PKG_CONFIG:-pkg-config}" --cflags --libs libbpf) ||
	die "libbpf not found: install its development package"
"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O2 -o "$scratch/gen" "$here/gen.c" "${libbpf[@]}"

common=
for arch in x86 arm64; do
	configure "$arch"
	versions "$arch" >"$scratch/$arch.versions"
	if [ -z "$common" ]; then
		common=$scratch/common
		cp "$scratch/$arch.versions" "$common"
	else
		comm -12 "$common" "$scratch/$arch.versions" >"$common.new"
		mv "$common.new" "$common"
	fi
done
version=$(sort -V "$common" | tail -n 1)
[ -n "$version" ] || die "the apt sources offer no cloud kernel for both architectures: check /etc/apt"
generate x86 "$version"
generate arm64 "$version"
diff "$scratch/x86/types" "$scratch/arm64/types" >&2 ||
	die "the types differ by architecture (above): each would need a header of its own"
{
	echo "/* From linux-image-$version of Debian, for amd64 and arm64 alike."
	echo " * Made by vmlinux/update.sh: do not edit, see vmlinux/README.md. */"
	cat "$scratch/x86/types"
} >"$here/.vmlinux.h.new"
# Only a whole header replaces the old one.
mv "$here/.vmlinux.h.new" "$here/vmlinux.h"
for arch in x86 arm64; do
	row=$(<"$scratch/$arch/row")
	sed -i "s/^| \`$arch\` .*/$row/" "$here/README.md"
done
