// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/hook.h"

const char *hook_name(enum hook hook)
{
	switch (hook) {
	case HOOK_XDP_NATIVE: return "xdp_native";
	case HOOK_XDP_GENERIC: return "xdp_generic";
	case HOOK_TCX: return "tcx";
	case HOOK_CLSACT: return "clsact";
	case HOOK_NONE: break;
	}
	return "none";
}
