// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/attached_list.h"

const char *const attached_hook_names[ATTACHED_HOOKS] = {
	"xdp_native",     "xdp_generic", "xdp_offload", "tcx_ingress", "tcx_egress",
	"netkit_primary", "netkit_peer", "tc_ingress",  "tc_egress",
};

struct attached_program *attached_add(struct attached_programs *attached, enum attached_hook hook)
{
	struct attached_program *program;

	if (attached->count == ATTACHED_MAX) {
		attached->unlisted++;
		return NULL;
	}
	program = &attached->list[attached->count++];
	*program = (struct attached_program){.hook = hook};
	return program;
}
