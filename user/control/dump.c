// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "control/dump.h"

#include "control/request.h"
#include "loader/table_fill.h"
#include "report/names.h"
#include "report/snapshot.h"
#include "util/clock.h"
#include "util/json_writer.h"
#include "util/timestamp.h"

#define KEY_SIZE     64
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void put(struct json *j, const char *key, uint64_t count)
{
	if (count)
		json_u64(j, key, count);
}

/* Counters that have names. */
static void put_named(struct json *j, const char *key, const __u64 *counts,
		      const char *const *names, size_t size)
{
	json_object_begin(j, key);
	for (size_t i = 0; i < size; i++)
		put(j, names[i], counts[i]);
	json_object_end(j);
}

/* Counters that have numbers; the last is all the others together. */
static void put_numbered(struct json *j, const char *key, const __u64 *counts, size_t size)
{
	json_object_begin(j, key);
	for (size_t i = 0; i < size; i++) {
		char name[KEY_SIZE];

		snprintf(name, sizeof(name), "%zu", i);
		put(j, i + 1 == size ? "rest" : name, counts[i]);
	}
	json_object_end(j);
}

/* "0.ipv4.udp": RCODE, family, transport. */
static void put_rcodes(struct json *j, const struct pkt_counters *counters)
{
	json_object_begin(j, "rcodes");
	for (size_t code = 0; code <= RCODE_DIRECT; code++)
		for (size_t f = 0; f < FAMILY_COUNT; f++)
			for (size_t t = 0; t < TRANSPORT_COUNT; t++) {
				char name[KEY_SIZE], number[16];

				snprintf(number, sizeof(number), "%zu", code);
				snprintf(name, sizeof(name), "%s.%s.%s",
					 code == RCODE_DIRECT ? "rest" : number, family_names[f],
					 transport_names[t]);
				put(j, name, counters->rcode[code][f][t]);
			}
	json_object_end(j);
}

/* "2.22": RCODE and first EDE. */
static void put_edes(struct json *j, const struct pkt_counters *counters)
{
	json_object_begin(j, "ede");
	for (size_t code = 0; code <= RCODE_DIRECT; code++)
		for (size_t ede = 0; ede <= EDE_DIRECT; ede++) {
			char name[KEY_SIZE], first[16], second[16];

			snprintf(first, sizeof(first), "%zu", code);
			snprintf(second, sizeof(second), "%zu", ede);
			snprintf(name, sizeof(name), "%s.%s", code == RCODE_DIRECT ? "rest" : first,
				 ede == EDE_DIRECT ? "rest" : second);
			put(j, name, counters->ede[code][ede]);
		}
	json_object_end(j);
}

/* "33": the number of a place, which stands for the type of that number or, past QTYPE_LOW, of the meta types. */
static void put_qtypes(struct json *j, const struct pkt_counters *counters)
{
	json_object_begin(j, "qtypes");
	for (size_t i = 0; i <= QTYPE_DIRECT; i++) {
		char name[KEY_SIZE];

		snprintf(name, sizeof(name), "%zu",
			 i < QTYPE_LOW ? i : QTYPE_META_FIRST + (i - QTYPE_LOW));
		put(j, i == QTYPE_DIRECT ? "rest" : name, counters->qtype[i]);
	}
	json_object_end(j);
}

static void put_outcomes(struct json *j, const struct pkt_counters *counters)
{
	json_object_begin(j, "outcomes");
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		put(j, outcome_names[i], counters->outcome[i]);
	json_object_end(j);
	put_named(j, "unparsed", &counters->outcome[PKT_UNPARSED(0)], unparsed_names,
		  UNPARSED_COUNT);
}

static void put_counters(struct json *j, uint32_t cpu, uint32_t set,
			 const struct pkt_counters *counters)
{
	json_object_begin(j, NULL);
	json_u64(j, "cpu", cpu);
	json_u64(j, "set", set);
	json_object_begin(j, "counts");
	json_u64(j, "packets", counters->packets);
	put(j, "slow_path", counters->slow_path);
	put(j, "offending", counters->offending);
	put(j, "unlisted", counters->unlisted);
	json_object_end(j);
	put_outcomes(j, counters);
	put_named(j, "incomplete", counters->incomplete, incomplete_names, INCOMPLETE_COUNT);
	put_named(j, "tcp", counters->tcp, tcp_event_names, TCP_EVENT_COUNT);
	put_named(j, "udp", counters->udp, udp_event_names, UDP_EVENT_COUNT);
	put_named(j, "transactions", counters->txn, txn_event_names, TXN_EVENT_COUNT);
	put_named(j, "answers", counters->answers, answer_names, ANSWER_COUNT);
	put_numbered(j, "ede_further", counters->ede_further, COUNT(counters->ede_further));
	put_rcodes(j, counters);
	put_edes(j, counters);
	put_qtypes(j, counters);
	json_object_end(j);
}

/* The CPU that has a cpu_slot. */
static uint32_t cpu_of(const struct bpf_maps *maps, uint32_t cpu_slot)
{
	for (uint32_t id = 0; id < maps->cpus.ids; id++)
		if (maps->cpus.cpu_slot[id] == cpu_slot)
			return id;
	return UNASSIGNED;
}

/* Counters that no CPU owns. */
static void put_shared(struct json *j, const struct bpf_maps *maps, uint32_t point)
{
	for (uint32_t set = 0; set < 2; set++) {
		const struct point_shared *shared = &maps->shared[point];

		json_object_begin(j, NULL);
		json_u64(j, "set", set);
		json_object_begin(j, "counts");
		put(j, "rare_lost", shared->rare_lost[set]);
		put(j, "no_cpu_slot", shared->no_cpu_slot[set]);
		put(j, "ede_texts_lost", shared->ede_texts_lost[set]);
		json_object_end(j);
		json_object_end(j);
	}
}

static void put_point(struct json *j, const struct bpf_maps *maps, uint32_t point, const char *name,
		      enum direction direction)
{
	json_object_begin(j, NULL);
	json_u64(j, "point", point);
	json_name(j, "interface", name);
	json_string(j, "direction", direction_names[direction]);
	json_array_begin(j, "shared");
	put_shared(j, maps, point);
	json_array_end(j);
	json_array_begin(j, "counters");
	for (uint32_t cpu_slot = 0; cpu_slot < maps->cpus.online; cpu_slot++)
		for (uint32_t set = 0; set < 2; set++) {
			struct pkt_counters counters = maps->pkt_counters[counters_index(
				cpu_slot, maps->config.points, point, set)];

			counters_spread(&counters);
			/* A CPU that has seen nothing has nothing to show. */
			if (counters.packets)
				put_counters(j, cpu_of(maps, cpu_slot), set, &counters);
		}
	json_array_end(j);
	json_object_end(j);
}

static void put_fill(struct json *j, const char *name, const struct table_fill *fill)
{
	if (!fill->known || !fill->room)
		return;
	json_object_begin(j, name);
	json_u64(j, "used", fill->used);
	json_u64(j, "room", fill->room);
	json_object_end(j);
}

static void put_tables(struct json *j, const struct bpf_maps *maps)
{
	struct tables_fill fill;

	tables_fill_read(&fill, maps);
	json_object_begin(j, "tables");
	put_fill(j, "rare_values", &fill.rare_values);
	put_fill(j, "ede_texts", &fill.ede_texts);
	put_fill(j, "tcp_streams", &fill.flows);
	put_fill(j, "transactions_clients", &fill.transactions[TXN_CLIENTS]);
	put_fill(j, "transactions_upstream", &fill.transactions[TXN_UPSTREAM]);
	for (size_t d = 0; d < TOP_DIMENSIONS; d++)
		put_fill(j, top_dimension_names[d], &fill.top[d]);
	json_object_end(j);
}

void control_dump_write(FILE *out, const struct bpf_maps *maps, const struct watch *watch)
{
	char stamp[TIMESTAMP_SIZE];
	struct json j;

	json_init(&j, out);
	json_object_begin(&j, NULL);
	json_string(&j, "schema", CONTROL_SCHEMA);
	json_string(&j, "type", control_command_names[CONTROL_DUMP]);
	json_string(&j, "time", timestamp_utc(stamp, clock_wall_ns()));
	json_u64(&j, "epoch", __atomic_load_n(&maps->control->epoch, __ATOMIC_RELAXED));
	json_u64(&j, "cpus", maps->cpus.online);
	put_tables(&j, maps);
	json_array_begin(&j, "points");
	for (uint32_t i = 0; i < watch->count; i++)
		for (int d = 0; d < DIRECTION_COUNT; d++)
			if (maps->config.point[i][d] != UNASSIGNED &&
			    watch->interface[i].direction[d])
				put_point(&j, maps, maps->config.point[i][d],
					  watch->interface[i].name, (enum direction)d);
	json_array_end(&j);
	json_object_end(&j);
	fputc('\n', out);
}
