/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The maps of a generation: used again, or made and kept. For bpf_maps.c and the start of a run. */
#ifndef RCODEWATCH_KEPT_MAPS_H
#define RCODEWATCH_KEPT_MAPS_H

#include "loader/bpf_objects.h"
#include "loader/kept.h"

struct bpf_object;

/*
 * Before the maps of @object, that of @maps, which is open and has its sizes, are made: give those of the newest generation, if
 * all is equal, in @old, *@olds of them, which stay the keep's, and kept->now its state; or else have @attacher make the
 * state of the next generation. @interfaces: names by position. 0 or a negative errno, logged.
 */
int kept_maps_choose(struct kept *kept, const struct bpf_maps *maps,
		     const struct bpf_object *object, const char interfaces[][IF_NAMESIZE],
		     struct attacher *attacher, int old[SHARED_MAPS_MAX], size_t *olds);
/* How much memory the state takes, in bytes; 0 if nothing is kept. */
size_t kept_maps_memory(const struct kept *kept, __u32 points);
/*
 * Once maps and programs are loaded, and before any link has one: keep what this run has made. 0 or a negative
 * errno, logged.
 */
int kept_maps_keep(struct kept *kept, const struct bpf_maps *maps, const struct bpf_object *object);
/* Likewise of programs that were loaded later. */
int kept_maps_keep_paths(struct kept *kept, const struct bpf_maps *maps);
/* Once all links have the new programs: what no link needs is kept no more. Not the maps of earlier generations. */
void kept_maps_sweep(struct kept *kept, const struct bpf_maps *maps);

#endif
