#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# boot.sh KERNEL_DIR INITRAMFS SCRIPT: boot a virtual machine that runs tests/kernels/guest/SCRIPT.sh
# and print its console. Exit status: the script's; 1 if it did not get to its end. No virtualisation
# is needed: the processor is emulated. BOOT_SECONDS is its time (1200).

set -uo pipefail
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

kernel=$1 initramfs=$2 script=$3
# The other end of the device is in a network namespace that ends with us: there is no way out.
if [[ $script == @(virtio|igb|cards) ]] && [ "${BOOT_NAMESPACE:-}" != "$PPID" ]; then
	BOOT_NAMESPACE=$PPID exec unshare --net "$0" "$@"
fi
O=$(cd "$(dirname "$0")/../.." && realpath -m "${O:-build}") || exit 1

# Where programs are replaced under traffic, 6.12 panics with several threads of QEMU 7.2: its emulation lets a
# CPU run code of the dispatcher of XDP that another is changing.
one_thread=tcg,thread=single
accelerator=tcg memory=768 append='' image=debian disk=() serial=(-serial chardev:console) emulator=qemu-system-x86_64
case $script in
service | dropins | igb | package)
	accelerator=$one_thread memory=1024 append=' disk=1 audit=0 net.ifnames=0 systemd.show_status=false'
	# The script has a line of its own: systemd throws away what waits to be sent on the console's.
	serial+=(-serial chardev:console)
	[ $script != package ] || image=debian-package
	disk=(-drive "file=$O/kernels/$image.img,format=raw,if=virtio,snapshot=on,cache=unsafe")
	;;
esac
case $script in
virtio)
	echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
	ip tuntap add dev tap0 mode tap multi_queue && ip link set tap0 up || exit 1
	# Vectors: two for each pair of queues, one for configuration and one for control.
	machine=(-smp 2 -netdev "tap,id=net,ifname=tap0,script=no,downscript=no,queues=4"
		-device "virtio-net-pci,netdev=net,mq=on,vectors=10")
	;;
igb)
	emulator=$O/kernels/qemu/qemu
	echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
	# What is sent while the link is down would wait, and then be dropped: the test sends while it is up.
	ip tuntap add dev tap0 mode tap && ip link set tap0 up || exit 1
	machine=(-M q35 -smp 2 -netdev "tap,id=net,ifname=tap0,script=no,downscript=no" -device "igb,netdev=net,romfile=")
	;;
cards)
	emulator=$O/kernels/qemu/qemu
	accelerator=$one_thread
	echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
	machine=(-M q35 -smp 2)
	# Long queues: what is lost is lost by the card.
	for card in igb e1000e vmxnet3 virtio; do
		queues='' options=romfile=
		if [ $card = virtio ]; then
			queues=,queues=2 options=mq=on,vectors=6,romfile=
			ip tuntap add dev $card mode tap multi_queue
		else
			ip tuntap add dev $card mode tap
		fi
		ip link set $card txqueuelen 50000 up || exit 1
		machine+=(-netdev "tap,id=$card,ifname=$card,script=no,downscript=no$queues"
			-device "${card/#virtio/virtio-net-pci},netdev=$card,$options")
	done
	;;
bond | programs | transactions) # test runs of XDP go through the dispatcher, too, and several threads make them
	machine=(-smp 2)
	accelerator=$one_thread
	;;
# Kernels from 6.9 on do not believe the firmware that there could be more.
cpus) machine=(-smp "2,maxcpus=128") ;;
*) machine=(-smp 2) ;;
esac

work=$(mktemp -d) || exit 1
qemu=
status=1
finish() {
	[ "$BASHPID" = "$self" ] || exit 130
	trap '' INT TERM HUP
	if [ -n "$qemu" ]; then
		kill "$qemu" 2>/dev/null
		wait "$qemu" 2>/dev/null
	fi
	rm -rf "$work"
	exit "$status"
}
self=$BASHPID
trap finish EXIT
trap 'status=130; exit 130' INT TERM HUP

# Without cmpxchg16b: as QEMU 7.2 emulates it, it now and then sets flags that it should not touch,
# and the kernel crashes in or soon after the allocation of memory that used it.
mkfifo "$work/console"
timeout -k 5 "${BOOT_SECONDS:-1200}" "$emulator" -accel "$accelerator" -cpu max,-cx16 -m "$memory" \
	-nodefaults -nic none -display none -chardev stdio,id=console,signal=off,mux=on "${serial[@]}" \
	-no-reboot -kernel "$kernel/vmlinuz" -initrd "$initramfs" "${machine[@]}" "${disk[@]}" \
	-append "console=ttyS0 quiet panic=-1 script=$script$append" </dev/null >"$work/console" 2>&1 &
qemu=$!

while IFS= read -r line; do
	line=${line%$'\r'}
	printf '%s\n' "$line"
	case $line in
	"guest: finished with status "*) status=${line##* } ;;
	"host: send "*)
		read -r _ _ mix count rate tap <<<"$line"
		"$O/tests/tools/dnsload" -i "${tap:-tap0}" -m "$mix" -n "$count" -r "$rate" || echo "host: dnsload failed"
		;;
	esac
done <"$work/console"
wait "$qemu"
ended=$?
qemu=
[ $ended -ne 124 ] || echo "host: stopped after ${BOOT_SECONDS:-1200} s"
[[ $status =~ ^[0-9]+$ ]] || status=1
