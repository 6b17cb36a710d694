/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What maps and sums look like, from the types that the BPF object carries, so that one version recognises what
 * another has made.
 */
#ifndef RCODEWATCH_KEPT_LAYOUT_H
#define RCODEWATCH_KEPT_LAYOUT_H

#include <stddef.h>

#include "loader/kept_state.h"

struct bpf_object;

/* Begin and continue a hash that is the same in all versions (FNV-1a). */
#define KEPT_HASH_START 0xcbf29ce484222325ULL
__u64 kept_hash(__u64 hash, const void *data, size_t size);

/*
 * A hash of the maps of @object and the types of what is in them, by names, sizes and places, and of the names of
 * all that is counted by enumeration.
 */
__u64 kept_layout(const struct bpf_object *object);
/* The same of the maps of transactions alone. */
__u64 kept_layout_transactions(const struct bpf_object *object);
/* What each of the KEPT_WORDS of struct kept_sums counts: a hash; 0: nothing. 0 or -ENOENT. */
int kept_layout_words(const struct bpf_object *object, __u64 *keys);

#endif
