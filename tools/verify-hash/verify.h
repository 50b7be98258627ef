/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of rom-verify-hash share: options, and the account of what was found. */
#ifndef TOOLS_VERIFY_HASH_VERIFY_H
#define TOOLS_VERIFY_HASH_VERIFY_H

#include "libimg/core/digest.h"
#include "tools/common/diag.h"
#include "tools/common/json.h"
#include "tools/common/manifest.h"
#include "tools/common/signature.h"

struct options {
	struct diag diag;
	enum img_digest_kind kind;
	bool tag;
	bool check, same;
	const char *manifest;
	const char *key, *signature;
	bool status;		/* --status: only the exit status tells */
	bool ignore_missing;
};

/*
 * Says what is found as it is found, one line a file on standard output and a sentence on
 * standard error where something is wrong; with --json all of it goes into one object.
 */
struct account {
	const struct options *options;
	unsigned good, bad, trouble;	/* files */
	json_t *files;			/* array, or NULL without --json */
	json_t *error;			/* the first trouble, or NULL */
};

struct account account_begin(const struct options *o);

/*
 * The file is what it should be; as says what that is ("x.rom", or NULL). other_gbe: all but its
 * GbE region, which is how a MAC address is set.
 */
void account_good(struct account *a, const char *name, const struct img_digest *found,
		  const char *as, bool other_gbe);

/* The file is signed as it should be. */
void account_signed(struct account *a, const char *name, const struct signature_report *r);

/* It is not; err is the sentence, expected may be NULL where there is more than one. */
void account_bad(struct account *a, const char *name, const struct img_digest *found,
		 const struct img_digest *expected, const struct img_error *err);

/* It could not be read. quietly: the sentence will come once, for several files. */
void account_unread(struct account *a, const char *name, const struct img_error *err,
		    bool quietly);

/* Something else went wrong: a list, a directory. */
void account_trouble(struct account *a, const char *file, const struct img_error *err);

/* Prints the object of --json. The exit status: trouble before no before yes. */
int account_end(struct account *a);

/* Reads path and hashes it. */
enum img_status hash_file(const char *path, enum img_digest_kind kind, struct img_digest *out,
			  struct img_error *err) IMG_CHECKED;

/* Each operand a hash list or a manifest. */
int check_lists(const struct options *o, char **paths, int count);

/* --manifest: each operand one of the files that it lists, whatever its name. */
int check_against_manifest(const struct options *o, char **paths, int count);

/* A manifest as a list: the files it names, below the directory dir ("" or with its slash). */
void check_manifest_list(struct account *a, const char *list, const char *dir,
			 const struct manifest *m);

/* --key: has each operand a good signature by it? */
int check_signatures(const struct options *o, char **paths, int count);

/* --same: are all files equal, and where do they differ? */
int compare_files(const struct options *o, char **paths, int count);

/* Is there, instead of name, the release image of that name without its vendor files? */
bool stripped_instead(const char *dir, const char *name);

/* The directory a list is in, with its slash, or ""; owned. NULL: out of memory. */
char *directory_of(const char *path);

#endif
