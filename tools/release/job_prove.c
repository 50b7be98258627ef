/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "tools/release/job_internal.h"

/* Which pieces of this ROM are not what the release's manifest says; "" where it has none. */
static void blame_by_manifest(const struct job *job, const struct rom *rom, char *out, size_t size)
{
	const struct manifest *m = job->published;
	const struct manifest_image *entry = NULL;
	char found[IMG_DIGEST_HEX], expected[IMG_DIGEST_HEX];
	size_t i, k, used = 0;

	out[0] = 0;
	for (i = 0; m && i < m->image_count; i++)
		if (!strcmp(m->image[i].name, rom->name))
			entry = &m->image[i];
	for (i = 0; entry && i < rom->facts.piece_count; i++) {
		for (k = 0; k < entry->piece_count; k++) {
			const struct manifest_piece *p = &entry->piece[k];

			if (strcmp(p->name, rom->facts.piece[i]->file) || used >= size ||
			    img_digest_equal(&p->sha512, &rom->facts.piece_fact[i].sha512))
				continue;
			img_digest_hex(&rom->facts.piece_fact[i].sha512, found);
			img_digest_hex(&p->sha512, expected);
			used += (size_t)snprintf(out + used, size - used,
						 "%s%s (stored SHA-512 %s, expected %s)",
						 used ? ", " : "", p->name, found, expected);
		}
	}
}

static enum img_status mismatch(const struct job *job, const struct rom *rom,
				const struct hashlist_entry *entry, const struct img_digest *digest,
				struct img_error *err)
{
	char found[IMG_DIGEST_HEX], expected[IMG_DIGEST_HEX], blame[1024];

	img_digest_hex(digest, found);
	img_digest_hex(&entry->digest, expected);
	blame_by_manifest(job, rom, blame, sizeof(blame));
	if (!blame[0])
		vendor_files_blame(&job->files, blame, sizeof(blame));
	return img_fail(err, IMG_E_MISMATCH, IMG_NOWHERE,
			"%s has %s %s, but %s line %u says %s%s%s; nothing was written", rom->name,
			digest->kind == IMG_SHA512 ? "SHA-512" : "SHA-1", found, job->hashes_name,
			entry->line, expected,
			blame[0] ? "; not the vendor files of this release: " : "", blame);
}

static enum img_status prove_rom(const struct job *job, const struct rom *rom,
				 struct img_error *err)
{
	const struct hashlist_entry *entry = hashlist_find(job->hashes, rom->name);
	const struct img_digest *digest = &rom->published;

	if (!entry)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"%s is not in %s, so nothing proves it", rom->name,
				job->hashes_name);
	if (entry->digest.kind == IMG_SHA1)
		digest = &rom->published_sha1;
	else if (entry->digest.kind != IMG_SHA512)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"%s line %u has neither SHA-512 nor SHA-1", job->hashes_name,
				entry->line);
	if (!img_digest_equal(&entry->digest, digest))
		return mismatch(job, rom, entry, digest, err);
	return IMG_OK;
}

static bool is_there(const struct job *job, const char *name)
{
	size_t i;

	for (i = 0; i < job->rom_count; i++)
		if (!strcmp(job->rom[i]->name, name))
			return true;
	return job->request->only && fnmatch(job->request->only, name, 0);
}

/* A list is of the whole release; ROM files that came alone are some of it. */
static enum img_status prove_complete(const struct job *job, struct img_error *err)
{
	size_t i;

	if (job->request->kind == RELEASE_ROMS)
		return IMG_OK;
	for (i = 0; i < hashlist_count(job->hashes); i++) {
		const struct hashlist_entry *e = hashlist_at(job->hashes, i);

		if (!is_there(job, hashlist_plain_name(e->name)))
			return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
					"%s line %u names %s, which is not there", job->hashes_name,
					e->line, hashlist_plain_name(e->name));
		/* Only one line of a ROM is compared, so there may be no other. */
		if (hashlist_find(job->hashes, hashlist_plain_name(e->name)) != e)
			return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					"%s line %u names %s a second time: not a release as it "
					"was published", job->hashes_name, e->line,
					hashlist_plain_name(e->name));
	}
	return IMG_OK;
}

enum img_status job_prove(const struct job *job, struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i;

	if (!job->hashes && job->stripped_count && job->request->kind != RELEASE_ROMS)
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"the ROMs are without vendor files and there is no vendorhashes to "
				"prove the result: not a release as it was published");
	if (!job->hashes)
		return IMG_OK;
	if (job->stripped_count != job->rom_count)
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"%zu of %zu ROMs still have their vendor files although there is a "
				"%s: not a release as it was published",
				job->rom_count - job->stripped_count, job->rom_count,
				job->hashes_name);
	for (i = 0; st == IMG_OK && i < job->rom_count; i++)
		st = prove_rom(job, job->rom[i], err);
	return st == IMG_OK ? prove_complete(job, err) : st;
}
