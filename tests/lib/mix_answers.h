/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Answers as a resolver on one interface sends and gets them: it answers clients, and authoritative
 * servers answer it. Flags, addresses and errors are those that each kind of server gives.
 */
#ifndef RCODEWATCH_TESTS_MIX_ANSWERS_H
#define RCODEWATCH_TESTS_MIX_ANSWERS_H

#include <stdbool.h>

#include "mix.h"

/*
 * Append the packets of MIX_HEALTHY, or with @outage of MIX_OUTAGE; of MIX_UPSTREAM or
 * MIX_UPSTREAM_OUTAGE; of MIX_CODES. Parameters are those of mix_build().
 */
void mix_to_clients(struct mix *mix, uint64_t seed, const uint8_t *destination_mac, bool outage);
void mix_from_servers(struct mix *mix, uint64_t seed, const uint8_t *destination_mac, bool outage);
void mix_every_code(struct mix *mix, uint64_t seed, const uint8_t *destination_mac);

#endif
