// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_JANSSON

#include "top/model_read.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "control/json_read.h"
#include "dns_wire.h"

static const char *const list_names[MODEL_LISTS] = {
	[MODEL_ZONES] = "zones",
	[MODEL_NAMES] = "names",
	[MODEL_SERVERS] = "servers",
	[MODEL_ASKERS] = "clients",
};

/* A count as a rate. */
static double rate_of(const struct model *model, const json_t *object, const char *key)
{
	return (double)json_read_count(object, key) / model->interval_s;
}

static uint32_t number_of(const json_t *object, const char *key, uint32_t otherwise)
{
	const json_t *value = json_object_get(object, key);
	json_int_t number = json_integer_value(value);

	return json_is_integer(value) && number >= 0 && number < CODE_NODATA ? (uint32_t)number
									     : otherwise;
}

/* ---- reports ------------------------------------------------------------------------------- */

static void read_codes(struct model *model, struct model_side *side, const json_t *report)
{
	double nodata = rate_of(model, json_object_get(report, "answers"), "nodata");
	struct model_code *code;
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(report, "rcodes"), i, row)
	{
		uint32_t number = number_of(row, "code", CODE_NODATA);
		double rate = rate_of(model, row, "count");

		code = number < CODE_NODATA && side->codes < MODEL_CODES
			       ? model_code(side, number, json_read_string(row, "name"))
			       : NULL;
		if (!code)
			continue;
		if (number == DNS_RCODE_NOERROR)
			rate -= nodata < rate ? nodata : rate;
		code->rate += rate;
	}
	code = model_code(side, CODE_NODATA, "NODATA");
	if (code)
		code->rate += nodata;
}

static struct model_ede *find_ede(struct model_side *side, uint32_t rcode, uint32_t number)
{
	struct model_ede *ede;

	for (size_t i = 0; i < side->edes; i++)
		if (side->ede[i].rcode == rcode && side->ede[i].code == number)
			return &side->ede[i];
	if (side->edes == MODEL_EDES)
		return NULL;
	ede = &side->ede[side->edes++];
	*ede = (struct model_ede){.rcode = rcode, .code = number, .name = "", .text = ""};
	return ede;
}

static void read_edes(struct model *model, struct model_side *side, const json_t *report)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(report, "ede"), i, row)
	{
		struct model_ede *ede = find_ede(side, number_of(row, "rcode_code", 0),
						 number_of(row, "code", 0));

		if (!ede)
			break;
		if (!ede->name[0])
			ede->name = model_text(model, json_read_string(row, "name"));
		model_word(ede->rcode_name, json_read_string(row, "rcode"));
		ede->rate += rate_of(model, row, "count");
		if (!ede->text[0])
			ede->text = model_text(model, json_read_string(row, "text"));
	}
}

static void add_part(struct model_row *row, const char *code, double rate)
{
	size_t i;

	for (i = 0; i < row->parts; i++)
		if (strcmp(row->part[i].name, code) == 0)
			break;
	if (i == MODEL_PARTS)
		return;
	if (i == row->parts) {
		row->part[row->parts++].rate = 0;
		model_word(row->part[i].name, code);
	}
	row->part[i].rate += rate;
}

static void read_row(struct model *model, enum model_side_name side, enum model_list list,
		     const json_t *object)
{
	bool named = list == MODEL_ZONES || list == MODEL_NAMES;
	struct model_row *row = model_row(model, side, list,
					  json_read_string(object, named ? "name" : "address"));
	double rate = rate_of(model, object, "count");
	char code[MODEL_WORD];

	if (!row)
		return;
	model_word(code, json_read_string(object, "rcode"));
	add_part(row, code, rate);
	if (model_code_fails(code))
		row->failing += rate;
	else if (strcmp(code, "NXDOMAIN") == 0)
		row->denied += rate;
	else
		row->other += rate;
	row->names += (double)json_read_count(object, "distinct_names");
	if (row->ede == MODEL_NO_EDE)
		row->ede = number_of(object, "ede", MODEL_NO_EDE);
	if (!row->qtype[0])
		model_word(row->qtype, json_read_string(object, "qtype"));
}

static void read_lists(struct model *model, enum model_side_name side, const json_t *report)
{
	const json_t *top = json_object_get(report, "top"), *row;
	size_t i;

	for (size_t list = 0; list < MODEL_LISTS; list++) {
		const json_t *rows = json_object_get(top, list_names[list]);

		model->side[side].listed[list] |= json_is_array(rows);
		json_array_foreach(rows, i, row)
		{
			if (i == MODEL_ROWS)
				break;
			read_row(model, side, (enum model_list)list, row);
		}
	}
}

static void read_accounting(struct model *model, struct model_side *side, const json_t *report)
{
	const json_t *accounting = json_object_get(report, "accounting"), *value;
	json_t *unparsed = json_object_get(accounting, "unparsed");
	const char *key;

	side->packets += rate_of(model, accounting, "packets");
	side->encrypted += rate_of(model, accounting, "encrypted");
	json_object_foreach(unparsed, key, value)
	{
		side->unparsed += rate_of(model, unparsed, key);
	}
	side->lost += json_read_count(unparsed, "no_cpu_slot");
}

/* Of several interfaces, the one with most responses of a code says whether one zone fails. */
static void read_failing_zones(struct model *model, struct model_side *side, const json_t *report)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(report, "failing_zones"), i, row)
	{
		uint32_t number = number_of(row, "rcode_code", CODE_NODATA);
		double rate = rate_of(model, row, "count");
		struct model_code *code = NULL;

		for (size_t c = 0; c < side->codes && !code; c++)
			if (side->code[c].code == number)
				code = &side->code[c];
		if (!code || (code->zone && 2 * rate < code->rate))
			continue;
		code->zones_low = json_read_count(row, "zones_low");
		code->zones_high = json_read_count(row, "zones_high");
		code->zone_share = json_read_number(row, "share");
		code->zone = model_text(model, json_read_string(row, "zone"));
	}
}

static void read_report(struct model *model, const json_t *report)
{
	const char *direction = json_read_string(report, "direction");
	enum model_side_name name = strcmp(direction, "rx") == 0 ? MODEL_UPSTREAM : MODEL_CLIENTS;
	struct model_side *side = &model->side[name];

	model->merged |= strcmp(direction, "both") == 0;
	side->seen = true;
	side->responses += rate_of(model, report, "responses");
	model_interface(model, json_read_string(report, "interface"));
	read_codes(model, side, report);
	read_edes(model, side, report);
	read_failing_zones(model, side, report);
	read_lists(model, name, report);
	read_accounting(model, side, report);
	model_read_advice(model, report);
}

/* ---- transactions ----------------------------------------------------------------------------- */

/* One is in several lists, with the same figures: they are no sums. */
static void read_asked_row(const struct model *model, struct model_row *row, const json_t *object)
{
	const json_t *times = json_object_get(object, "response_time");
	const json_t *answers = json_object_get(object, "answers");
	double bad;

	row->unanswered = rate_of(model, object, "unanswered");
	row->asked = rate_of(model, object, "queries_estimate");
	row->answers = json_is_object(answers);
	row->fine = rate_of(model, answers, "fine");
	row->referral = rate_of(model, answers, "referral");
	row->refused = rate_of(model, answers, "refused");
	row->failed = rate_of(model, answers, "failed");
	bad = row->unanswered + row->refused + row->failed;
	row->bad = row->asked <= 0 ? -1 : bad < row->asked ? bad / row->asked : 1;
	if (!row->qtype[0])
		model_word(row->qtype, json_read_string(object, "qtype"));
	row->timed = json_read_count(times, "sampled") > 0;
	row->mean_s = json_read_number(times, "mean_s");
	row->max_s = json_read_number(times, "max_s");
}

static void read_asked(struct model *model, enum model_side_name side, enum model_list list,
		       const json_t *rows)
{
	const char *key = list == MODEL_ZONES ? "name" : "address";
	const json_t *object;
	size_t i;

	json_array_foreach(rows, i, object)
	{
		struct model_row *row = model_row(model, side, list, json_read_string(object, key));

		if (!row)
			break;
		read_asked_row(model, row, object);
		/* Lists of responses may have less of it, as of fewer zones or of other codes. */
		if (row->failing < row->refused + row->failed)
			row->failing = row->refused + row->failed;
	}
}

static void read_transactions(struct model *model, const json_t *line)
{
	static const struct {
		const char *zones, *servers;
	} kinds[] = {
		{"unanswered_zones", "unanswered_servers"},
		{"error_zones", "error_servers"},
		{"slow_zones", "slow_servers"},
	};
	const char *name = json_read_string(line, "side");
	const json_t *queries = json_object_get(line, "queries");
	const json_t *responses = json_object_get(line, "responses");
	const json_t *times = json_object_get(line, "response_time");
	bool upstream = strcmp(name, "upstream") == 0;
	enum model_side_name which = upstream ? MODEL_UPSTREAM : MODEL_CLIENTS;
	struct model_side *side = &model->side[which];

	if (!upstream && strcmp(name, "clients") != 0)
		return;
	side->followed = true;
	side->one_sided = json_is_true(json_object_get(line, "one_sided"));
	side->uncertain = json_is_true(json_object_get(line, "uncertain"));
	side->asked = rate_of(model, queries, "new");
	side->retries = rate_of(model, queries, "retry");
	side->answered = rate_of(model, responses, "answered");
	side->late = rate_of(model, responses, "late");
	side->unanswered = rate_of(model, line, "unanswered");
	side->unanswered_count = json_read_count(line, "unanswered");
	side->evicted = rate_of(model, line, "evicted");
	side->outstanding = json_read_count(line, "outstanding");
	side->timed = json_read_count(times, "sampled") > 0;
	side->p50_s = json_read_number(times, "p50_s");
	side->p95_s = json_read_number(times, "p95_s");
	side->p99_s = json_read_number(times, "p99_s");
	side->max_s = json_read_number(times, "max_s");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		read_asked(model, which, MODEL_ZONES, json_object_get(line, kinds[i].zones));
		read_asked(model, which, MODEL_SERVERS, json_object_get(line, kinds[i].servers));
	}
}

/* ---- lines ------------------------------------------------------------------------------------- */

static void read_head(struct model *model, const json_t *line)
{
	double interval = json_read_number(line, "interval_s");

	if (model->interval_s > 0)
		return;
	model->end_ns = json_read_time(line, "end");
	/* Of less or more, figures say nothing. */
	model->interval_s = interval >= 1e-6 && interval <= 1e9 ? interval : 1;
	model->host = model_text(model, json_read_string(line, "host"));
}

void model_read_line(struct model *model, const json_t *line)
{
	const char *type = json_read_string(line, "type");

	if (strcmp(type, "report") == 0) {
		read_head(model, line);
		read_report(model, line);
	} else if (strcmp(type, "transactions") == 0) {
		read_head(model, line);
		read_transactions(model, line);
	}
}

static void keep_raw(struct model *model, const json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(15));

	if (text)
		model_raw(model, text, strlen(text));
	free(text);
}

struct model *model_read_answer(const json_t *answer)
{
	static const char *const arrays[] = {"reports", "transactions", "alerts"};
	struct model *model = model_new();
	const json_t *line;
	size_t i;

	if (!model)
		return NULL;
	for (size_t a = 0; a < sizeof(arrays) / sizeof(arrays[0]); a++)
		json_array_foreach(json_object_get(answer, arrays[a]), i, line)
		{
			keep_raw(model, line);
			if (a == 2)
				model_read_alert(model, line);
			else
				model_read_line(model, line);
		}
	if (model->interval_s <= 0) {
		model_free(model);
		return NULL;
	}
	model_order(model);
	return model;
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int top_model_read_is_not_built_in;
#endif
