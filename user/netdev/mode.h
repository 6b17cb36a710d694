/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * By which hook an interface's ingress is watched: a decision on facts alone, so that `check` can
 * say beforehand what `run` will do. Egress is always watched by tc.
 */
#ifndef RCODEWATCH_MODE_H
#define RCODEWATCH_MODE_H

#include <stddef.h>

#include "util/options.h"
#include "util/tristate.h"
#include "netdev/interface.h"
#include "netdev/kernel_probe.h"

enum attach_mode {
	MODE_AUTO,
	MODE_NATIVE,  /* XDP in the driver */
	MODE_TC,      /* tc ingress: tcx, or a clsact filter */
	MODE_GENERIC, /* XDP in the stack, at about tc's cost; only when asked for */
	MODE_COUNT,
};

/* "auto", "native", "tc", "generic": what --mode takes. Indexed by the enum. */
extern const struct option_word mode_words[MODE_COUNT + 1];

/* Room for any sentence that the functions here write. */
#define MODE_WHY_MAX 256

/*
 * What --mode auto is on this interface: native where the driver is known to attach without
 * disturbing the link and nothing stands against it, else tc. Never generic. @why: a clause that
 * gives the reason, for both.
 */
enum attach_mode mode_choose(const struct interface_facts *interface,
			     const struct kernel_facts *kernel, char *why, size_t size);

/*
 * Would attaching a program natively succeed, whatever it disturbs? TRISTATE_UNKNOWN for a driver that
 * neither the kernel nor the table of drivers tells about. @why: a clause with the reason, for all
 * three.
 */
enum tristate mode_native_possible(const struct interface_facts *interface,
				   const struct kernel_facts *kernel, char *why, size_t size);

/*
 * The largest MTU with which the driver takes our program natively, on this kernel: bytes,
 * DRIVER_NO_LIMIT where frames may be in several buffers, or 0 if that is not known.
 */
uint32_t mode_mtu_limit(const struct interface_facts *interface, const struct kernel_facts *kernel);

/* As mode_native_possible(), for generic XDP. */
enum tristate mode_generic_possible(const struct interface_facts *interface, char *why,
				    size_t size);

/* Whether an XDP program of others is there, behind which tc does not see what that drops, answers or redirects. */
bool mode_behind_xdp(const struct interface_facts *interface);

#endif
