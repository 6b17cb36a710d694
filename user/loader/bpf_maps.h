/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The BPF side, loaded: one set of maps, what of it is mapped into this process, and the programs to
 * attach. Attaching is attach.h, reading is read_maps.h.
 */
#ifndef RCODEWATCH_BPF_MAPS_H
#define RCODEWATCH_BPF_MAPS_H

#include "loader/bpf_objects.h"

/*
 * Load what @wants asks for, with @config. Tells the user of a failure. 0 or a negative errno;
 * on success free with bpf_maps_close().
 */
int bpf_maps_open(struct bpf_maps *maps, const struct hook_config *config,
		  const struct bpf_wants *wants);
/*
 * Load what was only wanted later, if it is not loaded: by @attacher, which loads nothing any more after that. What
 * @kept keeps (NULL: nothing) it keeps too. 0 or a negative errno, logged.
 */
int bpf_maps_load_rest(struct bpf_maps *maps, struct attacher *attacher, struct kept *kept);
void bpf_maps_close(struct bpf_maps *maps);

#endif
