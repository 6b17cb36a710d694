// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/prometheus/http_hosts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Letters, digits and what names of services have besides, so that no port hides in it. */
static bool is_name(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)name[i], lower = c | 0x20;

		if (!(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'z') && c != '-' &&
		    c != '.' && c != '_')
			return false;
	}
	return length > 0 && name[0] != '.';
}

/* Without the final dot, which means the same. */
static size_t name_length(const char *name, size_t length)
{
	return length > 1 && name[length - 1] == '.' ? length - 1 : length;
}

static int add(struct http_hosts *hosts, const char *name, size_t length)
{
	length = name_length(name, length);
	if (!is_name(name, length) || length >= HTTP_HOST_SIZE || hosts->count == HTTP_HOSTS_MAX)
		return -EINVAL;
	memcpy(hosts->name[hosts->count], name, length);
	hosts->name[hosts->count++][length] = '\0';
	return 0;
}

int http_hosts_add(struct http_hosts *hosts, const char *name, char why[OPTION_WHY_MAX])
{
	int err = add(hosts, name, strlen(name));

	if (err)
		snprintf(why, OPTION_WHY_MAX,
			 "must be the name of a host without a port; up to %d of them",
			 HTTP_HOSTS_MAX - 2);
	return err;
}

void http_hosts_add_own(struct http_hosts *hosts)
{
	char name[HTTP_HOST_SIZE] = "";

	if (gethostname(name, sizeof(name)) < 0)
		return;
	name[sizeof(name) - 1] = '\0';
	add(hosts, name, strlen(name));
	if (strchr(name, '.'))
		add(hosts, name, strcspn(name, "."));
}

/* Whether @text is nothing, or a colon and a port. */
static bool is_port(const char *text)
{
	size_t digits;

	if (!*text)
		return true;
	digits = strspn(text + 1, "0123456789");
	return *text == ':' && digits <= 5 && !text[1 + digits];
}

/* Whether the @length bytes at @host are an address of @family in text. */
static bool is_address(int family, const char *host, size_t length)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (length >= sizeof(text))
		return false;
	memcpy(text, host, length);
	text[length] = '\0';
	return inet_pton(family, text, &address) == 1;
}

bool http_hosts_allow(const struct http_hosts *hosts, const char *host)
{
	size_t length;

	if (host[0] == '[') {
		length = strcspn(host, "]");
		return host[length] && is_port(host + length + 1) &&
		       is_address(AF_INET6, host + 1, length - 1);
	}
	length = strcspn(host, ":");
	if (!is_port(host + length))
		return false;
	if (is_address(AF_INET, host, length))
		return true;
	length = name_length(host, length);
	if (!is_name(host, length))
		return false;
	if (length == strlen("localhost") && strncasecmp(host, "localhost", length) == 0)
		return true;
	for (size_t i = 0; i < hosts->count; i++)
		if (strlen(hosts->name[i]) == length &&
		    strncasecmp(host, hosts->name[i], length) == 0)
			return true;
	return false;
}
