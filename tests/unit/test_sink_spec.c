// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* --sink and --label: what is taken, and what is refused with which words. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "report/labels.h"
#include "cli/settings.h"
#include "sinks/sinks.h"

#define MIB 1048576u

static struct sink_specs specs;
static struct labels labels;
static char why[OPTION_WHY_MAX];

static const struct sink_spec *accepted(const char *text)
{
	size_t count = specs.count;

	if (sink_specs_add(&specs, text, why) != 0)
		fail_msg("%s: %s", text, why);
	assert_int_equal(specs.count, count + 1);
	return &specs.spec[count];
}

static void refused(const char *text, const char *reason)
{
	size_t count = specs.count;

	assert_int_equal(sink_specs_add(&specs, text, why), -EINVAL);
	assert_int_equal(specs.count, count);
	if (!strstr(why, reason))
		fail_msg("%s: says '%s', not '%s'", text, why, reason);
}

static int reset(void **state)
{
	(void)state;
	specs.count = 0;
	labels.count = 0;
	return 0;
}

static void addresses(void **state)
{
	const struct sink_spec *spec = accepted("json:/var/log/x.json");

	(void)state;
	assert_string_equal(spec->name, "json:/var/log/x.json");
	assert_string_equal(spec->kind->name, "json");
	assert_int_equal(spec->interval_ns, 0);
	assert_int_equal(spec->queue_max, 4 * MIB);
	assert_true(sink_specs_reopen(&specs));
	/* A comma and a backslash in a name; what else has a backslash keeps it. */
	assert_string_equal(accepted("json:a\\,b\\\\c\\d,queue=2")->name, "json:a,b\\c\\d");
	assert_string_equal(accepted("json:unix:@abstract")->name, "json:unix:@abstract");
	accepted("json:tcp:logs.example:6514");
	accepted("json:tcp:[2001:db8::1]:6514");
	accepted("json:tcp:192.0.2.1:https,timeout=1");
	refused("json", "must be KIND:ADDRESS, the kind one of");
	refused("", "must be KIND:ADDRESS");
	refused(":x", "must be KIND:ADDRESS");
	refused("jso:x", "must be KIND:ADDRESS");
	refused("json:", "needs the name of a file");
	refused("json:,queue=1", "needs the name of a file");
	refused("json:tcp:host", "must be HOST:PORT");
	refused("json:tcp::6514", "must be HOST:PORT");
	refused("json:tcp:host:", "must be HOST:PORT");
	refused("json:tcp:2001:db8::1:6514", "in brackets");
	refused("json:tcp:[]:1", "must be HOST:PORT");
	refused("json:unix:", "must have 1 to 107 bytes");
}

static void files_alone_are_opened_anew(void **state)
{
	(void)state;
	accepted("json:tcp:a:1");
	accepted("json:unix:a");
	assert_false(sink_specs_reopen(&specs));
	accepted("json:a");
	assert_true(sink_specs_reopen(&specs));
}

#ifdef HAVE_MICROHTTPD
static void prometheus_sinks(void **state)
{
	(void)state;
	accepted("prometheus:");
	accepted("prometheus:[::1]:9200,interval=1,top=10,history=0,timeout=1,created=off");
	accepted("prometheus:unix:/run/x.sock,mode=0666,top=1000,history=1024,timeout=600");
	refused("prometheus", "must be KIND:ADDRESS");
	refused("prometheus:example.org:9200", "must be ADDRESS:PORT");
	refused("prometheus:,top=1001", "top: must be a whole number from 0 to 1000");
	refused("prometheus:,history=1025", "history: must be a whole number from 0 to 1024");
	refused("prometheus:,timeout=0", "timeout: must be seconds from 1 to 600");
	refused("prometheus:,created=no", "created: must be one of on, off");
	refused("prometheus:,mode=0600", "mode: is for unix:PATH only");
	refused("prometheus:unix:x,mode=1777", "mode: must be a file mode in octal");
	refused("prometheus:unix:x,mode=0698", "mode: must be a file mode in octal");
	refused("prometheus:unix:x,mode=77777", "mode: must be a file mode in octal");
	refused("prometheus:unix:x,mode=", "mode: must be a file mode in octal");
	refused("prometheus:,queue=1", "no option 'queue'");
}
#endif

static void options(void **state)
{
	const struct sink_spec *spec = accepted("json:x,interval=0.5,queue=1024,shape=rows");

	(void)state;
	assert_int_equal(spec->interval_ns, 500000000);
	assert_int_equal(spec->queue_max, 1024 * MIB);
	assert_int_equal(sink_specs_add(&specs, "help", why), OPTION_SHOWN);
	assert_int_equal(sink_specs_add(&specs, "json:help", why), OPTION_SHOWN);
	refused("json:x,nosuch=1", "no option 'nosuch'; --sink json:help lists them");
	refused("json:x,", "no option ''");
	refused("json:x,=1", "no option ''");
	refused("json:x,queue", "queue: needs a value");
	refused("json:x,queue=0", "queue: must be a whole number from 1 to 1024");
	refused("json:x,queue=1025", "queue: must be");
	refused("json:x,interval=0.05", "interval: must be seconds from 0.1 to 86400");
	refused("json:x,interval=", "interval: must be seconds");
	refused("json:x,shape=columns", "shape: must be one of report, rows");
	refused("json:x,timeout=0", "timeout: must be seconds from 1 to 3600");
	/* The last one holds, as on the command line. */
	assert_int_equal(accepted("json:x,queue=1,queue=2")->queue_max, 2 * MIB);
}

static void syslog_sinks(void **state)
{
	(void)state;
	/* Where no address is needed none must be given, and the name is whole all the same. */
	assert_string_equal(accepted("syslog")->name, "syslog:local");
	assert_string_equal(accepted("syslog,interval=5")->name, "syslog:local");
	assert_string_equal(accepted("syslog:,interval=5")->name, "syslog:local");
	accepted("syslog:local");
	accepted("syslog:local:/dev/log2,messages=top+alerts");
	accepted("syslog:journal:/run/j");
	accepted("syslog:udp:[2001:db8::1]:514,facility=local7,hostname=res1.example,app-name=x");
	accepted("syslog:tcp:logs.example:601,size=2048,messages=report+events,timeout=5");
	assert_false(sink_specs_reopen(&specs));
	refused("syslog:remote", "must be udp:HOST:PORT, tcp:HOST:PORT");
	refused("syslog:udp:logs.example", "must be HOST:PORT");
	refused("syslog:local:", "must have 1 to 107 bytes");
	refused("syslog:tcp:a:1,messages=all", "must be words of summary, report, top, advice");
	refused("syslog:tcp:a:1,messages=", "must be words of");
	refused("syslog:tcp:a:1,messages=top+", "must be words of");
	refused("syslog:tcp:a:1,messages=summary+report", "take one of them");
	refused("syslog:tcp:a:1,facility=local8", "must be user, daemon, local0 to local7");
	refused("syslog:tcp:a:1,hostname=a b", "must be 1 to 255 characters of ASCII");
	refused("syslog:tcp:a:1,app-name=0123456789012345678901234567890123456789012345678",
		"must be 1 to 48 characters");
	refused("syslog:tcp:a:1,app-name=a:b", "must be without :");
	refused("syslog:tcp:a:1,size=1023", "must be a whole number from 1024 to 65000");
	refused("syslog:tcp:a:1,ca=x", "are for syslog:tls: alone");
#ifdef HAVE_GNUTLS
	accepted("syslog:tls:logs.example:6514,ca=a,cert=b,key=c,server=x.example");
	refused("syslog:tls:a:1,cert=x", "cert and key must be given together");
	refused("syslog:tls:a:1,verify=maybe", "must be one of yes, no");
	refused("syslog:tls:a:1,verify=no,ca=x", "has no use for ca");
#else
	refused("syslog:tls:logs.example:6514", "built without TLS");
#endif
}

static void lengths_and_numbers(void **state)
{
	char text[2048];

	(void)state;
	snprintf(text, sizeof(text), "json:%0511d", 0);
	accepted(text);
	snprintf(text, sizeof(text), "json:%0512d", 0);
	refused(text, "the address is longer than 511 bytes");
	snprintf(text, sizeof(text), "json:x,queue=%0512d", 0);
	refused(text, "an option is longer");
	snprintf(text, sizeof(text), "json:x,%0400d", 0);
	refused(text, "no option '000");
	snprintf(text, sizeof(text), "json:unix:%0107d", 0);
	accepted(text);
	snprintf(text, sizeof(text), "json:unix:%0108d", 0);
	refused(text, "must have 1 to 107 bytes");
	while (specs.count < SINKS_MAX)
		accepted("json:x");
	refused("json:x", "at most 16 sinks");
}

static struct settings settings;

#define NO_INTERVALS ((struct intervals){-1, -1, -1})

/* After the checks, in ms. */
struct intervals {
	long long sink, report, step;
};

/* Of the first of @sinks, which are separated by blanks, if they are not refused. */
static struct intervals intervals_of(long long base_ms, enum output output, const char *sinks)
{
	char text[256], *rest = text, *word;

	settings_init(&settings);
	settings.interval_ns = base_ms * 1000000;
	settings.output = output;
	snprintf(text, sizeof(text), "%s", sinks);
	while ((word = strsep(&rest, " ")) != NULL)
		assert_int_equal(sink_specs_add(&settings.sinks, word, why), 0);
	if (settings_check(&settings) < 0)
		return NO_INTERVALS;
	return (struct intervals){
		.sink = settings.sinks.spec[0].interval_ns / 1000000,
		.report = settings.report_ns / 1000000,
		.step = settings.step_ns / 1000000,
	};
}

/* Without --interval, each gets reports as often as it asks. */
static void intervals_without_a_base(void **state)
{
	static const struct {
		enum output output;
		const char *sinks;
		struct intervals intervals;
	} cases[] = {
		{OUTPUT_NONE, "syslog,interval=5", {5000, 5000, 5000}},
		{OUTPUT_NONE, "json:x,interval=0.5", {500, 500, 500}},
		{OUTPUT_NONE, "json:x,interval=0.3 json:y,interval=0.5", {300, 100, 100}},
		{OUTPUT_NONE, "json:x,interval=4 json:y,interval=6", {4000, 2000, 2000}},
		{OUTPUT_NONE, "json:x", {10000, 10000, 10000}},
		/* An alert does not wait for a report. */
		{OUTPUT_NONE, "syslog", {60000, 60000, 10000}},
		{OUTPUT_NONE, "json:x,interval=25", {25000, 25000, 6250}},
		{OUTPUT_NONE, "json:x,interval=86400", {86400000, 86400000, 10000}},
		{OUTPUT_NONE, "json:x,interval=10.000000001", {10000, 10000, 10000}},
		{OUTPUT_JSON, "json:x,interval=5", {5000, 10000, 5000}},
		{OUTPUT_JSON, "json:x,interval=15", {15000, 10000, 5000}},
		{OUTPUT_TEXT, "json:x,interval=2.5", {2500, 1000, 500}},
		{OUTPUT_TEXT, "json:x", {10000, 1000, 1000}},
#ifdef HAVE_MICROHTTPD
		{OUTPUT_NONE, "prometheus:", {5000, 5000, 5000}},
		{OUTPUT_JSON, "prometheus:", {5000, 10000, 5000}},
#endif
		{OUTPUT_NONE, "json:x,interval=0.25 json:y,interval=0.35", NO_INTERVALS},
		{OUTPUT_TEXT, "json:x,interval=0.15", NO_INTERVALS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct intervals is = intervals_of(0, cases[i].output, cases[i].sinks);
		struct intervals want = cases[i].intervals;

		if (is.sink != want.sink || is.report != want.report || is.step != want.step)
			fail_msg("%s: %lld, %lld and %lld ms", cases[i].sinks, is.sink, is.report,
				 is.step);
	}
	assert_int_equal(intervals_of(2000, OUTPUT_NONE, "json:x").step, 2000);
	assert_int_equal(intervals_of(3600000, OUTPUT_NONE, "json:x").step, 3600000);
}

/* The interval of a sink after the checks, in ms; -1 if they refuse it. */
static long long interval_ms(long long base_ms, enum output output, const char *sink)
{
	return intervals_of(base_ms, output, sink).sink;
}

static void intervals_are_multiples(void **state)
{
	(void)state;
	assert_int_equal(interval_ms(0, OUTPUT_TEXT, "json:x"), 10000);
	assert_int_equal(interval_ms(0, OUTPUT_NONE, "json:x"), 10000);
	assert_int_equal(interval_ms(4000, OUTPUT_TEXT, "json:x"), 12000);
	assert_int_equal(interval_ms(60000, OUTPUT_JSON, "json:x"), 60000);
	assert_int_equal(interval_ms(300, OUTPUT_TEXT, "json:x"), 10200);
	assert_int_equal(interval_ms(500, OUTPUT_TEXT, "json:x,interval=1.5"), 1500);
	assert_int_equal(interval_ms(2000, OUTPUT_TEXT, "json:x,interval=3"), -1);
	assert_int_equal(interval_ms(2000, OUTPUT_TEXT, "json:x,interval=1"), -1);
	/* Nobody would see anything. */
	settings_init(&settings);
	settings.output = OUTPUT_NONE;
	assert_int_equal(settings_check(&settings), -EINVAL);
}

static void label_refused(const char *text, const char *reason)
{
	size_t count = labels.count;

	assert_int_equal(labels_add(&labels, text, why), -EINVAL);
	assert_int_equal(labels.count, count);
	if (!strstr(why, reason))
		fail_msg("%s: says '%s', not '%s'", text, why, reason);
}

static void label_keys_and_values(void **state)
{
	char text[512];

	(void)state;
	assert_int_equal(labels_add(&labels, "site=fra1", why), 0);
	assert_string_equal(labels.label[0].key, "site");
	assert_string_equal(labels.label[0].value, "fra1");
	assert_int_equal(labels_add(&labels, "_A9=a=b \"\\ \xc3\xa9", why), 0);
	assert_string_equal(labels.label[1].value, "a=b \"\\ \xc3\xa9");
	label_refused("site=fra2", "site is there already");
	label_refused("site", "must be KEY=VALUE");
	label_refused("=x", "must be KEY=VALUE");
	label_refused("9a=x", "must be KEY=VALUE");
	label_refused("a-b=x", "must be KEY=VALUE");
	label_refused("\xc3\xa9=x", "must be KEY=VALUE");
	label_refused("__name=x", "Prometheus");
	label_refused("rcode=x", "rcode is a name that reports use");
	label_refused("a=", "1 to 256 bytes");
	label_refused("a=\x1b[m", "without control characters");
	label_refused("a=\xc2\x9b", "without control characters");
	label_refused("a=\xd8\x9c", "direction marks"); /* U+061C, U+200F, U+200B, U+202E */
	label_refused("a=\xe2\x80\x8f", "direction marks");
	label_refused("a=x\xe2\x80\x8b", "invisible characters");
	label_refused("a=\xe2\x80\xae", "direction marks");
	label_refused("a=\xff", "UTF-8");
	snprintf(text, sizeof(text), "%0*d=x", 3, 0);
	text[0] = text[1] = text[2] = 'k';
	assert_int_equal(labels_add(&labels, text, why), 0);
	snprintf(text, sizeof(text), "v=%0256d", 0);
	assert_int_equal(labels_add(&labels, text, why), 0);
	snprintf(text, sizeof(text), "w=%0257d", 0);
	label_refused(text, "1 to 256 bytes");
	snprintf(text, sizeof(text), "k%062d=x", 0);
	assert_int_equal(labels_add(&labels, text, why), 0);
	snprintf(text, sizeof(text), "k%063d=x", 0);
	label_refused(text, "at most 63");
	for (unsigned int i = 0; labels.count < LABELS_MAX; i++) {
		snprintf(text, sizeof(text), "n%u=x", i);
		assert_int_equal(labels_add(&labels, text, why), 0);
	}
	label_refused("more=x", "at most 16 labels");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(addresses, reset),
		cmocka_unit_test_setup(files_alone_are_opened_anew, reset),
#ifdef HAVE_MICROHTTPD
		cmocka_unit_test_setup(prometheus_sinks, reset),
#endif
		cmocka_unit_test_setup(options, reset),
		cmocka_unit_test_setup(syslog_sinks, reset),
		cmocka_unit_test_setup(lengths_and_numbers, reset),
		cmocka_unit_test_setup(intervals_without_a_base, reset),
		cmocka_unit_test_setup(intervals_are_multiples, reset),
		cmocka_unit_test_setup(label_keys_and_values, reset),
	};

	return cmocka_run_group_tests_name("sink_spec", tests, NULL, NULL);
}
