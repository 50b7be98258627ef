/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * MAC addresses as people write them: XX:XX:XX:XX:XX:XX with hexadecimal digits of either case,
 * and ? or x for a digit to be chosen at random. Where the second digit is random the address
 * becomes local and unicast, as nvmutil has it.
 */
#ifndef TOOLS_COMMON_MAC_TEXT_H
#define TOOLS_COMMON_MAC_TEXT_H

#include "libimg/format/gbe.h"

/*
 * "random" is ??:??:??:??:??:??. IMG_E_USAGE: no such form, all zeros, or multicast. IMG_E_IO: the
 * system has no random numbers.
 */
enum img_status mac_text_parse(const char *text, uint8_t mac[IMG_GBE_MAC], struct img_error *err)
	IMG_CHECKED;

#endif
