# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Fuzzing, by clang's libFuzzer under ASan and UBSan; the replay of the corpora without it; coverage.
#
#   make fuzz [FUZZ_SECONDS=60] [FUZZ_TARGETS="packet tcp ..."]   what is new goes to $(O)/fuzz/new

FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?= packet tcp transactions capture options text files history control viewer last_good alerts
FUZZ_CC	     ?= clang
FUZZ_SAN     := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZ_CFLAGS  := $(filter-out $(HARDENING),$(TEST_CFLAGS)) -Wno-unused-command-line-argument \
	-O2 -g -Itests/fuzz
FUZZ_SRCS    := $(filter-out %/libfuzzer.c %/replay.c %/write_corpus.c,$(wildcard tests/fuzz/*.c))
# Speed is what finds things: what only drives or checks is not instrumented, and comparisons are not
# traced, as the mutators know what values matter.
FUZZ_WATCH   := -fsanitize-coverage=inline-8bit-counters,pc-table $(FUZZ_SAN)
FUZZ_UNWATCHED   := $(filter-out tests/fuzz/frame.c,$(FUZZ_SRCS)) $(filter-out %/host_super.c,$(TEST_LIB_SRCS))
FUZZ_WATCHED := tests/fuzz/frame.c $(filter-out user/cli/main.c user/parser/host_store.c,$(USER_SRCS))
FUZZ_LIB     := $(O)/fuzz/librcodewatch.a
STAMPS	     += fuzz
STAMP_fuzz    = $(FUZZ_CC): $(FUZZ_CC_VERSION): $(AR): $(FUZZ_CFLAGS) $(FUZZ_WATCH): $(DEP_LDLIBS): $(DEP_VERSIONS): \
	$(CPATH) $(C_INCLUDE_PATH) $(LIBRARY_PATH) $(COMPILER_PATH): $(sort $(FUZZ_UNWATCHED) $(FUZZ_WATCHED))
FUZZ_CC_VERSION := $(call version_of,$(FUZZ_CC))
FUZZ_PROGRAMS := $(FUZZ_TARGETS:%=$(O)/fuzz/fuzz_%)

$(O)/fuzz/%.o: %.c $(O)/fuzz.stamp | $(SKELS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) $(if $(filter $(FUZZ_WATCHED),$<),$(FUZZ_WATCH)) -c -o $@ $<

$(FUZZ_LIB): $(FUZZ_UNWATCHED:%.c=$(O)/fuzz/%.o) $(FUZZ_WATCHED:%.c=$(O)/fuzz/%.o) $(O)/fuzz.stamp
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) crs $@ $(linked)

$(FUZZ_PROGRAMS): $(O)/fuzz/fuzz_%: tests/fuzz/libfuzzer.c $(FUZZ_LIB) $(O)/fuzz.stamp
	$(call say,LINK,$@)
	$(Q)$(FUZZ_CC) $(filter-out -MD -MP,$(FUZZ_CFLAGS)) -fsanitize=fuzzer $(FUZZ_SAN) -DFUZZ_TARGET=fuzz_$* -o $@ $(linked) $(DEP_LDLIBS)

fuzz-programs: $(FUZZ_PROGRAMS)

fuzz:
	$(Q)tests/deps.sh fuzz
	$(Q)$(MAKE) fuzz-programs
	$(Q)O=$(O) FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run.sh $(FUZZ_TARGETS)

# The replay, with the compiler and the flags of everything else: a unit test like the others.
FUZZ_REPLAY := $(O)/tests/unit/test_fuzz_corpus
UNIT_TESTS  += $(FUZZ_REPLAY)
FUZZ_OBJS   := $(FUZZ_SRCS:%.c=$(O)/%.o)
LINKED	    += $(FUZZ_SRCS)

$(O)/tests/fuzz/%.o: TEST_CFLAGS += -Itests/fuzz

$(FUZZ_REPLAY): $(O)/tests/fuzz/replay.o $(FUZZ_OBJS) $(TEST_LIB) $(LIB) $(O)/link.stamp
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $(linked) $(TEST_LDLIBS) $(DEP_LDLIBS)

# The seeds anew, after a change to the named packets; what fuzzing found stays.
$(O)/tests/fuzz/write_corpus: $(O)/tests/fuzz/write_corpus.o $(O)/tests/fuzz/shape.o $(O)/tests/fuzz/tunnel.o $(TEST_LIB) $(LIB) $(O)/link.stamp
	$(call say,LINK,$@)
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $(linked) $(DEP_LDLIBS)

fuzz-seeds: $(O)/tests/fuzz/write_corpus
	$(Q)$< tests/fuzz/corpus

tests unit: $(FUZZ_REPLAY)

# Branch coverage by the unit tests and the corpora.
coverage:
	$(Q)tests/deps.sh coverage
	$(Q)O=$(O) tests/coverage/measure.sh

.PHONY: fuzz fuzz-programs fuzz-seeds coverage
