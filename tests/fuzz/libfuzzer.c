// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The hooks that libFuzzer calls: https://llvm.org/docs/LibFuzzer.html. Compiled once for each
 * target with -DFUZZ_TARGET=its variable.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "target.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);

static void tell_frames(void)
{
	if (fuzz_frames)
		fprintf(stderr, "stat::packets_parsed: %" PRIu64 "\n", fuzz_frames);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_bytes = LLVMFuzzerMutate;
	atexit(tell_frames);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_TARGET.run(data, size);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	return FUZZ_TARGET.mutate ? FUZZ_TARGET.mutate(data, size, max, seed)
				  : LLVMFuzzerMutate(data, size, max);
}
