#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# pack.sh KERNEL_DIR FILE: an initramfs with all that a guest needs: the programs that were built
# (in $O, "build" if that is not set) at /project/build, the scripts of tests/ at /project/tests,
# the machine's own tools that these use with their libraries, a static busybox for the rest, and
# the kernel's modules for network, tc and a disk. Where tests/tools/other_layout.sh has made a program, that is
# /project/build/other.

set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

kernel=$1 file=$2
top=$(cd "$(dirname "$0")/../.." && pwd)
O=$(cd "$top" && realpath -m "${O:-build}")
root=$(mktemp -d "$file.XXXXXX")
trap 'rm -rf "$root"' EXIT
trap 'exit 130' INT TERM HUP

chmod 755 "$root" # of a temporary folder, and the root of users without privileges
mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,lib,lib64,proc,sys,dev,tmp,run/netns,root,etc}
mkdir -p "$root"/project/{packaging,tests/net,tests/bench,build/tests/bpf,build/tests/bench,build/tests/tools}

# Symbols for a debugger are most of a binary's size, and the guest has to hold it all in memory.
put() { # program, place
	strip -o "$root$2" "$1" 2>/dev/null || cp "$1" "$root$2"
	chmod 755 "$root$2"
}

put "$O/rcodewatch" /project/build/rcodewatch
[ ! -x "$O/other/rcodewatch" ] || put "$O/other/rcodewatch" /project/build/other
cp -r "$top"/packaging/{rcodewatch.*,drop-ins} "$root/project/packaging/"
if compgen -G "$O/deb/*.deb" >/dev/null; then
	mkdir -p "$root"/project/{deb,docs}
	cp "$O"/deb/rcodewatch_*.deb "$root/project/deb/"
	cp "$top/docs/operations.md" "$root/project/docs/"
fi
for program in tools/dnsload tools/hold_hook tools/send_dialogue tools/verifier_cost bench/instructions; do
	put "$O/tests/$program" "/project/build/tests/$program"
done
for program in "$O"/tests/bpf/test_*; do
	case $program in
	*.[do]) ;;
	*) put "$program" "/project/build/tests/bpf/${program##*/}" ;;
	esac
done
cp "$top"/tests/net/*.sh "$root/project/tests/net/"
cp "$top/tests/bench/instructions.limits" "$root/project/tests/bench/"
cp -r "$top/tests/kernels/guest" "$root/project/tests/"
install -m 755 "$top/tests/kernels/guest/init" "$root/init"
printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/:/bin/false >"$root/etc/passwd"

cp "$(command -v busybox)" "$root/bin/busybox"
"$root/bin/busybox" --list | grep -vx busybox | while read -r applet; do
	ln -s /bin/busybox "$root/bin/$applet"
done
# Where busybox has the command too, it lacks what the scripts ask of it.
for tool in bash ip tc jq realpath diff xargs sort; do
	path=$(command -v "$tool") || { echo "$tool is missing here: tests/deps.sh kernels" >&2; exit 1; }
	rm -f "$root/bin/$tool"
	put "$path" "/bin/$tool"
done

# Others' programs at XDP, where they are installed: the guest "beside" tries them.
for tool in xdp-loader xdp-filter; do
	path=$(command -v $tool) || continue
	put "$path" "/bin/$tool"
	for folder in /usr/lib/*/bpf; do
		mkdir -p "$root$folder"
		cp "$folder"/*.o "$root$folder/"
	done
done

# The libraries where the dynamic linker looks for them by default.
find "$root/bin" "$root/project/build" -type f ! -name busybox -exec ldd {} + 2>/dev/null |
	grep -oE '/[^ ]+ \(0x' | sed 's/ (0x$//' | sort -u | while read -r library; do
	case $library in
	/lib64/*) cp -L "$library" "$root/lib64/" ;;
	*) cp -L "$library" "$root/lib/" ;;
	esac
done

# What is built into this kernel, or has another name there, is not asked for.
release=$(cat "$kernel/release")
modules=$root/lib/modules/$release
mkdir -p "$modules"
cp "$kernel"/modules/modules.builtin* "$modules/" 2>/dev/null || touch "$modules/modules.builtin"
touch "$modules/modules.order"
all=$(mktemp -d "$file.XXXXXX")
trap 'rm -rf "$root" "$all"' EXIT
mkdir -p "$all/lib/modules"
ln -s "$(realpath "$kernel/modules")" "$all/lib/modules/$release"
[ -s "$kernel/modules/modules.dep" ] || depmod -b "$all" "$release" 2>/dev/null
for module in veth bonding igb e1000e vmxnet3 virtio_net virtio_pci virtio_blk ext4 crc32c_generic sch_ingress cls_bpf cls_matchall act_gact; do
	modprobe -d "$all" -S "$release" --show-depends "$module" 2>/dev/null || true
done | awk '$1 == "insmod" { print $2 }' | sort -u | while read -r path; do
	case $path in
	*.xz) xz -dc "$path" >"$modules/$(basename "$path" .xz)" ;;
	*) cp "$path" "$modules/" ;;
	esac
done
ls "$modules"/*.ko >/dev/null
depmod -b "$root" "$release" 2>/dev/null

(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) | gzip -1 >"$file.new"
mv "$file.new" "$file"
