/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `run` and `read` let the user choose; option_tables.h has the options that fill it in. */
#ifndef RCODEWATCH_SETTINGS_H
#define RCODEWATCH_SETTINGS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi.h"
#include "analysis/alert_rules.h"
#include "analysis/attacks.h"
#include "report/labels.h"
#include "netdev/mode.h"
#include "parser/local_side.h"
#include "sinks/sinks.h"
#include "toplist/top_settings.h"
#include "util/run_user.h"

enum output { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_NONE };

#define CONTROL_PATH_MAX 108u /* bytes, with the final NUL: unix(7) */

struct port_list {
	uint16_t port[MAX_PORTS]; /* host byte order */
	uint32_t count;
};

#define INTERFACE_NAMES_MAX MAX_INTERFACES
#define INTERFACE_NAME_MAX  128 /* bytes, with the final NUL: also of patterns and directions */

/* As configuration files name them. */
struct interface_names {
	char name[INTERFACE_NAMES_MAX][INTERFACE_NAME_MAX];
	size_t count;
};

enum transactions { TRANSACTIONS_AUTO, TRANSACTIONS_ON, TRANSACTIONS_OFF };

struct settings {
	char config[PATH_MAX];             /* what --config says */
	struct interface_names interfaces; /* of configuration files */
	enum attach_mode mode;
	uint32_t directions; /* a bit for each DIRECTION_* */
	enum output output;
	enum transactions transactions;
	long long interval_ns; /* as --interval says; 0: it does not */
	long long duration_ns; /* 0: no end */
	unsigned long count;   /* reports per interface and direction; 0: no end */
	struct port_list dns_ports, encrypted_ports;
	uint32_t decap;            /* DECAP_* */
	size_t memory_max;         /* bytes */
	long long timeout_ns;      /* of a query: then it is unanswered */
	size_t transaction_memory; /* bytes */
	struct top_settings top;
	struct attack_settings attack;
	struct alert_rules alerts;
	long long
		alert_interval_ns; /* from evaluation to evaluation, or the next multiple of a step */
	struct local_prefixes
		local; /* the host that captures are of; none: directions are not told apart */
	unsigned long threads;          /* that count captures; 0: as many as do good */
	unsigned long seed;             /* of the keys by which captures are counted: seed.h */
	bool seed_random;               /* the keys are random; seed is not used */
	bool alerts_wanted;             /* `read`: by all rules */
	char user[RUN_USER_NAME_MAX];   /* to run as; "": not said */
	char pin[SINK_ADDRESS_MAX];     /* folder that BPF objects are kept in; "": not said */
	char state_dir[PATH_MAX];       /* what is kept over restarts; "": not said */
	char control[CONTROL_PATH_MAX]; /* path of the control socket, or none; "": not said */
	gid_t control_group;            /* of that; (gid_t)-1: not said */
	bool no_reattach;               /* end the attacher once all is attached */
	bool quiet, verbose, debug;
	bool guide; /* the guide's numbers beside the standard ones */
	struct labels labels;
	struct sink_specs sinks;

	/*
	 * Of settings_check(), for `run`. From report to report of standard output; with --output
	 * none, what the intervals of all sinks are multiples of.
	 */
	long long report_ns;
	/* From one reading of the counters to the next: all intervals are multiples of it. */
	long long step_ns;
	long long alert_ns; /* from evaluation to evaluation of alerts: a multiple of that */
};

void settings_init(struct settings *settings);
/*
 * The state directory: the one that --state-dir says, or else the first that systemd has made (STATE_DIRECTORY in
 * systemd.exec(5)). False: there is none, and @folder is "".
 */
bool settings_state_folder(const struct settings *settings, char folder[PATH_MAX]);
/* What options have gathered. */
void settings_free(struct settings *settings);
/*
 * Do they go together? Sinks that no interval was named for get theirs; report_ns, step_ns and
 * alert_ns are set. 0, or -EINVAL, logged.
 */
int settings_check(struct settings *settings);
/* How large the table of transactions is, and when a query is unanswered. */
void transactions_configure(const struct settings *settings, struct hook_config *config);
/* The part of the hooks' configuration that has nothing to do with interfaces. */
void settings_configure(const struct settings *settings, struct hook_config *config);

#endif
