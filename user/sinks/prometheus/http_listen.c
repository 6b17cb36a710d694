// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/prometheus/http_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Split at the port, if there is one. False if it is no port. */
static bool split_port(const char *text, char host[INET6_ADDRSTRLEN], unsigned long *port)
{
	const char *colon = strrchr(text, ':'), *bracket = strrchr(text, ']');
	size_t length = strlen(text);
	char why[OPTION_WHY_MAX];

	*port = HTTP_PORT_DEFAULT;
	if (colon && (!bracket || colon > bracket)) {
		length = (size_t)(colon - text);
		if (option_number(colon + 1, 1, 65535, port, why) < 0)
			return false;
	}
	if (length && text[0] == '[') {
		if (!bracket || bracket != text + length - 1 || !strchr(text, ':'))
			return false;
		text++;
		length -= 2;
	} else if (memchr(text, ':', length)) {
		return false; /* an IPv6 address without its brackets */
	}
	if (length >= INET6_ADDRSTRLEN)
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	return true;
}

int http_address_parse(struct listen_address *address, const char *text, char why[OPTION_WHY_MAX])
{
	char host[INET6_ADDRSTRLEN];
	const char *numeric = host;
	unsigned long port;

	memset(address, 0, sizeof(*address));
	if (strncmp(text, "unix:", 5) == 0)
		return listen_address_unix(address, text + 5, why);
	if (split_port(text, host, &port)) {
		if (!text[0] || strcmp(host, "localhost") == 0)
			numeric = "127.0.0.1";
		if (text[0] != '[' && inet_pton(AF_INET, numeric, &address->in.sin_addr) == 1) {
			address->in.sin_family = AF_INET;
			address->in.sin_port = htons((uint16_t)port);
			address->length = sizeof(address->in);
			return 0;
		}
		if (text[0] == '[' && inet_pton(AF_INET6, numeric, &address->in6.sin6_addr) == 1) {
			address->in6.sin6_family = AF_INET6;
			address->in6.sin6_port = htons((uint16_t)port);
			address->length = sizeof(address->in6);
			return 0;
		}
	}
	snprintf(why, OPTION_WHY_MAX,
		 "must be ADDRESS:PORT, an IPv6 address in brackets ([::1]:%d), or unix:PATH",
		 HTTP_PORT_DEFAULT);
	return -EINVAL;
}
