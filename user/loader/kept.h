/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Counting that goes on over restarts. Maps are kept by generations: a run that fits the newest generation uses its
 * maps; any other makes the next one, has the links count there, and folds what earlier ones have counted into
 * its base. docs/service.md tells why a sudden end at any point loses nothing.
 *
 * Functions are for the main thread, in the order of this file. All but kept_open() do nothing where nothing is kept.
 */
#ifndef RCODEWATCH_KEPT_H
#define RCODEWATCH_KEPT_H

#include <stdbool.h>

#include "loader/kept_links.h"
#include "loader/kept_state.h"
#include "loader/kept_table.h"
#include "service/keep.h"

#define KEPT_GENERATIONS 64u

/* A generation that is there, its state mapped. */
struct kept_generation {
	struct kept_state *state;
	size_t size; /* bytes mapped */
};

struct kept {
	struct kept_txn txn; /* the table of transactions before, as long as somebody wants it */
	struct keep keep;
	struct kept_links links;
	/* Of earlier runs, the newest last; the one in use is its last if @resumed. */
	struct kept_generation old[KEPT_GENERATIONS];
	size_t olds;
	struct kept_generation now; /* in use; state NULL: none yet */
	bool resumed;               /* its maps are those of an earlier run */
	bool folded;                /* what earlier generations counted was added */
};

/* See keep_open(). 0 or a negative errno, logged; close with kept_close(). */
int kept_open(struct kept *kept, struct attacher *attacher, const char *folder, uid_t uid,
	      gid_t gid);
void kept_close(struct kept *kept);
/* Whether counting can go on after this run. */
bool kept_active(const struct kept *kept);
/* Whether counting goes on with new maps, and no run has said so yet. */
bool kept_anew(const struct kept *kept);
/* The newest generation of earlier runs; NULL if there is none. */
const struct kept_state *kept_newest(const struct kept *kept);

/* Take the random keys of the newest generation into @config, so that both can use the same maps. */
void kept_use_keys(const struct kept *kept, struct hook_config *config);
/*
 * How received or sent packets of an interface were counted before, if they still are: for the choice of the mode;
 * HOOK_NONE if not.
 */
enum hook kept_hook(const struct kept *kept, const char *interface, __u32 ifindex,
		    enum direction direction);

/* "g3-NAME", as the map called @name of a generation is kept, in which dots become underscores. */
void kept_map_name(char text[KEEP_NAME_MAX], __u32 generation, const char *name);
/* Keep all maps of a generation no more. */
void kept_remove_generation(struct kept *kept, __u32 generation);
/* Map the state that @fd is of into this process. 0 or a negative errno: also -EINVAL, it is none. */
int kept_map_state(struct kept_generation *generation, int fd);

#endif
