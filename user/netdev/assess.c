// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/assess.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "netdev/drivers.h"

/* What the maps of a default run need (--memory), with room for the rest. */
#define MEMLOCK_NEEDED (72ull << 20)

const char *const finding_level_names[FINDING_LEVELS] = {"note", "warning", "unfit"};

static void add(struct findings *findings, enum finding_level level, const char *id,
		const char *format, ...) __attribute__((format(printf, 4, 5)));

static void add(struct findings *findings, enum finding_level level, const char *id,
		const char *format, ...)
{
	struct finding *finding = &findings->list[findings->count];
	va_list args;

	if (findings->count == FINDINGS_MAX)
		return;
	findings->count++;
	finding->level = level;
	finding->id = id;
	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
}

static void assess_privileges(const struct kernel_facts *kernel, struct findings *findings)
{
	if (!kernel->cap_bpf || !kernel->cap_net_admin)
		add(findings, FINDING_WARNING, "no_privilege",
		    "this process lacks %s%s%s, which 'run' needs: run it as root, or give it "
		    "those",
		    kernel->cap_bpf ? "" : "CAP_BPF",
		    kernel->cap_bpf || kernel->cap_net_admin ? "" : " and ",
		    kernel->cap_net_admin ? "" : "CAP_NET_ADMIN");
	else if (!kernel->cap_perfmon)
		add(findings, FINDING_WARNING, "no_privilege",
		    "this process lacks CAP_PERFMON, without which the verifier refuses programs "
		    "that look into packets (but for mitigations=off): run it as root, or give it "
		    "that");
}

void assess_kernel(const struct kernel_facts *kernel, struct findings *findings)
{
	if (kernel->version && kernel->version < KERNEL_FLOOR)
		add(findings, FINDING_UNFIT, "kernel_too_old",
		    "Linux %s is too old: 5.10 or later is needed", kernel->release);
	if (kernel->btf == TRISTATE_NO)
		add(findings, FINDING_UNFIT, "no_btf",
		    "the kernel gives no type information at /sys/kernel/btf/vmlinux: one built "
		    "with CONFIG_DEBUG_INFO_BTF is needed");
	if (kernel->preempt_rt == TRISTATE_YES)
		add(findings, FINDING_WARNING, "preempt_rt",
		    "this is a PREEMPT_RT kernel, on which a packet can interrupt the counting of "
		    "another: figures may come out slightly low");
	if (kernel->jit == TRISTATE_NO)
		add(findings, FINDING_WARNING, "no_jit",
		    "BPF programs are interpreted, which costs several times as much: set "
		    "net.core.bpf_jit_enable to 1");
	if (kernel->memlock == TRISTATE_YES && kernel->memlock_limit < MEMLOCK_NEEDED &&
	    !kernel->cap_sys_resource)
		add(findings, FINDING_WARNING, "memlock",
		    "before Linux 5.11 maps count as locked memory, and the limit is %llu KiB: "
		    "raise it (ulimit -l), or give 'run' CAP_SYS_RESOURCE, with which it does so",
		    (unsigned long long)(kernel->memlock_limit >> 10));
	if (kernel->tcx == TRISTATE_NO)
		add(findings, FINDING_NOTE, "no_tcx",
		    "this kernel has no tcx (6.6): tc programs are clsact filters, of which one "
		    "stays if rcodewatch is killed, until it runs again");
	assess_privileges(kernel, findings);
}

static void assess_link(const struct interface_facts *interface, struct findings *findings)
{
	if (interface->framing == FRAMING_UNSUPPORTED)
		add(findings, FINDING_UNFIT, "link_type",
		    "frames of link type %u begin with neither an Ethernet nor an IP header and "
		    "cannot be read",
		    interface->arphrd);
	if (!interface->up)
		add(findings, FINDING_WARNING, "down", "the interface is down: nothing passes it");
	else if (!interface->carrier)
		add(findings, FINDING_WARNING, "no_carrier", "the interface has no carrier");
	if (interface->loopback)
		add(findings, FINDING_WARNING, "loopback",
		    "what loopback sends it also receives: watch one direction (--direction rx), "
		    "or every packet counts twice");
}

static void assess_stack(const struct interface_facts *interface, struct findings *findings)
{
	if (interface->master.ifindex)
		add(findings, FINDING_NOTE, "has_master",
		    "it is a port of %s (%s), which the same packets pass: watch one of the two",
		    interface->master.name, interface->master.kind);
	if (interface->beneath_count)
		add(findings, FINDING_NOTE, "stands_on_others",
		    "its packets also pass %s%s: watch one or the other",
		    interface->beneath[0].name,
		    interface->beneath_count > 1 ? " and others beneath it" : "");
	if (!strcmp(interface->kind, "vlan") && interface->link.name[0])
		add(findings, FINDING_NOTE, "vlan",
		    "%s sees the packets of this VLAN with all others, tags included",
		    interface->link.name);
}

/* Of a veth's peer in another namespace only the number is known. */
static void assess_foreign_peer(uint32_t mtu_limit, struct findings *findings)
{
	char mtu[64] = "";

	if (mtu_limit && mtu_limit != DRIVER_NO_LIMIT)
		snprintf(mtu, sizeof(mtu), "its MTU is above %" PRIu32 " or ", mtu_limit);
	add(findings, FINDING_NOTE, "veth_peer",
	    "the peer is in another namespace: native XDP is refused if %sit has more transmit "
	    "queues than this end has receive queues",
	    mtu);
}

/* What native attachment does besides attaching. */
static void assess_native(const struct interface_facts *interface,
			  const struct kernel_facts *kernel, const struct assessment *assessment,
			  enum attach_mode asked, struct findings *findings)
{
	const struct driver *driver = driver_find(interface->driver);

	if (assessment->native == TRISTATE_NO) {
		add(findings, FINDING_UNFIT, "native_impossible", "native XDP is not to be had: %s",
		    assessment->native_why);
		return;
	}
	if (assessment->native == TRISTATE_UNKNOWN)
		add(findings, FINDING_WARNING, "native_unknown", "native XDP may fail: %s",
		    assessment->native_why);
	if (!driver || driver->attach == ATTACH_UNKNOWN)
		add(findings, FINDING_WARNING, "attach_unknown",
		    "what attaching does to the link with driver %s is not known%s%s",
		    interface->driver, driver && driver->note[0] ? ": " : "",
		    driver ? driver->note : "");
	else if (driver->attach != ATTACH_QUIET)
		add(findings, FINDING_WARNING, "attach_disturbs", "%s", driver->note);
	else if (driver->note[0])
		add(findings, interface->ports ? FINDING_WARNING : FINDING_NOTE, "attach_cost",
		    "%s", driver->note);
	if (asked == MODE_NATIVE && interface->ports && driver && driver->attach == ATTACH_QUIET &&
	    !driver->note[0])
		add(findings, FINDING_WARNING, "attach_disturbs",
		    "the program also goes to what is below %s", interface->name);
	if (!strcmp(interface->driver, "veth") && interface->link_foreign)
		assess_foreign_peer(mode_mtu_limit(interface, kernel), findings);
}

static void assess_generic(const struct interface_facts *interface, struct findings *findings)
{
	char why[MODE_WHY_MAX];

	if (mode_generic_possible(interface, why, sizeof(why)) == TRISTATE_NO)
		add(findings, FINDING_UNFIT, "generic_impossible",
		    "generic XDP is not to be had: %s", why);
	else
		add(findings, FINDING_NOTE, "generic_cost",
		    "generic XDP runs in the stack and costs about what tc does");
	/* net/core/dev.c, generic_xdp_install(). */
	if (interface->lro == TRISTATE_YES)
		add(findings, FINDING_WARNING, "generic_lro",
		    "attaching generic XDP turns LRO off");
}

/* Of each kind only the first is shown: however many there are, other findings have room. */
static void assess_ours(const struct attached_programs *attached, struct findings *findings)
{
	for (size_t i = 0; i < attached->count; i++) {
		const struct attached_program *program = &attached->list[i];

		if (!program->ours)
			continue;
		add(findings, FINDING_WARNING, "another_rcodewatch",
		    "a program of rcodewatch is at %s already (%u): another one is running, or "
		    "one was killed",
		    attached_hook_names[program->hook], program->id);
		return;
	}
}

/* At a hook where a new program is put first. */
static void assess_ahead(const struct attached_programs *attached, enum attached_hook hook,
			 struct findings *findings)
{
	const struct attached_program *ahead = attached_ahead(attached, hook);

	if (ahead)
		add(findings, FINDING_WARNING, "tc_ahead",
		    "program %u%s%s at %s was put before that of rcodewatch: what it takes away is "
		    "not counted; stop rcodewatch and start it again, and it is first",
		    ahead->id, ahead->name[0] ? " " : "", ahead->name, attached_hook_names[hook]);
}

/* Before tcx, there are filters. */
static void assess_filters(const struct attached_programs *attached, enum attach_mode mode,
			   struct findings *findings)
{
	static const enum attached_hook hooks[] = {ATTACHED_TC_EGRESS, ATTACHED_TC_INGRESS};

	if (!strcmp(attached->qdisc, "ingress"))
		add(findings, FINDING_UNFIT, "ingress_qdisc",
		    "it has an ingress qdisc, with which sent packets cannot be seen: have clsact "
		    "in its place, which takes the same filters, or watch --direction rx alone");
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		const struct attached_program *rival = attached_at_priority(attached, hooks[i]);

		if (hooks[i] == ATTACHED_TC_INGRESS && mode != MODE_TC)
			continue;
		if (rival)
			add(findings, FINDING_UNFIT, "tc_priority",
			    "the %s filter at %s has priority %u, which rcodewatch must have, to "
			    "see packets first: give that filter another one",
			    rival->kind, attached_hook_names[hooks[i]], rival->priority);
		else
			assess_ahead(attached, hooks[i], findings);
	}
}

/* What runs in a netkit device: before tc sees what the peer has sent. */
static void assess_netkit(const struct attached_programs *attached, struct findings *findings)
{
	const struct attached_program *peer = attached_at(attached, ATTACHED_NETKIT_PEER);

	if (peer)
		add(findings, FINDING_WARNING, "netkit_ahead",
		    "program %u%s%s of the netkit pair runs on what the peer sends, before tc: "
		    "received packets that it drops or redirects are not counted",
		    peer->id, peer->name[0] ? " " : "", peer->name);
	if (attached->netkit_error == -EACCES)
		add(findings, FINDING_WARNING, "netkit_unseen",
		    "it is the peer of a netkit pair, whose programs can only be seen from the "
		    "other end: received packets that they drop or redirect are not counted");
	else if (attached->netkit_error)
		add(findings, FINDING_WARNING, "netkit_unseen",
		    "programs of the netkit pair cannot be seen: %s",
		    attached->netkit_error == -EPERM ? "that needs CAP_NET_ADMIN"
						     : strerror(-attached->netkit_error));
}

/* What others at the hooks keep from being seen. */
static void assess_attached(const struct interface_facts *interface,
			    const struct kernel_facts *kernel, enum attach_mode mode,
			    struct findings *findings)
{
	const struct attached_programs *attached = &interface->attached;
	const struct attached_program *xdp = attached_xdp(attached);

	assess_ours(attached, findings);
	if (kernel->tcx == TRISTATE_NO) {
		assess_filters(attached, mode, findings);
	} else {
		assess_ahead(attached, ATTACHED_TCX_INGRESS, findings);
		assess_ahead(attached, ATTACHED_TCX_EGRESS, findings);
	}
	assess_netkit(attached, findings);
	if (xdp && mode == MODE_TC && !xdp->ours)
		add(findings, FINDING_WARNING, "xdp_ahead",
		    "XDP program %u%s%s runs before tc: received packets that it drops, answers "
		    "or redirects are not counted",
		    xdp->id, xdp->name[0] ? " " : "", xdp->name);
	if (attached->unlisted)
		add(findings, FINDING_NOTE, "more_programs", "%zu more programs are not listed",
		    attached->unlisted);
}

static void assess_sockets(const struct interface_facts *interface, struct findings *findings)
{
	const struct attached_programs *attached = &interface->attached;
	const struct attached_program *xdp = attached_xdp(attached);

	if (attached->xdp_sockets)
		add(findings, FINDING_WARNING, "xdp_sockets",
		    "%u XDP sockets are bound to it: what they send, and receive by redirection, "
		    "passes tc unseen",
		    attached->xdp_sockets);
	else if (xdp && xdp->sockets == TRISTATE_YES && attached->sockets_error)
		add(findings, FINDING_WARNING, "xdp_sockets",
		    "XDP program %u has a map of XDP sockets: what they send, and receive by "
		    "redirection, passes tc unseen",
		    xdp->id);
	else if (attached->sockets_error)
		add(findings, FINDING_NOTE, "xdp_sockets_unseen",
		    "whether XDP sockets are bound to it cannot be seen (%s): what they would "
		    "send passes tc unseen",
		    attached->sockets_error == -ENOENT || attached->sockets_error == -EINVAL
			    ? "the kernel lacks xdp_diag"
			    : strerror(-attached->sockets_error));
}

static void assess_unseen(const struct interface_facts *interface, struct findings *findings)
{
	const struct attached_programs *attached = &interface->attached;

	if (attached->xdp_error)
		add(findings, FINDING_WARNING, "xdp_unseen",
		    "whether an XDP program is attached cannot be seen: %s",
		    strerror(-attached->xdp_error));
	if (attached->tcx_error)
		add(findings, FINDING_WARNING, "tcx_unseen", "tcx programs cannot be seen: %s",
		    attached->tcx_error == -EPERM ? "that needs CAP_NET_ADMIN"
						  : strerror(-attached->tcx_error));
	if (attached->tc_error)
		add(findings, FINDING_WARNING, "tc_unseen", "tc filters cannot be seen: %s",
		    strerror(-attached->tc_error));
	if (attached->names_error || attached->links_error)
		add(findings, FINDING_NOTE, "names_unseen",
		    "names and links of programs cannot be seen: %s",
		    attached->names_error == -EPERM || attached->links_error == -EPERM
			    ? "that needs CAP_SYS_ADMIN"
			    : "the kernel does not tell");
}

void assess_interface(const struct interface_facts *interface, const struct kernel_facts *kernel,
		      enum attach_mode asked, struct assessment *assessment)
{
	struct findings *findings = &assessment->findings;

	*assessment = (struct assessment){.mode = asked};
	assessment->native = mode_native_possible(interface, kernel, assessment->native_why,
						  sizeof(assessment->native_why));
	if (asked == MODE_AUTO)
		assessment->mode = mode_choose(interface, kernel, assessment->mode_why,
					       sizeof(assessment->mode_why));
	else
		snprintf(assessment->mode_why, sizeof(assessment->mode_why), "it was asked for");

	assess_link(interface, findings);
	assess_attached(interface, kernel, assessment->mode, findings);
	assess_sockets(interface, findings);
	if (assessment->mode == MODE_NATIVE)
		assess_native(interface, kernel, assessment, asked, findings);
	else if (assessment->mode == MODE_GENERIC)
		assess_generic(interface, findings);
	assess_stack(interface, findings);
	assess_unseen(interface, findings);
}

void assess_pair(const struct interface_facts *a, const struct interface_facts *b,
		 struct findings *findings)
{
	char why[MODE_WHY_MAX];

	if (interface_overlap(a, b, why, sizeof(why)))
		add(findings, FINDING_WARNING, "overlap",
		    "%s and would count twice: 'run' refuses the two together", why);
}

enum finding_level findings_worst(const struct findings *findings)
{
	enum finding_level worst = FINDING_NOTE;

	for (size_t i = 0; i < findings->count; i++)
		if (findings->list[i].level > worst)
			worst = findings->list[i].level;
	return worst;
}
