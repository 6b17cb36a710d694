// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "full.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "hook.h"

static void fill(int fd, const void *value, __u32 entries, __u32 sets)
{
	for (__u32 i = 0; i < entries; i++) {
		struct rare_key key = {
			.set = (__u16)(i % sets),
			.kind = RARE_EDE,
			.value = (i % RCODE_DIRECT) << 16 | (EDE_DIRECT + i),
		};

		/* E2BIG: real traffic was there before and has taken some of the room. */
		if (bpf_map_update_elem(fd, &key, value, BPF_ANY) < 0 && errno != E2BIG)
			bench_failed("cannot fill a table: %s", strerror(errno));
	}
}

void full_tables(int rares_fd, int ede_texts_fd, __u32 points)
{
	/* Nobody sent them: what is reported stays true. */
	static const __u64 value;
	static const struct ede_text text = {
		.length = EDE_TEXT_MAX,
		.text = "a text as long as they come: what has gone wrong, where, and w",
	};

	fill(rares_fd, &value, 2 * RARE_ENTRIES, 2 * points);
	fill(ede_texts_fd, &text, EDE_TEXTS, points);
}
