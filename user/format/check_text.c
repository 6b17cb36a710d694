// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "format/check_print.h"
#include "netdev/drivers.h"
#include "util/text_format.h"

#define LABEL_WIDTH 12

static const char *const switch_words[] = {"unknown", "off", "on"};

/* Others' text, made harmless. */
static void put(FILE *out, const char *text)
{
	text_put(out, text, strlen(text), SIZE_MAX, false);
}

static void label(FILE *out, const char *text)
{
	fprintf(out, "  %-*s", LABEL_WIDTH, text);
}

static void print_findings(FILE *out, const struct findings *findings)
{
	for (enum finding_level level = FINDING_LEVELS; level-- > FINDING_NOTE;)
		for (size_t i = 0; i < findings->count; i++) {
			if (findings->list[i].level != level)
				continue;
			fprintf(out, "  %s: ", finding_level_names[level]);
			put(out, findings->list[i].text);
			fputc('\n', out);
		}
}

void check_text_kernel(FILE *out, const struct kernel_facts *kernel,
		       const struct findings *findings)
{
	fprintf(out, "Linux %s\n", kernel->release);
	label(out, "features");
	fprintf(out, "BTF %s, XDP links %s, XDP frags %s, tcx %s, JIT %s, PREEMPT_RT %s\n",
		tristate_name(kernel->btf), tristate_name(kernel->xdp_links),
		tristate_name(kernel->xdp_frags), tristate_name(kernel->tcx),
		tristate_name(kernel->jit), tristate_name(kernel->preempt_rt));
	label(out, "memory lock");
	if (kernel->memlock == TRISTATE_NO)
		fputs("does not limit maps\n", out);
	else if (kernel->memlock_limit == UINT64_MAX)
		fputs("unlimited\n", out);
	else
		fprintf(out, "%" PRIu64 " KiB\n", kernel->memlock_limit >> 10);
	label(out, "privileges");
	fprintf(out, "CAP_BPF %s, CAP_NET_ADMIN %s, CAP_PERFMON %s\n",
		kernel->cap_bpf ? "yes" : "no", kernel->cap_net_admin ? "yes" : "no",
		kernel->cap_perfmon ? "yes" : "no");
	print_findings(out, findings);
}

static void print_driver(FILE *out, const struct interface_facts *interface)
{
	static const char *const attach[] = {
		"what attaching disturbs is not known",
		"attaching disturbs nothing",
		"attaching interrupts traffic for a moment",
		"attaching takes the link down for a time",
	};
	const struct driver *driver = driver_find(interface->driver);

	label(out, "driver");
	put(out, interface->driver[0] ? interface->driver : "none");
	if (interface->kind[0] && strcmp(interface->kind, interface->driver) != 0) {
		fputs(", kind ", out);
		put(out, interface->kind);
	}
	if (driver && driver->native_since != DRIVER_NEVER)
		fprintf(out, "; native XDP since Linux %u.%u; %s", driver->native_since >> 16,
			driver->native_since >> 8 & 0xff, attach[driver->attach]);
	fputc('\n', out);
}

static void print_native(FILE *out, const struct interface_facts *interface,
			 const struct kernel_facts *kernel, const struct assessment *assessment)
{
	static const char *const words[] = {"not known", "no", "possible"};
	uint32_t limit = mode_mtu_limit(interface, kernel);

	label(out, "native XDP");
	fprintf(out, "%s: ", words[assessment->native]);
	put(out, assessment->native_why);
	fputc('\n', out);
	label(out, "MTU");
	fprintf(out, "%" PRIu32, interface->mtu);
	if (limit == DRIVER_NO_LIMIT)
		fputs(" (no limit with native XDP)", out);
	else if (limit)
		fprintf(out, " (at most %" PRIu32 " with native XDP)", limit);
	fputc('\n', out);
}

static void print_offloads(FILE *out, const struct interface_facts *interface)
{
	label(out, "offloads");
	fprintf(out, "LRO %s, hardware GRO %s, GRO %s, VLAN stripping %s\n",
		switch_words[interface->lro], switch_words[interface->hw_gro],
		switch_words[interface->gro], switch_words[interface->vlan_strip]);
}

static void print_channels(FILE *out, const struct interface_channels *channels)
{
	if (!channels->known)
		return;
	label(out, "channels");
	fprintf(out,
		"combined %" PRIu32 " of %" PRIu32 ", receive %" PRIu32 " of %" PRIu32
		", transmit %" PRIu32 " of %" PRIu32 "\n",
		channels->combined, channels->max_combined, channels->rx, channels->max_rx,
		channels->tx, channels->max_tx);
}

static void print_relative(FILE *out, const char *text, const struct interface_relative *relative,
			   bool foreign)
{
	if (!relative->ifindex)
		return;
	label(out, text);
	if (foreign) {
		fprintf(out, "number %" PRIu32 " in another namespace\n", relative->ifindex);
		return;
	}
	put(out, relative->name);
	fprintf(out, "%s%s, MTU %" PRIu32 "\n", relative->kind[0] ? ", kind " : "", relative->kind,
		relative->mtu);
}

static void print_stack(FILE *out, const struct interface_facts *interface)
{
	print_relative(out, "port of", &interface->master, false);
	print_relative(out, !strcmp(interface->kind, "veth") ? "peer" : "on top of",
		       &interface->link, interface->link_foreign);
	if (!interface->beneath_count)
		return;
	label(out, "beneath");
	for (size_t i = 0; i < interface->beneath_count; i++) {
		if (i)
			fputs(", ", out);
		put(out, interface->beneath[i].name);
	}
	if (interface->beneath_unlisted)
		fprintf(out, " and %zu more", interface->beneath_unlisted);
	fputc('\n', out);
}

static void print_attached(FILE *out, const struct attached_programs *attached)
{
	if (!attached->count) {
		label(out, "programs");
		fputs("none\n", out);
	}
	for (size_t i = 0; i < attached->count; i++) {
		const struct attached_program *program = &attached->list[i];

		label(out, i ? "" : "programs");
		fputs(attached_hook_names[program->hook], out);
		if (program->kind[0]) {
			fputs(": filter ", out);
			put(out, program->kind);
			fprintf(out, ", priority %u, handle 0x%" PRIx32, program->priority,
				program->handle);
		}
		if (program->id)
			fprintf(out, "%s program %" PRIu32, program->kind[0] ? "," : ":",
				program->id);
		if (program->name[0]) {
			fputc(' ', out);
			put(out, program->name);
		}
		if (program->link_id)
			fprintf(out, ", by link %" PRIu32, program->link_id);
		fputc('\n', out);
	}
	label(out, "XDP sockets");
	if (attached->sockets_error)
		fputs("unknown\n", out);
	else
		fprintf(out, "%" PRIu32 "\n", attached->xdp_sockets);
}

void check_text_interface(FILE *out, const struct interface_facts *interface,
			  const struct kernel_facts *kernel, const struct assessment *assessment,
			  bool fit)
{
	put(out, interface->name);
	fprintf(out, ": %s\n", fit ? "fit" : "not fit");
	label(out, "mode");
	fprintf(out, "%s: ", mode_words[assessment->mode].word);
	put(out, assessment->mode_why);
	fputc('\n', out);
	print_driver(out, interface);
	print_native(out, interface, kernel, assessment);
	label(out, "link");
	fprintf(out, "%s, %s\n",
		interface->framing == FRAMING_ETHERNET ? "Ethernet frames"
		: interface->framing == FRAMING_RAW_IP ? "bare IP packets"
						       : "frames of an unsupported type",
		!interface->up       ? "down"
		: interface->carrier ? "up"
				     : "up without carrier");
	print_offloads(out, interface);
	print_channels(out, &interface->channels);
	print_stack(out, interface);
	print_attached(out, &interface->attached);
	print_findings(out, &assessment->findings);
}
