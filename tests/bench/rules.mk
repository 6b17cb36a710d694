# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What is measured, and how: docs/performance.md.

BENCH_BPF   := $(patsubst tests/bench/%.bpf.c,%,$(wildcard tests/bench/*.bpf.c))
BENCH_SKELS := $(BENCH_BPF:%=$(O)/gen/bench_%.skel.h)
BENCH_PROGRAMS := $(patsubst %,$(O)/tests/bench/%,packet_cost place_cost txn_cost instructions growth read_cost fill_tables \
	peer_xdp run_time write_mix write_flood top)
BENCH_OBJS  := $(patsubst %.c,$(O)/%.o,$(filter-out %.bpf.c $(BENCH_PROGRAMS:$(O)/%=%.c),$(wildcard tests/bench/*.c)))

LINKED	    += $(BENCH_OBJS)

$(O)/tests/bench/%.bpf.o: tests/bench/%.bpf.c $(O)/bpf.stamp
	$(call say,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -D__TARGET_ARCH_$(BPF_ARCH) -MMD -MP -c -o $@ $<

$(O)/gen/bench_%.skel.h: $(O)/tests/bench/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(BPFTOOL) gen skeleton $< name bench_$*_bpf > $@

$(O)/tests/bench/instructions.o: $(O)/bpf.stamp
$(O)/tests/bench/instructions.o: TEST_CFLAGS += -DCLANG_MAJOR=$(firstword $(subst ., ,$(shell $(CLANG) -dumpversion)))

$(BENCH_OBJS) $(BENCH_PROGRAMS:%=%.o): | $(BENCH_SKELS)

$(BENCH_PROGRAMS): %: %.o $(BENCH_OBJS) $(TEST_LIB) $(LIB) $(O)/link.stamp
	$(call say,LINK,$@)
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $(linked) -lm $(DEP_LDLIBS)

tests: $(BENCH_PROGRAMS)

# As root. PARTS="packets peers client daemon read growth" are what there is to measure.
bench:
	$(Q)tests/deps.sh bench
	$(Q)$(MAKE) $(if $(Q),-s) $(BIN) $(O)/tests/tools/dnsload $(BENCH_PROGRAMS)
	$(Q)O=$(O) tests/bench/run.sh

# How exact the lists are. Needs no privilege.
bench-top:
	$(Q)$(MAKE) $(if $(Q),-s) $(O)/tests/bench/top
	$(Q)nice -n 10 $(O)/tests/bench/top

# The tables and curves of the last run into the documentation.
bench-docs:
	$(Q)mkdir -p docs/performance && cp $(O)/bench/*.svg docs/performance/
	$(Q)for d in performance design/transactions; do tests/bench/tables.py $(O)/bench/bench.json docs/$$d.md || exit 1; done

.PHONY: bench bench-top bench-docs
