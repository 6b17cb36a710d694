# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
#   make            build/rcodewatch            make V=1   show the commands
#   make demo       see it work (root)          make check run every test (root)
#   make lint       static checks               make help  the other targets

VERSION := 0.1.0

O	?= build
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

# Optional: what is not there is left out, and --version says what is. NO_LZMA=1 and the like leave
# it out although it is there.
has = $(if $(2),,$(shell $(PKG_CONFIG) --exists $(1) 2>/dev/null && echo 1))
LZMA := $(call has,liblzma,$(NO_LZMA))
ZSTD := $(call has,libzstd,$(NO_ZSTD))
RDKAFKA := $(call has,rdkafka,$(NO_RDKAFKA))
MICROHTTPD := $(call has,'libmicrohttpd >= 0.9.71',$(NO_MICROHTTPD))
GNUTLS := $(call has,gnutls,$(NO_GNUTLS))

DEP_LIBS   := libbpf libelf zlib $(if $(LZMA),liblzma) $(if $(ZSTD),libzstd) $(if $(RDKAFKA),rdkafka) \
	$(if $(MICROHTTPD),libmicrohttpd) $(if $(GNUTLS),gnutls)
DEP_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(DEP_LIBS) 2>/dev/null)
DEP_CFLAGS += $(if $(LZMA),-DHAVE_LZMA) $(if $(ZSTD),-DHAVE_ZSTD) $(if $(RDKAFKA),-DHAVE_RDKAFKA) \
	$(if $(MICROHTTPD),-DHAVE_MICROHTTPD) $(if $(GNUTLS),-DHAVE_GNUTLS)
DEP_LDLIBS := $(shell $(PKG_CONFIG) --libs $(DEP_LIBS) 2>/dev/null)

USER_CFLAGS := -std=gnu11 -fPIE $(WARNINGS) $(HARDENING) $(DEP_CFLAGS) -D_GNU_SOURCE \
	-DRCODEWATCH_VERSION='"$(VERSION)"' -Iinclude -Iuser -isystem $(O)/gen -MD -MP $(if $(WERROR),-Werror)

BPF_CFLAGS := -target bpf -O2 -g -mcpu=v3 -std=gnu11 -Wall -Wextra -Wshadow -Wimplicit-int-conversion \
	-Wimplicit-fallthrough -Wno-unused-parameter -fno-stack-protector -Iinclude -Ibpf $(if $(WERROR),-Werror)

# ---- what is built -----------------------------------------------------------

BPF_OBJS  := shared xdp tc
SKELS	  := $(BPF_OBJS:%=$(O)/gen/%.skel.h)
USER_SRCS := $(wildcard user/*.c)
USER_OBJS := $(USER_SRCS:%.c=$(O)/%.o)
LIB	  := $(O)/librcodewatch.a
BIN	  := $(O)/rcodewatch

all: $(BIN)

$(BIN): $(O)/user/main.o $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(HARDENING) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(DEP_LDLIBS)

$(LIB): $(filter-out $(O)/user/main.o,$(USER_OBJS))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) crs $@ $^

# User objects wait for the skeletons only; what they include of them is in their .d files.
$(O)/user/%.o: user/%.c Makefile | $(SKELS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_CFLAGS) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

$(O)/bpf/%.bpf.o: bpf/%.bpf.c Makefile
	$(call say,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -D__TARGET_ARCH_$(BPF_ARCH) -Ivmlinux/$(BPF_ARCH) -MMD -MP -c -o $@ $<

$(O)/gen/%.skel.h: $(O)/bpf/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf > $@

# The BPF objects for the other architecture: compiled by CI so that they stay portable.
bpf-arm64: $(BPF_OBJS:%=$(O)/bpf-arm64/%.bpf.o)
$(O)/bpf-arm64/%.bpf.o: bpf/%.bpf.c Makefile
	$(call say,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -D__TARGET_ARCH_arm64 -Ivmlinux/arm64 -MMD -MP -c -o $@ $<

# ---- tests -----------------------------------------------------------------------

# Programs in tests/ (helpers of the scripts), one each per file in tests/unit and tests/bpf.
TEST_LIB_SRCS := $(wildcard tests/lib/*.c)
TEST_LIB      := $(O)/libtests.a
UNIT_TESTS    := $(patsubst %.c,$(O)/%,$(wildcard tests/unit/test_*.c))
BPF_TESTS     := $(patsubst %.c,$(O)/%,$(wildcard tests/bpf/test_*.c))
TEST_TOOLS    := $(patsubst %.c,$(O)/%,$(wildcard tests/*.c tests/captures/*.c))
TEST_CFLAGS   := $(USER_CFLAGS) -Itests/lib

$(O)/tests/%.o: tests/%.c Makefile | $(SKELS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TEST_CFLAGS) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

$(TEST_LIB): $(TEST_LIB_SRCS:%.c=$(O)/%.o)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) crs $@ $^

# The measure of how user/suffixes.c reads the list.
PSL := $(call has,libpsl,$(NO_PSL))
$(O)/tests/unit/test_suffixes.o: TEST_CFLAGS += $(if $(PSL),-DHAVE_LIBPSL $(shell $(PKG_CONFIG) --cflags libpsl))
$(O)/tests/unit/test_suffixes: LDLIBS_OWN := $(if $(PSL),$(shell $(PKG_CONFIG) --libs libpsl))

$(UNIT_TESTS) $(BPF_TESTS): LDLIBS_TEST := $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null)
$(UNIT_TESTS) $(BPF_TESTS) $(TEST_TOOLS): %: %.o $(TEST_LIB) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(HARDENING) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LDLIBS_OWN) $(LDLIBS_TEST) $(DEP_LDLIBS)

tests: $(BIN) $(UNIT_TESTS) $(BPF_TESTS) $(TEST_TOOLS)

# The unit tests alone need neither root nor more than the build does, but cmocka.
unit: $(UNIT_TESTS)
	$(Q)for t in $(UNIT_TESTS); do $$t || exit 1; done

.PHONY: tests unit

# ---- what people call -------------------------------------------------------------

# As root: both install what they miss (Debian's packages) and leave nothing running.
demo:
	$(Q)tests/deps.sh demo
	$(Q)$(MAKE) $(if $(Q),-s) $(BIN) $(O)/tests/dnsload
	$(Q)O=$(O) tests/demo.sh

check:
	$(Q)tests/deps.sh check
	$(Q)$(MAKE) $(if $(Q),-s) tests
	$(Q)O=$(O) tests/run.sh

# rcodewatch against tshark, kernel against host, on the captures of a folder of yours.
check-captures:
	$(Q)tests/deps.sh check && $(MAKE) $(if $(Q),-s) tests
	$(Q)O=$(O) CAPTURES='$(CAPTURES)' VERBOSE='$(VERBOSE)' tests/captures.sh

# From the wire through Kafka into ClickHouse, by docs/clickhouse.md.
.PHONY: check-clickhouse
check-clickhouse:
	$(Q)tests/deps.sh clickhouse && $(MAKE) $(if $(Q),-s) $(BIN) $(O)/tests/dnsload $(O)/tests/kafka_mock
	$(Q)O=$(O) tests/clickhouse/check.sh

# The programs on Debian's kernels from 5.10 on, in virtual machines.
.PHONY: check-kernels
check-kernels:
	$(Q)tests/deps.sh kernels && $(MAKE) $(if $(Q),-s) tests
	$(Q)O=$(O) tests/kernels/run.sh

lint:
	$(Q)tests/deps.sh lint
	$(Q)O=$(O) .ci/lint

format:
	$(Q)git ls-files -co --exclude-standard '*.c' '*.h' | grep -v '^vmlinux/' | xargs clang-format -i

# The examples in the documentation are output, not typing.
docs: $(BIN)
	$(Q)docs/fill-in.sh $(BIN) docs/codes.md >$(O)/codes.md && cp $(O)/codes.md docs/codes.md

vmlinux-headers:
	$(Q)vmlinux/update.sh

install: $(BIN)
	$(call say,INSTALL,$(DESTDIR)$(PREFIX))
	$(Q)$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(DOCDIR)/docs
	$(Q)$(INSTALL) -m 755 $(BIN) $(DESTDIR)$(BINDIR)/rcodewatch
	$(Q)$(INSTALL) -m 644 docs/rcodewatch.1 $(DESTDIR)$(MANDIR)/man1
	$(Q)$(INSTALL) -m 644 README.md LICENSE $(DESTDIR)$(DOCDIR)
	$(Q)$(INSTALL) -m 644 docs/*.md docs/*.json docs/*.yml $(DESTDIR)$(DOCDIR)/docs
	$(Q)$(INSTALL) -d $(DESTDIR)$(DOCDIR)/docs/performance
	$(Q)$(INSTALL) -m 644 docs/performance/*.svg $(DESTDIR)$(DOCDIR)/docs/performance

uninstall:
	$(Q)rm -f $(DESTDIR)$(BINDIR)/rcodewatch $(DESTDIR)$(MANDIR)/man1/rcodewatch.1
	$(Q)rm -rf $(DESTDIR)$(DOCDIR)

help:
	@echo 'make              build $(O)/rcodewatch'
	@echo 'make demo         see it work on a pair of interfaces of its own (root)'
	@echo 'make check        build and run every test (root); TESTS=PATTERN runs some'
	@echo 'make unit         the unit tests alone'
	@echo 'make check-kernels   the programs on kernels from 5.10 on, in virtual machines'
	@echo 'make check-clickhouse   rows through Kafka into ClickHouse (npm fetches 550 MB)'
	@echo 'make check-captures CAPTURES=DIR   against tshark, on your captures; VERBOSE=1'
	@echo 'make bench-top    how exact the lists are, in traffic of several kinds; docs/lists.md'
	@echo 'make bench        measure it, and its peers beside it (root); docs/performance.md'
	@echo 'make lint         formatting, both compilers with -Werror, clang-tidy, cppcheck'
	@echo 'make format       format the sources'
	@echo 'make docs         renew the output shown in the documentation'
	@echo 'make install      into $$(DESTDIR)$$(PREFIX); uninstall takes it away'
	@echo 'make vmlinux-headers   renew vmlinux/*/vmlinux.h from Debian kernels'
	@echo 'make clean'
	@echo
	@echo 'V=1 shows commands. CC=, CLANG=, CFLAGS=, LDFLAGS=, O=, PREFIX=, DESTDIR=, WERROR=1 and'
	@echo 'SANITIZE=address,undefined do what they say.'

.PHONY: demo check check-captures lint format docs vmlinux-headers install uninstall help bpf-arm64

clean:
	$(Q)rm -rf $(O)

.PHONY: all clean

-include tests/fuzz/rules.mk tests/bench/rules.mk

# The headers that each object was made from, as the compilers wrote them down.
-include $(shell find $(O) -name '*.d' 2>/dev/null)
