/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How a figure or text is meant, for pages to colour. */
#ifndef RCODEWATCH_TONE_H
#define RCODEWATCH_TONE_H

enum tone {
	TONE_PLAIN,
	TONE_DIM,     /* nothing to look at */
	TONE_GOOD,    /* is well */
	TONE_WARNING, /* is unusual */
	TONE_BAD,     /* fails now */
	TONES,
};

#endif
