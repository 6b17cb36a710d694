/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the programs and their maps cost in the kernel. */
#ifndef RCODEWATCH_KERNEL_COST_H
#define RCODEWATCH_KERNEL_COST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loader/attach.h"

struct bpf_maps;

/* Programs, as metrics call what they are attached to. */
enum cost_program { COST_XDP, COST_INGRESS, COST_EGRESS, COST_PROGRAMS };

struct kernel_cost {
	size_t memory; /* bytes */
	struct {
		bool measured; /* the kernel keeps, or has kept, statistics; it is not asked to */
		uint64_t runs, run_ns;
	} program[COST_PROGRAMS];
};

/* The program of a hook; of an interface that has gone, of the direction. */
enum cost_program kernel_cost_program(enum hook hook, enum direction direction);

/* bpf_prog_info of kernel 5.1: run_cnt, run_time_ns. What cannot be read is not measured. */
void kernel_cost_read(const struct bpf_maps *maps, struct kernel_cost *cost);

#endif
