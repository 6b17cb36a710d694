// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_JANSSON

#include <jansson.h>
#include <string.h>

#include "control/answer_line.h"
#include "control/answer_text.h"
#include "control/json_read.h"
#include "util/text_format.h"

#define MIB (1024.0 * 1024.0)
/* What came of a reload names options and files: over several lines where it must be. */
#define RESULT_COLUMNS 600u
/* As long as CONFIG_ERROR_MAX. */
#define FAULT_COLUMNS 320u

/* Columns of the table of interfaces: 80 with what stands between. */
enum { NAME = 15, DIRECTION = 3, HOOK = 12, SINCE = 27, RATE = 7, COUNT = 11 };

static void put_head(FILE *out, const json_t *status, bool utf8)
{
	const json_t *process = json_object_get(status, "process");
	struct answer_line line;
	char pid[TEXT_NUMBER_SIZE];

	line = answer_line_begin(out, "rcodewatch", utf8);
	snprintf(pid, sizeof(pid), "%llu", (unsigned long long)json_read_count(process, "pid"));
	answer_line_item(&line, "", json_read_string(status, "version"));
	answer_line_item(&line, "on", json_read_string(status, "host"));
	answer_line_item(&line, "process", pid);
	answer_line_item(&line, "since", json_read_string(status, "started"));
	answer_line_end(&line);
	line = answer_line_begin(out, "instance", utf8);
	answer_line_item(&line, "", json_read_string(status, "instance"));
	answer_line_end(&line);
}

/* Strings of an array. */
static void put_strings(FILE *out, const char *name, const json_t *array, bool utf8)
{
	struct answer_line line = answer_line_begin(out, name, utf8);
	const json_t *one;
	size_t i;

	json_array_foreach(array, i, one)
	{
		const char *text = json_string_value(one);

		if (text)
			answer_line_item(&line, "", text);
	}
	answer_line_end(&line);
}

static void put_config(FILE *out, const json_t *config, bool utf8)
{
	const json_t *kept = json_object_get(config, "last_good");
	const char *fault = json_read_string(config, "fault");
	struct answer_line line;

	put_strings(out, "configured by", json_object_get(config, "files"), utf8);
	line = answer_line_begin(out, "as they were", utf8);
	if (kept) {
		answer_line_item(&line, "since", json_read_string(kept, "since"));
		answer_line_item(&line, "by rcodewatch", json_read_string(kept, "version"));
	}
	answer_line_end(&line);
	if (!fault[0])
		return;
	text_cell(out, "wrong now", ANSWER_NAME, utf8);
	answer_put(out, fault, FAULT_COLUMNS, utf8);
	fputc('\n', out);
}

static void put_rates(FILE *out, const json_t *interface, bool utf8)
{
	struct answer_line line;
	char text[TEXT_NUMBER_SIZE];
	const json_t *row;
	size_t i;

	if (!json_object_get(interface, "rcodes"))
		return;
	line = answer_line_begin(out, "  per second", utf8);
	json_array_foreach(json_object_get(interface, "rcodes"), i, row)
	{
		double rate = json_read_number(row, "rate");

		if (rate > 0)
			answer_line_item(&line, json_read_string(row, "name"),
					 text_rate(text, rate));
	}
	answer_line_end(&line);
}

/* What a point has not seen; of those that cannot know, nothing. */
static void put_nic(FILE *out, const json_t *nic, bool utf8)
{
	struct answer_line line = answer_line_begin(out, "  NIC lost", utf8);
	char text[TEXT_NUMBER_SIZE];

	if (nic) {
		answer_line_item(&line, text_count(text, json_read_count(nic, "lost")),
				 "packets before they could be seen");
		answer_line_item(&line, "by", json_read_string(nic, "source"));
	}
	answer_line_end(&line);
}

static void put_interface(FILE *out, const json_t *interface, bool utf8)
{
	const char *state = json_read_string(interface, "state");
	bool attached = strcmp(state, "attached") == 0;
	const char *since = attached ? json_read_string(interface, "since") : "";
	char rate[TEXT_NUMBER_SIZE], count[TEXT_NUMBER_SIZE];

	text_cell(out, json_read_string(interface, "interface"), NAME, utf8);
	fputc(' ', out);
	text_cell(out, json_read_string(interface, "direction"), DIRECTION, utf8);
	fputc(' ', out);
	text_cell(out, attached ? json_read_string(interface, "hook") : state, HOOK, utf8);
	fputc(' ', out);
	text_cell(out, since, SINCE, utf8);
	fprintf(out, " %*s %*s\n", RATE, text_rate(rate, json_read_number(interface, "rate")),
		COUNT,
		text_count(count,
			   json_read_count(json_object_get(interface, "total"), "responses")));
	put_rates(out, interface, utf8);
	answer_line_counts(out, "  losses", json_object_get(interface, "losses"), utf8);
	put_nic(out, json_object_get(interface, "nic"), utf8);
}

static void put_interfaces(FILE *out, const json_t *status, bool utf8)
{
	const json_t *interface;
	size_t i;

	fprintf(out, "\n%-*s %-*s %-*s %-*s %*s %*s\n", NAME, "interface", DIRECTION, "", HOOK,
		"hook", SINCE, "attached since", RATE, "per s", COUNT, "responses");
	json_array_foreach(json_object_get(status, "interfaces"), i, interface)
	{
		put_interface(out, interface, utf8);
	}
}

static void put_sinks(FILE *out, const json_t *status, bool utf8)
{
	const json_t *sink;
	size_t i;

	fprintf(out, "\n%-47s %10s %10s %10s\n", "sink", "delivered", "lost", "queued");
	json_array_foreach(json_object_get(status, "sinks"), i, sink)
	{
		static const char *const counts[] = {"delivered", "lost", "queued"};
		const char *error = json_read_string(sink, "last_error");

		text_cell(out, json_read_string(sink, "sink"), 47, utf8);
		for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
			char text[TEXT_NUMBER_SIZE];

			fprintf(out, " %10s", text_count(text, json_read_count(sink, counts[c])));
		}
		fputc('\n', out);
		if (!error[0])
			continue;
		text_cell(out,
			  json_is_false(json_object_get(sink, "reachable")) ? "  broken now"
									    : "  last error",
			  ANSWER_NAME, utf8);
		answer_put(out, error, ANSWER_COLUMNS - ANSWER_NAME, utf8);
		fputc('\n', out);
	}
}

/* Of those of another version, which says nothing of it, nothing. */
static void put_transactions(FILE *out, const json_t *status, bool utf8)
{
	const json_t *transactions = json_object_get(status, "transactions");
	struct answer_line line;
	char text[96], number[TEXT_NUMBER_SIZE];

	if (!transactions)
		return;
	line = answer_line_begin(out, "transactions", utf8);
	if (json_is_true(json_object_get(transactions, "followed"))) {
		snprintf(text, sizeof(text), "timeout %g s, room for %s",
			 json_read_number(transactions, "timeout_s"),
			 text_count(number, json_read_count(transactions, "room")));
		answer_line_item(&line, "followed,", text);
	} else {
		answer_line_item(&line, "not followed:", json_read_string(transactions, "reason"));
	}
	answer_line_end(&line);
}

static void put_cost(FILE *out, const json_t *status, bool utf8)
{
	static const char *const programs[] = {"xdp", "ingress", "egress"};
	const json_t *bpf = json_object_get(status, "bpf");
	struct answer_line line = answer_line_begin(out, "BPF time", utf8);
	bool any = false;

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		const json_t *program = json_object_get(bpf, programs[i]);
		uint64_t runs = json_read_count(program, "runs");
		char text[64], number[TEXT_NUMBER_SIZE];

		if (!runs)
			continue;
		any = true;
		snprintf(text, sizeof(text), "runs %s, %.0f ns each", text_count(number, runs),
			 (double)json_read_count(program, "run_ns") / (double)runs);
		answer_line_item(&line, programs[i], text);
	}
	if (!any)
		answer_line_item(&line,
				 "not measured:", "'sysctl kernel.bpf_stats_enabled=1' does");
	answer_line_end(&line);
}

/* Said where interfaces are not attached again. */
static void put_attacher(FILE *out, const json_t *sandbox)
{
	const char *state = json_string_value(json_object_get(sandbox, "attacher"));

	if (state && strcmp(state, "finished") == 0)
		fputs("attaching: ended by --no-reattach; interfaces that come are not watched\n",
		      out);
	else if (state && strcmp(state, "ended") == 0)
		fputs("attaching: its process has ended; restart to watch interfaces that come\n",
		      out);
}

void answer_text_status(FILE *out, const json_t *answer, bool utf8)
{
	const json_t *memory = json_object_get(answer, "memory");
	const json_t *sandbox = json_object_get(answer, "sandbox");

	put_head(out, answer, utf8);
	put_config(out, json_object_get(answer, "config"), utf8);
	put_interfaces(out, answer, utf8);
	put_sinks(out, answer, utf8);
	fprintf(out, "\n%-*skernel %.1f MiB  process %.1f MiB  CPU %.1f s\n", (int)ANSWER_NAME,
		"memory", (double)json_read_count(memory, "kernel_bytes") / MIB,
		(double)json_read_count(memory, "process_bytes") / MIB,
		json_read_number(json_object_get(answer, "process"), "cpu_s"));
	put_transactions(out, answer, utf8);
	put_cost(out, answer, utf8);
	put_strings(out, "capabilities", json_object_get(sandbox, "capabilities"), utf8);
	put_attacher(out, sandbox);
	put_strings(out, "not sandboxed", json_object_get(sandbox, "not_sandboxed"), utf8);
}

void answer_text_reload(FILE *out, const json_t *answer, bool utf8)
{
	answer_put(out, json_read_string(answer, "result"), RESULT_COLUMNS, utf8);
	fputc('\n', out);
	put_strings(out, "opened anew", json_object_get(answer, "reopened"), utf8);
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int control_status_text_is_not_built_in;
#endif
