# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
#   make            build/rcodewatch            make V=1   show the commands
#   make demo       see it work (root)          make check run every test (root)
#   make lint       static checks               make help  the other targets

VERSION := 0.1.0

O	?= build

# Rules and recipes name files by paths as they are: what make or the shell would read in them is
# refused, as is a folder that `make clean` must not remove.
odd_characters := % $$ \ " ' ` : ; & | ( ) < > * ? [ ] \#
odd = $(strip $(foreach c,$(odd_characters),$(findstring $c,$(1))))
refuse = $(error $(1): use a path without blanks and without any of $(odd_characters))
ifneq ($(words x$(CURDIR)x)$(call odd,$(subst ',,$(CURDIR))),1)
$(call refuse,the sources are in '$(CURDIR)')
endif
ifneq ($(words x$(O)x)$(call odd,$(O)),1)
$(call refuse,O='$(O)')
endif
ifneq ($(filter $(patsubst %/,%,$(abspath $(O)))/%,$(CURDIR)/),)
$(error O='$(O)' holds the sources: give a folder of its own)
endif
# However it is written: compilers put the names of objects into the lists of their headers.
override O := $(patsubst $(CURDIR)/%,%,$(abspath $(O)))

PREFIX	?= /usr/local
BINDIR	?= $(PREFIX)/bin
MANDIR	?= $(PREFIX)/share/man
DOCDIR	?= $(PREFIX)/share/doc/rcodewatch

CLANG		?= clang
BPFTOOL		?= $(firstword $(wildcard /usr/sbin/bpftool /usr/bin/bpftool) bpftool)
PKG_CONFIG	?= pkg-config
INSTALL		?= install
CFLAGS		?= -O2 -g

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-8s %s\n' $(1) $(patsubst $(O)/%,%,$(2))
MAKEFLAGS += --no-print-directory
endif

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.DEFAULT_GOAL := all

# ---- compilers and flags ---------------------------------------------------

MACHINE := $(shell $(CC) -dumpmachine 2>/dev/null)
ifneq ($(filter aarch64% arm64%,$(MACHINE)),)
BPF_ARCH ?= arm64
else
BPF_ARCH ?= x86
endif

WARNINGS := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wundef \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wconversion -Wsign-conversion \
	-Wimplicit-fallthrough -Wswitch-enum -Wnull-dereference

cc_has = $(shell $(CC) -Werror $(1) -x c -c /dev/null -o /dev/null 2>/dev/null && echo '$(1)')

# Sanitizers and FORTIFY exclude one another; the build that has the one leaves out the other.
ifeq ($(SANITIZE),)
ifndef HARDENING
HARDENING := $(call cc_has,-fstack-protector-strong) $(call cc_has,-fstack-clash-protection) \
	$(call cc_has,-fcf-protection=full) $(call cc_has,-ftrivial-auto-var-init=zero)
# Without optimisation FORTIFY only warns, and gcc before 12 knows no level 3.
ifneq ($(filter -O1 -O2 -O3 -Os,$(CFLAGS)),)
HARDENING += $(if $(call cc_has,-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif
endif
HARDEN_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code
else
HARDENING := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDEN_LD := -pie -fsanitize=$(SANITIZE)
endif

# Optional libraries: WITH_NAME=yes (without the library the build fails), no (left out although it is
# there), auto (used where it is there, the default). --version says what was built in.
OPTIONAL := LZMA ZSTD KAFKA PROMETHEUS TLS PSL INIH JANSSON NCURSESW SECCOMP
MODULE_LZMA	  := liblzma
MODULE_ZSTD	  := libzstd
MODULE_KAFKA	  := rdkafka
MODULE_PROMETHEUS := libmicrohttpd >= 0.9.71
MODULE_TLS	  := gnutls
MODULE_PSL	  := libpsl
MODULE_INIH	  := inih
MODULE_JANSSON	  := jansson >= 2.10
MODULE_NCURSESW	  := ncursesw
MODULE_SECCOMP	  := libseccomp
# Sanitizers make calls of their own that a filter of system calls refuses: LeakSanitizer looks into its own process.
ifneq ($(SANITIZE),)
override WITH_SECCOMP := no
endif

found = $(shell $(PKG_CONFIG) --exists '$(MODULE_$(1))' 2>/dev/null && echo yes)
define look_for
WITH_$(1) ?= auto
ifeq ($$(filter yes no auto,$$(WITH_$(1))),)
$$(error WITH_$(1)='$$(WITH_$(1))': use yes, no or auto)
endif
HAVE_$(1) := $$(if $$(filter no,$$(WITH_$(1))),,$$(call found,$(1)))
endef
$(foreach name,$(OPTIONAL),$(eval $(call look_for,$(name))))
lower = $(subst KAFKA,kafka,$(subst LZMA,lzma,$(subst ZSTD,zstd,$(subst PROMETHEUS,prometheus,$(subst TLS,tls,$(subst PSL,psl,$(subst INIH,inih,$(subst JANSSON,jansson,$(subst NCURSESW,ncursesw,$(subst SECCOMP,seccomp,$(1)))))))))))
state = $(or $(HAVE_$(1)),$(if $(filter no,$(WITH_$(1))),no,missing))
SUMMARY := $(foreach name,$(OPTIONAL),$(call lower,$(name))=$(call state,$(name)))
# Asked for, and not there. Said when something is built, so that `make check` can install it first.
ABSENT := $(foreach name,$(OPTIONAL),$(if $(HAVE_$(name)),,$(if $(filter yes,$(WITH_$(name))),$(name))))

# Names of these settings in earlier versions.
$(foreach pair,LZMA:LZMA ZSTD:ZSTD RDKAFKA:KAFKA MICROHTTPD:PROMETHEUS GNUTLS:TLS PSL:PSL,$(if \
	$(NO_$(firstword $(subst :, ,$(pair)))),$(error NO_$(subst :, is now WITH_,$(pair))=no)))

DEP_LIBS   := libbpf libelf zlib libmnl $(if $(HAVE_LZMA),liblzma) $(if $(HAVE_ZSTD),libzstd) $(if $(HAVE_KAFKA),rdkafka) \
	$(if $(HAVE_PROMETHEUS),libmicrohttpd) $(if $(HAVE_TLS),gnutls) $(if $(HAVE_INIH),inih) $(if $(HAVE_JANSSON),jansson) $(if $(HAVE_NCURSESW),ncursesw) $(if $(HAVE_SECCOMP),libseccomp)
DEP_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(DEP_LIBS) 2>/dev/null)
DEP_CFLAGS += $(if $(HAVE_LZMA),-DHAVE_LZMA) $(if $(HAVE_ZSTD),-DHAVE_ZSTD) $(if $(HAVE_KAFKA),-DHAVE_RDKAFKA) \
	$(if $(HAVE_PROMETHEUS),-DHAVE_MICROHTTPD) $(if $(HAVE_TLS),-DHAVE_GNUTLS) $(if $(HAVE_INIH),-DHAVE_INIH) $(if $(HAVE_JANSSON),-DHAVE_JANSSON) $(if $(HAVE_NCURSESW),-DHAVE_NCURSESW) $(if $(HAVE_SECCOMP),-DHAVE_SECCOMP)
DEP_LDLIBS := $(shell $(PKG_CONFIG) --libs $(DEP_LIBS) 2>/dev/null)

USER_CFLAGS := -std=gnu11 -fPIE $(WARNINGS) $(HARDENING) $(DEP_CFLAGS) -D_GNU_SOURCE \
	-DRCODEWATCH_VERSION='"$(VERSION)"' -Iinclude -Iuser -isystem $(O)/gen -MD -MP $(if $(WERROR),-Werror)

# Line information goes into the program: without the name of the folder, so that the same sources give the same file.
BPF_CFLAGS := -target bpf -O2 -g -ffile-prefix-map=$(CURDIR)=. -mcpu=v3 -std=gnu11 -Wall -Wextra -Wshadow -Wimplicit-int-conversion \
	-Wimplicit-fallthrough -Wno-unused-parameter -fno-stack-protector -Iinclude -Ibpf -Ivmlinux $(if $(WERROR),-Werror)

TEST_LDLIBS := $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null)
# The measure of how user/analysis/suffixes.c reads the list.
PSL_CFLAGS := $(if $(HAVE_PSL),-DHAVE_LIBPSL $(shell $(PKG_CONFIG) --cflags libpsl))
PSL_LDLIBS := $(if $(HAVE_PSL),$(shell $(PKG_CONFIG) --libs libpsl))

# ---- what decides how it is built ----------------------------------------------

# $(O)/x.stamp holds STAMP_x: all that decides how files of a kind are made. They depend on it, and it
# is written anew only when that differs: the same command twice builds nothing, and another setting
# builds all that it concerns.
STAMPS	   := cc link bpf
STAMP_cc    = $(CC): $(CC_VERSION): $(USER_CFLAGS) $(CFLAGS) $(CPPFLAGS) $(PSL_CFLAGS): $(DEP_VERSIONS): \
	$(CPATH) $(C_INCLUDE_PATH) $(COMPILER_PATH): $(SUMMARY): $(ABSENT)
STAMP_link  = $(CC): $(CC_VERSION): $(AR): $(LINK_FLAGS) $(TEST_LDLIBS) $(PSL_LDLIBS) $(DEP_LDLIBS): \
	$(DEP_VERSIONS): $(LIBRARY_PATH) $(COMPILER_PATH): $(sort $(LINKED))
STAMP_bpf   = $(CLANG): $(CLANG_VERSION): $(BPF_CFLAGS) $(BPF_ARCH): $(BPFTOOL): $(BPFTOOL_VERSION)

# What a program calls itself: a new one may have the old one's name.
version_of	= $(shell $(1) --version 2>/dev/null | head -n 1)
CC_VERSION	:= $(call version_of,$(CC))
CLANG_VERSION	:= $(call version_of,$(CLANG))
BPFTOOL_VERSION := $(call version_of,$(BPFTOOL))
DEP_VERSIONS	:= $(shell $(PKG_CONFIG) --modversion $(DEP_LIBS) 2>/dev/null)
LINK_FLAGS	 = $(CFLAGS) $(HARDENING) $(HARDEN_LD) $(LDFLAGS)

# ---- what is built -----------------------------------------------------------

BPF_OBJS  := shared xdp tc xdp_txn tc_txn xdp_txn_lock tc_txn_lock
SKELS	  := $(BPF_OBJS:%=$(O)/gen/%.skel.h)
USER_SRCS := $(wildcard user/*/*.c user/*/*/*.c)
USER_OBJS := $(USER_SRCS:%.c=$(O)/%.o)
LIB	  := $(O)/librcodewatch.a
BIN	  := $(O)/rcodewatch

LINKED	  += $(USER_SRCS)

all: $(BIN)

# The prerequisites that a linker takes.
linked = $(filter %.o %.a %.c,$^)

$(BIN): $(O)/user/cli/main.o $(LIB) $(O)/link.stamp
	$(call say,LINK,$@)
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $(linked) $(DEP_LDLIBS)

$(LIB): $(filter-out $(O)/user/cli/main.o,$(USER_OBJS)) $(O)/link.stamp
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) crs $@ $(linked)

# User objects wait for the skeletons only; what they include of them is in their .d files.
$(O)/user/%.o: user/%.c $(O)/cc.stamp | $(SKELS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_CFLAGS) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

$(O)/bpf/%.bpf.o: bpf/%.bpf.c $(O)/bpf.stamp
	$(call say,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -D__TARGET_ARCH_$(BPF_ARCH) -MMD -MP -c -o $@ $<

$(O)/gen/%.skel.h: $(O)/bpf/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf > $@

# The BPF objects for the other architecture: compiled by CI so that they stay portable.
bpf-arm64: $(BPF_OBJS:%=$(O)/bpf-arm64/%.bpf.o)
$(O)/bpf-arm64/%.bpf.o: bpf/%.bpf.c $(O)/bpf.stamp
	$(call say,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -D__TARGET_ARCH_arm64 -MMD -MP -c -o $@ $<

# ---- tests -----------------------------------------------------------------------

# Programs in tests/ (helpers of the scripts), one each per file in tests/unit and tests/bpf.
TEST_LIB_SRCS := $(wildcard tests/lib/*.c)
TEST_LIB      := $(O)/libtests.a
UNIT_TESTS    := $(patsubst %.c,$(O)/%,$(wildcard tests/unit/test_*.c))
BPF_TESTS     := $(patsubst %.c,$(O)/%,$(wildcard tests/bpf/test_*.c))
TEST_TOOLS    := $(patsubst %.c,$(O)/%,$(wildcard tests/tools/*.c tests/captures/*.c))
TEST_CFLAGS   := $(USER_CFLAGS) -Itests/lib
LINKED	      += $(TEST_LIB_SRCS)

$(O)/tests/%.o: tests/%.c $(O)/cc.stamp | $(SKELS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TEST_CFLAGS) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

$(TEST_LIB): $(TEST_LIB_SRCS:%.c=$(O)/%.o) $(O)/link.stamp
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) crs $@ $(linked)

$(O)/tests/unit/test_suffixes.o: TEST_CFLAGS += $(PSL_CFLAGS)
$(O)/tests/unit/test_suffixes: LDLIBS_OWN := $(PSL_LDLIBS)

# Interfaces that come and go are the test's own.
$(O)/tests/unit/test_watch: LDLIBS_OWN := -Wl,--wrap=interface_read,--wrap=if_nametoindex,--wrap=if_indextoname

# A host of many CPUs.
$(O)/tests/bpf/test_memory_cpus: LDLIBS_OWN := -Wl,--wrap=cpu_slots_read

# What is claimed while words are taken out.
$(O)/tests/bpf/test_transactions_locks: LDLIBS_OWN := -Wl,--wrap=txn_swept_begin

# A run that ends at a step of handing over.
$(O)/tests/tools/run_killed: LDLIBS_OWN := -Wl,--wrap=kept_step,--wrap=txn_swept_begin,--wrap=txn_swept_end,--wrap=kernel_has_swap

$(UNIT_TESTS) $(BPF_TESTS): LDLIBS_TEST := $(TEST_LDLIBS)
$(UNIT_TESTS) $(BPF_TESTS) $(TEST_TOOLS): %: %.o $(TEST_LIB) $(LIB) $(O)/link.stamp
	$(call say,LINK,$@)
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $(linked) $(LDLIBS_OWN) $(LDLIBS_TEST) $(DEP_LDLIBS)

tests: $(BIN) $(UNIT_TESTS) $(BPF_TESTS) $(TEST_TOOLS)

# The unit tests alone need neither root nor more than the build does, but cmocka.
unit: $(UNIT_TESTS)
	$(Q)for t in $(UNIT_TESTS); do $$t || [ $$? -eq 77 ] || exit 1; done # 77: skipped, it has said why

.PHONY: tests unit

# ---- what people call -------------------------------------------------------------

# As many jobs as CPUs, where the command did not say.
jobs = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

# As root: both install what they miss (Debian's packages) and leave nothing running.
demo:
	$(Q)tests/deps.sh demo
	$(Q)$(MAKE) $(jobs) $(if $(Q),-s) $(BIN) $(O)/tests/tools/dnsload
	$(Q)O=$(O) tests/demo.sh

check:
	$(Q)tests/deps.sh check
	$(Q)$(MAKE) $(jobs) $(if $(Q),-s) tests
	$(Q)O=$(O) tests/run.sh

# rcodewatch against tshark, kernel against host, on the captures of a folder of yours.
check-captures:
	$(Q)tests/deps.sh check && $(MAKE) $(jobs) $(if $(Q),-s) tests
	$(Q)O=$(O) CAPTURES='$(CAPTURES)' VERBOSE='$(VERBOSE)' tests/captures/captures.sh

# From the wire through Kafka into ClickHouse, by docs/clickhouse.md.
.PHONY: check-clickhouse
check-clickhouse:
	$(Q)tests/deps.sh clickhouse && $(MAKE) $(jobs) $(if $(Q),-s) $(BIN) $(O)/tests/tools/dnsload $(O)/tests/tools/kafka_mock $(O)/tests/tools/send_dialogue
	$(Q)O=$(O) tests/clickhouse/check.sh

# The programs on Debian's kernels from 5.10 on, in virtual machines.
.PHONY: check-kernels
check-kernels:
	$(Q)tests/deps.sh kernels && $(MAKE) $(jobs) $(if $(Q),-s) tests
	$(Q)O=$(O) tests/kernels/run.sh

# What takes too long for check, and a table of what came of it: tests/proof.sh.
proof:
	$(Q)O=$(O) tests/proof.sh

lint:
	$(Q)tests/deps.sh lint
	$(Q)O=$(O) .ci/lint

format:
	$(Q)git ls-files -co --exclude-standard '*.c' '*.h' | grep -v '^vmlinux/' | xargs clang-format -i

# The fast part of lint before each commit.
hooks:
	$(Q)ln -sf "$$(realpath .ci/pre-commit)" "$$(git rev-parse --git-path hooks)/pre-commit"

compile_commands.json: FORCE
	$(Q)$(MAKE) -Bn V=1 tests | .ci/compile-commands >$@.new && mv $@.new $@

# The examples in the documentation are output, not typing.
docs: $(BIN)
	$(Q)docs/fill-in.sh $(BIN) docs/codes.md >$(O)/codes.md && cp $(O)/codes.md docs/codes.md

# The picture of the README: a page of the program, drawn.
picture: $(O)/tests/tools/draw_page
	$(Q)docs/picture.py $(O)/tests/tools/draw_page >$(O)/picture.svg && cp $(O)/picture.svg docs/picture.svg

vmlinux-headers:
	$(Q)vmlinux/update.sh

# Where each shell looks for what completes command lines.
BASH_COMPLETIONS ?= $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETIONS  ?= $(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS ?= $(PREFIX)/share/fish/vendor_completions.d

install: $(BIN)
	$(call say,INSTALL,$(DESTDIR)$(PREFIX))
	$(Q)$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(DOCDIR)/docs
	$(Q)$(INSTALL) -m 755 $(BIN) $(DESTDIR)$(BINDIR)/rcodewatch
	$(Q)$(INSTALL) -m 644 docs/rcodewatch.1 $(DESTDIR)$(MANDIR)/man1
	$(Q)$(INSTALL) -m 644 docs/rcodewatch.conf.5 $(DESTDIR)$(MANDIR)/man5
	$(Q)$(INSTALL) -d $(DESTDIR)$(BASH_COMPLETIONS) $(DESTDIR)$(ZSH_COMPLETIONS) $(DESTDIR)$(FISH_COMPLETIONS)
	$(Q)$(BIN) --completion bash >$(O)/completion.bash && $(INSTALL) -m 644 $(O)/completion.bash $(DESTDIR)$(BASH_COMPLETIONS)/rcodewatch
	$(Q)$(BIN) --completion zsh >$(O)/completion.zsh && $(INSTALL) -m 644 $(O)/completion.zsh $(DESTDIR)$(ZSH_COMPLETIONS)/_rcodewatch
	$(Q)$(BIN) --completion fish >$(O)/completion.fish && $(INSTALL) -m 644 $(O)/completion.fish $(DESTDIR)$(FISH_COMPLETIONS)/rcodewatch.fish
	$(Q)$(INSTALL) -m 644 README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE $(DESTDIR)$(DOCDIR)
	$(Q)$(INSTALL) -m 644 docs/*.md docs/*.json docs/*.yml docs/picture.svg $(DESTDIR)$(DOCDIR)/docs
	$(Q)$(INSTALL) -d $(DESTDIR)$(DOCDIR)/docs/performance $(DESTDIR)$(DOCDIR)/docs/design
	$(Q)$(INSTALL) -d $(DESTDIR)$(DOCDIR)/packaging/drop-ins
	$(Q)$(INSTALL) -m 644 packaging/rcodewatch.* $(DESTDIR)$(DOCDIR)/packaging
	$(Q)$(INSTALL) -m 644 packaging/drop-ins/*.conf $(DESTDIR)$(DOCDIR)/packaging/drop-ins
	$(Q)$(INSTALL) -m 644 docs/performance/*.svg $(DESTDIR)$(DOCDIR)/docs/performance
	$(Q)$(INSTALL) -m 644 docs/design/*.md $(DESTDIR)$(DOCDIR)/docs/design

# What tests/kernels/run.sh asks for, whatever the guest.
.PHONY: guest-programs
guest-programs: $(BIN) $(addprefix $(O)/tests/,$(addprefix tools/,dnsload hold_hook send_dialogue verifier_cost) bench/instructions bpf/test_programs)
	@:

# The package as a service, in a virtual machine: what it says as it goes, and whether what was sent was counted.
.PHONY: demo-service
demo-service:
	$(Q)tests/deps.sh kernels && tests/deps.sh deb
	$(Q)$(MAKE) $(jobs) guest-programs
	$(Q)O=$(O) tests/kernels/demo.sh

# A Debian package in $(O)/deb, from the files that git has, as of the last commit.
.PHONY: deb
deb:
	$(Q)tests/deps.sh deb
	$(Q)O=$(O) packaging/build-deb.sh

uninstall:
	$(Q)rm -f $(DESTDIR)$(BINDIR)/rcodewatch $(DESTDIR)$(MANDIR)/man1/rcodewatch.1 $(DESTDIR)$(MANDIR)/man5/rcodewatch.conf.5
	$(Q)rm -f $(DESTDIR)$(BASH_COMPLETIONS)/rcodewatch $(DESTDIR)$(ZSH_COMPLETIONS)/_rcodewatch \
		$(DESTDIR)$(FISH_COMPLETIONS)/rcodewatch.fish
	$(Q)rm -rf $(DESTDIR)$(DOCDIR)

help:
	@echo 'make              build $(O)/rcodewatch'
	@echo 'make demo         see it work on a pair of interfaces of its own (root)'
	@echo 'make check        build and run every test (root); TESTS=PATTERNS runs some'
	@echo 'make unit         the unit tests alone'
	@echo 'make check-kernels   the programs on kernels from 5.10 on, in virtual machines'
	@echo 'make check-clickhouse   rows through Kafka into ClickHouse (npm fetches 550 MB)'
	@echo 'make check-captures CAPTURES=DIR   against tshark, on your captures; VERBOSE=1'
	@echo 'make mutate       whether the unit tests notice random changes to the parser; N=100 SEED=1 JOBS=2'
	@echo 'make bench-top    how exact the lists are, in traffic of several kinds; docs/lists.md'
	@echo 'make bench        measure it, and its peers beside it (root); docs/performance.md'
	@echo 'make proof        what takes longer, and a table of it (root); STEPS="kernels igb" runs some of: check lint kernels fuzz'
	@echo '                  clickhouse coverage bench-top service restarts systemd igb package alerts mutate deb'
	@echo 'make fuzz         the fuzzers; FUZZ_SECONDS=600 FUZZ_TARGETS="packet tcp"'
	@echo 'make fuzz-programs   build the fuzzers; make fuzz-seeds renews the seeds of the corpora from the named packets'
	@echo 'make coverage     branches that tests take, by gcc and gcovr'
	@echo 'make bench-docs   the figures of the last bench into docs/performance.md'
	@echo 'make lint         formatting, shellcheck, both compilers with -Werror, clang-tidy, cppcheck'
	@echo 'make hooks        a hook that runs the fast part of lint before each commit'
	@echo 'make compile_commands.json   for clangd and other tools'
	@echo 'make tests        build all tests; make guest-programs what virtual machines run; make bpf-arm64 the BPF objects for arm64'
	@echo 'make format       format the sources'
	@echo 'make docs         renew the output shown in the documentation'
	@echo 'make picture      draw the picture of the README from the output of the program'
	@echo 'make install      into $$(DESTDIR)$$(PREFIX); uninstall takes it away'
	@echo 'make demo-service   the package in a virtual machine: installed, restarted, killed, upgraded, nothing lost (root)'
	@echo 'make deb          a Debian package, in $(O)/deb'
	@echo 'make vmlinux-headers   renew vmlinux/vmlinux.h from Debian kernels'
	@echo 'make clean'
	@echo
	@echo 'WITH_LZMA, _ZSTD, _KAFKA, _PROMETHEUS, _TLS, _PSL, _INIH, _JANSSON, _NCURSESW: yes, no or auto (used if it is there).'
	@echo 'V=1 shows commands. CC=, CLANG=, CFLAGS=, LDFLAGS=, O=, PREFIX=, DESTDIR=, WERROR=1 and'
	@echo 'SANITIZE=address,undefined do what they say.'

.PHONY: demo check check-captures proof lint hooks format docs picture vmlinux-headers install uninstall help bpf-arm64

clean:
	$(Q)rm -rf $(O)

.PHONY: all clean

-include tests/fuzz/rules.mk tests/bench/rules.mk tests/mutate/rules.mk

# Read here, where every setting is known; written as any other file is, so -n and -q write nothing.
quoted = '$(subst ','\'',$(strip $(1)))'
same   = $(and $(findstring x$(1)x,x$(2)x),$(findstring x$(2)x,x$(1)x))
$(foreach s,$(STAMPS),$(if $(call same,$(strip $(file <$(O)/$s.stamp)),$(strip $(STAMP_$s))),,$(eval $(O)/$s.stamp: FORCE)))
$(STAMPS:%=$(O)/%.stamp): $(O)/%.stamp: $(wildcard Makefile tests/*/rules.mk)
	$(Q)mkdir -p $(@D)
	$(if $(filter cc,$*),$(summary))
	$(Q)printf '%s\n' $(call quoted,$(STAMP_$*)) >$@

# What was found, once for each configuration; what was asked for and is not there ends the build.
define summary
@printf '  %-8s optional libraries: %s\n' CONFIG '$(strip $(SUMMARY))'
$(foreach name,$(ABSENT),@printf 'WITH_%s=yes, but pkg-config does not find %s: install it, or use auto or no\n' \
	'$(name)' '$(MODULE_$(name))' >&2; exit 1
)
endef

FORCE:
.PHONY: FORCE

# The headers that each object was made from, as the compilers wrote them down.
-include $(shell find $(O) -name '*.d' 2>/dev/null)
