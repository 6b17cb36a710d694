// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/alert_engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

#define NEWS_EVERY_NS (60 * NS_PER_S)

const char *const alert_state_names[] = {
	[ALERT_BEGINS] = "begin",
	[ALERT_GOES_ON] = "ongoing",
	[ALERT_ENDS] = "end",
};

const char *const alert_subject_names[] = {
	[ALERT_OF_ALL] = "",
	[ALERT_OF_ZONE] = "zone",
	[ALERT_OF_SERVER] = "server",
	[ALERT_OF_RCODE] = "rcode",
};

int alert_engine_init(struct alert_engine *engine, const struct alert_rules *rules)
{
	*engine = (struct alert_engine){
		.rules = rules,
		.latch = calloc(ALERT_FOLLOWED, sizeof(*engine->latch)),
		/* One that ends can make room for one that begins. */
		.alert = calloc(2 * ALERT_FOLLOWED, sizeof(*engine->alert)),
	};
	if (engine->latch && engine->alert)
		return 0;
	alert_engine_free(engine);
	return -ENOMEM;
}

void alert_engine_free(struct alert_engine *engine)
{
	free(engine->latch);
	free(engine->alert);
	*engine = (struct alert_engine){0};
}

void alert_engine_begin(struct alert_engine *engine, int64_t end_ns, double interval_s)
{
	engine->end_ns = end_ns;
	engine->interval_s = interval_s;
	engine->start_ns = end_ns - (int64_t)(interval_s * (double)NS_PER_S);
	engine->seq++;
	engine->alerts = 0;
	engine->partial = false;
	for (size_t i = 0; i < engine->latches; i++)
		engine->latch[i].seen = false;
}

/* A zone is the same one whatever it is known by. */
static bool same_subject(const struct alert_subject *a, const struct alert_subject *b)
{
	return a->kind == b->kind && a->rcode == b->rcode &&
	       (a->kind != ALERT_OF_SERVER || a->row_kind == b->row_kind) &&
	       !memcmp(a->key, b->key, sizeof(a->key));
}

static struct alert_latch *find(const struct alert_engine *engine, enum alert_rule_id rule,
				uint32_t place, const struct alert_subject *subject)
{
	for (size_t i = 0; i < engine->latches; i++) {
		struct alert_latch *latch = &engine->latch[i];

		if (latch->finding.rule == rule && latch->finding.place == place &&
		    (!subject || same_subject(&latch->finding.subject, subject)))
			return latch;
	}
	return NULL;
}

static void drop(struct alert_engine *engine, struct alert_latch *latch)
{
	*latch = engine->latch[--engine->latches];
}

static void publish(struct alert_engine *engine, struct alert_latch *latch, enum alert_state state)
{
	const struct alert_rule *rule = &engine->rules->rule[latch->finding.rule];
	struct alert *alert = &engine->alert[engine->alerts++];

	*alert = (struct alert){
		.finding = latch->finding,
		.rule = rule,
		.severity = latch->finding.severity ? latch->finding.severity : rule->severity,
		.state = state,
		.news = state != ALERT_GOES_ON || engine->end_ns - latch->news_ns >= NEWS_EVERY_NS,
		.since_ns = latch->since_ns,
		.start_ns = engine->start_ns,
		.end_ns = engine->end_ns,
		.interval_s = engine->interval_s,
		.seq = engine->seq,
	};
	alert->finding.threshold = latch->threshold;
	if (alert->news)
		latch->news_ns = engine->end_ns;
}

static bool begins(const struct alert_rule *rule, const struct alert_finding *finding)
{
	return !rule->off && finding->qualifies && finding->value > 0 &&
	       finding->value >= finding->threshold;
}

/* What is not under way: it may begin. */
static enum alert_level look_for_begin(struct alert_engine *engine, struct alert_latch *latch)
{
	const struct alert_finding *finding = &latch->finding;
	const struct alert_rule *rule = &engine->rules->rule[finding->rule];

	if (latch->streak == 0)
		latch->since_ns = engine->start_ns;
	if (++latch->streak < rule->begin &&
	    !(rule->clear > 0 && finding->value >= rule->clear * finding->threshold))
		return ALERT_SEEN;
	if (engine->under_way[finding->rule] >= rule->most) {
		engine->refused++;
		return ALERT_SEEN;
	}
	engine->under_way[finding->rule]++;
	latch->under_way = true;
	latch->streak = 0;
	latch->threshold = finding->threshold;
	publish(engine, latch, ALERT_BEGINS);
	return ALERT_UNDER_WAY;
}

/* What is under way: it may end, and is not followed any more then. */
static enum alert_level look_for_end(struct alert_engine *engine, struct alert_latch *latch)
{
	const struct alert_finding *finding = &latch->finding;
	const struct alert_rule *rule = &engine->rules->rule[finding->rule];
	bool holds = finding->holds && finding->value >= ALERT_HOLD * latch->threshold;

	if (holds || !engine->partial)
		latch->streak = holds ? 0 : latch->streak + 1;
	if (!rule->off && !latch->overdue && latch->streak < rule->end &&
	    (engine->partial || finding->value >= rule->over * latch->threshold)) {
		publish(engine, latch, ALERT_GOES_ON);
		return ALERT_UNDER_WAY;
	}
	engine->under_way[finding->rule]--;
	publish(engine, latch, ALERT_ENDS);
	drop(engine, latch);
	return ALERT_QUIET;
}

enum alert_level alert_engine_see(struct alert_engine *engine, const struct alert_finding *finding)
{
	struct alert_latch *latch = find(engine, finding->rule, finding->place, &finding->subject);

	if (!latch || !latch->under_way) {
		if (!begins(&engine->rules->rule[finding->rule], finding)) {
			if (latch)
				drop(engine, latch);
			return ALERT_QUIET;
		}
		if (!latch && engine->latches == ALERT_FOLLOWED) {
			engine->refused++;
			return ALERT_QUIET;
		}
	}
	if (!latch) {
		latch = &engine->latch[engine->latches++];
		*latch = (struct alert_latch){0};
	}
	latch->finding = *finding;
	latch->seen = true;
	return latch->under_way ? look_for_end(engine, latch) : look_for_begin(engine, latch);
}

/* Nothing was seen of it: what it is about stays, its figures are 0. */
static void pass(struct alert_engine *engine, struct alert_latch *latch)
{
	const struct alert_finding before = latch->finding;

	latch->seen = true;
	latch->finding = (struct alert_finding){
		.rule = before.rule,
		.place = before.place,
		.subject = before.subject,
		.severity = before.severity,
		.cause = before.cause,
		.rcode = before.rcode,
		.ede = before.ede,
	};
	look_for_end(engine, latch);
}

static int by_importance(const void *a, const void *b)
{
	const struct alert *one = a, *other = b;

	if (one->severity != other->severity)
		return one->severity < other->severity ? 1 : -1;
	/* What is new is what somebody looks for. */
	if (one->since_ns != other->since_ns)
		return one->since_ns < other->since_ns ? 1 : -1;
	if (one->finding.rule != other->finding.rule)
		return one->finding.rule < other->finding.rule ? -1 : 1;
	return (one->finding.value < other->finding.value) -
	       (one->finding.value > other->finding.value);
}

void alert_engine_end(struct alert_engine *engine)
{
	/* Backwards: one that is dropped is replaced by the last. */
	for (size_t i = engine->latches; i-- > 0;) {
		struct alert_latch *latch = &engine->latch[i];

		if (latch->seen)
			continue;
		if (latch->under_way)
			pass(engine, latch);
		else
			drop(engine, latch);
	}
	qsort(engine->alert, engine->alerts, sizeof(*engine->alert), by_importance);
}

void alert_engine_resume(struct alert_engine *engine, const struct alert_latch *latch)
{
	if (engine->latches == ALERT_FOLLOWED)
		return;
	engine->latch[engine->latches++] = *latch;
	engine->under_way[latch->finding.rule]++;
}

void alert_engine_move(struct alert_engine *engine, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < engine->latches; i++)
		if (engine->latch[i].finding.place == from)
			engine->latch[i].finding.place = to;
}

enum alert_level alert_engine_level(const struct alert_engine *engine, enum alert_rule_id rule,
				    uint32_t place, const struct alert_subject *subject)
{
	const struct alert_latch *latch = find(engine, rule, place, subject);

	return !latch ? ALERT_QUIET : latch->under_way ? ALERT_UNDER_WAY : ALERT_SEEN;
}

int64_t alert_engine_since(const struct alert_engine *engine, enum alert_rule_id rule,
			   uint32_t place, const struct alert_subject *subject)
{
	const struct alert_latch *latch = find(engine, rule, place, subject);

	return latch && latch->under_way ? latch->since_ns : 0;
}
