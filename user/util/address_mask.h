/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_ADDRESS_MASK_H
#define RCODEWATCH_ADDRESS_MASK_H

#include <linux/types.h>
#include <stddef.h>

/*
 * Set the first @bits (0 to 128) of @mask and clear the others. The order is that of an address on the wire,
 * of IPv4 in the first 4 bytes, whatever the byte order here.
 */
void address_mask(size_t bits, __u64 mask[2]);

#endif
