// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/hook_objects.h"
#include "place_hook.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "bench_place_tc.skel.h"
#include "bench_place_xdp.skel.h"

#define EVICTOR_PIECES \
	2200u /* each some 60 bytes of machine code: 128 KiB, beyond any nearest cache */
#define PIECE_INSNS 10u

/* An 8-byte constant, 10 bytes of machine code. */
static struct bpf_insn *put_constant(struct bpf_insn *at)
{
	*at++ = (struct bpf_insn){
		.code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = BPF_REG_1, .imm = 1};
	*at++ = (struct bpf_insn){.imm = 1};
	return at;
}

/* A branch over the next constant. */
static struct bpf_insn *put_branch(struct bpf_insn *at, __u8 condition)
{
	*at++ = (struct bpf_insn){.code = (__u8)(BPF_JMP | condition | BPF_K),
				  .dst_reg = BPF_REG_6,
				  .off = 2,
				  .imm = 0x7fffffff};
	return at;
}

/*
 * Straight code, with one branch that is taken and one that is not in about each 64 bytes: what runs for
 * it pushes other code out of the nearest caches, and other branches out of the predictors.
 */
static int load_evictor(enum hook_kind kind, bool frags)
{
	const __u32 insns = EVICTOR_PIECES * PIECE_INSNS + 4;
	struct bpf_insn *code = calloc(insns, sizeof(*code)), *at = code;
	LIBBPF_OPTS(bpf_prog_load_opts, options,
		    .expected_attach_type = kind == HOOK_KIND_XDP ? BPF_XDP : 0,
		    .prog_flags = kind == HOOK_KIND_XDP && frags ? XDP_HAS_FRAGS : 0);
	int fd;

	if (!code)
		bench_failed("out of memory");
	/* The CPU's number: nothing that the verifier knows. */
	*at++ = (struct bpf_insn){.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_smp_processor_id};
	*at++ = (struct bpf_insn){
		.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_6, .src_reg = BPF_REG_0};
	for (__u32 i = 0; i < EVICTOR_PIECES; i++) {
		at = put_constant(put_branch(at, BPF_JEQ));
		at = put_constant(put_branch(at, BPF_JNE));
		at = put_constant(put_constant(at));
	}
	*at++ = (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K,
				  .dst_reg = BPF_REG_0,
				  .imm = hook_passes(kind)};
	*at++ = (struct bpf_insn){.code = BPF_JMP | BPF_EXIT};
	fd = bpf_prog_load(hook_type(kind), "evictor", "GPL", code, (size_t)(at - code), &options);
	free(code);
	if (fd < 0)
		bench_failed("cannot load the evictor: %s", strerror(-fd));
	return fd;
}

static int map_fd(const struct place_hook *hook, const char *name)
{
	return bpf_object__find_map_fd_by_name(hook->object, name);
}

static void put_program(const struct place_hook *hook, const char *map, int fd)
{
	__u32 zero = 0;

	if (bpf_map_update_elem(map_fd(hook, map), &zero, &fd, BPF_ANY) < 0)
		bench_failed("cannot set the program of '%s'", map);
}

void place_open(struct place_hook *hook, enum hook_kind kind, const struct mutation *mutation,
		__u32 frames, bool evict, bool frags, int next)
{
	static int evictors[HOOK_KINDS]; /* loaded once each, until the process ends */
	struct bpf_program *program;
	struct place *place;
	size_t size;
	const void *elf = kind == HOOK_KIND_XDP ? bench_place_xdp_bpf__elf_bytes(&size)
						: bench_place_tc_bpf__elf_bytes(&size);
	void *at;

	*hook = (struct place_hook){.kind = kind};
	hook->object = bpf_object__open_mem(elf, size, NULL);
	place = hook->object ? hook_rodata(hook->object, "place", &size) : NULL;
	at = hook->object ? hook_rodata(hook->object, "mutation", &size) : NULL;
	if (!place || !at)
		bench_failed("the program that measures in place is broken");
	*place = (struct place){.frames = frames, .evict = evict};
	memcpy(at, mutation, sizeof(*mutation));
	program = bpf_object__find_program_by_name(hook->object, "in_place");
	if (kind == HOOK_KIND_XDP && frags)
		bpf_program__set_flags(program, XDP_HAS_FRAGS);
	if (bpf_object__load(hook->object) < 0)
		bench_failed("cannot load the program that measures in place");
	hook->fd = bpf_program__fd(program);
	if (evict && !evictors[kind])
		evictors[kind] = load_evictor(kind, frags);
	if (evict)
		put_program(hook, "evictor", evictors[kind]);
	put_program(hook, "next", next);
}

void place_close(struct place_hook *hook)
{
	bpf_object__close(hook->object);
	*hook = (struct place_hook){0};
}

void place_frame(const struct place_hook *hook, __u32 number, const void *bytes, size_t length)
{
	struct place_frame frame = {.length = (__u32)length};

	if (length > sizeof(frame.bytes))
		bench_failed("a frame of %zu bytes is too long to be measured", length);
	memcpy(frame.bytes, bytes, length);
	if (bpf_map_update_elem(map_fd(hook, "frames"), &number, &frame, BPF_ANY) < 0)
		bench_failed("cannot set a frame");
}

__u64 place_times(const struct place_hook *hook, __u32 number)
{
	struct place_frame frame;

	if (bpf_map_lookup_elem(map_fd(hook, "frames"), &number, &frame) < 0)
		bench_failed("cannot read a frame");
	return frame.times;
}

double place_cost(const struct place_hook *hook, __u32 runs)
{
	static const __u8 room[PLACE_FRAME_MAX];
	struct place_sum sum = {0};
	__u32 zero = 0;

	if (bpf_map_update_elem(map_fd(hook, "sums"), &zero, &sum, BPF_ANY) < 0)
		bench_failed("cannot clear the sums");
	hook_run(hook->kind, hook->fd, room, sizeof(room), runs);
	if (bpf_map_lookup_elem(map_fd(hook, "sums"), &zero, &sum) < 0 || sum.runs != runs)
		bench_failed("the program was not run %u times", runs);
	return (double)sum.ns / (double)sum.runs;
}
