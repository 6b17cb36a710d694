/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What receivers on this machine take; RFC 5424 they do not read there. */
#ifndef RCODEWATCH_SYSLOG_LOCAL_H
#define RCODEWATCH_SYSLOG_LOCAL_H

#include "sinks/syslog/syslog_parts.h"
#include "util/journal_field.h"

/*
 * For /dev/log, as syslog(3) writes it: <PRI>Mmm dd hh:mm:ss APP[PID]: and behind that "@cee:" and
 * JSON, members "msgid", "msg" (the text), "sequence" and the fields.
 */
extern const struct syslog_format syslog_cee;

/*
 * A datagram of the journal's native protocol, which is stable and documented by systemd
 * (JOURNAL_NATIVE_PROTOCOL). A field is RCODEWATCH_ and its name in upper case.
 */
extern const struct syslog_format syslog_journal;

#define SYSLOG_DEV_LOG        "/dev/log"
#define SYSLOG_JOURNAL_SOCKET JOURNAL_SOCKET

#endif
