/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Will the KBC1126 find its firmware in this image? A laptop on which it does not stays dark. */
#ifndef IMG_EDIT_KBC1126_CHECK_H
#define IMG_EDIT_KBC1126_CHECK_H

#include "libimg/core/view.h"

/*
 * Compares the CBFS files ecfw1.bin and ecfw2.bin with the pointers of the boot block: each
 * pointer must lead to the data of its file, and their sums must be right.
 *
 * IMG_E_ABSENT: no FMAP or CBFS, or neither file is in it: not a board with this EC, or a stripped
 * image. IMG_E_MISMATCH: one file without the other, no pointers, or pointers to somewhere else.
 * IMG_E_CORRUPT: a wrong sum, or a damaged CBFS. IMG_E_BOUNDS: firmware longer than its file.
 */
enum img_status img_kbc1126_check(struct img_view image, struct img_error *err) IMG_CHECKED;

#endif
