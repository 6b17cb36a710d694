/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The maps that all programs share: how large, for the process that makes them and the one that plans them. */
#ifndef RCODEWATCH_SHARED_MAPS_H
#define RCODEWATCH_SHARED_MAPS_H

#include "attacher/protocol.h"

struct bpf_map;
struct bpf_object;

/* Sizes for @load of the maps of @object, which is open and not loaded. */
void shared_maps_size(const struct bpf_object *object, const struct attacher_load *load);
/* Whether the map of @fd has the type and sizes of @map. */
bool shared_map_has_form(int fd, const struct bpf_map *map);
/*
 * Let @object use the maps of the @count descriptors, in the order of its own; they stay the caller's. 0, -EINVAL if one is of
 * another form, or another negative errno.
 */
int shared_maps_reuse(const struct bpf_object *object, const int *fds, size_t count);
/* How many maps @object has. */
size_t shared_maps_count(const struct bpf_object *object);

#endif
