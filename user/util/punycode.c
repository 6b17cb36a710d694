// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/punycode.h"

#include <string.h>

#include "util/utf8.h"

/* RFC 3492 section 5. */
enum { BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, BIAS_FIRST = 72, N_FIRST = 128 };

/* What is written so far. Past the room there is @full, and nothing more is written. */
struct writing {
	uint8_t *label;
	size_t length;
	int full;
};

static void put(struct writing *w, uint8_t byte)
{
	if (w->length == DNS_LABEL_MAX)
		w->full = 1;
	else
		w->label[w->length++] = byte;
}

/* Section 6.1. */
static uint32_t adapt(uint32_t delta, uint32_t points, int first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
		delta /= BASE - T_MIN;
	return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static uint8_t digit(uint32_t value)
{
	return (uint8_t)(value < 26 ? 'a' + value : '0' + value - 26);
}

/* A generalized variable-length integer: section 3.3. */
static void put_number(struct writing *w, uint32_t number, uint32_t bias)
{
	for (uint32_t k = BASE;; k += BASE) {
		uint32_t t = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;

		if (number < t)
			break;
		put(w, digit(t + (number - t) % (BASE - t)));
		number = (number - t) / (BASE - t);
	}
	put(w, digit(number));
}

static uint32_t least_from(const uint32_t *points, uint32_t count, uint32_t low)
{
	uint32_t least = UINT32_MAX;

	for (uint32_t i = 0; i < count; i++)
		if (points[i] >= low && points[i] < least)
			least = points[i];
	return least;
}

/* Section 6.3. Of 63 code points below 2^21 no number gets past 32 bits. */
static void encode(struct writing *w, const uint32_t *points, uint32_t count)
{
	uint32_t basic = 0, done, delta = 0, n = N_FIRST, bias = BIAS_FIRST;

	for (uint32_t i = 0; i < count; i++)
		if (points[i] < N_FIRST) {
			put(w, (uint8_t)points[i]);
			basic++;
		}
	if (basic)
		put(w, '-');
	for (done = basic; done < count; delta++, n++) {
		uint32_t next = least_from(points, count, n);

		delta += (next - n) * (done + 1);
		n = next;
		for (uint32_t i = 0; i < count; i++) {
			if (points[i] < n)
				delta++;
			if (points[i] != n)
				continue;
			put_number(w, delta, bias);
			bias = adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
	}
}

size_t punycode_label(const char *text, size_t length, uint8_t label[DNS_LABEL_MAX])
{
	struct writing w = {.label = label};
	uint32_t points[DNS_LABEL_MAX], count = 0;
	int other = 0;

	for (size_t at = 0; at < length;) {
		size_t bytes = utf8_length(text + at, length - at);

		if (!bytes || count == DNS_LABEL_MAX)
			return 0;
		points[count] = utf8_code_point(text + at, bytes);
		other |= points[count++] >= N_FIRST;
		at += bytes;
	}
	if (!other) {
		memcpy(label, text, length);
		return length;
	}
	for (const char *prefix = "xn--"; *prefix; prefix++)
		put(&w, (uint8_t)*prefix);
	encode(&w, points, count);
	return w.full ? 0 : w.length;
}
