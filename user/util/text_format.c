// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/text_format.h"

#include <inttypes.h>
#include <string.h>
#include <wchar.h>

#include "util/utf8.h"

const char *text_count(char buf[static TEXT_NUMBER_SIZE], uint64_t count)
{
	char digits[TEXT_NUMBER_SIZE];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, count);
	char *to = buf;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return buf;
}

const char *text_rate(char buf[static TEXT_NUMBER_SIZE], double rate)
{
	/* The limits are where rounding would show one digit more. */
	if (rate <= 0)
		snprintf(buf, TEXT_NUMBER_SIZE, "0");
	else if (rate < 0.005)
		snprintf(buf, TEXT_NUMBER_SIZE, "<0.01");
	else if (rate < 9.995)
		snprintf(buf, TEXT_NUMBER_SIZE, "%.2f", rate);
	else if (rate < 999.95)
		snprintf(buf, TEXT_NUMBER_SIZE, "%.1f", rate);
	else if (rate < 1e18)
		text_count(buf, (uint64_t)(rate + 0.5));
	else
		snprintf(buf, TEXT_NUMBER_SIZE, "%.3g", rate);
	return buf;
}

const char *text_share(char buf[static TEXT_NUMBER_SIZE], double share)
{
	double percent = share * 100;

	if (percent <= 0)
		snprintf(buf, TEXT_NUMBER_SIZE, "0%%");
	else if (percent < 0.01)
		snprintf(buf, TEXT_NUMBER_SIZE, "<0.01%%");
	else if (percent >= 100)
		snprintf(buf, TEXT_NUMBER_SIZE, "100%%");
	else if (percent >= 99.99)
		/* All but not quite: rounding must not hide the rest. */
		snprintf(buf, TEXT_NUMBER_SIZE, "99.99%%");
	else
		snprintf(buf, TEXT_NUMBER_SIZE, "%.2f%%", percent);
	return buf;
}

/* A character to write as it is, or a byte to write as an escape. */
struct unit {
	size_t bytes, columns;
	bool escaped;
};

static struct unit unit_at(const char *s, size_t left, bool utf8)
{
	size_t length = utf8_length(s, left);
	int columns;

	if (length == 1 && *s >= 0x20 && *s < 0x7f && *s != '\\')
		return (struct unit){1, 1, false};
	if (length > 1 && utf8) {
		uint32_t code = utf8_code_point(s, length);

		/* Combining marks have no width of their own. */
		columns = utf8_harmless(code) ? wcwidth((wchar_t)code) : 0;
		if (columns > 0)
			return (struct unit){length, (size_t)columns, false};
	}
	return (struct unit){1, 4, true};
}

static size_t text_columns(const char *s, size_t len, bool utf8)
{
	size_t columns = 0;

	for (size_t i = 0; i < len;) {
		struct unit unit = unit_at(s + i, len - i, utf8);

		columns += unit.columns;
		i += unit.bytes;
	}
	return columns;
}

static size_t put_ellipsis(FILE *out, size_t columns, bool utf8)
{
	if (utf8 && columns) {
		fputs("…", out);
		return 1;
	}
	columns = columns < 3 ? columns : 3;
	fwrite("...", 1, columns, out);
	return columns;
}

size_t text_put(FILE *out, const char *bytes, size_t len, size_t columns, bool utf8)
{
	bool fits = text_columns(bytes, len, utf8) <= columns;
	size_t ellipsis = utf8 ? 1 : 3, used = 0;
	size_t room = fits ? columns : columns > ellipsis ? columns - ellipsis : 0;

	for (size_t i = 0; i < len;) {
		struct unit unit = unit_at(bytes + i, len - i, utf8);

		if (used + unit.columns > room)
			break;
		if (unit.escaped)
			fprintf(out, "\\x%02x", (unsigned char)bytes[i]);
		else
			fwrite(bytes + i, 1, unit.bytes, out);
		used += unit.columns;
		i += unit.bytes;
	}
	return fits ? used : used + put_ellipsis(out, columns - used, utf8);
}

void text_cell(FILE *out, const char *string, size_t columns, bool utf8)
{
	size_t used = text_put(out, string, strlen(string), columns, utf8);

	fprintf(out, "%*s", (int)(columns - used), "");
}

void text_wrap(FILE *out, size_t width, size_t column, size_t indent, const char *text)
{
	bool first = true;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (!first && column + 1 + len > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		/* A name can be longer than any line. */
		for (; column < width && len > width - column && indent < width; column = indent) {
			fwrite(text, 1, width - column, out);
			fprintf(out, "\n%*s", (int)indent, "");
			text += width - column;
			len -= width - column;
		}
		fwrite(text, 1, len, out);
		column += len;
		text += len;
		text += strspn(text, " ");
		first = false;
	}
	fputc('\n', out);
}
