// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* From JSON that means well, and from JSON that does not, to the models of `top`; their ring, and what leaves the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "top/listing.h"
#include "top/model_read.h"
#include "top/series.h"
#include "top/ticket.h"
#include "util/clock.h"

#ifdef HAVE_JANSSON

#include <jansson.h>

#define SECOND NS_PER_S

static struct model_builder builder;

static struct model *add(const char *line)
{
	return model_builder_add(&builder, line, strlen(line));
}

static double unanswered_share(const struct model_side *side)
{
	struct side_figures figures = model_side_figures(side);

	return side_unanswered_share(&figures);
}

static struct model *finish(void)
{
	struct model *model = model_builder_finish(&builder);

	model_builder_free(&builder);
	return model;
}

#define HEAD(type, end)                                                                          \
	"{\"schema\":\"rcodewatch/1\",\"type\":\"" type "\",\"start\":\"2026-11-29T08:00:00Z\"," \
	"\"end\":\"2026-11-29T08:00:" end "Z\",\"interval_s\":10,\"host\":\"res1\","
#define REPORT(interface, direction) \
	HEAD("report", "10.000000")  \
	"\"interface\":\"" interface "\",\"direction\":\"" direction "\","

/* Two interfaces are added up; a zone's failures and its unanswered queries are one row. */
static void figures(void **state)
{
	const struct model_row *row;
	const struct model_side *side;
	struct model *model;

	(void)state;
	add(REPORT("eth0", "tx") "\"responses\":100,\"rcodes\":[{\"code\":0,\"name\":\"NOERROR\","
				 "\"count\":60},"
				 "{\"code\":2,\"name\":\"SERVFAIL\",\"count\":40}],\"answers\":{"
				 "\"nodata\":10},"
				 "\"top\":{\"zones\":[{\"name\":\"a.test\",\"rcode\":\"SERVFAIL\","
				 "\"count\":30,\"distinct_names\":3},"
				 "{\"name\":\"a.test\",\"rcode\":\"NXDOMAIN\",\"count\":5}]},"
				 "\"accounting\":{\"packets\":200,\"encrypted\":20,\"unparsed\":{"
				 "\"later_fragment\":10,\"no_cpu_slot\":10}}}");
	add(REPORT("eth1", "tx") "\"responses\":100,\"rcodes\":[{\"code\":2,\"name\":\"SERVFAIL\","
				 "\"count\":100}],"
				 "\"top\":{\"zones\":[{\"name\":\"a.test\",\"rcode\":\"SERVFAIL\","
				 "\"count\":100}]}}");
	add(HEAD("transactions",
		 "10.000000") "\"side\":\"clients\",\"queries\":{\"new\":400},"
			      "\"responses\":{\"answered\":150},\"unanswered\":50,\"response_"
			      "time\":{\"sampled\":9,\"p50_s\":0.5},"
			      "\"unanswered_zones\":[{\"name\":\"a.test\",\"unanswered\":20,"
			      "\"queries_estimate\":80,\"qtype\":\"A\"}],"
			      "\"unanswered_servers\":[{\"address\":\"192.0.2.1\",\"unanswered\":"
			      "20,\"queries_estimate\":20,"
			      "\"response_time\":{\"sampled\":2,\"mean_s\":0.25,\"max_s\":1.5}}]}");
	model = finish();
	assert_non_null(model);
	assert_string_equal(model->host, "res1");
	assert_string_equal(model->interfaces, "eth0 eth1");
	assert_true(model->end_ns == (INT64_C(1795939210) * SECOND));
	side = &model->side[MODEL_CLIENTS];
	assert_true(side->responses == 20);
	assert_true(model_code_rate(side, 0) == 5);
	assert_true(model_code_rate(side, CODE_NODATA) == 1);
	assert_true(model_code_rate(side, 2) == 14);
	assert_true(side->packets == 20 && side->encrypted == 2 && side->unparsed == 2);
	assert_int_equal(side->lost, 10);
	assert_true(side->asked == 40 && side->answered == 15 && side->unanswered == 5);
	assert_true(fabs(unanswered_share(side) - 0.25) < 1e-9);
	assert_true(fabs(model_servfail_share(side) - 0.7) < 1e-9);
	assert_true(fabs(model_failing_share(side) - 19.0 / 25) < 1e-9);
	row = model_row_find(model, MODEL_CLIENTS, MODEL_ZONES, "a.test");
	assert_non_null(row);
	assert_true(row->failing == 13 && row->denied == 0.5 && row->unanswered == 2);
	assert_true(row->asked == 8 && row->names == 3 && row->bad == 0.25);
	row = model_row_find(model, MODEL_CLIENTS, MODEL_SERVERS, "192.0.2.1");
	assert_true(row && row->timed && row->mean_s == 0.25 && row->max_s == 1.5);
	assert_false(model->side[MODEL_UPSTREAM].seen);
	model_free(model);
}

/* Whether one zone fails: as the interface says that has most of these responses. */
static void zones_of_codes(void **state)
{
	const struct model_side *side;
	struct model *model;

	(void)state;
	add(REPORT("eth0", "tx") "\"rcodes\":[{\"code\":2,\"name\":\"SERVFAIL\",\"count\":90}],"
				 "\"failing_zones\":[{\"rcode_code\":2,\"count\":90,\"zones_low\":"
				 "1,\"zones_high\":3,\"share\":0.9,\"zone\":\"a.test\"},"
				 "{\"rcode_code\":7,\"count\":1,\"zones_low\":1},5]}");
	add(REPORT("eth1", "tx") "\"rcodes\":[{\"code\":2,\"name\":\"SERVFAIL\",\"count\":10}],"
				 "\"failing_zones\":[{\"rcode_code\":2,\"count\":10,\"zones_low\":"
				 "9,\"zones_high\":9,\"share\":0.2,\"zone\":\"b.test\"}]}");
	model = finish();
	side = &model->side[MODEL_CLIENTS];
	assert_int_equal(side->code[0].code, 2);
	assert_true(side->code[0].zones_low == 1 && side->code[0].zones_high == 3);
	assert_string_equal(side->code[0].zone, "a.test");
	assert_true(side->code[0].zone_share == 0.9);
	model_free(model);
}

static void one_sided(void **state)
{
	struct model *model;

	(void)state;
	add(HEAD("transactions", "10.000000") "\"side\":\"upstream\",\"one_sided\":true,"
					      "\"queries\":{\"new\":400},\"unanswered\":400}");
	model = finish();
	assert_true(unanswered_share(&model->side[MODEL_UPSTREAM]) == 0);
	model_free(model);
}

static void intervals(void **state)
{
	struct model *first, *second;

	(void)state;
	assert_null(add(REPORT("eth0", "rx") "\"responses\":10}"));
	assert_null(add("no JSON"));
	assert_null(add("{\"type\":\"event\"}"));
	assert_null(add("[]"));
	first = add(
		HEAD("report",
		     "20.000000") "\"interface\":\"eth0\",\"direction\":\"rx\",\"responses\":30}");
	assert_non_null(first);
	assert_true(first->side[MODEL_UPSTREAM].responses == 1);
	second = finish();
	assert_true(second->end_ns - first->end_ns == 10 * SECOND);
	assert_true(second->side[MODEL_UPSTREAM].responses == 3);
	model_free(first);
	model_free(second);
}

/* ---- what is wrong ------------------------------------------------------------------------ */

#define ALERT(rule, state, severity, subject, more)                                                \
	"{\"schema\":\"rcodewatch/1\",\"type\":\"alert\",\"rule\":\"" rule "\",\"state\":\"" state \
	"\",\"severity\":\"" severity                                                              \
	"\",\"since\":\"2026-11-29T07:59:00Z\",\"subject\":\"" subject "\"" more "}"

static void alerts(void **state)
{
	struct model *model;

	(void)state;
	add(ALERT("late", "begin", "notice", "a.test", ",\"text\":\"first\""));
	add(ALERT("over", "begin", "critical", "b.test", ""));
	add(ALERT("worst", "begin", "critical", "c.test", ",\"check\":\"dig c.test\""));
	add(ALERT("late", "ongoing", "notice", "a.test", ",\"text\":\"then\""));
	add(ALERT("over", "end", "critical", "b.test", ""));
	add(ALERT("never-begun", "end", "critical", "d.test", ""));
	add(REPORT("eth0",
		   "tx") "\"advice\":[{\"id\":\"worst\",\"text\":\"covered\",\"check\":\"x\"},"
			 "{\"id\":\"truncation\",\"text\":\"of "
			 "advice\",\"check\":\"y\",\"explain\":\"rcode:0\",\"zone\":\"z\"}]}");
	add(REPORT("eth1", "tx") "\"advice\":[{\"id\":\"truncation\",\"text\":\"of "
				 "advice\",\"check\":\"y\",\"zone\":\"z\"}]}");
	model = finish();
	assert_int_equal(model->problems, 3);
	assert_string_equal(model->problem[0].rule, "worst");
	assert_string_equal(model->problem[0].check, "dig c.test");
	assert_string_equal(model->problem[1].text, "then");
	assert_string_equal(model->problem[2].text, "of advice");
	assert_true(model->problem[2].advice);
	model_free(model);
}

static void blame(void **state)
{
	struct model *model;

	(void)state;
	add(REPORT("eth0", "tx") "\"responses\":1}");
	add(ALERT("server-silent", "begin", "warning", "192.0.2.1",
		  ",\"value\":1,\"threshold\":0.5,\"usual\":0,\"unit\":\"share\",\"blame\":{"
		  "\"zone\":\"a.test\",\"text\":\"one\","
		  "\"servers\":[{\"address\":\"192.0.2.1\",\"text\":\"silent\"},7,{}]}"));
	model = finish();
	assert_int_equal(model->problems, 1);
	assert_true(model->problem[0].value == 1 && model->problem[0].usual == 0);
	assert_string_equal(model->problem[0].blame[0], "one");
	assert_string_equal(model->problem[0].blame[1], "192.0.2.1  silent");
	model_free(model);
}

/* ---- JSON that means ill -------------------------------------------------------------------- */

/* Members of every kind but their own. */
static void other_kinds(void **state)
{
	static const char *const values[] = {"null",
					     "true",
					     "-5",
					     "1e308",
					     "-1e308",
					     "\"\"",
					     "\"x\"",
					     "[]",
					     "{}",
					     "[[]]",
					     "[{}]",
					     "[1,\"x\",null,{\"name\":5}]",
					     "{\"sampled\":{},\"new\":-1}",
					     "9223372036854775807"};
	static const char *const keys[] = {"start",
					   "end",
					   "interval_s",
					   "host",
					   "interface",
					   "direction",
					   "side",
					   "responses",
					   "rcodes",
					   "answers",
					   "ede",
					   "top",
					   "accounting",
					   "advice",
					   "queries",
					   "unanswered",
					   "response_time",
					   "unanswered_servers",
					   "unanswered_zones",
					   "one_sided",
					   "rule",
					   "state",
					   "severity",
					   "since",
					   "subject",
					   "text",
					   "check",
					   "blame",
					   "value"};
	static const char *const types[] = {"report", "transactions", "alert"};
	char line[512];

	(void)state;
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++)
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
				struct model *model;

				snprintf(line, sizeof(line),
					 "{\"type\":\"%s\",\"side\":\"clients\",\"rule\":\"r\",\"%"
					 "s\":%s}",
					 types[t], keys[k], values[v]);
				model_free(add(line));
				model_free(add(REPORT("eth0", "tx") "\"responses\":1}"));
				model = finish();
				assert_non_null(model);
				assert_true(isfinite(model->interval_s) && model->interval_s > 0);
				for (size_t s = 0; s < MODEL_SIDES; s++)
					assert_true(isfinite(model_failing_share(&model->side[s])));
				model_free(model);
			}
}

/* Rows, codes, problems and texts without end: memory has one. */
static void without_end(void **state)
{
	static const char *const lists[] = {"rcodes", "ede", "advice"};
	char *line = NULL, *text = malloc(1 << 20);
	struct model *model;
	size_t size;
	FILE *out = open_memstream(&line, &size);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', (1 << 20) - 1);
	text[(1 << 20) - 1] = '\0';
	fputs(REPORT("eth0", "tx"), out);
	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++) {
		fprintf(out, "\"%s\":[", lists[l]);
		for (int i = 0; i < 3000; i++)
			fprintf(out,
				"%s{\"code\":%d,\"rcode_code\":%d,\"count\":1,\"name\":\"%d%."
				"2000s\",\"id\":\"%d\",\"text\":\"%.2000s\"}",
				i ? "," : "", i, i, i, text, i, text);
		fputs("],", out);
	}
	fprintf(out, "\"host\":\"%s\",\"top\":{\"zones\":[", text);
	for (int i = 0; i < 3000; i++)
		fprintf(out, "%s{\"name\":\"%d%.2000s\",\"rcode\":\"RCODE%d\",\"count\":1}",
			i ? "," : "", i, text, i);
	fputs("]}}", out);
	fclose(out);
	add(line);
	for (int i = 0; i < 3000; i++) {
		char alert[256];

		snprintf(alert, sizeof(alert), ALERT("r", "begin", "critical", "s%d", ""), i);
		add(alert);
	}
	model = finish();
	assert_non_null(model);
	assert_int_equal(model->side[MODEL_CLIENTS].codes, MODEL_CODES + 1);
	assert_int_equal(model->side[MODEL_CLIENTS].edes, MODEL_EDES);
	assert_int_equal(model->side[MODEL_CLIENTS].rows[MODEL_ZONES], MODEL_ROWS);
	assert_int_equal(model->problems, MODEL_PROBLEMS);
	assert_true(strlen(model->host) <= MODEL_TEXT_MAX);
	assert_true(model->raw_cut);
	assert_true(model_bytes(model) < MODEL_RAW_MAX + 3 * MODEL_BYTES_MAX);
	model_free(model);
	free(line);
	free(text);
}

static struct model *from_answer(const char *text)
{
	json_t *answer = json_loads(text, 0, NULL);
	struct model *model = model_read_answer(answer);

	assert_non_null(answer);
	json_decref(answer);
	return model;
}

static void answers(void **state)
{
	struct model *model;

	(void)state;
	assert_null(from_answer("{\"reports\":[],\"transactions\":[],\"alerts\":[]}"));
	assert_null(from_answer("{\"reports\":5,\"transactions\":{},\"alerts\":\"x\"}"));
	assert_null(from_answer("{\"reports\":[5,[],null]}"));
	model = from_answer(
		"{\"reports\":[" REPORT("eth0", "tx") "\"responses\":5}],\"alerts\":[" ALERT(
			"r", "begin", "notice", "s", "") "]}");
	assert_non_null(model);
	assert_int_equal(model->problems, 1);
	assert_string_equal(model->problem[0].text, "r: s");
	assert_non_null(memmem(model->raw, model->raw_size, "\"alert\"", 7));
	model_free(model);
}

static void history_of_codes(void **state)
{
	static struct model_past past;
	json_t *answer = json_loads(
		"{\"interfaces\":[{\"direction\":\"tx\",\"rows\":["
		"{\"start\":\"2026-11-29T08:00:00Z\",\"length_s\":2,\"responses\":20,\"rcodes\":{"
		"\"0\":16,\"2\":4,\"rest\":1,\"x\":5}},"
		"{\"start\":\"2026-11-29T08:00:02Z\",\"length_s\":2,\"responses\":2,\"rcodes\":{"
		"\"0\":2}},"
		"{\"start\":\"\",\"length_s\":2},{\"start\":\"2026-11-29T08:00:04Z\",\"length_s\":-"
		"1},7]},"
		"{\"direction\":\"rx\",\"rows\":[{\"start\":\"2026-11-29T08:00:00.01Z\",\"length_"
		"s\":2,\"responses\":8,\"rcodes\":{\"3\":8}}]},5]}",
		0, NULL);

	(void)state;
	assert_non_null(answer);
	model_read_history(answer, &past);
	json_decref(answer);
	assert_int_equal(past.count, 2);
	assert_true(past.model[0]->past);
	assert_true(past.model[0]->side[MODEL_CLIENTS].responses == 10);
	assert_true(model_code_rate(&past.model[0]->side[MODEL_CLIENTS], 2) == 2);
	assert_true(model_code_rate(&past.model[0]->side[MODEL_UPSTREAM], 3) == 4);
	assert_true(past.model[1]->end_ns - past.model[0]->end_ns == 2 * SECOND);
	for (size_t i = 0; i < past.count; i++)
		model_free(past.model[i]);
}

/* ---- the ring, and figures over it ---------------------------------------------------------- */

static struct model *model_at(int64_t second, double servfail)
{
	struct model *model = model_new();
	struct model_side *side = &model->side[MODEL_CLIENTS];

	model->end_ns = (1000000 + second) * SECOND;
	model->interval_s = 10;
	side->seen = true;
	side->responses = 100;
	model_code(side, 2, "SERVFAIL")->rate = servfail;
	return model;
}

static void ring_bounds(void **state)
{
	static struct ring ring;

	(void)state;
	ring_init(&ring);
	assert_null(ring_get(&ring, 1));
	for (unsigned i = 0; i < RING_MODELS + 10; i++) {
		struct model *model = model_new();

		model->end_ns = i;
		ring_add(&ring, model);
	}
	assert_true(ring.bytes <= RING_BYTES_MAX && ring.end == RING_MODELS + 11);
	assert_true(ring.end - ring.first <= RING_MODELS);
	assert_null(ring_get(&ring, ring.first - 1));
	assert_true(ring_get(&ring, ring.end - 1)->end_ns == RING_MODELS + 9);
	/* One that has it all. */
	for (int i = 0; i < 20; i++) {
		struct model *model = model_new();
		char *raw = calloc(1, MODEL_RAW_MAX - 1);

		model_raw(model, raw, MODEL_RAW_MAX - 1);
		free(raw);
		ring_add(&ring, model);
	}
	assert_true(ring.bytes <= RING_BYTES_MAX);
	ring_free(&ring);
	assert_true(ring.bytes == 0);
}

static double servfail_of(const struct model *model, const void *context)
{
	(void)context;
	return model_code_rate(&model->side[MODEL_CLIENTS], 2);
}

/* Fifteen minutes at 1, 2, 3, 1, 2, 3 ... and a last minute at 50. */
static void usual(void **state)
{
	static struct ring ring;
	double course[9];

	(void)state;
	ring_init(&ring);
	for (int i = 0; i < 90; i++)
		ring_add(&ring, model_at(i * 10, i < 84 ? 1 + i % 3 : 50));
	assert_true(series_usual(&ring, ring.end - 1, servfail_of, NULL) == 2);
	assert_true(series_usual(&ring, 8, servfail_of, NULL) <
		    0); /* a minute is left out, ten seconds are not enough */
	series_course(&ring, ring.end - 1, servfail_of, NULL, course, 9);
	/* Each is 100 seconds: the last has 60 at 50 and 40 at 3, 1, 2, 3. */
	assert_true(fabs(course[8] - (6 * 50 + 3 + 1 + 2 + 3) / 10.0) < 1e-9);
	assert_true(course[0] >= 1 && course[0] <= 3);
	ring_free(&ring);
}

/* ---- lists --------------------------------------------------------------------------------- */

/* Of both sides the higher figure, never the sum. */
static void both_sides(void **state)
{
	struct view view = {.depth = 1};
	struct listing listing;
	struct model *model;

	(void)state;
	add(REPORT("eth0", "tx") "\"responses\":1,\"top\":{\"zones\":[{\"name\":\"a.test\","
				 "\"rcode\":\"SERVFAIL\",\"count\":50},"
				 "{\"name\":\"nx.test\",\"rcode\":\"NXDOMAIN\",\"count\":90}]}}");
	add(REPORT("eth0", "rx") "\"responses\":1,\"top\":{\"zones\":[{\"name\":\"a.test\","
				 "\"rcode\":\"SERVFAIL\",\"count\":70},"
				 "{\"name\":\"b.test\",\"rcode\":\"REFUSED\",\"count\":80}]}}");
	model = finish();
	assert_int_equal(listing_make(&listing, model, &view, VIEW_BOTH, MODEL_ZONES), 0);
	assert_int_equal(listing.rows, 2);
	assert_string_equal(listing.row[0].key, "b.test");
	assert_true(listing.row[1].failing == 7);
	assert_int_equal(listing.hidden, 1);
	listing_free(&listing);
	view.all = true;
	listing_make(&listing, model, &view, VIEW_CLIENTS, MODEL_ZONES);
	assert_int_equal(listing.rows, 2);
	assert_true(listing.row[0].failing == 5);
	listing_free(&listing);
	model_free(model);
}

/* ---- what leaves the page ------------------------------------------------------------------- */

static void tickets(void **state)
{
	char folder[] = "/tmp/top-ticket-XXXXXX", name[TICKET_NAME_MAX], before[512];
	struct model *model = model_new();
	struct stat file;

	(void)state;
	assert_non_null(getcwd(before, sizeof(before)));
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	model->host = "../res\x1b[2J/1";
	model->end_ns = INT64_C(1795939210) * SECOND;
	assert_true(ticket_write(model, name) < 0); /* there is nothing */
	model_raw(model, "{}", 2);
	assert_int_equal(ticket_write(model, name), 0);
	assert_string_equal(name, "rcodewatch-_._res__2J_1-20261129T080010Z.json");
	assert_int_equal(stat(name, &file), 0);
	assert_int_equal(file.st_mode & 07777, 0600);
	assert_int_equal(file.st_size, 3);
	unlink("rcodewatch-_._res__2J_1-20261129T080010Z-2.json");
	assert_int_equal(symlink("elsewhere", "rcodewatch-_._res__2J_1-20261129T080010Z-2.json"),
			 0);
	assert_int_equal(ticket_write(model, name), 0);
	assert_string_equal(name, "rcodewatch-_._res__2J_1-20261129T080010Z-3.json");
	unlink(name);
	unlink("rcodewatch-_._res__2J_1-20261129T080010Z-2.json");
	unlink("rcodewatch-_._res__2J_1-20261129T080010Z.json");
	assert_int_equal(chdir(before), 0);
	assert_int_equal(rmdir(folder), 0);
	model_free(model);
}

/* The examples of RFC 4648 section 10. */
static void clipboard(void **state)
{
	static const char *const examples[][2] = {
		{"f", "Zg=="},        {"fo", "Zm8="},        {"foo", "Zm9v"},
		{"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
	};
	char sequence[CLIPBOARD_MAX], wanted[64];
	static char longest[2 * CLIPBOARD_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		snprintf(wanted, sizeof(wanted), "\x1b]52;c;%s\a", examples[i][1]);
		assert_string_equal(clipboard_sequence(sequence, examples[i][0]), wanted);
	}
	assert_null(clipboard_sequence(sequence, ""));
	assert_null(clipboard_sequence(sequence, "dig a.test\nreboot"));
	assert_null(clipboard_sequence(sequence, "dig \xc3\xa9"));
	memset(longest, 'x', sizeof(longest) - 1);
	for (size_t length = sizeof(longest) - 1; length > CLIPBOARD_MAX / 2; length--) {
		longest[length] = '\0';
		if (clipboard_sequence(sequence, longest))
			assert_true(strlen(sequence) < CLIPBOARD_MAX);
	}
	assert_true(clipboard_expected("xterm-256color") && clipboard_expected("tmux"));
	assert_false(clipboard_expected("linux") || clipboard_expected("vt100") ||
		     clipboard_expected("xtermish") || clipboard_expected(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures),     cmocka_unit_test(zones_of_codes),
		cmocka_unit_test(one_sided),   cmocka_unit_test(intervals),
		cmocka_unit_test(alerts),      cmocka_unit_test(blame),
		cmocka_unit_test(other_kinds), cmocka_unit_test(without_end),
		cmocka_unit_test(answers),     cmocka_unit_test(history_of_codes),
		cmocka_unit_test(ring_bounds), cmocka_unit_test(usual),
		cmocka_unit_test(both_sides),  cmocka_unit_test(tickets),
		cmocka_unit_test(clipboard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	puts("built without libjansson");
	return 77;
}

#endif
