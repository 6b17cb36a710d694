// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The alerts that a state directory keeps. The input is what follows the header, whose checksum would keep all but the seeds out.
 * What is taken keeps its bounds, is the same after it has been written and read again, can be looked at in any way that
 * alerts are shown, and ends where nothing is seen of it.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/alerts.h"
#include "analysis/alerts_file.h"
#include "format/alert_text.h"
#include "target.h"

static struct alert_rules rules;
static struct attack_settings settings;
static struct suffixes suffixes;
static struct attacks attacks;
static struct alerts alerts, again;

static void check_names(const struct alert *alert)
{
	char text[ALERT_TEXT_SIZE], subject[TOP_TEXT_SIZE];

	alert_line(alert, text);
	alert_command(alert, text);
	alert_subject_text(alert, subject);
	if (!alert->interface && !alert->side)
		fuzz_fail("an alert of nowhere");
}

/* Nothing is seen any more, but it is not sent, which would be silence; the first evaluation is not long after the one that was kept. */
static void look(void)
{
	static struct report report;
	const struct alert_view view = {.report = {&report}};

	report = (struct report){
		.end_ns = alerts.kept_ns,
		.interval_s = 10,
		.host = "h",
		.instance = "i",
		.interface = "eth0",
		.direction = "rx",
		.hook = "tcx",
	};
	for (int i = 0; i < 4; i++) {
		report.end_ns += 10 * NS_PER_S;
		if (alerts_look(&alerts, &view) < 0)
			fuzz_fail("no memory");
		for (size_t a = 0; a < alerts.engine.alerts; a++)
			check_names(&alerts.engine.alert[a]);
	}
	if (alerts.engine.latches)
		fuzz_fail("%zu alerts do not end", alerts.engine.latches);
}

static void check_again(void)
{
	char *first, *second;
	size_t length, other;

	/* As if it had been looked at. */
	alerts.engine.end_ns = alerts.kept_ns;
	if (alerts_encode(&alerts, &first, &length) < 0)
		fuzz_fail("no memory");
	if (length > ALERTS_FILE_MAX)
		fuzz_fail("a file of %zu bytes", length);
	if (alerts_decode(&again, (const uint8_t *)first, length) < 0)
		fuzz_fail("what was written cannot be read");
	again.engine.end_ns = again.kept_ns;
	if (alerts_encode(&again, &second, &other) < 0)
		fuzz_fail("no memory");
	if (other != length || memcmp(first, second, length) != 0)
		fuzz_fail("alerts differ when they are read again");
	free(first);
	free(second);
}

/* As alerts_open() left them: to open them for each input would take most of the time. */
static void renew(struct alerts *of)
{
	struct alerts before = *of;

	for (size_t i = 0; i < ALERT_PLACES; i++)
		free(of->window[i]);
	for (size_t i = 0; i < POINTS_MAX; i++)
		free(of->usual[i]);
	*of = (struct alerts){
		.engine = {.rules = &rules,
			   .latch = before.engine.latch,
			   .alert = before.engine.alert},
		.attacks = &attacks,
		.blame = before.blame,
	};
}

static void open_once(void)
{
	alert_rules_init(&rules);
	attack_settings_init(&settings);
	if (attacks_open(&attacks, &settings, 50, true, &suffixes, 1) < 0 ||
	    alerts_open(&alerts, &rules, &attacks) < 0 || alerts_open(&again, &rules, &attacks) < 0)
		fuzz_fail("no memory");
}

static void run(const uint8_t *data, size_t size)
{
	if (!alerts.blame)
		open_once();
	renew(&alerts);
	renew(&again);
	if (alerts_decode(&alerts, data, size) == 0)
		renew(&alerts);
	if (alerts_decode_rows(&alerts, data, size) == 0) {
		check_again();
		look();
	}
}

const struct fuzz_target fuzz_alerts = {"alerts", run, NULL};
