#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# deps.sh build|demo|check|bench|clickhouse|kernels|lint|fuzz|coverage|deb: install what a goal of the Makefile needs and
# does not find.
#
# Looks for commands, libraries and headers, not for packages: what was installed by other means
# counts. If all is there nothing is touched. Installed servers are not started, at boot neither.

set -euo pipefail
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
missing=()

# need PACKAGE TEST...: the package is missing if the test fails.
need() {
	local package=$1

	shift
	"$@" >/dev/null 2>&1 || missing+=("$package")
}

has() { command -v "$1"; }
has_compiler() { command -v "${CC:-gcc}" || command -v clang; }
has_library() { "${PKG_CONFIG:-pkg-config}" --exists "$1"; }
# rsyslog and syslog-ng exclude one another: who has the other one keeps it.
has_syslog() { command -v rsyslogd || command -v syslog-ng; }
has_syslog_tls() { command -v syslog-ng || test -e /usr/lib/*/rsyslog/lmnsd_gtls.so; }
has_static_busybox() { command -v busybox && ! ldd "$(command -v busybox)" | grep -q 'libc\.'; }
# The one that the scripts name, whatever else is called python3.
has_python() { /usr/bin/python3 -c "import $1"; }
# The C library's headers come with it, as a compiler alone does not bring them.
has_libc() { echo '#include <stdio.h>' | "${CC:-cc}" -E -x c - || test -e /usr/include/stdio.h; }

need_build() {
	need make has make
	need gcc has_compiler
	need libc6-dev has_libc
	need "$(basename "${CLANG:-clang}")" has "${CLANG:-clang}" # clang-19 is a package too
	need bpftool has "${BPFTOOL:-bpftool}"
	need pkg-config has "${PKG_CONFIG:-pkg-config}"
	need libbpf-dev has_library libbpf
	need libelf-dev has_library libelf
	need zlib1g-dev has_library zlib
	need libmnl-dev has_library libmnl
}

need_demo() {
	need_build
	need iproute2 has ip
}

need_check() {
	need_demo
	need_guests
	need libcmocka-dev has_library cmocka
	need tshark has tshark
	need unbound has unbound
	need dnsperf has dnsperf
	need nsd has nsd
	need tcpreplay has tcpreplay
	need ldnsutils has ldns-testns
	need liblzma-dev has_library liblzma
	need libzstd-dev has_library libzstd
	need libgnutls28-dev has_library gnutls
	need rsyslog has_syslog
	need rsyslog-gnutls has_syslog_tls
	need systemd test -x /lib/systemd/systemd-journald
	need procps test -x /bin/kill # which the unit of packaging/ calls
	need openssl has openssl
	need libpsl-dev has_library libpsl
	need libinih-dev has_library inih
	need libjansson-dev has_library jansson
	need libncurses-dev has_library ncursesw
	need tmux has tmux
	need libseccomp-dev has_library libseccomp
	need libmicrohttpd-dev has_library libmicrohttpd
	need prometheus has promtool
	need python3-prometheus-client has_python prometheus_client
	need curl has curl
	need publicsuffix test -e /usr/share/publicsuffix/public_suffix_list.dat
	need librdkafka-dev has_library rdkafka
	need kcat has kcat
	need zstd has zstd
	need python3 has_python sys
	need python3-jsonschema has_python jsonschema
	need jq has jq
	need ethtool has ethtool
	need mandoc has mandoc
	need groff-base has groff
	need zsh has zsh
	need fish has fish
}

# Those whom rcodewatch is measured against.
need_bench() {
	need_check
	need dnscap has dnscap
	need dnstop has dnstop
	need tcpdump has tcpdump
}

need_clickhouse() {
	need_demo
	need libcmocka-dev has_library cmocka
	need librdkafka-dev has_library rdkafka
	need nodejs has node
	need npm has npm
}

# To boot kernels, which tests/kernels/fetch.sh fetches.
need_guests() {
	need qemu-system-x86 has qemu-system-x86_64
	need busybox-static has_static_busybox
	need cpio has cpio
	need kmod has depmod
	need xz-utils has xz
	need xdp-tools has xdp-loader
}

# Guests that boot systemd from a disk.
need_disks() {
	need mmdebstrap has mmdebstrap
	need e2fsprogs has mke2fs
}

need_kernels() {
	need_demo
	need_guests
	need_disks
	need libcmocka-dev has_library cmocka
	need jq has jq
}

need_lint() {
	need_build
	need git has git
	need gcc has gcc
	need clang has clang
	need libcmocka-dev has_library cmocka
	need clang-format has clang-format
	need clang-tidy has clang-tidy
	need cppcheck has cppcheck
	need shellcheck has shellcheck
}

has_fuzzer() {
	echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' |
		"${FUZZ_CC:-clang}" -fsanitize=fuzzer,address,undefined -x c - -o /dev/null
}

need_fuzz() {
	need_build
	need clang has "${FUZZ_CC:-clang}"
	need libclang-rt-dev has_fuzzer
}

need_deb() {
	need_build
	need git has git
	need dpkg-dev has dpkg-buildpackage
	need debhelper has dh
	need fakeroot has fakeroot
	need lintian has lintian
	need piuparts has piuparts
	need mmdebstrap has mmdebstrap
	need liblzma-dev has_library liblzma
	need libzstd-dev has_library libzstd
	need libgnutls28-dev has_library gnutls
	need libpsl-dev has_library libpsl
	need libinih-dev has_library inih
	need libjansson-dev has_library jansson
	need libncurses-dev has_library ncursesw
	need libmicrohttpd-dev has_library libmicrohttpd
	need librdkafka-dev has_library rdkafka
}

need_coverage() {
	need_build
	need libcmocka-dev has_library cmocka
	need gcovr has gcovr
}

case ${1:-} in
build | demo | check | bench | clickhouse | kernels | lint | fuzz | coverage | deb) "need_$1" ;;
*)
	echo "usage: deps.sh build|demo|check|bench|clickhouse|kernels|lint|fuzz|coverage|deb" >&2
	exit 2
	;;
esac
[ ${#missing[@]} -gt 0 ] || exit 0

packages="${missing[*]}"
if ! command -v apt-get >/dev/null; then
	echo "missing here, by Debian's names: $packages; install them, then run make $1 again" >&2
	exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "missing: $packages; run as root: apt-get install --no-install-recommends $packages" >&2
	exit 1
fi
echo "installing $packages"

# invoke-rc.d asks this whether a server may start: 101 is no.
policy=/usr/sbin/policy-rc.d
log=$(mktemp)
placed=
cleanup() {
	[ -z "$placed" ] || rm -f "$policy"
	rm -f "$log"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP
if [ ! -e "$policy" ]; then
	placed=1
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
apt() {
	if ! apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@" >"$log" 2>&1 </dev/null; then
		tail -n 15 "$log" >&2
		echo "apt-get $1 failed (above): fix that, then run make again" >&2
		exit 1
	fi
}
apt update
apt install --no-install-recommends "${missing[@]}"
for server in unbound rsyslog prometheus; do
	case " ${missing[*]} " in
	*" $server "*) update-rc.d "$server" disable >/dev/null 2>&1 || true ;;
	esac
done
