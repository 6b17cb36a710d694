# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Whether the unit tests notice random one-operator changes to include/: docs/testing.md.
#
#   make mutate [N=100] [SEED=1] [JOBS=2] [ONLY='tcp_*.h'] [PICK=FILE] [AGAIN=1]   all it makes is in $(O)/mutate

N    ?= 100
SEED ?= 1
JOBS ?= 2
ONLY ?= *.h
# Those that concern the parser and take no more than a second; first what finds most.
MUTATE_TESTS := $(addprefix test_,parser tcp fastpath lists bounds decap mix packet tcp_id contended top_set top_read \
	suffixes host_link pcap hll top_list topk top_settings \
	ede_text generators rates snapshot subdomain)
MUTATE_ABSENT := $(filter-out $(notdir $(UNIT_TESTS)),$(MUTATE_TESTS))
$(if $(MUTATE_ABSENT),$(error tests/mutate/rules.mk: no such unit test: $(MUTATE_ABSENT)))
# Without what is only there to harden: it takes time, and the program is ours.
MUTATE_FLAGS := CC=$(CC) CFLAGS=-O2 HARDENING=-ftrivial-auto-var-init=zero

mutate:
	$(Q)tests/deps.sh build
	$(Q)mkdir -p $(O)
	$(Q)tests/mutate/mutate.py --out $(O)/mutate --number $(N) --seed $(SEED) --jobs $(JOBS) --only '$(ONLY)' \
		$(if $(PICK),--pick '$(PICK)') $(if $(AGAIN),--again) --flags '$(MUTATE_FLAGS)' --equivalent tests/mutate/equivalent.txt $(MUTATE_TESTS)

.PHONY: mutate
