// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * `rcodewatch run` that is killed at a step of handing over: the one that the file $KILL_AT names, if that is there. A
 * number behind the name and a blank passes over so many of that name. The file is removed. With $TXN_LOCKS set transactions are as
 * on kernels that have no compare-and-swap for programs.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attacher/kernel_clock.h"
#include "cli/cmd_run.h"
#include "loader/kept_step.h"
#include "parser/txn_table.h"

static char step[32];
static int passed;

/* In the place of kept_step() and of what surrounds the swap of a query that is swept, by the linker. */
void __wrap_kept_step(const char *name);
void __real_txn_swept_begin(struct txn_swept *swept, const struct hook_config *config, size_t at,
			    __u64 word);
void __wrap_txn_swept_begin(struct txn_swept *swept, const struct hook_config *config, size_t at,
			    __u64 word);
void __real_txn_swept_end(struct txn_swept *swept, const struct hook_config *config, bool done);
void __wrap_txn_swept_end(struct txn_swept *swept, const struct hook_config *config, bool done);

void __wrap_kept_step(const char *name)
{
	if (strcmp(name, step) == 0 && passed-- == 0)
		raise(SIGKILL); /* kill(2) is filtered */
}

bool __real_kernel_has_swap(void);
bool __wrap_kernel_has_swap(void);

bool __wrap_kernel_has_swap(void)
{
	return !getenv("TXN_LOCKS") && __real_kernel_has_swap();
}

void __wrap_txn_swept_begin(struct txn_swept *swept, const struct hook_config *config, size_t at,
			    __u64 word)
{
	__real_txn_swept_begin(swept, config, at, word);
	__wrap_kept_step("swap");
}

void __wrap_txn_swept_end(struct txn_swept *swept, const struct hook_config *config, bool done)
{
	__wrap_kept_step("swapped");
	__real_txn_swept_end(swept, config, done);
	__wrap_kept_step("swept");
}

int main(int argc, char **argv)
{
	const char *path = getenv("KILL_AT");
	FILE *file = path ? fopen(path, "re") : NULL;

	if (file) {
		if (fscanf(file, "%31s %d", step, &passed) < 1)
			step[0] = '\0';
		fclose(file);
		unlink(path);
	}
	return argc > 1 ? cmd_run(argc - 1, argv + 1) : 2;
}
