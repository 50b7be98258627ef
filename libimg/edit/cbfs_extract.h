/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Getting files out of a CBFS: hashes checked, decompressed, programs as ELF files. */
#ifndef IMG_EDIT_CBFS_EXTRACT_H
#define IMG_EDIT_CBFS_EXTRACT_H

#include "libimg/core/image.h"
#include "libimg/format/cbfs.h"

/*
 * The contents of a file. stored: exactly the bytes in the CBFS. Else they are decompressed,
 * payloads and stages become x86 ELF files (a stage of an old kind, with its header in the data,
 * stays as it is). *out is owned by the caller; NULL for a file without data.
 *
 * In both cases IMG_E_MISMATCH: a hash attribute does not fit; IMG_E_UNSUPPORTED: its algorithm
 * is not known. The others: those of img_decompress_whole(), img_payload_to_elf() and
 * img_rmodule_to_elf(); IMG_E_CORRUPT: a stage without its attribute, or of less memory
 * than data.
 */
enum img_status img_cbfs_extract(const struct img_cbfs_file *file, bool stored, struct img **out,
				 struct img_error *err) IMG_CHECKED;

#endif
