// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"
#include "util/clock.h"
#include "loader/bpf_objects.h"

#define MEMORY_DEFAULT 64u /* MiB */

void settings_init(struct settings *settings)
{
	*settings = (struct settings){
		.mode = MODE_AUTO,
		.directions = 1u << DIRECTION_RX | 1u << DIRECTION_TX,
		.dns_ports = {.port = {53}, .count = 1},
		.encrypted_ports = {.port = {853}, .count = 1},
		.memory_max = (size_t)MEMORY_DEFAULT << 20,
		.control_group = (gid_t)-1,
		.timeout_ns = 5 * NS_PER_S,
		.transaction_memory = (size_t)5 << 20,
		.alert_interval_ns = 10 * NS_PER_S,
	};
	top_settings_init(&settings->top);
	attack_settings_init(&settings->attack);
	alert_rules_init(&settings->alerts);
}

bool settings_state_folder(const struct settings *settings, char folder[PATH_MAX])
{
	const char *made = getenv("STATE_DIRECTORY");
	size_t length;

	folder[0] = '\0';
	if (settings->state_dir[0])
		made = settings->state_dir;
	else if (!made)
		return false;
	length = settings->state_dir[0] ? strlen(made) : strcspn(made, ":");
	if (!length || length >= PATH_MAX)
		return false;
	memcpy(folder, made, length);
	folder[length] = '\0';
	return true;
}

void settings_free(struct settings *settings)
{
	attack_settings_free(&settings->attack);
}

/* Without --interval, counters are read so often or more: alerts do not wait for long intervals. */
#define STEP_MAX_NS (10 * NS_PER_S)

static long long common_divisor(long long a, long long b)
{
	while (b) {
		long long rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* The longest step up to STEP_MAX_NS that @interval_ns is a multiple of. */
static long long longest_step(long long interval_ns)
{
	long long steps = (interval_ns + STEP_MAX_NS - 1) / STEP_MAX_NS;

	for (; interval_ns / steps >= INTERVAL_MIN_NS; steps++)
		if (interval_ns % steps == 0)
			return interval_ns / steps;
	return interval_ns;
}

static long long sink_default_ns(const struct sink_spec *spec)
{
	return spec->kind->interval_ns ? spec->kind->interval_ns : SINK_INTERVAL_DEFAULT;
}

/* --interval is given: the intervals of all sinks are multiples of it. 0, or -EINVAL, logged. */
static int follow_interval(struct settings *settings)
{
	long long base = settings->interval_ns;

	settings->report_ns = settings->step_ns = base;
	for (size_t i = 0; i < settings->sinks.count; i++) {
		struct sink_spec *spec = &settings->sinks.spec[i];

		if (!spec->interval_ns)
			spec->interval_ns = (sink_default_ns(spec) + base - 1) / base * base;
		if (spec->interval_ns % base != 0) {
			log_error("sink %s: interval=%.9g is not a multiple of the %.9g seconds of "
				  "--interval",
				  spec->name, clock_seconds(spec->interval_ns),
				  clock_seconds(base));
			return -EINVAL;
		}
	}
	return 0;
}

/* It is not: standard output and the sinks get what each wants. 0, or -EINVAL, logged. */
static int follow_sinks(struct settings *settings)
{
	long long common = settings->output == OUTPUT_TEXT   ? NS_PER_S
			   : settings->output == OUTPUT_JSON ? 10 * NS_PER_S
							     : 0;

	settings->report_ns = common;
	for (size_t i = 0; i < settings->sinks.count; i++) {
		struct sink_spec *spec = &settings->sinks.spec[i];

		if (!spec->interval_ns)
			spec->interval_ns = sink_default_ns(spec);
		common = common_divisor(spec->interval_ns, common);
	}
	if (common < INTERVAL_MIN_NS) {
		log_error("the intervals of the sinks%s are not multiples of one step of at least "
			  "%.9g seconds",
			  settings->report_ns ? " and of standard output" : "",
			  clock_seconds(INTERVAL_MIN_NS));
		return -EINVAL;
	}
	if (!settings->report_ns)
		settings->report_ns = common;
	settings->step_ns = longest_step(common);
	return 0;
}

static int sinks_check(struct settings *settings)
{
	if (settings->output == OUTPUT_NONE && settings->sinks.count == 0) {
		log_error("--output none without a --sink: nobody would see a report");
		return -EINVAL;
	}
	return settings->interval_ns ? follow_interval(settings) : follow_sinks(settings);
}

static void alerts_follow(struct settings *settings)
{
	long long step = settings->step_ns;

	settings->alert_ns = (settings->alert_interval_ns + step - 1) / step * step;
	settings->alerts.rule[RULE_RANDOM_SUBDOMAIN].threshold = (double)settings->attack.rate_min;
}

int settings_check(struct settings *settings)
{
	const struct port_list *dns = &settings->dns_ports, *other = &settings->encrypted_ports;

	for (uint32_t i = 0; i < dns->count; i++)
		for (uint32_t j = 0; j < other->count; j++)
			if (dns->port[i] == other->port[j]) {
				log_error("port %u is in --port and in --encrypted-port: DNS on it "
					  "is either readable or not",
					  dns->port[i]);
				return -EINVAL;
			}
	settings->top.attacks = settings->attack.rate_min > 0;
	if (sinks_check(settings) < 0)
		return -EINVAL;
	alerts_follow(settings);
	return 0;
}

/* The most that fit into @memory, a power of two. */
static __u32 buckets_in(size_t memory)
{
	__u32 buckets = TXN_BUCKETS_MIN;

	while (buckets < TXN_BUCKETS_MAX && (size_t)buckets * 2 * TXN_BUCKET_MEMORY <= memory)
		buckets *= 2;
	return buckets;
}

void transactions_configure(const struct settings *settings, struct hook_config *config)
{
	config->txn_buckets = buckets_in(settings->transaction_memory);
	config->txn_timeout = (__u32)(settings->timeout_ns >> TXN_UNIT_SHIFT);
}

void settings_configure(const struct settings *settings, struct hook_config *config)
{
	config->flow_buckets = FLOW_BUCKETS;
	config->decap = settings->decap;
	config->dns_ports = settings->dns_ports.count;
	memcpy(config->dns_port, settings->dns_ports.port, sizeof(config->dns_port));
	config->encrypted_ports = settings->encrypted_ports.count;
	memcpy(config->encrypted_port, settings->encrypted_ports.port,
	       sizeof(config->encrypted_port));
}
