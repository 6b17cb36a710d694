/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How many names there were, from the registers that hll_add() of top_count.h has filled. */
#ifndef RCODEWATCH_HLL_H
#define RCODEWATCH_HLL_H

#include <stdint.h>

#include "abi.h"

/* The highest rank that a register can hold: of 56 bits that are all 0. */
#define HLL_RANK_MAX 57u

/*
 * Estimate how many different names were taken into @hll. 0 if none was. The relative standard
 * error is 1.04 / sqrt(256), 6.5 %, and less for the fewest: Ertl, "New cardinality estimation
 * algorithms for HyperLogLog sketches" (2017), section 2, which has no bias where the estimator of
 * Flajolet et al. hands over from few names to many. A rank that cannot be is taken as the highest.
 */
double hll_estimate(const uint8_t hll[HLL_SIZE]);

/*
 * Make @hll those of all names that are in them or in @more. Both must have been filled under one
 * name_key (abi.h). Estimates of parts cannot be added up: the parts can share names.
 */
void hll_merge(uint8_t hll[restrict HLL_SIZE], const uint8_t more[restrict HLL_SIZE]);

#endif
