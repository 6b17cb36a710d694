// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Switches, not tables: the compiler says which new outcome or reason has no words yet. */
#include "format/text_words.h"

const char *outcome_words(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_QUERY: return "questions, on their way to a DNS port";
	case OUTCOME_TCP_NO_MESSAGE: return "TCP handshakes, ACKs, parts of messages";
	case OUTCOME_WRONG_DIRECTION: return "response not from, query not to a DNS port";
	case OUTCOME_ENCRYPTED: return "ports of encrypted DNS: cannot be read";
	case OUTCOME_NOT_DNS: return "other traffic";
	case OUTCOME_RESPONSE:
	case OUTCOME_COUNT: break;
	}
	return "";
}

const char *unparsed_words(enum unparsed reason)
{
	switch (reason) {
	case UNPARSED_TRUNCATED_FRAME: return "the frame ends within its own headers";
	case UNPARSED_VLAN_DEPTH: return "more than two VLAN tags";
	case UNPARSED_BAD_IP_HEADER: return "impossible IP version or length";
	case UNPARSED_EXTENSION_DEPTH: return "too many IPv6 extension headers";
	case UNPARSED_LATER_FRAGMENT: return "not the first IP fragment: has no ports";
	case UNPARSED_BAD_UDP_LENGTH: return "impossible UDP length";
	case UNPARSED_BAD_TCP_HEADER: return "impossible TCP header length";
	case UNPARSED_TRUNCATED_HEADER: return "shorter than a DNS header";
	case UNPARSED_NO_CPU_SLOT: return "on a CPU newer than this process: restart";
	case UNPARSED_OTHER_LINK: return "MPLS, PPPoE, LLC and the like";
	case UNPARSED_UNKNOWN_INTERFACE: return "by an interface that is not watched";
	case UNPARSED_COUNT: break;
	}
	return "";
}

const char *tcp_event_words(enum tcp_event event)
{
	switch (event) {
	case TCP_GAP: return "bytes missing: messages there not counted";
	case TCP_RESYNC: return "taken up in the middle of a connection";
	case TCP_EVICTED: return "connections forgotten to make room";
	case TCP_CONTENDED: return "segments met on two CPUs at a time";
	case TCP_UNFOLLOWED: return "segments of connections that are not followed";
	case TCP_EVENT_COUNT: break;
	}
	return "";
}

const char *udp_event_words(enum udp_event event)
{
	switch (event) {
	case UDP_TRAILING: return "datagrams with payload behind the response";
	case UDP_UNSPLIT: return "datagrams in super-packets of over 128";
	case UDP_EVENT_COUNT: break;
	}
	return "";
}

const char *incomplete_words(enum incomplete reason)
{
	switch (reason) {
	case INCOMPLETE_OPT_BEYOND_FRAGMENT: return "OPT is in a later IP fragment";
	case INCOMPLETE_OPT_BEYOND_SEGMENT: return "OPT is in a later TCP segment";
	case INCOMPLETE_OPT_BEYOND_REACH: return "OPT is past what the capture or hook holds";
	case INCOMPLETE_WALK_BOUND: return "too many records before OPT";
	case INCOMPLETE_OPTION_BOUND: return "too many EDNS options to look at all";
	case INCOMPLETE_MALFORMED: return "a name, length or count is wrong";
	case INCOMPLETE_COUNT: break;
	}
	return "";
}
