// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Syslog messages against RFC 5424 and the local formats, byte by byte, and how they are split. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "syslog_messages.h"
#include "util/utf8.h"

/* ---- RFC 5424 ------------------------------------------------------------------------ */

static void header_and_text(void **state)
{
	(void)state;
	record_begin(&record, "EVENT", "event@32473", SYSLOG_NOTICE, TIME);
	record_string(&record, "a", "", "b");
	record_text(&record, "words %d", 1);
	/* Section 6: 3 * 8 + 5. */
	assert_string_equal(only_rfc5424(),
			    "<29>1 " STAMP " res1.example rcodewatch 4711 EVENT " ORIGIN
			    "[meta sequenceId=\"1\"][event@32473 a=\"b\"] "
			    "words 1");
}

/* Section 6.3.3: these three are escaped and nothing else. */
static void escapes_of_values(void **state)
{
	(void)state;
	record_begin(&record, "EVENT", "x@1", SYSLOG_ERR, TIME);
	record_string(&record, "a", "", "\"]\\[='\xc3\xa4");
	assert_non_null(strstr(only_rfc5424(), "[x@1 a=\"\\\"\\]\\\\[='\xc3\xa4\"]"));
}

/* Bytes from the network: nothing that could be taken for something else, nothing lost. */
static void hostile_bytes(void **state)
{
	static const char bytes[] = "a\0\n\x1b]\"\\\xff\xc2\x9b\x7f\xe2\x82\xac{";

	(void)state;
	record_begin(&record, "EVENT", "x@1", SYSLOG_ERR, TIME);
	record_bytes(&record, "a", "", bytes, sizeof(bytes) - 1);
	record_text_bytes(&record, bytes, sizeof(bytes) - 1);
	assert_non_null(strstr(only_rfc5424(),
			       "[x@1 a=\"a\\\\000\\\\010\\\\027\\]\\\"\\\\\\\\\\\\255\\\\194\\\\155"
			       "\\\\127\xe2\x82\xac{\"] \xef\xbb\xbf"
			       "a\\000\\010\\027]\"\\\\\\255\\194\\155\\127\xe2\x82\xac{"));
}

/* Direction marks and what is not seen, byte by byte: U+061C, U+200F, U+202E, U+2066, U+200B, U+E0041. */
static void hidden_characters(void **state)
{
	static const char bytes[] =
		"\xd8\x9c\xe2\x80\x8f\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b\xf3\xa0\x81\x81";

	(void)state;
	record_begin(&record, "EVENT", "x@1", SYSLOG_ERR, TIME);
	record_text_bytes(&record, bytes, sizeof(bytes) - 1);
	assert_non_null(strstr(only_rfc5424(),
			       "[x@1] \\216\\156\\226\\128\\143\\226\\128\\174\\226\\129\\166"
			       "\\226\\128\\139\\243\\160\\129\\129"));
}

/* Section 6.4: a mark before text that is UTF-8 and not ASCII; before no other. */
static void byte_order_mark(void **state)
{
	(void)state;
	record_begin(&record, "EVENT", "x@1", SYSLOG_ERR, TIME);
	record_text(&record, "ascii");
	assert_non_null(strstr(only_rfc5424(), "[x@1] ascii"));
	clear_messages(NULL);
	record_text(&record, " \xc3\xa4");
	assert_non_null(strstr(only_rfc5424(), "[x@1] \xef\xbb\xbf"
					       "ascii \xc3\xa4"));
	clear_messages(NULL);
	record_begin(&record, "EVENT", "x@1", SYSLOG_ERR, TIME);
	assert_string_equal(strstr(only_rfc5424(), "[x@1"), "[x@1]");
}

/* Section 7.3.1: from 1 to 2147483647, then 1. */
static void sequence(void **state)
{
	(void)state;
	origin.sequence = 2147483646;
	record_begin(&record, "EVENT", "x@1", SYSLOG_ERR, TIME);
	assert_int_equal(write_all(&syslog_rfc5424, 2048), 0);
	assert_int_equal(write_all(&syslog_rfc5424, 2048), 0);
	assert_non_null(strstr(message[0], "[meta sequenceId=\"2147483647\"]"));
	assert_non_null(strstr(message[1], "[meta sequenceId=\"1\"]"));
}

/* Section 6.3.3: SD-NAME. */
static void names_of_fields(void **state)
{
	(void)state;
	record_begin(&record, "EVENT", "x@1", SYSLOG_ERR, TIME);
	record_string(&record, "a=", "b]\" \xc3\xa4", "v");
	assert_non_null(strstr(only_rfc5424(), "[x@1 a_b_____=\"v\"]"));
	assert_false(record.full);
	record_string(&record, "123456789012345678901234567890", "12", "v");
	assert_false(record.full);
	record_string(&record, "123456789012345678901234567890", "123", "v");
	assert_true(record.full);
	assert_int_equal(write_all(&syslog_rfc5424, 2048), -EMSGSIZE);
}

/* ---- the local formats ------------------------------------------------------------------ */

static void put_sample(void)
{
	record_begin(&record, "EVENT", "event@32473", SYSLOG_WARNING, TIME);
	record_string(&record, "instance", "", "i");
	record_heads_end(&record);
	record_u64(&record, "lost", "", 12);
	record_double(&record, "rate", "", 1.5);
	record_string(&record, "label_", "Site", "\"\\\xc3\xa4");
	record_text(&record, "words");
}

static void cee(void **state)
{
	(void)state;
	setenv("TZ", "XYZ-2", 1); /* two hours east of Greenwich */
	tzset();
	put_sample();
	assert_int_equal(write_all(&syslog_cee, 8192), 0);
	assert_int_equal(messages, 1);
	assert_string_equal(message[0],
			    "<28>Nov 23 04:31:10 rcodewatch[4711]: @cee:{\"msgid\":\"EVENT\","
			    "\"msg\":\"words\",\"sequence\":1,\"instance\":\"i\",\"lost\":12,"
			    "\"rate\":1.500,\"label_Site\":\"\\\"\\\\\xc3\xa4\"}");
}

static void journal(void **state)
{
	(void)state;
	put_sample();
	assert_int_equal(write_all(&syslog_journal, 10), 0);
	assert_int_equal(messages, 1);
	assert_string_equal(message[0],
			    "PRIORITY=4\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=rcodewatch\n"
			    "SYSLOG_PID=4711\nRCODEWATCH_MSGID=EVENT\nRCODEWATCH_SEQUENCE=1\n"
			    "MESSAGE=words\nRCODEWATCH_INSTANCE=i\nRCODEWATCH_LOST=12\n"
			    "RCODEWATCH_RATE=1.500\nRCODEWATCH_LABEL_SITE=\"\\\xc3\xa4\n");
}

/* A value of several lines has its length before it: JOURNAL_NATIVE_PROTOCOL has this example. */
static void journal_lines(void **state)
{
	char head[JOURNAL_HEAD_MAX];

	(void)state;
	assert_int_equal(journal_field_head(head, "MESSAGE", "foo\nbar", 7), 16);
	assert_memory_equal(head, "MESSAGE\n\x07\0\0\0\0\0\0\0", 16);
	assert_int_equal(journal_field_head(head, "MESSAGE", "foo\nbar", 3), 8);
	assert_memory_equal(head, "MESSAGE=", 8);
}

/* ---- parts ---------------------------------------------------------------------------------- */

/* Append the value of @name="..." in @text to @to, unescaped; false if there is none. */
static bool gather(const char *text, const char *name, char *to)
{
	char key[64];
	const char *at;

	snprintf(key, sizeof(key), " %s=\"", name);
	at = strstr(text, key);
	if (!at)
		return false;
	to += strlen(to);
	for (at += strlen(key); *at != '"'; at++) {
		if (*at == '\\')
			at++;
		*to++ = *at;
	}
	*to = '\0';
	return true;
}

static void is_utf8(const char *text, size_t length)
{
	for (size_t i = 0, n; i < length; i += n) {
		n = utf8_length(text + i, length - i);
		assert_true(n > 0);
	}
}

/* Values of all lengths, one longer than any message: all of it arrives, in whole characters. */
static void split_values(size_t max)
{
	static char long_value[3001], text[2001], found[8192];
	char name[16], value[16];

	memset(long_value, ']', 1500);
	for (size_t i = 1500; i < 3000; i += 3)
		memcpy(long_value + i, "\xe2\x82\xac", 3);
	memset(text, 't', 2000);
	record_begin(&record, "REPORT", "report@32473", SYSLOG_INFO, TIME);
	record_string(&record, "head", "", "h");
	record_heads_end(&record);
	for (unsigned int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "%03u", i);
		record_u64(&record, "f_", name, i);
	}
	record_string(&record, "long", "", long_value);
	record_string(&record, "last", "", "end");
	record_text(&record, "%s", text);
	assert_false(record.full);

	assert_int_equal(write_all(&syslog_rfc5424, max), 0);
	for (size_t i = 0; i < messages; i++) {
		char parts[64];

		assert_true(size[i] <= max);
		is_utf8(message[i], size[i]);
		snprintf(parts, sizeof(parts),
			 "[report@32473 head=\"h\" part=\"%zu\" parts=\"%zu\"", i + 1, messages);
		if (messages > 1)
			assert_non_null(strstr(message[i], parts));
		snprintf(parts, sizeof(parts), "[meta sequenceId=\"%zu\"]", i + 1);
		assert_non_null(strstr(message[i], parts));
	}
	for (unsigned int f = 0; f < 200; f++) {
		int times = 0;

		snprintf(name, sizeof(name), "f_%03u", f);
		snprintf(value, sizeof(value), "%u", f);
		for (size_t i = 0; i < messages; i++) {
			found[0] = '\0';
			if (gather(message[i], name, found)) {
				times++;
				assert_string_equal(found, value);
			}
		}
		assert_int_equal(times, 1);
	}
	found[0] = '\0';
	for (size_t i = 0; i < messages; i++)
		gather(message[i], "long", found);
	assert_string_equal(found, long_value);
	found[0] = '\0';
	for (size_t i = 0; i < messages; i++)
		strcat(found, strrchr(message[i], ']') + 1);
	for (size_t i = 0; found[i]; i++)
		if (found[i] == ' ')
			memmove(found + i, found + i + 1, strlen(found + i));
	assert_string_equal(found, text);
	clear_messages(NULL);
}

static void split(void **state)
{
	(void)state;
	for (size_t max = 1024; max < 1400; max += 7)
		split_values(max);
	split_values(2048);
	split_values(8192);
	split_values(65000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(header_and_text, clear_messages),
		cmocka_unit_test_setup(escapes_of_values, clear_messages),
		cmocka_unit_test_setup(hostile_bytes, clear_messages),
		cmocka_unit_test_setup(hidden_characters, clear_messages),
		cmocka_unit_test_setup(byte_order_mark, clear_messages),
		cmocka_unit_test_setup(sequence, clear_messages),
		cmocka_unit_test_setup(names_of_fields, clear_messages),
		cmocka_unit_test_setup(cee, clear_messages),
		cmocka_unit_test_setup(journal, clear_messages),
		cmocka_unit_test(journal_lines),
		cmocka_unit_test_setup(split, clear_messages),
	};

	return cmocka_run_group_tests(tests, NULL, clear_messages);
}
