// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/wire_name.h"

#include <string.h>

#include "util/punycode.h"

static void fold(uint8_t *label, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (label[i] >= 'A' && label[i] <= 'Z')
			label[i] = (uint8_t)(label[i] + ('a' - 'A'));
}

size_t wire_name(const char *text, size_t length, uint8_t wire[DNS_NAME_MAX])
{
	size_t octets = 0;

	if (length && text[length - 1] == '.')
		length--;
	else if (!length)
		return 0;
	for (size_t at = 0; length && at <= length;) {
		const char *dot = memchr(text + at, '.', length - at);
		size_t end = dot ? (size_t)(dot - text) : length;
		uint8_t label[DNS_LABEL_MAX];
		size_t bytes = punycode_label(text + at, end - at, label);

		if (!bytes || octets + 1 + bytes + 1 > DNS_NAME_MAX)
			return 0;
		fold(label, bytes);
		wire[octets] = (uint8_t)bytes;
		memcpy(wire + octets + 1, label, bytes);
		octets += 1 + bytes;
		at = end + 1;
	}
	wire[octets] = 0;
	return octets + 1;
}
