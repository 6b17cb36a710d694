/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is shown of one interval, by side: all interfaces together, made of the JSON lines of its reports, transactions and
 * alerts (docs/json.md). Rates are a second. Numbers, rows and bytes are bounded, whatever the lines hold.
 */
#ifndef RCODEWATCH_TOP_MODEL_H
#define RCODEWATCH_TOP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/code_cells.h"
#include "format/problem.h"
#include "format/side_cells.h"

#define MODEL_CODES    64u
#define MODEL_EDES     32u
#define MODEL_ROWS     256u /* of a list */
#define MODEL_PARTS    6u   /* codes of a row */
#define MODEL_PROBLEMS 32u
#define MODEL_BLAMES   8u
#define MODEL_WORD     24u /* bytes of a code's name */
#define MODEL_TEXT_MAX \
	1280u /* bytes of another text that is kept: of any name (RFC 1035 section 5.1) */
#define MODEL_BYTES_MAX (4u << 20) /* of all texts */
#define MODEL_RAW_MAX   (8u << 20) /* of the lines that are kept */

#define MODEL_NO_EDE UINT32_MAX

enum model_side_name { MODEL_CLIENTS, MODEL_UPSTREAM, MODEL_SIDES };

enum model_list {
	MODEL_ZONES,
	MODEL_NAMES,
	MODEL_SERVERS,
	MODEL_ASKERS, /* the clients of lists */
	MODEL_LISTS,
};

struct model_code {
	uint32_t code;
	char name[MODEL_WORD];
	double rate;
	/* Of how many zones these responses are, at least and at most, and what part the largest has; 0: not known. */
	uint64_t zones_low, zones_high;
	double zone_share;
	const char *zone; /* that one; NULL: not known */
};

struct model_ede {
	uint32_t rcode, code;
	char rcode_name[MODEL_WORD];
	const char *name;
	double rate;
	const char *text; /* a sample of what came with it; "": none */
};

/* Responses of a row with one code. */
struct model_part {
	char name[MODEL_WORD];
	double rate;
};

/* A zone, name, server or client, of lists of failing responses and of unanswered queries together. */
struct model_row {
	const char *key;
	struct model_part part[MODEL_PARTS];
	size_t parts;
	double failing;    /* with any code but NOERROR and NXDOMAIN */
	double denied;     /* with NXDOMAIN */
	double other;      /* with NOERROR, where lists have that */
	double unanswered; /* queries */
	double asked;      /* about so many queries; 0: not known */
	double bad; /* what part of them was not answered, or with a failure; negative: not known */
	/* Of upstream: responses that were seen, by what they were. */
	bool answers;
	double fine, referral, refused, failed;
	bool here; /* what is unanswered was asked of this host alone, as far as it is seen: no server is to blame */
	double names; /* different ones, about; 0: not known */
	uint32_t ede; /* of the latest */
	char qtype[MODEL_WORD];
	bool timed; /* responses of it */
	double mean_s, max_s;
};

struct model_side {
	bool seen; /* there are reports */
	double responses;
	struct model_code code[MODEL_CODES + 1]; /* by number; CODE_NODATA is the last */
	size_t codes;
	struct model_ede ede[MODEL_EDES]; /* by rate, falling */
	size_t edes;
	struct model_row *row[MODEL_LISTS]; /* in no order */
	size_t rows[MODEL_LISTS];
	bool listed[MODEL_LISTS];            /* there is such a list */
	double packets, encrypted, unparsed; /* a second */
	uint64_t lost;                       /* packets that no counter of a CPU has */

	bool followed; /* there are transactions */
	bool one_sided, uncertain;
	double asked, answered, unanswered, evicted, retries, late; /* a second */
	uint64_t unanswered_count, outstanding;
	bool timed;
	double p50_s, p95_s, p99_s, max_s;
};

/* What is wrong: an alert that is under way, or a piece of advice. */
struct model_problem {
	enum alert_severity severity;
	bool advice;
	int64_t since_ns; /* since 1970; 0: not said */
	const char *zone; /* that is blamed, if that is not the subject */
	const char *rule, *text, *check, *subject, *subject_type, *explain, *interface, *side;
	double value, threshold, usual; /* negative: not said */
	char unit[MODEL_WORD];
	double share;                    /* of advice */
	const char *blame[MODEL_BLAMES]; /* lines */
	size_t blames;
};

struct model_chunk;

struct model {
	int64_t end_ns; /* since 1970 */
	double interval_s;
	bool past;                     /* of the history of codes: only that is known */
	bool merged;                   /* directions are not told apart: all is in MODEL_CLIENTS */
	const char *host, *interfaces; /* "eth0 lo" */
	struct model_side side[MODEL_SIDES];
	struct model_problem problem[MODEL_PROBLEMS]; /* the worst first */
	size_t problems;
	char *raw; /* the lines, for a ticket */
	size_t raw_size;
	bool raw_cut; /* there were more */

	struct model_chunk *chunks; /* of texts */
	size_t text_bytes;
};

/* NULL: memory is short. */
struct model *model_new(void);
void model_free(struct model *model);
/* Bytes of memory that it has. */
size_t model_bytes(const struct model *model);

/* A copy of @text that lives as long as @model, cut to MODEL_TEXT_MAX; "" when there is no more room. */
const char *model_text(struct model *model, const char *text);

/* Copy @word, cut to its place. */
void model_word(char to[static MODEL_WORD], const char *word);

/* The row of @list called @key, a new one if there is none; NULL: there are enough. */
struct model_row *model_row(struct model *model, enum model_side_name side, enum model_list list,
			    const char *key);
/* The same of one that is there; NULL: there is none. */
const struct model_row *model_row_find(const struct model *model, enum model_side_name side,
				       enum model_list list, const char *key);
/* The row of the code with that number, a new one if there is none; NULL: there are enough. */
struct model_code *model_code(struct model_side *side, uint32_t code, const char *name);
/* Responses a second with @code. */
double model_code_rate(const struct model_side *side, uint32_t code);

/* Add an interface's name to those that there are, unless it is one of them. */
void model_interface(struct model *model, const char *name);
/* Keep a line as it came. */
void model_raw(struct model *model, const char *line, size_t size);
/* Whether a code of that name is a failure: any but NOERROR, NODATA and NXDOMAIN. */
bool model_code_fails(const char *name);

/* Order what has been gathered: problems, Extended DNS Errors, codes. */
void model_order(struct model *model);

/* What the table of sides says of it. */
struct side_figures model_side_figures(const struct model_side *side);
/* @problem without what only `top` shows. Its texts are the model's. */
struct problem model_problem_of(const struct model_problem *problem);
/* The part of responses with SERVFAIL. */
double model_servfail_share(const struct model_side *side);
/* Of queries, those that were not answered or with SERVFAIL; without transactions of responses. */
double model_failing_share(const struct model_side *side);

#endif
