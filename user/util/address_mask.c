// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/address_mask.h"

#include <stdint.h>
#include <string.h>

void address_mask(size_t bits, __u64 mask[2])
{
	uint8_t bytes[2 * sizeof(mask[0])] = {0};

	for (size_t bit = 0; bit < bits; bit++)
		bytes[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
	memcpy(mask, bytes, sizeof(bytes));
}
