/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* fuzz_target.mutate of the packet target: see scenario.h for its input. */
#ifndef RCODEWATCH_TESTS_FUZZ_PACKET_MUTATE_H
#define RCODEWATCH_TESTS_FUZZ_PACKET_MUTATE_H

#include "target.h"

size_t packet_mutate(uint8_t *data, size_t size, size_t max, uint32_t seed);

#endif
