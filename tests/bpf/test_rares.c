// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The tables of rare values and texts, flooded: what is sent afterwards finds room within a few intervals, what
 * found none is counted, and nothing that is shown as a total shrinks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "expected.h"
#include "load_maps.h"
#include "loader/bpf_maps.h"
#include "loader/bpf_programs.h"
#include "message.h"
#include "sinks/prometheus/metrics_codes.h"
#include "one_cpu.h"
#include "packet.h"
#include "report/rates.h"
#include "loader/read_maps.h"

/* More than both tables hold. */
#define FLOOD     9000u
#define KNOWN     1000u /* the first info code of the flood; some of the others are of private use */
#define LEGIT     50001u /* behind it, of private use */
#define INTERVALS 6      /* intervals until there must be room */
#define RCODES    2u     /* SERVFAIL */

static struct hook_config config;
static struct bpf_maps maps;
static struct read_maps source;
static struct snapshot_set now;
static struct snapshot before;
static struct code_counts counts;
static struct buf msg, out;
static uint64_t sent;

static int set_up(void **state)
{
	const struct bpf_wants wants = {.xdp = true, .memory_max = 64u << 20};

	(void)state;
	config = expected_config();
	sent = 0;
	memset(&before, 0, sizeof(before));
	memset(&counts, 0, sizeof(counts));
	assert_int_equal(load_maps(&maps, &config, &wants), 0);
	assert_int_equal(read_maps_open(&source, &maps), 0);
	assert_int_equal(snapshot_set_init(&now, config.points), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	snapshot_free(&before);
	snapshot_set_free(&now);
	read_maps_close(&source);
	bpf_maps_close(&maps);
	buf_free(&msg);
	buf_free(&out);
	return 0;
}

static void run(void)
{
	const struct frame frame = {0};
	LIBBPF_OPTS(bpf_test_run_opts, options, .repeat = 1);

	packet_build(&out, &frame, msg.data, msg.length);
	options.data_in = out.data;
	options.data_size_in = (__u32)out.length;
	assert_int_equal(bpf_prog_test_run_opts(bpf_maps_xdp_program(&maps), &options), 0);
}

static void send_ede(unsigned int info_code, const char *text)
{
	size_t opt;

	message_begin(&msg, 1, MSG_QR | RCODES);
	message_question(&msg, "a.example", 1, CLASS_IN);
	opt = message_opt(&msg, 0, 0, 0);
	message_ede(&msg, opt, info_code, text);
	run();
	sent++;
}

static void send_qtype(unsigned int qtype)
{
	message_begin(&msg, 1, MSG_QR);
	message_question(&msg, "a.example", qtype, CLASS_IN);
	run();
}

static const struct rare_count *find(enum rare_kind kind, uint32_t value)
{
	return snapshot_rare_find(&now.point[0], (uint16_t)kind, value);
}

static uint64_t ede_sum(const struct code_counts *of)
{
	uint64_t sum = 0;

	for (size_t rcode = 0; rcode < RCODE_CLASSES; rcode++)
		for (size_t ede = 0; ede < EDE_CLASSES; ede++)
			sum += of->ede[rcode][ede];
	return sum;
}

/* What metrics show never shrinks, and all EDEs are in it. */
static void read_interval(void)
{
	struct code_counts was = counts;

	assert_int_equal(read_maps_snapshot(&source, &now), 0);
	code_counts_fill(&counts, &now.point[0]);
	for (size_t rcode = 0; rcode < RCODE_CLASSES; rcode++)
		for (size_t ede = 0; ede < EDE_CLASSES; ede++)
			if (counts.ede[rcode][ede] < was.ede[rcode][ede])
				fail_msg("class %zu, %zu has shrunk from %llu to %llu", rcode, ede,
					 (unsigned long long)was.ede[rcode][ede],
					 (unsigned long long)counts.ede[rcode][ede]);
	assert_int_equal(ede_sum(&counts), sent);
}

static void flood(void)
{
	for (unsigned int i = 0; i < FLOOD; i++)
		send_ede(i % 2 ? KNOWN + i : 50002u + i, "unsolicited");
}

static void others_find_room_after_a_flood(void **state)
{
	int intervals = 0;

	(void)state;
	flood();
	read_interval();
	/* By the sizes that docs/run.md gives. */
	assert_int_equal(now.point[0].rare_lost, FLOOD - 8192);
	assert_int_equal(now.point[0].ede_texts_lost, 8192 - 256);
	do {
		send_ede(LEGIT, "private");
		send_ede(15, "Blocked by policy");
		send_qtype(5000);
		read_interval();
		intervals++;
	} while (intervals < INTERVALS &&
		 !(find(RARE_EDE, RCODES << 16 | LEGIT) &&
		   find(RARE_EDE, RCODES << 16 | LEGIT)->text.length &&
		   find(RARE_EDE, RCODES << 16 | 15) &&
		   find(RARE_EDE, RCODES << 16 | 15)->text.length && find(RARE_QTYPE, 5000)));
	assert_true(intervals < INTERVALS);
	assert_memory_equal(find(RARE_EDE, RCODES << 16 | 15)->text.text, "Blocked by policy", 17);
	assert_true(now.point[0].rare_retired > 4096);
}

/* Values that keep coming stay, though others come and go; those that were away are counted anew. */
static void what_comes_again_stays(void **state)
{
	static struct report report;
	uint64_t listed = 0;

	(void)state;
	send_ede(LEGIT, "private");
	send_ede(KNOWN + 1, "");
	read_interval();
	send_ede(LEGIT, "private"); /* in either epoch */
	read_interval();
	assert_int_equal(snapshot_copy(&before, &now.point[0]), 0);
	for (int i = 0; i < INTERVALS; i++) {
		flood();
		send_ede(LEGIT, "private");
		read_interval();
		assert_non_null(find(RARE_EDE, RCODES << 16 | LEGIT));
		assert_int_equal(find(RARE_EDE, RCODES << 16 | LEGIT)->count, i + 3);
	}
	for (int i = 0; i < INTERVALS; i++) {
		send_ede(LEGIT, "private");
		read_interval();
	}
	assert_null(find(RARE_EDE, RCODES << 16 | (KNOWN + 3)));
	send_ede(KNOWN + 3, "");
	read_interval();
	rates_report(&before, &now.point[0], &report);
	for (size_t i = 0; i < report.ede_count; i++) {
		if (report.edes[i].info_code == LEGIT)
			assert_int_equal(report.edes[i].count, 2 * INTERVALS);
		if (report.edes[i].info_code == KNOWN + 3)
			assert_int_equal(report.edes[i].count, 1);
		listed += report.edes[i].count;
	}
	assert_int_equal(report.other_ede_count + listed, sent - 3);
}

/* What unbound 1.17.1 sent with `ede: yes` and `val-log-level: 2` for a zone whose signatures had expired. */
static void reasons_of_unbound_are_whole(void **state)
{
	static const char reason[] =
		"validation failure <www.department.university.example. AAAA IN>: "
		"signature expired from 2001:db8:1234:5678::53 for key "
		"university.example. while building chain of trust";
	const struct rare_count *rare;

	(void)state;
	send_ede(7, reason);
	read_interval();
	rare = find(RARE_EDE, RCODES << 16 | 7);
	assert_non_null(rare);
	assert_int_equal(rare->text.length, sizeof(reason) - 1);
	assert_memory_equal(rare->text.text, reason, sizeof(reason) - 1);
	assert_false(rare->text.cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(others_find_room_after_a_flood, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reasons_of_unbound_are_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_comes_again_stays, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, stay_on_first_cpu, NULL);
}
