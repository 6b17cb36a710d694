/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether an alert begins, goes on or ends: the same for all rules. Detectors hand in what they see (struct alert_finding),
 * evaluation by evaluation; nothing but that, and the time that is handed in, counts. One thread uses an engine.
 */
#ifndef RCODEWATCH_ALERT_ENGINE_H
#define RCODEWATCH_ALERT_ENGINE_H

#include "analysis/alert.h"

/* Facts that are followed at a time: under way, or seen and not yet begun. Further ones wait. */
#define ALERT_FOLLOWED 1024u

/* What has become of a finding. */
enum alert_level { ALERT_QUIET, ALERT_SEEN, ALERT_UNDER_WAY };

/* What is remembered of a finding from one evaluation to the next. */
struct alert_latch {
	struct alert_finding finding; /* the last one */
	bool under_way;
	bool seen;           /* in this evaluation */
	bool overdue;        /* it ends in the next evaluation, whatever that has */
	unsigned int streak; /* evaluations that said the other thing */
	double threshold;    /* that it began with */
	int64_t since_ns, news_ns;
};

struct alert_engine {
	const struct alert_rules *rules; /* the caller's */
	struct alert_latch *latch;       /* of each finding that is followed */
	size_t latches;
	/* Of the evaluation: those under way and those that ended, by severity, the newest first. */
	struct alert *alert;
	size_t alerts;
	unsigned int under_way[ALERT_RULES];
	uint64_t refused; /* would have begun, but were too many */
	bool partial; /* the evaluation has too little for what is under way to end; the caller sets it */
	int64_t start_ns, end_ns;
	double interval_s;
	uint64_t seq;
};

/* @rules must outlive the engine and may change. 0 or -ENOMEM. Free with alert_engine_free(). */
int alert_engine_init(struct alert_engine *engine, const struct alert_rules *rules);
void alert_engine_free(struct alert_engine *engine);

/* An evaluation begins of the time that ended at @end_ns (since 1970-01-01 UTC) and took @interval_s. */
void alert_engine_begin(struct alert_engine *engine, int64_t end_ns, double interval_s);
/* Look at @finding, once in an evaluation for each rule, place and subject. */
enum alert_level alert_engine_see(struct alert_engine *engine, const struct alert_finding *finding);
/* What is followed and had no finding has a value of 0. Then engine->alert is the evaluation's result until the next one. */
void alert_engine_end(struct alert_engine *engine);

/* Go on with what was under way when another process ended; before the first evaluation. */
void alert_engine_resume(struct alert_engine *engine, const struct alert_latch *latch);
/* What is under way at @from is at @to from now on, where nothing is followed yet. */
void alert_engine_move(struct alert_engine *engine, uint32_t from, uint32_t to);

/* What @rule at @place, about @subject (NULL: anybody), has come to. */
enum alert_level alert_engine_level(const struct alert_engine *engine, enum alert_rule_id rule,
				    uint32_t place, const struct alert_subject *subject);
/* Start of the interval in which that began; 0: it is not under way. */
int64_t alert_engine_since(const struct alert_engine *engine, enum alert_rule_id rule,
			   uint32_t place, const struct alert_subject *subject);

#endif
