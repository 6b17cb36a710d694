// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns_wire.h"
#include "util/utf8.h"

#define CHUNK_SIZE     8192u
#define ROWS_FIRST     16u
#define INTERFACES_MAX 200u /* bytes of all names */

struct model_chunk {
	struct model_chunk *next;
	size_t used;
	char text[CHUNK_SIZE];
};

_Static_assert(MODEL_TEXT_MAX < CHUNK_SIZE, "a text fits into a chunk");

struct model *model_new(void)
{
	struct model *model = calloc(1, sizeof(*model));

	if (!model)
		return NULL;
	model->host = model->interfaces = "";
	return model;
}

void model_free(struct model *model)
{
	if (!model)
		return;
	while (model->chunks) {
		struct model_chunk *next = model->chunks->next;

		free(model->chunks);
		model->chunks = next;
	}
	for (size_t side = 0; side < MODEL_SIDES; side++)
		for (size_t list = 0; list < MODEL_LISTS; list++)
			free(model->side[side].row[list]);
	free(model->raw);
	free(model);
}

/* Rows are made in steps of a power of two. */
static size_t room_of(size_t rows)
{
	size_t room = rows ? ROWS_FIRST : 0;

	while (room < rows)
		room *= 2;
	return room;
}

size_t model_bytes(const struct model *model)
{
	size_t bytes = sizeof(*model) + model->raw_size;

	for (const struct model_chunk *chunk = model->chunks; chunk; chunk = chunk->next)
		bytes += sizeof(*chunk);
	for (size_t side = 0; side < MODEL_SIDES; side++)
		for (size_t list = 0; list < MODEL_LISTS; list++)
			bytes += room_of(model->side[side].rows[list]) * sizeof(struct model_row);
	return bytes;
}

const char *model_text(struct model *model, const char *text)
{
	size_t length = strnlen(text, MODEL_TEXT_MAX);
	struct model_chunk *chunk = model->chunks;
	char *to;

	if (length == MODEL_TEXT_MAX)
		length = utf8_trim(text, length);
	if (!length || model->text_bytes + length + 1 > MODEL_BYTES_MAX)
		return "";
	if (!chunk || CHUNK_SIZE - chunk->used < length + 1) {
		chunk = malloc(sizeof(*chunk));
		if (!chunk)
			return "";
		chunk->next = model->chunks;
		chunk->used = 0;
		model->chunks = chunk;
	}
	to = chunk->text + chunk->used;
	memcpy(to, text, length);
	to[length] = '\0';
	chunk->used += length + 1;
	model->text_bytes += length + 1;
	return to;
}

void model_word(char to[static MODEL_WORD], const char *word)
{
	size_t length = strnlen(word, MODEL_WORD - 1);

	if (length == MODEL_WORD - 1)
		length = utf8_trim(word, length);
	memcpy(to, word, length);
	to[length] = '\0';
}

static struct model_row *find(const struct model_side *side, enum model_list list, const char *key)
{
	for (size_t i = 0; i < side->rows[list]; i++)
		if (strcmp(side->row[list][i].key, key) == 0)
			return &side->row[list][i];
	return NULL;
}

const struct model_row *model_row_find(const struct model *model, enum model_side_name side,
				       enum model_list list, const char *key)
{
	return find(&model->side[side], list, key);
}

struct model_row *model_row(struct model *model, enum model_side_name name, enum model_list list,
			    const char *key)
{
	struct model_side *side = &model->side[name];
	struct model_row *row = find(side, list, key), *rows;
	size_t count = side->rows[list];

	if (row || count == MODEL_ROWS || !key[0])
		return row;
	if (room_of(count + 1) != room_of(count)) {
		rows = reallocarray(side->row[list], room_of(count + 1), sizeof(*rows));
		if (!rows)
			return NULL;
		side->row[list] = rows;
	}
	key = model_text(model, key);
	if (!key[0])
		return NULL;
	row = &side->row[list][side->rows[list]++];
	*row = (struct model_row){.key = key, .bad = -1, .ede = MODEL_NO_EDE};
	return row;
}

struct model_code *model_code(struct model_side *side, uint32_t code, const char *name)
{
	struct model_code *row;

	for (size_t i = 0; i < side->codes; i++)
		if (side->code[i].code == code)
			return &side->code[i];
	if (side->codes == sizeof(side->code) / sizeof(side->code[0]))
		return NULL;
	row = &side->code[side->codes++];
	*row = (struct model_code){.code = code};
	model_word(row->name, name);
	return row;
}

double model_code_rate(const struct model_side *side, uint32_t code)
{
	for (size_t i = 0; i < side->codes; i++)
		if (side->code[i].code == code)
			return side->code[i].rate;
	return 0;
}

void model_interface(struct model *model, const char *name)
{
	size_t length = strlen(name);
	char text[INTERFACES_MAX];

	if (!length)
		return;
	for (const char *at = model->interfaces; *at;) {
		size_t word = strcspn(at, " ");

		if (word == length && memcmp(at, name, length) == 0)
			return;
		at += word + (at[word] == ' ');
	}
	if (snprintf(text, sizeof(text), "%s%s%s", model->interfaces,
		     model->interfaces[0] ? " " : "", name) < (int)sizeof(text))
		model->interfaces = model_text(model, text);
}

void model_raw(struct model *model, const char *line, size_t size)
{
	char *raw;

	if (model->raw_size + size + 1 > MODEL_RAW_MAX) {
		model->raw_cut = true;
		return;
	}
	raw = realloc(model->raw, model->raw_size + size + 1);
	if (!raw) {
		model->raw_cut = true;
		return;
	}
	memcpy(raw + model->raw_size, line, size);
	raw[model->raw_size + size] = '\n';
	model->raw = raw;
	model->raw_size += size + 1;
}

bool model_code_fails(const char *name)
{
	return strcmp(name, "NOERROR") != 0 && strcmp(name, "NXDOMAIN") != 0 &&
	       strcmp(name, "NODATA") != 0;
}

/* ---- order ------------------------------------------------------------------------------ */

static int compare_codes(const void *a, const void *b)
{
	uint32_t x = ((const struct model_code *)a)->code, y = ((const struct model_code *)b)->code;

	return (x > y) - (x < y);
}

static int compare_edes(const void *a, const void *b)
{
	double x = ((const struct model_ede *)a)->rate, y = ((const struct model_ede *)b)->rate;

	return (x < y) - (x > y);
}

struct problem model_problem_of(const struct model_problem *problem)
{
	return (struct problem){
		.severity = problem->severity,
		.advice = problem->advice,
		.since_ns = problem->since_ns,
		.rule = problem->rule,
		.subject = problem->subject,
		.side = problem->side,
		.share = problem->share,
	};
}

static int compare_problems(const void *a, const void *b)
{
	struct problem x = model_problem_of(a), y = model_problem_of(b);

	return problem_compare(&x, &y);
}

static bool covers(const struct model_problem *alert, const struct model_problem *advice)
{
	struct problem x = model_problem_of(alert), y = model_problem_of(advice);

	return problem_covers(&x, &y);
}

/* An alert says it better than the advice of its name. */
static void drop_advice(struct model *model)
{
	size_t kept = 0;

	for (size_t i = 0; i < model->problems; i++) {
		bool covered = false;

		for (size_t a = 0; model->problem[i].advice && a < model->problems; a++)
			covered |= covers(&model->problem[a], &model->problem[i]);
		if (!covered)
			model->problem[kept++] = model->problem[i];
	}
	model->problems = kept;
}

void model_order(struct model *model)
{
	for (size_t i = 0; i < MODEL_SIDES; i++) {
		struct model_side *side = &model->side[i];

		qsort(side->code, side->codes, sizeof(side->code[0]), compare_codes);
		qsort(side->ede, side->edes, sizeof(side->ede[0]), compare_edes);
	}
	drop_advice(model);
	qsort(model->problem, model->problems, sizeof(model->problem[0]), compare_problems);
}

/* ---- shares ------------------------------------------------------------------------------ */

static double part_of(double part, double all)
{
	return all > 0 && part > 0 ? part < all ? part / all : 1 : 0;
}

struct side_figures model_side_figures(const struct model_side *side)
{
	return (struct side_figures){
		.responses = side->responses,
		.servfail = model_code_rate(side, DNS_RCODE_SERVFAIL),
		.followed = side->followed,
		.one_sided = side->one_sided,
		.asked = side->asked,
		.answered = side->answered,
		.unanswered = side->unanswered,
		.evicted = side->evicted,
		.timed = side->timed,
		.p50_s = side->p50_s,
		.p95_s = side->p95_s,
	};
}

double model_servfail_share(const struct model_side *side)
{
	return part_of(model_code_rate(side, DNS_RCODE_SERVFAIL), side->responses);
}

double model_failing_share(const struct model_side *side)
{
	double unanswered = side->one_sided ? 0 : side->unanswered;

	return part_of(model_code_rate(side, DNS_RCODE_SERVFAIL) + unanswered,
		       side->responses + unanswered);
}
