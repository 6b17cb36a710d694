/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The Syslog Protocol, RFC 5424: for receivers over the network. */
#ifndef RCODEWATCH_SYSLOG_RFC5424_H
#define RCODEWATCH_SYSLOG_RFC5424_H

#include "sinks/syslog/syslog_parts.h"

/*
 * Structured data are timeQuality, origin, meta (sections 7.1 to 7.3) and the record's own element,
 * whose parameters are its fields. The text is MSG-UTF8, so begins with a byte order mark, only if it
 * is not all ASCII (section 6.4).
 */
extern const struct syslog_format syslog_rfc5424;

#endif
