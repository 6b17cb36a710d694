// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/txn_text.h"

#include <arpa/inet.h>

const char *txn_server_text(const struct txn_row *row, char text[static TOP_TEXT_SIZE])
{
	return inet_ntop(row->key.server_size == 16 ? AF_INET6 : AF_INET, row->key.server, text,
			 TOP_TEXT_SIZE);
}

const char *txn_zone_text(const struct txn_row *row, char text[static TOP_TEXT_SIZE])
{
	return top_name_text(row->key.zone, text);
}

const char *txn_row_text(const struct txn_row *row, char text[static TOP_TEXT_SIZE])
{
	return row->key.server_size ? txn_server_text(row, text) : txn_zone_text(row, text);
}

const char *txn_row_key(const struct txn_row *row)
{
	return row->key.server_size ? "address" : "name";
}

#define NAME_(id, name) name,
const char *const txn_list_names[TXN_LIST_COUNT] = {TXN_LISTS(NAME_)};
