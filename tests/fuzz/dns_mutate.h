/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Changes to a DNS message that leave it enough of one for the parser to get deep into it. */
#ifndef RCODEWATCH_TESTS_FUZZ_DNS_MUTATE_H
#define RCODEWATCH_TESTS_FUZZ_DNS_MUTATE_H

#include "target.h"

/* Change the @size bytes at @msg, with room up to @max. Gives the new size. */
size_t dns_mutate(uint8_t *msg, size_t size, size_t max, struct random *random);

#endif
