/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Keys of hashes from a number, for `read`: the same capture gives the same figures under the same number.
 * Anybody can compute such keys; against traffic that may be aimed at them they are drawn at random.
 */
#ifndef RCODEWATCH_SEED_H
#define RCODEWATCH_SEED_H

#include <stdint.h>

#include "abi.h"

/* Set config->name_key, top_key and flow_seed to what belongs to @seed. */
void seed_keys(struct hook_config *config, uint64_t seed);

#endif
