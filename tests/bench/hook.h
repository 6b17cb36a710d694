/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is measured by test runs: programs of one hook, by themselves or behind a mutator. Every
 * function that can fail ends the program with a line on standard error instead: a bench that
 * cannot measure has nothing else to do.
 */
#ifndef RCODEWATCH_BENCH_HOOK_H
#define RCODEWATCH_BENCH_HOOK_H

#include <bpf/bpf.h>
#include <stdbool.h>
#include <stdint.h>

#include "loader/bpf_maps.h"
#include "mutation.h"

struct bpf_object;

enum hook_kind { HOOK_KIND_XDP, HOOK_KIND_TC, HOOK_KINDS };

extern const char *const hook_kind_names[HOOK_KINDS];

void bench_failed(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* The configuration of `run` on one interface, with all four lists and otherwise the defaults. */
struct hook_config bench_config(void);
/* Whether configurations to come follow transactions, as `run` does by default; at first they do not. */
void bench_transactions(bool follow);
/* Have them do so under locks, as on kernels that have no compare-and-swap for programs. */
void bench_locks(void);
/* Have configurations to come leave all packets to the slow path. */
void bench_slow_path(void);

/* Let it be for both directions of @interfaces, at most MAX_INTERFACES. */
void bench_interfaces(struct hook_config *config, __u32 interfaces);

/*
 * Stay on one CPU: the last that we may use, as the first has the most interrupts, or with @first the
 * first. Where that fails the figures only scatter more.
 */
void bench_one_cpu(bool first);

/* The verdict with which programs of @kind pass a packet, and their type. */
int hook_passes(enum hook_kind kind);
enum bpf_prog_type hook_type(enum hook_kind kind);

/* Where variable @name of @object, which is not loaded yet, has its initial value, and its size; or NULL. */
void *hook_rodata(const struct bpf_object *object, const char *name, size_t *size);

/* A program that passes every packet. Its descriptor. */
int hook_empty(enum hook_kind kind, bool frags);

/*
 * The program of @kind for received packets as it was built, loaded; its descriptor. The one of tc for sent packets is there, too. @maps: see
 * bpf_maps_close().
 */
int hook_built(struct bpf_maps *maps, enum hook_kind kind);

/*
 * The program rcodewatch_rx of the object file at @path, loaded with the configuration and the sizes
 * of maps that @built has. Its descriptor; *@object is the caller's to close.
 */
int hook_from_file(struct bpf_object **object, const char *path, enum hook_kind kind,
		   const struct bpf_maps *built);

/*
 * A program that changes the packet as @mutation says and hands it to @next. Its descriptor;
 * *@object is the caller's to close.
 */
int hook_mutator(struct bpf_object **object, enum hook_kind kind, const struct mutation *mutation,
		 bool frags, int next);

/* Have the mutator of @object, or the program that measures in place, change packets from now on as another one with this @seed does. */
void hook_restart(const struct bpf_object *object, __u64 seed);
/* Run the program @fd @times times on a packet, each of which it must pass. Gives the CPU time, ns, with the system call's. */
double hook_run(enum hook_kind kind, int fd, const void *frame, size_t length, uint32_t times);

/*
 * CPU time of a run of the program @fd on a packet, ns: of @times + 1 runs without that of a call that runs it
 * once. It must pass every packet. Of an XDP program 20 ms of runs are to be measured at once, as the kernel
 * patches its own code before it calls another one than last time (kernel/bpf/dispatcher.c): that takes 200 us, and
 * for some milliseconds after it all takes twice as long.
 */
double hook_cost(enum hook_kind kind, int fd, const void *frame, size_t length, uint32_t times);

#endif
