#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 300
#
# What make leaves in a folder is what a build from nothing would be, whatever was built there before
# by other settings, compilers, libraries or sources; what need not be built is not; and paths that
# the build cannot have are refused in one line.
#
# The Makefiles are the real ones. Sources are a line each, and the compilers stand-ins that write their
# version, their arguments and what they read into what they make, so that a stale file shows.

# shellcheck source-path=SCRIPTDIR source=../lib/script.sh
. "$(dirname "$0")/../lib/script.sh"
# Settings of the make that started this are none of the test's.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES O CC CLANG CFLAGS CPPFLAGS LDFLAGS SANITIZE WERROR \
	PKG_CONFIG BPFTOOL AR HARDENING V
bin=$scratch/bin
export PATH=$bin:$PATH

program() { # NAME, its script on standard input
	{
		echo '#!/bin/sh'
		cat
	} >"$bin/$1"
	chmod 755 "$bin/$1"
}

# They say that they have the version in $scratch/version, and are asked for what $scratch/libraries names.
stand_ins() {
	local name

	mkdir "$bin"
	echo 14 >"$scratch/version"
	echo "libbpf libelf zlib libmnl liblzma libzstd rdkafka libmicrohttpd gnutls libpsl inih jansson ncursesw libseccomp cmocka" >"$scratch/libraries"
	program compiler <<-END
		read -r version <"$scratch/version"
		line="\${0##*/} \$version \$*"
		case "\$*" in
		*--version*) echo "\${0##*/} \$version"; exit ;;
		*-dumpversion*) echo "\$version"; exit ;;
		*-dumpmachine*) echo x86_64-linux-gnu; exit ;;
		*/dev/null*) exit ;;
		esac
		while [ \$# -gt 0 ]; do
			case \$1 in
			-o) out=\$2; shift ;;
			*.c | *.o | *.a) inputs="\$inputs \$1" ;;
			esac
			shift
		done
		{ echo "\$line"; cat \$inputs; } >"\$out"
	END
	for name in cc cc-2 clang clang-2; do
		ln -s compiler "$bin/$name"
	done
	program ar <<-'END'
		line="${0##*/} $*" out=$2
		shift 2
		{ echo "$line"; cat "$@"; } >"$out"
	END
	cp "$bin/ar" "$bin/ar-2"
	program bpftool <<-END
		read -r version <"$scratch/version"
		echo "bpftool \$version \$*"
		[ ! -f "\$3" ] || cat "\$3"
	END
	program pkg-config <<-END
		what=\$1
		shift
		for name in \$*; do
			case \$name in
			'>=' | [0-9]*) continue ;;
			esac
			grep -qw "\$name" "$scratch/libraries" || exit 1
			case \$what in
			--cflags) printf '%s ' "-I/include/\$name" ;;
			--libs) printf '%s ' "-l\$name" ;;
			--modversion) cat "$scratch/version" ;;
			esac
		done
	END
}

# A source for every rule.
make_tree() {
	local file

	mkdir "$scratch/tree" && cd "$scratch/tree" || exit 1
	mkdir -p user/{cli,util} bpf tests/{lib,tools,unit,bpf,captures,fuzz,bench}
	cp "$root/Makefile" .
	cp "$root/tests/fuzz/rules.mk" tests/fuzz/
	cp "$root/tests/bench/rules.mk" tests/bench/
	for file in user/cli/main user/util/{one,two} bpf/{shared,xdp,tc,{xdp,tc}_txn{,_lock}}.bpf tests/tools/dnsload tests/captures/tool \
		tests/lib/{lib,host_super} tests/unit/test_{one,suffixes} tests/bpf/test_bpf \
		tests/fuzz/{libfuzzer,replay,write_corpus,frame,shape,tunnel} tests/bench/{instructions,shared,peer.bpf}; do
		echo "$file" >"$file.c"
	done
}

build() { # FOLDER SETTING..., and options of make
	local folder=$1

	shift
	make -s -j2 O="$folder" "$@" BPFTOOL="${BPFTOOL:-$bin/bpftool}" FUZZ_TARGETS=packet BENCH_PROGRAMS="\$(O)/tests/bench/instructions" \
		all tests bpf-arm64 fuzz-programs
}

# The folder `build`, which holds what other settings have made, against one that held nothing.
same_as_new() { # what is different this time, SETTING...
	local what=$1 file stale=()

	shift
	rm -rf new
	if ! build build "$@" >"$scratch/out" 2>&1 || ! build new "$@" >"$scratch/out" 2>&1; then
		fail "$what: make fails:" "$(<"$scratch/out")"
		return
	fi
	while IFS= read -r file; do
		sed 's,\<new/,build/,g' "new/$file" | cmp -s - "build/$file" || stale+=("$file")
	done < <(cd new && find . -type f ! -name '*.stamp' -printf '%P\n' | sort)
	[ ${#stale[@]} -eq 0 ] || fail "$what: not built anew: ${stale[*]}"
}

# The same command once more builds nothing.
settled() { # what was built, SETTING...
	local what=$1

	shift
	build build "$@" -q >"$scratch/out" 2>&1 || fail "$what: the same command once more would build something"
}

# Together, where the two concern different files.
settings() {
	same_as_new "the first build"
	settled "the first build"
	# As `make demo` leaves it on a new machine, before `make check` installs what else there is.
	cp "$scratch/libraries" "$scratch/all"
	echo "libbpf libelf zlib libmnl" >"$scratch/libraries"
	same_as_new "libraries removed"
	cp "$scratch/all" "$scratch/libraries"
	same_as_new "libraries installed"
	same_as_new "a library left out" WITH_KAFKA=no
	same_as_new "a library of a test left out" WITH_PSL=no
	same_as_new "CFLAGS" CFLAGS="-O2 -DX='\"a, b  (c)\"'"
	settled "CFLAGS" CFLAGS="-O2 -DX='\"a, b  (c)\"'"
	same_as_new "CPPFLAGS" CPPFLAGS=-DNDEBUG
	same_as_new "SANITIZE" SANITIZE=address,undefined
	same_as_new "CC" CC=cc-2
	same_as_new "LDFLAGS, CLANG" LDFLAGS=-Wl,--as-needed CLANG=clang-2
	same_as_new "HARDENING, FUZZ_CC" HARDENING= FUZZ_CC=clang-2
	same_as_new "WERROR" WERROR=1
	cp "$bin/bpftool" "$bin/bpftool-2"
	BPFTOOL=$bin/bpftool-2 same_as_new "VERSION, BPFTOOL" VERSION=9
	same_as_new "AR, BPF_ARCH" AR=ar-2 BPF_ARCH=arm64
	echo 15 >"$scratch/version"
	same_as_new "programs of the same names, and newer"
	rm user/util/two.c tests/bench/shared.c
	same_as_new "sources removed"
	touch Makefile
	same_as_new "a newer Makefile"
	settled "a newer Makefile"
}

# What a setting does not concern stays; and to ask what would be done writes nothing.
no_more_than_needed() {
	build build >/dev/null 2>&1
	touch "$scratch/then"
	build build -n CFLAGS=-O1 >/dev/null 2>&1
	[ -z "$(find build -type f -newer "$scratch/then")" ] || fail "make -n writes files"
	build build CFLAGS=-O1 >/dev/null 2>&1
	[ build/user/util/one.o -nt "$scratch/then" ] || fail "other CFLAGS build nothing"
	[ -z "$(find build -name '*.bpf.o' -newer "$scratch/then")" ] || fail "other CFLAGS build the BPF objects"
	build "$PWD/build" CFLAGS=-O1 -q >/dev/null 2>&1 || fail "the same folder by its whole path builds again"
}

refused() { # folder to be in, the path O, words of the one line, SETTING...
	local lines

	if make -C "$1" O="$2" "${@:4}" -n all >"$scratch/out" 2>&1; then
		fail "O='$2' in '$1' is not refused"
	fi
	lines=$(grep -vc '^make: \(Entering\|Leaving\)' "$scratch/out")
	if [ "$lines" != 1 ] || ! grep -q -- "$3" "$scratch/out"; then
		fail "O='$2' in '$1' is not refused in a line:" "$(head -n 5 "$scratch/out")"
	fi
}

paths() {
	local path

	# shellcheck disable=SC2016 # the $ is part of the path
	for path in 'a b' "$(printf 'a\tb')" 'a%b' 'a:b' "a'b" 'a"b' 'a;b' 'a$$b' 'a\#b' 'a*b' 'a\b' 'a(b'; do
		refused . "$path" "without blanks"
	done
	for path in '' . .. / "$PWD" "$PWD/" "${PWD%/*}"; do
		refused . "$path" "holds the sources"
	done
	mkdir "$scratch/a b"
	cp -r Makefile user bpf tests "$scratch/a b"
	refused "$scratch/a b" build "without blanks"
}

# Optional libraries: what was found is said once, what was asked for must be there.
optional_libraries() {
	cp "$scratch/libraries" "$scratch/all"
	sed -i 's/rdkafka//' "$scratch/libraries"
	build optional WITH_TLS=no >"$scratch/out" 2>&1 || fail "without librdkafka: make fails"
	grep -q 'kafka=missing .*tls=no' "$scratch/out" || fail "what was found is not said: $(<"$scratch/out")"
	build optional WITH_TLS=no >"$scratch/out" 2>&1
	[ ! -s "$scratch/out" ] || fail "what was found is said again: $(<"$scratch/out")"
	if build optional WITH_KAFKA=yes >"$scratch/out" 2>&1 || ! grep -q '^WITH_KAFKA=yes, but' "$scratch/out"; then
		fail "a library that was asked for and is missing does not end the build: $(<"$scratch/out")"
	fi
	build optional WITH_KAFKA=yes -n help >/dev/null 2>&1 || fail "make help wants the library"
	cp "$scratch/all" "$scratch/libraries"
	build optional WITH_KAFKA=yes >"$scratch/out" 2>&1 || fail "WITH_KAFKA=yes: make fails with the library there"
	grep -q -- '-lrdkafka' optional/rcodewatch || fail "WITH_KAFKA=yes: the library is not linked"
	refused . build "use yes, no or auto" WITH_KAFKA=maybe
	refused . build "NO_RDKAFKA is now WITH_KAFKA=no" NO_RDKAFKA=1
}

stand_ins
make_tree
optional_libraries
settings
no_more_than_needed
paths
