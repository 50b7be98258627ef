/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/signature.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/common/gpgv.h"
#include "tools/common/io.h"
#include "tools/common/minisig.h"
#include "tools/common/openpgp.h"

enum { SIGNATURE_SIZE_MAX = 64 << 10, KEY_SIZE_MAX = 4 << 20 };
#define STREAM_SIZE_MAX MINISIG_PLAIN_MAX

const char *signature_kind_word(enum signature_kind kind)
{
	static const char *const words[] = { "minisign", "signify", "openpgp" };

	return words[kind];
}

void signature_end(struct signature_report *r)
{
	free(r->file);
	free(r->key);
	free(r->words);
	*r = (struct signature_report){ .file = NULL };
}

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

/* Who the sentence is about: the caller knows only the file that is signed. */
static enum img_status about(enum img_status st, const char *what, const char *path,
			     struct img_error *err)
{
	if (st != IMG_OK)
		img_error_prefix(err, "%s %s", what, io_input_name(path));
	return st;
}

/* --- the key and the signature -------------------------------------------------------- */

/* A small file whole; *out is owned. */
static enum img_status read_small(const char *path, uint64_t max, struct img **out,
				  struct img_error *err)
{
	struct img_error local;
	uint64_t total;
	struct img *img;
	enum img_status st;

	if (!err)
		err = &local;
	st = io_open_head(path, max, &img, &total, err);
	if (st == IMG_E_IO && err->sys == ENOENT)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "there is no such file");
	if (st != IMG_OK)
		return st;
	if (total > max) {
		img_close(img);
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE, "%llu bytes, and at most %llu do",
				(unsigned long long)total, (unsigned long long)max);
	}
	*out = img;
	return IMG_OK;
}

struct key {
	struct img *file;		/* NULL: given as text */
	struct minisig_key text;
};

static enum img_status open_key(const char *key, struct key *out, struct img_error *err)
{
	enum img_status st;

	*out = (struct key){ .file = NULL };
	if (minisig_key_of(img_view_of(key, strlen(key)), &out->text))
		return IMG_OK;
	st = read_small(key, KEY_SIZE_MAX, &out->file, err);
	if (st == IMG_E_ABSENT)
		st = img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
			      "there is no such file, and it is no public key in base64 either");
	return st;
}

/* Beside the file, by the names that the tools give. *out is owned. */
static enum img_status look_beside(const char *file, char **out, struct img_error *err)
{
	static const char *const endings[] = { "minisig", "sig", "asc" };
	size_t i;

	if (!strcmp(file, "-"))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"has no name to look for its signature by; give the signature");
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char *path = io_format("%s.%s", file, endings[i]);

		if (!path)
			return no_memory(err);
		if (access(path, F_OK) == 0 || errno != ENOENT) {
			*out = path;
			return IMG_OK;
		}
		free(path);
	}
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
			"has no signature beside it: none of the names .minisig, .sig and .asc "
			"behind its own is there");
}

/* --- judging ---------------------------------------------------------------------------- */

static enum img_status other_tool(const char *tool, struct img_error *err)
{
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			"a signature of %s, and the key is none of that tool", tool);
}

static enum img_status check_minisig(struct img_view text, const struct key *key, const char *name,
				     int fd, struct signature_report *r, struct img_error *err)
{
	struct minisig_key point = key->text;
	char id[MINISIG_ID_TEXT];
	struct minisig sig;
	enum img_status st = minisig_parse(text, &sig, err);

	if (st != IMG_OK)
		return about(st, "signature", r->file, err);
	if (key->file && !minisig_recognise(img_bytes(key->file)))
		return about(other_tool(sig.minisign ? "minisign" : "signify", err), "signature",
			     r->file, err);
	if (key->file)
		st = about(minisig_key_parse(img_bytes(key->file), &point, err), "key", name, err);
	if (st == IMG_OK)
		st = minisig_verify(&sig, &point, fd, err);
	if (st == IMG_E_MISMATCH)
		about(st, "signature", r->file, err);
	if (st != IMG_OK)
		return st;
	minisig_id_text(point.id, id);
	r->kind = sig.minisign ? SIGNATURE_MINISIGN : SIGNATURE_SIGNIFY;
	r->key = strdup(id);
	r->words = sig.minisign ? strdup(sig.comment) : NULL;
	return r->key && (r->words || !sig.minisign) ? IMG_OK : no_memory(err);
}

static enum img_status check_openpgp(struct img_view bytes, const struct key *key,
				     const char *name, int fd, struct signature_report *r,
				     struct img_error *err)
{
	struct img *signature = NULL, *keys = NULL;
	struct gpgv_signer signer;
	enum img_status st;

	if (!key->file || minisig_recognise(img_bytes(key->file)))
		return about(other_tool("OpenPGP", err), "signature", r->file, err);
	st = about(openpgp_signature(bytes, &signature, err), "signature", r->file, err);
	if (st == IMG_OK)
		st = about(openpgp_keys(img_bytes(key->file), &keys, err), "key", name, err);
	if (st == IMG_OK)
		st = about(gpgv_verify(img_bytes(signature), img_bytes(keys), fd, &signer, err),
			   "signature", r->file, err);
	if (st == IMG_OK) {
		r->kind = SIGNATURE_OPENPGP;
		r->key = strdup(signer.fingerprint);
		r->words = strdup(signer.user);
		st = r->key && r->words ? IMG_OK : no_memory(err);
	}
	img_close(signature);
	img_close(keys);
	return st;
}

static enum img_status check(int fd, const char *key_name, struct signature_report *r,
			     struct img_error *err)
{
	struct img *signature = NULL;
	struct img_view bytes;
	struct key key;
	enum img_status st = about(open_key(key_name, &key, err), "key", key_name, err);

	if (st == IMG_OK)
		st = about(read_small(r->file, SIGNATURE_SIZE_MAX, &signature, err), "signature",
			   r->file, err);
	if (st == IMG_OK) {
		bytes = img_bytes(signature);
		if (minisig_recognise(bytes))
			st = check_minisig(bytes, &key, key_name, fd, r, err);
		else if (openpgp_recognise_signature(bytes))
			st = check_openpgp(bytes, &key, key_name, fd, r, err);
		else
			st = about(img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					    "no signature of minisign, signify or OpenPGP"),
				   "signature", r->file, err);
	}
	img_close(key.file);
	img_close(signature);
	return st;
}

/* --- the file ---------------------------------------------------------------------------- */

/* A stream, to its end, into a file without a name: it is read more than once. */
static enum img_status keep_stream(int fd, int *out, struct img_error *err)
{
	uint8_t bytes[65536];
	uint64_t total = 0;
	ssize_t n;
	int kept = memfd_create("romwright", MFD_CLOEXEC);

	if (kept < 0)
		return img_fail_errno(err, errno, "cannot keep a stream in memory");
	while ((n = read(fd, bytes, sizeof(bytes))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		total += n > 0 ? (uint64_t)n : 0;
		if (n < 0 || write(kept, bytes, (size_t)n) != n) {
			img_fail_errno(err, errno, "cannot read");
			break;
		}
		if (total > STREAM_SIZE_MAX) {
			img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				 "over 1 GiB, which is too long for a stream; give a file");
			break;
		}
	}
	if (n) {
		close(kept);
		return total > STREAM_SIZE_MAX ? IMG_E_SPACE : IMG_E_IO;
	}
	*out = kept;
	return IMG_OK;
}

enum img_status signature_check_fd(int fd, const char *file, const char *signature,
				   const char *key, struct signature_report *out,
				   struct img_error *err)
{
	struct stat info;
	enum img_status st = IMG_OK;
	int kept = -1;

	*out = (struct signature_report){ .file = NULL };
	if (fstat(fd, &info) < 0)
		return img_fail_errno(err, errno, "cannot read");
	if (S_ISDIR(info.st_mode))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "is a directory, not a signed file");
	if (signature)
		out->file = strdup(signature);
	else
		st = look_beside(file, &out->file, err);
	if (st == IMG_OK && !out->file)
		st = no_memory(err);
	if (st == IMG_OK && !S_ISREG(info.st_mode))
		st = keep_stream(fd, &kept, err);
	if (st == IMG_OK)
		st = check(kept < 0 ? fd : kept, key, out, err);
	if (kept >= 0)
		close(kept);
	return st;
}

enum img_status signature_check(const char *file, const char *signature, const char *key,
				struct signature_report *out, struct img_error *err)
{
	struct img_error local;
	enum img_status st;
	int fd;

	*out = (struct signature_report){ .file = NULL };
	if (!err)
		err = &local;
	if (!strcmp(file, "-"))
		return signature_check_fd(STDIN_FILENO, file, signature, key, out, err);
	st = img_open_file(file, &fd, err);
	if (st == IMG_E_IO && err->sys == ENOENT)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "there is no such file");
	if (st != IMG_OK)
		return st;
	st = signature_check_fd(fd, file, signature, key, out, err);
	close(fd);
	return st;
}
