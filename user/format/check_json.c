// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/check_print.h"
#include "netdev/drivers.h"
#include "util/json_writer.h"

/* A fact that is not known leaves its member out. */
static void put_tristate(struct json *j, const char *key, enum tristate tristate)
{
	if (tristate != TRISTATE_UNKNOWN)
		json_bool(j, key, tristate == TRISTATE_YES);
}

static void put_kernel(struct json *j, const struct kernel_facts *kernel)
{
	json_object_begin(j, "kernel");
	json_string(j, "release", kernel->release);
	put_tristate(j, "btf", kernel->btf);
	put_tristate(j, "xdp_links", kernel->xdp_links);
	put_tristate(j, "xdp_frags", kernel->xdp_frags);
	put_tristate(j, "tcx", kernel->tcx);
	put_tristate(j, "jit", kernel->jit);
	put_tristate(j, "preempt_rt", kernel->preempt_rt);
	put_tristate(j, "memlock_limits_maps", kernel->memlock);
	json_bool(j, "cap_bpf", kernel->cap_bpf);
	json_bool(j, "cap_net_admin", kernel->cap_net_admin);
	json_bool(j, "cap_perfmon", kernel->cap_perfmon);
	json_object_end(j);
}

static void put_relative(struct json *j, const char *key, const struct interface_relative *relative)
{
	if (!relative->ifindex)
		return;
	json_object_begin(j, key);
	json_u64(j, "ifindex", relative->ifindex);
	if (relative->name[0]) {
		json_string(j, "name", relative->name);
		json_string(j, "kind", relative->kind);
		json_u64(j, "mtu", relative->mtu);
	}
	json_object_end(j);
}

static void put_channels(struct json *j, const struct interface_channels *channels)
{
	if (!channels->known)
		return;
	json_object_begin(j, "channels");
	json_u64(j, "combined", channels->combined);
	json_u64(j, "rx", channels->rx);
	json_u64(j, "tx", channels->tx);
	json_u64(j, "max_combined", channels->max_combined);
	json_u64(j, "max_rx", channels->max_rx);
	json_u64(j, "max_tx", channels->max_tx);
	json_object_end(j);
}

static void put_attached(struct json *j, const struct attached_programs *attached)
{
	json_array_begin(j, "programs");
	for (size_t i = 0; i < attached->count; i++) {
		const struct attached_program *program = &attached->list[i];

		json_object_begin(j, NULL);
		json_string(j, "hook", attached_hook_names[program->hook]);
		if (program->id)
			json_u64(j, "id", program->id);
		if (program->name[0])
			json_string(j, "name", program->name);
		if (program->link_id)
			json_u64(j, "link_id", program->link_id);
		if (program->kind[0]) {
			json_string(j, "filter", program->kind);
			json_u64(j, "priority", program->priority);
			json_u64(j, "handle", program->handle);
		}
		put_tristate(j, "xdp_sockets", program->sockets);
		json_object_end(j);
	}
	json_array_end(j);
	if (!attached->sockets_error)
		json_u64(j, "xdp_sockets", attached->xdp_sockets);
}

static void put_findings(struct json *j, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		json_object_begin(j, NULL);
		json_string(j, "level", finding_level_names[findings->list[i].level]);
		json_string(j, "id", findings->list[i].id);
		json_string(j, "text", findings->list[i].text);
		json_object_end(j);
	}
}

static void put_native(struct json *j, const struct interface_facts *interface,
		       const struct kernel_facts *kernel, const struct assessment *assessment)
{
	const struct driver *driver = driver_find(interface->driver);
	uint32_t limit = mode_mtu_limit(interface, kernel);

	json_object_begin(j, "native");
	put_tristate(j, "possible", assessment->native);
	json_string(j, "why", assessment->native_why);
	if (limit && limit != DRIVER_NO_LIMIT)
		json_u64(j, "mtu_limit", limit);
	json_string(j, "attach", driver_attach_names[driver ? driver->attach : ATTACH_UNKNOWN]);
	json_object_end(j);
}

void check_json(FILE *out, const struct interface_facts *interface,
		const struct kernel_facts *kernel, const struct findings *host,
		const struct assessment *assessment, bool fit)
{
	static const char *const framings[] = {"ethernet", "raw_ip", "unsupported"};
	struct json j;

	json_init(&j, out);
	json_object_begin(&j, NULL);
	json_string(&j, "schema", "rcodewatch/1");
	json_string(&j, "type", "check");
	json_string(&j, "interface", interface->name);
	json_bool(&j, "fit", fit);
	json_string(&j, "mode", mode_words[assessment->mode].word);
	json_string(&j, "mode_why", assessment->mode_why);
	put_native(&j, interface, kernel, assessment);
	json_u64(&j, "ifindex", interface->ifindex);
	json_string(&j, "driver", interface->driver);
	json_string(&j, "kind", interface->kind);
	json_u64(&j, "mtu", interface->mtu);
	json_bool(&j, "up", interface->up);
	json_bool(&j, "carrier", interface->carrier);
	json_bool(&j, "loopback", interface->loopback);
	json_string(&j, "framing", framings[interface->framing]);
	put_tristate(&j, "lro", interface->lro);
	put_tristate(&j, "hw_gro", interface->hw_gro);
	put_tristate(&j, "gro", interface->gro);
	put_tristate(&j, "vlan_strip", interface->vlan_strip);
	put_channels(&j, &interface->channels);
	put_relative(&j, "master", &interface->master);
	put_relative(&j, "link", &interface->link);
	json_array_begin(&j, "beneath");
	for (size_t i = 0; i < interface->beneath_count; i++)
		json_string(&j, NULL, interface->beneath[i].name);
	json_array_end(&j);
	put_attached(&j, &interface->attached);
	put_kernel(&j, kernel);
	json_array_begin(&j, "findings");
	put_findings(&j, host);
	put_findings(&j, &assessment->findings);
	json_array_end(&j);
	json_object_end(&j);
	fputc('\n', out);
}
