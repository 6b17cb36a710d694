// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/cmd_detach.h"

#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attacher/hooks.h"
#include "loader/kept.h"
#include "report/names.h"
#include "util/log.h"
#include "util/options.h"

struct detach_settings {
	char pin[512];
	bool debug;
};

#define FIELD(member) OPTION_FIELD(struct detach_settings, member)

static const struct option_spec options[] = {
	{"pin", 0, "FOLDER", "where 'run --pin' keeps them (default\n/sys/fs/bpf/rcodewatch)",
	 OPTION_TEXT, FIELD(pin), .wrong = "needs a folder"},
	{"debug", 0, NULL, "show each step", OPTION_FLAG, FIELD(debug)},
};

const struct option_command detach_command = {
	.name = "detach",
	.operands = "[INTERFACE...]",
	.summary =
		"Detach what 'run --pin' has left attached and forget its counts; with "
		"interfaces,\n"
		"detach from these, and keep the counts as long as there are others. Not while it\n"
		"runs.",
	.epilogue = "Exit status: 0 done, 1 failure, or there was nothing, 2 wrong usage.",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
};

static bool wanted(__u32 ifindex, char **names, int count)
{
	for (int i = 0; i < count; i++)
		if (if_nametoindex(names[i]) == ifindex)
			return true;
	return count == 0;
}

static void tell(__u32 ifindex, __u32 direction, enum hook hook)
{
	char name[IF_NAMESIZE];

	log_info("detached from %s: %s by %s",
		 if_indextoname(ifindex, name) ? name : "an interface that has gone",
		 direction_names[direction ? DIRECTION_TX : DIRECTION_RX], hook_name(hook));
}

/* Gives how many were detached. */
static size_t detach_links(struct kept *kept, char **names, int count)
{
	size_t detached = 0;

	for (size_t i = 0; i < kept->links.count;) {
		const struct kept_link link = kept->links.link[i];

		if (!wanted(link.ifindex, names, count)) {
			i++;
			continue;
		}
		kept_links_remove(&kept->links, link.fd);
		tell(link.ifindex, link.direction, link.hook);
		detached++;
	}
	return detached;
}

/* The same of filters; *@left: how many there are of others. */
static size_t detach_filters(const struct kept *kept, char **names, int count, size_t *left)
{
	size_t detached = 0;

	for (size_t g = 0; g < kept->olds; g++)
		for (__u32 i = 0; i < kept->old[g].state->points; i++) {
			struct kept_point *point = &kept->old[g].state->point[i];

			if (point->hook != HOOK_CLSACT)
				continue;
			if (!wanted(point->ifindex, names, count)) {
				(*left)++;
				continue;
			}
			clsact_detach((int)point->ifindex,
				      point->direction ? DIRECTION_TX : DIRECTION_RX,
				      point->program_id);
			tell(point->ifindex, point->direction, HOOK_CLSACT);
			point->hook = HOOK_NONE;
			detached++;
		}
	return detached;
}

static void remove_all(struct kept *kept, const char *folder)
{
	while (kept->keep.count) {
		char name[KEEP_NAME_MAX];

		memcpy(name, kept->keep.object[0].name, sizeof(name));
		keep_remove(&kept->keep, name);
	}
	/* One with files of others stays. */
	if (rmdir(folder) < 0)
		log_debug("%s stays: %s", folder, strerror(errno));
}

static int detach_pinned(struct kept *kept, const char *folder, char **names, int count)
{
	size_t left = 0, detached;
	struct stat status;
	bool any;

	if (lstat(folder, &status) < 0) {
		log_error("nothing is pinned in %s: %s", folder, strerror(errno));
		return EXIT_FAILED;
	}
	for (int i = 0; i < count; i++)
		if (!if_nametoindex(names[i])) {
			log_error("no interface '%s': 'ip link' lists them", names[i]);
			return EXIT_FAILED;
		}
	/* Its owner may have what is in it removed. */
	if (kept_open(kept, NULL, folder, status.st_uid, status.st_gid) < 0)
		return EXIT_FAILED;
	any = kept->keep.count > 0;
	detached = detach_links(kept, names, count);
	detached += detach_filters(kept, names, count, &left);
	if (kept->links.count + left == 0)
		remove_all(kept, folder);
	if (!detached && (count || !any))
		log_error("nothing was attached there");
	return detached || (!count && any) ? EXIT_DONE : EXIT_FAILED;
}

int cmd_detach(int argc, char **argv)
{
	struct detach_settings settings = {.pin = "/sys/fs/bpf/rcodewatch"};
	struct kept *kept = calloc(1, sizeof(*kept));
	int first = options_parse(&detach_command, argc, argv, &settings);
	int status = EXIT_USAGE;

	if (!kept)
		log_error("out of memory");
	if (first >= 0 && kept) {
		if (settings.debug)
			log_debug_enable();
		kept->keep.folder = -1;
		status = detach_pinned(kept, settings.pin, argv + first, argc - first);
		kept_close(kept);
	}
	free(kept);
	return first == OPTIONS_HELP ? EXIT_DONE : status;
}
