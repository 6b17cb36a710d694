/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What can be fuzzed. A target is run by libFuzzer (libfuzzer.c) or, without it, over its corpus by
 * tests/unit/test_fuzz_corpus.c. It aborts with a line on standard error when something that must
 * hold does not.
 */
#ifndef RCODEWATCH_TESTS_FUZZ_TARGET_H
#define RCODEWATCH_TESTS_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fuzz_target {
	const char *name; /* its corpus is tests/fuzz/corpus/NAME */
	void (*run)(const uint8_t *data, size_t size);
	/*
	 * Change the @size bytes at @data, for which there is room up to @max (at least 1), in a way
	 * that keeps some of their meaning; gives the new size. NULL: bytes are changed blindly.
	 */
	size_t (*mutate)(uint8_t *data, size_t size, size_t max, uint32_t seed);
};

extern const struct fuzz_target fuzz_packet, fuzz_tcp, fuzz_capture, fuzz_options, fuzz_text,
	fuzz_files, fuzz_history, fuzz_control, fuzz_last_good, fuzz_alerts, fuzz_transactions,
	fuzz_viewer;

/* Blind changes to bytes, as fuzz_target.mutate: libFuzzer's, or simple ones without it. */
extern size_t (*fuzz_bytes)(uint8_t *data, size_t size, size_t max);

/* How often the packet parser has been called by targets, for the count of executions. */
extern uint64_t fuzz_frames;

/* Say what does not hold and abort. */
void fuzz_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* A random sequence that its seed determines (splitmix64). */
struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *r)
{
	uint64_t x = r->state += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

/* From 0 to @count - 1; 0 if @count is 0. */
static inline size_t random_below(struct random *r, size_t count)
{
	return count ? (size_t)((random_next(r) >> 32) * count >> 32) : 0;
}

/* True once in @times. */
static inline bool random_once_in(struct random *r, size_t times)
{
	return random_below(r, times) == 0;
}

static inline unsigned int get_u16(const uint8_t *at)
{
	return (unsigned int)at[0] << 8 | at[1];
}

static inline void set_u16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline uint32_t get_u32(const uint8_t *at)
{
	return (uint32_t)get_u16(at) << 16 | get_u16(at + 2);
}

static inline void set_u32(uint8_t *at, uint32_t value)
{
	set_u16(at, value >> 16);
	set_u16(at + 2, value & 0xffff);
}

#endif
