// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "parser/note_zone.h"

#include <string.h>

#include "dns_wire.h"
#include "parser/host_store.h"

/* Whether labels from @at on end, with the root, where the tail does. */
static bool labels_end(const uint8_t *tail, size_t at)
{
	while (at < TXN_NAME_TAIL && tail[at] && tail[at] <= DNS_LABEL_MAX)
		at += 1u + tail[at];
	return at == TXN_NAME_TAIL - 1 && tail[at] == 0;
}

/*
 * Where the first whole label of the tail begins. In the middle of a label it is not known which octet is a length; but one
 * that is a letter, a digit or a hyphen would reach past the tail, which has fewer than 45 octets.
 */
static size_t first_label(const struct txn_note *note)
{
	size_t at = note->octets < TXN_NAME_TAIL ? TXN_NAME_TAIL - note->octets : 0;

	_Static_assert(TXN_NAME_TAIL < '-', "see above");
	while (at < TXN_NAME_TAIL && !labels_end(note->name, at))
		at++;
	return at;
}

size_t note_zone(struct host_store *store, const struct hook_config *config,
		 const struct txn_note *note, uint8_t key[TXN_NAME_TAIL])
{
	size_t at = first_label(note), length = TXN_NAME_TAIL - at;
	const struct name_labels *name = &store->message.name[NAME_ASKED];
	uint32_t labels, skipped;

	memset(key, 0, TXN_NAME_TAIL);
	if (!length || !host_name_scan(store, config, note->name + at, length))
		return 0;
	labels = host_name_registrable(store, config);
	/* The label that makes a zone of a public suffix is cut: everybody's zone is nobody's. */
	if (note->octets > TXN_NAME_TAIL && name->count <= store->message.labels)
		return 0;
	skipped = labels < name->count ? name->count - labels : 0;
	at = name->begin[skipped];
	length = name->octets - at;
	if (length > TXN_NAME_TAIL)
		return 0;
	memcpy(key, name->text + at, length);
	return length;
}
