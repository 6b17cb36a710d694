// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "parser/link_type.h"

#include <stdio.h>

static const struct {
	uint32_t type;
	enum host_link link;
} readable[] = {
	{0, HOST_LINK_NULL},     /* LINKTYPE_NULL */
	{1, HOST_LINK_ETHERNET}, /* LINKTYPE_ETHERNET */
	/* LINKTYPE_RAW is 101; 12 and 14 are DLT_RAW of some systems, found in files of old. */
	{12, HOST_LINK_RAW_IP},
	{14, HOST_LINK_RAW_IP},
	{101, HOST_LINK_RAW_IP},
	{108, HOST_LINK_NULL},   /* LINKTYPE_LOOP */
	{113, HOST_LINK_SLL},    /* LINKTYPE_LINUX_SLL */
	{228, HOST_LINK_RAW_IP}, /* LINKTYPE_IPV4 */
	{229, HOST_LINK_RAW_IP}, /* LINKTYPE_IPV6 */
	{276, HOST_LINK_SLL2},   /* LINKTYPE_LINUX_SLL2 */
};

/* Those that somebody may well have captured DNS in. */
static const struct {
	uint32_t type;
	const char *name;
} others[] = {
	{6, "Token Ring"},
	{8, "SLIP"},
	{9, "PPP"},
	{50, "PPP with HDLC framing"},
	{51, "PPPoE"},
	{105, "IEEE 802.11"},
	{119, "IEEE 802.11 with Prism header"},
	{127, "IEEE 802.11 with radiotap header"},
	{147, "private use"},
	{163, "IEEE 802.11 with AVS header"},
	{189, "USB"},
	{192, "PPI"},
	{239, "NFLOG"},
	{249, "USBPcap"},
	{252, "Wireshark's exported PDUs"},
	{253, "netlink"},
};

bool link_type_find(uint32_t type, enum host_link *link)
{
	for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
		if (readable[i].type == type) {
			*link = readable[i].link;
			return true;
		}
	return false;
}

const char *link_type_words(uint32_t type, char words[LINK_TYPE_WORDS_MAX])
{
	const char *name = NULL;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i].type == type)
			name = others[i].name;
	snprintf(words, LINK_TYPE_WORDS_MAX, "link type %u%s%s%s", type, name ? " (" : "",
		 name ? name : "", name ? ")" : "");
	return words;
}

const char *link_type_list(void)
{
	return "Ethernet, Linux cooked (1 and 2), raw IP and BSD loopback";
}
