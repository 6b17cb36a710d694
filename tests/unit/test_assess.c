// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "netdev/assess.h"
#include "format/check_print.h"

static struct interface_facts facts;
static struct kernel_facts kernel;
static struct assessment assessment;
static struct findings host;

/* A veth on a kernel that has everything, and all privileges: nothing to complain of. */
static int start(void **state)
{
	(void)state;
	facts = (struct interface_facts){.name = "veth0",
					 .driver = "veth",
					 .kind = "veth",
					 .ifindex = 2,
					 .mtu = 1500,
					 .up = true,
					 .carrier = true};
	kernel = (struct kernel_facts){.release = "6.12.0",
				       .version = KERNEL(6, 12),
				       .page_size = 4096,
				       .cpus = 4,
				       .btf = TRISTATE_YES,
				       .xdp_links = TRISTATE_YES,
				       .tcx = TRISTATE_YES,
				       .jit = TRISTATE_YES,
				       .preempt_rt = TRISTATE_NO,
				       .memlock = TRISTATE_NO,
				       .cap_bpf = true,
				       .cap_perfmon = true,
				       .cap_net_admin = true,
				       .cap_sys_admin = true};
	return 0;
}

static const struct finding *find(const struct findings *findings, const char *id)
{
	for (size_t i = 0; i < findings->count; i++)
		if (!strcmp(findings->list[i].id, id))
			return &findings->list[i];
	return NULL;
}

/* What both parts say, as one worst level. */
static enum finding_level assess(enum attach_mode asked)
{
	enum finding_level worst;

	memset(&host, 0, sizeof(host));
	assess_kernel(&kernel, &host);
	assess_interface(&facts, &kernel, asked, &assessment);
	worst = findings_worst(&assessment.findings);
	return worst > findings_worst(&host) ? worst : findings_worst(&host);
}

static void found(enum attach_mode asked, enum finding_level level, const char *id)
{
	const struct finding *finding;

	assert_int_equal(assess(asked), level);
	finding = find(&assessment.findings, id);
	if (!finding)
		finding = find(&host, id);
	if (!finding)
		fail_msg("no %s", id);
	else
		assert_int_equal(finding->level, level);
}

static void test_nothing(void **state)
{
	(void)state;
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE);
	assert_int_equal(assessment.mode, MODE_NATIVE);
	assert_int_equal(host.count, 0);
	/* That the peer's offload goes off. */
	assert_int_equal(assessment.findings.count, 1);
	assert_non_null(find(&assessment.findings, "attach_cost"));
}

static void test_kernel(void **state)
{
	(void)state;
	kernel.version = KERNEL(5, 9);
	found(MODE_AUTO, FINDING_UNFIT, "kernel_too_old");
	kernel.version = KERNEL(5, 10);
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE);
	start(state);
	kernel.btf = TRISTATE_NO;
	found(MODE_AUTO, FINDING_UNFIT, "no_btf");
	start(state);
	kernel.preempt_rt = TRISTATE_YES;
	found(MODE_AUTO, FINDING_WARNING, "preempt_rt");
	start(state);
	kernel.jit = TRISTATE_NO;
	found(MODE_AUTO, FINDING_WARNING, "no_jit");
	start(state);
	kernel.tcx = TRISTATE_NO;
	found(MODE_AUTO, FINDING_NOTE, "no_tcx");
	start(state);
	kernel.memlock_limit = 8 << 20;
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE);
	kernel.memlock = TRISTATE_YES;
	found(MODE_AUTO, FINDING_WARNING, "memlock");
	kernel.memlock_limit = UINT64_MAX;
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE);
	kernel.memlock_limit = 64 << 10;
	kernel.cap_sys_resource = true; /* raised when needed */
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE);
}

static void test_privileges(void **state)
{
	(void)state;
	kernel.cap_bpf = false;
	found(MODE_AUTO, FINDING_WARNING, "no_privilege");
	assert_non_null(strstr(host.list[0].text, "CAP_BPF,"));
	kernel.cap_net_admin = false;
	found(MODE_AUTO, FINDING_WARNING, "no_privilege");
	assert_non_null(strstr(host.list[0].text, "CAP_BPF and CAP_NET_ADMIN"));
	kernel.cap_bpf = true;
	found(MODE_AUTO, FINDING_WARNING, "no_privilege");
	assert_null(strstr(host.list[0].text, "CAP_BPF"));
	kernel.cap_net_admin = true;
	kernel.cap_perfmon = false;
	found(MODE_AUTO, FINDING_WARNING, "no_privilege");
	assert_non_null(strstr(host.list[0].text, "CAP_PERFMON"));
	assert_null(strstr(host.list[0].text, "CAP_NET_ADMIN"));
}

static void test_link(void **state)
{
	(void)state;
	facts.up = false;
	found(MODE_AUTO, FINDING_WARNING, "down");
	start(state);
	facts.carrier = false;
	found(MODE_AUTO, FINDING_WARNING, "no_carrier");
	start(state);
	facts.framing = FRAMING_UNSUPPORTED;
	found(MODE_AUTO, FINDING_UNFIT, "link_type");
	start(state);
	facts.loopback = true;
	found(MODE_AUTO, FINDING_WARNING, "loopback");
	found(MODE_NATIVE, FINDING_UNFIT, "native_impossible");
}

static void test_forced(void **state)
{
	(void)state;
	memcpy(facts.driver, "ena", 4);
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE); /* tc: nothing is disturbed */
	assert_int_equal(assessment.mode, MODE_TC);
	found(MODE_NATIVE, FINDING_WARNING, "attach_disturbs");
	facts.mtu = 9001;
	found(MODE_NATIVE, FINDING_UNFIT, "native_impossible");
	assert_int_equal(assess(MODE_TC), FINDING_NOTE);
	found(MODE_GENERIC, FINDING_NOTE, "generic_cost");
	facts.lro = TRISTATE_YES;
	found(MODE_GENERIC, FINDING_WARNING, "generic_lro");
	memcpy(facts.driver, "new", 4);
	found(MODE_NATIVE, FINDING_WARNING, "native_unknown");
	assert_non_null(find(&assessment.findings, "attach_unknown"));
}

static void test_attached_programs(void **state)
{
	struct attached_program *program = &facts.attached.list[0];

	(void)state;
	facts.attached.count = 1;
	*program = (struct attached_program){
		.hook = ATTACHED_XDP_NATIVE, .id = 7, .name = "firewall"};
	found(MODE_AUTO, FINDING_WARNING, "xdp_ahead");
	found(MODE_GENERIC, FINDING_UNFIT, "generic_impossible");
	program->ours = true;
	found(MODE_AUTO, FINDING_WARNING, "another_rcodewatch");
	assert_null(find(&assessment.findings, "xdp_ahead"));
}

/* Filters, before Linux 6.6. The rules are those of the kernel's sources, which a guest with 6.1 holds them against. */
static void test_filters(void **state)
{
	struct attached_program *program = &facts.attached.list[0];

	(void)state;
	facts.attached.count = 1;
	*program = (struct attached_program){.hook = ATTACHED_TC_EGRESS,
					     .kind = "flower",
					     .protocol = 0x0800,
					     .priority = 1,
					     .handle = 1};
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE); /* tcx comes before clsact */
	kernel.tcx = TRISTATE_NO;
	found(MODE_AUTO, FINDING_UNFIT, "tc_priority");
	program->protocol = 0x0003;
	found(MODE_AUTO, FINDING_UNFIT, "tc_priority");
	memcpy(program->kind, "bpf", 4);
	program->protocol = 0x0800;
	found(MODE_AUTO, FINDING_UNFIT, "tc_priority");
	/* One that can be there with ours, which is put before it. */
	program->protocol = 0x0003;
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE);
	program->protocol = 0x0800;
	program->priority = 2;
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE);
	program->priority = 1;
	program->chain = 5;
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE);
	program->chain = 0;
	/* Where received packets are seen by XDP, it matters for those that are sent. */
	program->hook = ATTACHED_TC_INGRESS;
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE);
	found(MODE_TC, FINDING_UNFIT, "tc_priority");
}

static void test_ingress_qdisc(void **state)
{
	(void)state;
	memcpy(facts.attached.qdisc, "ingress", sizeof("ingress"));
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE); /* tcx needs none */
	kernel.tcx = TRISTATE_NO;
	found(MODE_AUTO, FINDING_UNFIT, "ingress_qdisc");
	memcpy(facts.attached.qdisc, "clsact", sizeof("clsact"));
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE);
}

/* Programs before one of ours that is there. */
static void test_ahead(void **state)
{
	const struct attached_program others = {.hook = ATTACHED_TC_EGRESS,
						.kind = "bpf",
						.protocol = 0x0003,
						.priority = 1,
						.handle = 1};
	struct attached_program ours = others;

	(void)state;
	ours.ours = true;
	kernel.tcx = TRISTATE_NO;
	facts.attached.count = 2;
	facts.attached.list[0] = ours;
	facts.attached.list[1] = others;
	found(MODE_AUTO, FINDING_WARNING, "another_rcodewatch");
	assert_null(find(&assessment.findings, "tc_ahead"));
	facts.attached.list[0] = others;
	facts.attached.list[1] = ours;
	found(MODE_AUTO, FINDING_WARNING, "tc_ahead");
	/* At another hook, or of a chain that a packet need not come to. */
	facts.attached.list[0].hook = ATTACHED_TC_INGRESS;
	found(MODE_TC, FINDING_WARNING, "another_rcodewatch");
	assert_null(find(&assessment.findings, "tc_ahead"));
	facts.attached.list[0] = others;
	facts.attached.list[0].chain = 1;
	found(MODE_TC, FINDING_WARNING, "another_rcodewatch");
	assert_null(find(&assessment.findings, "tc_ahead"));

	kernel.tcx = TRISTATE_YES;
	facts.attached.list[0] = (struct attached_program){
		.hook = ATTACHED_TCX_INGRESS, .id = 9, .name = "lb"};
	facts.attached.list[1] = (struct attached_program){
		.hook = ATTACHED_TCX_INGRESS, .id = 7, .ours = true};
	found(MODE_TC, FINDING_WARNING, "tc_ahead");
	assert_non_null(strstr(find(&assessment.findings, "tc_ahead")->text,
			       "program 9 lb at tcx_ingress"));
	facts.attached.list[0].hook = ATTACHED_TCX_EGRESS;
	found(MODE_TC, FINDING_WARNING, "another_rcodewatch");
	assert_null(find(&assessment.findings, "tc_ahead"));
}

static void test_netkit(void **state)
{
	(void)state;
	memcpy(facts.driver, "netkit", sizeof("netkit"));
	memcpy(facts.kind, "netkit", sizeof("netkit"));
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE);
	assert_int_equal(assessment.mode, MODE_TC);
	facts.attached.count = 1;
	facts.attached.list[0] = (struct attached_program){.hook = ATTACHED_NETKIT_PRIMARY,
							   .id = 7};
	assert_int_equal(assess(MODE_AUTO), FINDING_NOTE); /* sent packets are counted before */
	facts.attached.list[0].hook = ATTACHED_NETKIT_PEER;
	found(MODE_AUTO, FINDING_WARNING, "netkit_ahead");
	facts.attached.count = 0;
	facts.attached.netkit_error = -EACCES;
	found(MODE_AUTO, FINDING_WARNING, "netkit_unseen");
	facts.attached.netkit_error = -EPERM;
	found(MODE_AUTO, FINDING_WARNING, "netkit_unseen");
}

static void test_sockets(void **state)
{
	(void)state;
	facts.attached.xdp_sockets = 2;
	found(MODE_AUTO, FINDING_WARNING, "xdp_sockets");
	facts.attached.xdp_sockets = 0;
	facts.attached.sockets_error = -ENOENT;
	found(MODE_AUTO, FINDING_NOTE, "xdp_sockets_unseen");
	facts.attached.count = 1;
	facts.attached.list[0] = (struct attached_program){
		.hook = ATTACHED_XDP_NATIVE, .id = 7, .sockets = TRISTATE_YES};
	found(MODE_AUTO, FINDING_WARNING, "xdp_sockets");
}

static void test_unseen(void **state)
{
	(void)state;
	facts.attached.tcx_error = -EPERM;
	found(MODE_AUTO, FINDING_WARNING, "tcx_unseen");
	start(state);
	facts.attached.names_error = -EPERM;
	found(MODE_AUTO, FINDING_NOTE, "names_unseen");
	start(state);
	facts.attached.xdp_error = -EIO;
	found(MODE_AUTO, FINDING_WARNING, "xdp_unseen");
}

/* Of a peer elsewhere the limits are shown that there are. */
static void test_foreign_peer(void **state)
{
	const struct finding *finding;

	(void)state;
	facts.link.ifindex = 7;
	facts.link_foreign = true;
	found(MODE_AUTO, FINDING_NOTE, "veth_peer");
	finding = find(&assessment.findings, "veth_peer");
	assert_non_null(strstr(finding->text, "if its MTU is above 3506 or it has more transmit"));
	kernel.xdp_frags = TRISTATE_YES;
	found(MODE_AUTO, FINDING_NOTE, "veth_peer");
	finding = find(&assessment.findings, "veth_peer");
	assert_null(strstr(finding->text, "MTU"));
	assert_non_null(strstr(finding->text, "refused if it has more transmit queues"));
}

/* As many findings as could be: none is written past the list. */
static void test_many(void **state)
{
	(void)state;
	facts.attached.count = ATTACHED_MAX;
	for (size_t i = 0; i < ATTACHED_MAX; i++)
		facts.attached.list[i] = (struct attached_program){.hook = ATTACHED_TCX_EGRESS,
								   .ours = true};
	found(MODE_AUTO, FINDING_WARNING, "another_rcodewatch");
	assert_true(assessment.findings.count <= FINDINGS_MAX);
	/* What makes it unfit must not be crowded out. */
	facts.framing = FRAMING_UNSUPPORTED;
	found(MODE_AUTO, FINDING_UNFIT, "link_type");
	start(state);
	facts.attached.count = ATTACHED_MAX;
	for (size_t i = 0; i < ATTACHED_MAX; i++)
		facts.attached.list[i] = (struct attached_program){.hook = ATTACHED_TCX_EGRESS,
								   .ours = true};
	facts.loopback = true;
	found(MODE_NATIVE, FINDING_UNFIT, "native_impossible");
}

/* Names are others' text: what a terminal would obey does not reach it. */
static void test_hostile_names(void **state)
{
	char text[8192] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	assert_non_null(out);
	memcpy(facts.name, "a\033[2J", 6);
	facts.attached.count = 1;
	facts.attached.list[0] = (struct attached_program){.hook = ATTACHED_TC_INGRESS,
							   .kind = "bpf\r",
							   .name = "\033]0;x\a\n",
							   .priority = 1};
	facts.master = (struct interface_relative){.ifindex = 9, .name = "b\033c", .kind = "bond"};
	facts.beneath[0] = (struct interface_beneath){3, "\177\233"};
	facts.beneath_count = 1;
	kernel.tcx = TRISTATE_NO;
	assess(MODE_AUTO);
	check_text_kernel(out, &kernel, &host);
	check_text_interface(out, &facts, &kernel, &assessment, true);
	fclose(out);
	assert_non_null(strstr(text, "\\x1b"));
	for (const char *c = text; *c; c++)
		assert_true((*c >= ' ' && *c <= '~') || *c == '\n');
	assert_null(strstr(text, "\n\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_nothing, start),
		cmocka_unit_test_setup(test_kernel, start),
		cmocka_unit_test_setup(test_privileges, start),
		cmocka_unit_test_setup(test_link, start),
		cmocka_unit_test_setup(test_forced, start),
		cmocka_unit_test_setup(test_attached_programs, start),
		cmocka_unit_test_setup(test_filters, start),
		cmocka_unit_test_setup(test_ahead, start),
		cmocka_unit_test_setup(test_ingress_qdisc, start),
		cmocka_unit_test_setup(test_netkit, start),
		cmocka_unit_test_setup(test_sockets, start),
		cmocka_unit_test_setup(test_unseen, start),
		cmocka_unit_test_setup(test_foreign_peer, start),
		cmocka_unit_test_setup(test_many, start),
		cmocka_unit_test_setup(test_hostile_names, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
