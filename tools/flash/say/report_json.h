/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * {"operation":"probe|read|write|verify|erase","dry_run":false,"remaining":["top"],
 *  "holds":"flash descriptor of …",                            read: what it looks like
 *  "chips":[{"name":"bottom","vendor":"…","chip":"…","id":"ef4017","size":N,
 *            "sfdp":true,"status":N,"protected":false,"protected_range":{…} or null,
 *            "millivolts":[N,N],                             where known
 *            "program":"flashprog",                          another one, that does it
 *            "internal":{"writable":true,"text":"…"},        the machine's own flash
 *            "changed":true,"verified":true,"erased":N,"programmed":N,     write and erase
 *            "backup":"SHA-256","resumed":"2026-…",           where there is one, where it was
 *            "expected_us":N,"plan":[{"step":"erase","start":N,"size":N},…]}]}      with dry_run
 */
#ifndef FLASH_SAY_REPORT_JSON_H
#define FLASH_SAY_REPORT_JSON_H

#include "tools/common/json.h"
#include "tools/flash/job.h"

json_t *report_json_result(const struct flash *f);

/* {"chips":[{"vendor":"…","chip":"…","id":"ef4017","size":N},…]} */
json_t *report_json_parts(void);

#endif
