// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The loaded programs' tables of heavy hitters, by BPF_PROG_TEST_RUN: for every case and a flood of
 * random names they are, set by set, those that the host's build counts, which test_top_read holds
 * against exact counts. And while epochs are ended as fast as can be, under full load on the CPUs,
 * each epoch's tables account for exactly the responses of that epoch.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cases.h"
#include "util/clock.h"
#include "expected.h"
#include "parser/host_store.h"
#include "load_maps.h"
#include "loader/bpf_maps.h"
#include "loader/bpf_programs.h"
#include "attacher/libbpf_log.h"
#include "message.h"
#include "report/names.h"
#include "one_cpu.h"
#include "packet.h"
#include "loader/read_maps.h"
#include "toplist/top_settings.h"

#define SHORTEST 60u /* test runs refuse some frames that are shorter */
#define LONGEST  3500u
#define FLOOD    20000u
#define LOAD_NS  6000000000LL
#define HOT      4u /* names that come again and again */
#define THREADS  2u

struct top_test {
	struct bpf_maps maps;
	struct read_maps source;
	struct snapshot_set now;
	int program;
};

static void on_cpu(size_t cpu)
{
	assert_int_equal(stay_on_cpu((unsigned int)cpu), 0);
}

/* Lists of everything at point 0, with prefixes of clients, and nothing drawn at random. */
static struct hook_config with_lists(void)
{
	struct hook_config config = expected_config();
	struct top_settings top;

	top_settings_init(&top);
	top_settings_point(&top, &config, 0, TOP_VIEW_BOTH);
	top_settings_configure(&top, &config);
	for (size_t i = 0; i < NAME_KEYS; i++)
		config.name_key[i] = 0x9e3779b97f4a7c15ULL * (2 * i + 3);
	for (size_t i = 0; i < TOP_KEYS; i++)
		config.top_key[i] = 0xbf58476d1ce4e5b9ULL * (2 * i + 5);
	config.top_key[TOP_KEY_SET] |= 1;
	return config;
}

static struct top_test *open_test(bool xdp)
{
	struct top_test *t = calloc(1, sizeof(*t));
	const struct bpf_wants wants = {.xdp = xdp, .tc = {!xdp, !xdp}, .memory_max = 64u << 20};
	const struct hook_config config = with_lists();

	assert_non_null(t);
	assert_int_equal(load_maps(&t->maps, &config, &wants), 0);
	assert_int_equal(read_maps_open(&t->source, &t->maps), 0);
	assert_int_equal(snapshot_set_init(&t->now, config.points), 0);
	for (size_t point = 0; point < t->now.points; point++)
		t->now.top[point].keep = top_keep(10);
	t->program = xdp ? bpf_maps_xdp_program(&t->maps)
			 : bpf_maps_tc_program(&t->maps, DIRECTION_RX);
	return t;
}

static void close_test(struct top_test *t)
{
	snapshot_set_free(&t->now);
	read_maps_close(&t->source);
	bpf_maps_close(&t->maps);
	free(t);
}

static void run(const struct top_test *t, const void *frame, size_t length, int times)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = (__u32)length,
		    .repeat = times);

	assert_int_equal(bpf_prog_test_run_opts(t->program, &options), 0);
}

/* ---- the same as the host ------------------------------------------------------------- */

struct pair {
	struct top_test *kernel;
	struct hook_config config; /* the host's */
	struct host_store *host;
};

static void run_both(struct pair *p, const void *frame, size_t length)
{
	if (length < SHORTEST || length > LONGEST)
		return;
	run(p->kernel, frame, length, 1);
	host_count(p->host, &p->config, HOST_LINK_ETHERNET, frame, (uint32_t)length, 0);
}

static void compare_set(const struct pair *p, enum top_dimension d, uint32_t at)
{
	const struct hook_config *of_kernel = &p->kernel->maps.config;
	const struct top_tables *k = &p->kernel->maps.top, *h = &p->host->top;
	uint32_t i = top_tables_first(of_kernel, d, 0, 0) + at;
	uint32_t j = top_tables_first(&p->config, d, 0, 0) + at;
	uint32_t text = top_tables_text(of_kernel, i);
	struct top_texts texts;

	if (d <= TOP_NAME)
		assert_int_equal(bpf_map_lookup_elem(p->kernel->maps.top_texts_fd, &text, &texts),
				 0);
	if (memcmp(&k->sets[i], &h->sets[j], sizeof(struct top_set)) ||
	    memcmp(&k->row_meta[i], &h->row_meta[j], sizeof(struct top_meta)))
		fail_msg("%s: set %u differs", top_dimension_names[d], at);
	for (uint32_t way = 0; way < TOP_WAYS && d <= TOP_NAME; way++) {
		const uint8_t *name = h->texts[top_tables_text(&p->config, j)].name[way];
		size_t length = top_name_length(name);

		if (!h->sets[j].count[way])
			continue;
		assert_true(length > 0);
		if (memcmp(texts.name[way], name, length))
			fail_msg("%s: the name in set %u differs", top_dimension_names[d], at);
	}
	if (d == TOP_ZONE && memcmp(&k->hlls[i], &h->hlls[j], sizeof(h->hlls[j])))
		fail_msg("registers of set %u differ", at);
}

static void compare_tables(const struct pair *p)
{
	const struct pkt_counters *k = &p->kernel->maps.pkt_counters[0],
				  *h = &p->host->counts.counters;

	assert_int_equal(k->offending, h->offending);
	assert_int_equal(k->unlisted, h->unlisted);
	for (uint32_t d = 0; d < TOP_DIMENSIONS; d++)
		for (uint32_t at = 0; at < p->config.top_sets[d]; at++)
			compare_set(p, (enum top_dimension)d, at);
}

/*
 * A response of random content: a denied name in one of a few zones, by SOA or without. Those with NOERROR
 * are NODATA if they have an SOA. Gives whether it is an error: these are offending.
 */
static bool random_response(struct buf *frame, struct buf *message, unsigned int r, unsigned int i)
{
	static const char *const zones[] = {"example.com", "co.uk", "deep.er.example.net", "test"};
	static const unsigned int rcodes[] = {3, 3, 2, 5, 16, 40, 0};
	struct frame packet = {.family = r & 1 ? 6 : 4};
	unsigned int rcode = rcodes[r / 2 % 7];
	const char *zone = zones[r / 16 % 4];
	char name[128], from[32];
	size_t opt;

	snprintf(from, sizeof(from), r & 1 ? "2001:db8::%u" : "192.0.2.%u", 1 + r / 64 % 200);
	packet.source = from;
	snprintf(name, sizeof(name), "x%u-%.*s.%s", r & 64 ? i : r / 128 % 16, (int)(r / 512 % 40),
		 "a-label-that-is-as-long-as-a-label-goes-by", zone);
	buf_reset(message);
	message_begin(message, i & 0xffff, MSG_QR | MSG_RD | MSG_RA | (rcode & 15));
	message_question(message, name, r & 256 ? TYPE_AAAA : TYPE_A, CLASS_IN);
	if (r / 1024 % 3 == 0)
		message_cname(message, SECTION_ANSWER, name, "elsewhere.example.org");
	if (r / 1024 % 3 == 1)
		message_soa(message, SECTION_AUTHORITY, zone);
	opt = message_opt(message, rcode >> 4, 0, 0);
	if (r & 4096)
		message_ede(message, opt, r / 8192 % 30, "why");
	buf_reset(frame);
	packet_build(frame, &packet, message->data, message->length);
	return rcode != 0;
}

static void tables_are_the_hosts(bool xdp)
{
	struct pair p = {.kernel = open_test(xdp), .host = calloc(1, sizeof(*p.host))};
	struct buf frame = {0}, message = {0};
	const struct packet_case *cases;
	size_t count;

	assert_non_null(p.host);
	p.config = p.kernel->maps.config;
	top_tables_place(&p.config);
	on_cpu(0);
	cases = packet_cases(&count);
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < count; i++)
			run_both(&p, cases[i].bytes, cases[i].length);
	compare_tables(&p);
	srandom(4711);
	for (unsigned int i = 0; i < FLOOD; i++) {
		random_response(&frame, &message, (unsigned int)random(), i);
		run_both(&p, frame.data, frame.length);
	}
	compare_tables(&p);
	assert_true(p.host->counts.counters.offending > FLOOD / 7 * 6);
	assert_true(p.host->counts.counters.answers[ANSWER_NODATA] > FLOOD / 7 / 4);
	host_store_free(p.host);
	free(p.host);
	buf_free(&frame);
	buf_free(&message);
	close_test(p.kernel);
}

static void xdp_tables_are_the_hosts(void **state)
{
	(void)state;
	tables_are_the_hosts(true);
}

static void tc_tables_are_the_hosts(void **state)
{
	(void)state;
	tables_are_the_hosts(false);
}

/* ---- exact under load -------------------------------------------------------------------- */

struct load {
	const struct top_test *test;
	pthread_t thread;
	size_t cpu;
	unsigned int seed;
	atomic_bool *stop;
	uint64_t hot[HOT], sent; /* what it has run that is offending */
};

static void build_hot(struct buf *frame, unsigned int which)
{
	const struct frame packet = {0};
	struct buf message = {0};
	char name[64];

	snprintf(name, sizeof(name), "hot%u.example.com", which);
	message_begin(&message, 1, MSG_QR | 3);
	message_question(&message, name, TYPE_A, CLASS_IN);
	packet_build(frame, &packet, message.data, message.length);
	buf_free(&message);
}

/* Full speed: hot names by the thousand in one system call, strangers one by one in between. */
static void *send_load(void *arg)
{
	struct load *load = arg;
	struct buf hot[HOT] = {0}, frame = {0}, message = {0};
	unsigned int r = load->seed;

	on_cpu(load->cpu);
	for (unsigned int i = 0; i < HOT; i++)
		build_hot(&hot[i], i);
	for (unsigned int i = 0; !*load->stop; i++) {
		run(load->test, hot[i % HOT].data, hot[i % HOT].length, 1000);
		load->hot[i % HOT] += 1000;
		load->sent += 1000;
		for (int j = 0; j < 30; j++) {
			r = r * 1664525 + 1013904223;
			load->sent += random_response(&frame, &message, r | 64, r);
			run(load->test, frame.data, frame.length, 1);
		}
	}
	for (unsigned int i = 0; i < HOT; i++)
		buf_free(&hot[i]);
	buf_free(&frame);
	buf_free(&message);
	return NULL;
}

/* What the tables of @epoch account for in one dimension. */
static uint64_t sum_of_tables(const struct top_test *t, enum top_dimension d, uint32_t epoch)
{
	const struct hook_config *config = &t->maps.config;
	uint64_t sum = 0;

	for (uint32_t cpu = 0; cpu < t->maps.cpus.online; cpu++)
		for (uint32_t at = 0; at < config->top_sets[d]; at++) {
			uint32_t index = at + top_tables_first(config, d, cpu, epoch & 1);
			const struct top_set *set = &t->maps.top.sets[index];

			if (set->generation != epoch)
				continue;
			sum += set->unattributed;
			for (uint32_t way = 0; way < TOP_WAYS; way++)
				if (set->count[way])
					sum += set->count[way] -
					       t->maps.top.row_meta[index].inherited[way];
		}
	return sum;
}

/* End an epoch and hold its tables and lists against its counters. */
static uint64_t check_epoch(struct top_test *t, struct top_lists *all)
{
	uint32_t epoch = t->source.epoch;
	uint64_t offending, in_zones;

	assert_int_equal(read_maps_snapshot(&t->source, &t->now), 0);
	offending = t->source.totals[0].offending;
	in_zones = offending + t->source.totals[0].nodata;
	for (uint32_t d = 0; d < TOP_DIMENSIONS; d++) {
		const struct top_list *list = &t->now.top[0].list[d];
		struct top_rest rest = top_list_rest(list, 10);
		uint64_t counts = rest.count;

		assert_int_equal(sum_of_tables(t, (enum top_dimension)d, epoch),
				 d == TOP_ZONE ? in_zones : offending);
		for (size_t i = 0; i < 10 && i < list->count; i++)
			counts += list->rows[i].count;
		assert_int_equal(counts, offending);
	}
	assert_int_equal(top_lists_merge(all, &t->now.top[0]), 0);
	return offending;
}

static const struct top_row *row_called(const struct top_list *list, const char *label)
{
	for (size_t i = 0; i < list->count; i++)
		if (!memcmp(list->rows[i].key + 1, label, strlen(label)))
			return &list->rows[i];
	return NULL;
}

static void check_hot(const struct top_lists *all, const struct load *loads, size_t threads)
{
	for (unsigned int i = 0; i < HOT; i++) {
		const struct top_row *row;
		uint64_t truth = 0;
		char label[16];

		for (size_t j = 0; j < threads; j++)
			truth += loads[j].hot[i];
		snprintf(label, sizeof(label), "hot%u", i);
		row = row_called(&all->list[TOP_NAME], label);
		if (!row)
			fail_msg("%s is in no row", label);
		else
			assert_true(row->low <= truth && truth <= row->high);
	}
}

static void intervals_are_exact_under_load(void **state)
{
	struct top_test *t = open_test(true);
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t threads = cpus < (long)THREADS ? 1 : THREADS, flips = 0;
	struct top_lists all = {.keep = top_keep(10)};
	struct load loads[THREADS] = {0};
	uint64_t sent = 0, counted = 0;
	atomic_bool stop = false;
	int64_t end = clock_mono_ns() + LOAD_NS;

	(void)state;
	for (size_t i = 0; i < threads; i++) {
		loads[i] = (struct load){
			.test = t, .cpu = i, .seed = (unsigned int)i, .stop = &stop};
		assert_int_equal(pthread_create(&loads[i].thread, NULL, send_load, &loads[i]), 0);
	}
	for (; clock_mono_ns() < end; flips++)
		counted += check_epoch(t, &all);
	stop = true;
	for (size_t i = 0; i < threads; i++) {
		pthread_join(loads[i].thread, NULL);
		sent += loads[i].sent;
	}
	counted += check_epoch(t, &all);
	print_message("%zu flips, %llu responses\n", flips, (unsigned long long)sent);
	assert_int_equal(counted, sent);
	assert_int_equal(all.list[TOP_NAME].total, sent);
	check_hot(&all, loads, threads);
	top_lists_free(&all);
	close_test(t);
}

static int quiet(void **state)
{
	(void)state;
	libbpf_log_init(false);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xdp_tables_are_the_hosts),
		cmocka_unit_test(tc_tables_are_the_hosts),
		cmocka_unit_test(intervals_are_exact_under_load),
	};

	return cmocka_run_group_tests(tests, quiet, NULL);
}
