/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * make-release BOARD OUTDIR [STYLE]: a release archive of synthetic ROMs without their vendor
 * files, and beside it what an owner has or should get. STYLE is how Libreboot's build system
 * packed them at the time: 2025-02 (default), 2026-04, or legacy, which had no prefix, no pad
 * byte, and SHA-1 in blobhashes.
 *
 *	OUTDIR/synthetic-20260101_BOARD.tar.xz
 *	OUTDIR/vendor/		the prepared vendor files
 *	OUTDIR/SHA512SUMS	the finished ROMs
 */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/digest.h"
#include "tests/synth/synth.h"
#include "tools/common/board.h"
#include "tools/common/io.h"
#include "tools/release/name.h"

static const char *const variants[] = {
	"seabios_%s_libgfxinit_corebootfb.rom",
	"seagrub_%s_libgfxinit_corebootfb_usqwerty.rom",
	"seagrub_%s_libgfxinit_txtmode_usqwerty.rom",
};

static const struct style {
	const char *word;
	bool marked;			/* prefix and pad byte */
	enum img_digest_kind digest;
	const char *hashes;
	const char *notes[4][2];
} styles[] = {
	{ "2025-02", true, IMG_SHA512, "vendorhashes",
	  { { "version", "20260101\n" }, { "versiondate", "1767225600\n" },
	    { "projectname", "synthetic\n" },
	    { "README.md", "Insert the vendor files first.\n" } } },
	{ "2026-04", true, IMG_SHA512, "vendorhashes",
	  { { ".version", "20260101\n" }, { ".versiondate", "1767225600\n" } } },
	{ "legacy", false, IMG_SHA1, "blobhashes", { { "version", "20260101\n" } } },
};

enum { VARIANTS = sizeof(variants) / sizeof(variants[0]), RELEASE_DATE = 1767225600 };

struct maker {
	const struct img_board *board;
	const struct style *style;
	const char *directory;
	struct archive *tar;
	bool marked;		/* prefix and pad byte: vendor files are missing */
	char sums[VARIANTS * 512];	/* SHA-512 for people */
	char hashes[VARIANTS * 512];	/* as the style has them */
	struct img_error err;
};

static void die(const struct maker *m, const char *what)
{
	fprintf(stderr, "make-release: %s: %s\n", what, m->err.text);
	exit(2);
}

static void pack(struct maker *m, const char *name, const void *bytes, size_t size, size_t pad)
{
	struct archive_entry *e = archive_entry_new();
	char *path = io_format("bin/%s/%s", m->board->id, name);

	archive_entry_set_pathname(e, path);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)(size + pad));
	archive_entry_set_mtime(e, RELEASE_DATE, 0);
	if (archive_write_header(m->tar, e) != ARCHIVE_OK ||
	    archive_write_data(m->tar, bytes, size) != (la_ssize_t)size ||
	    archive_write_data(m->tar, "", pad) != (la_ssize_t)pad) {
		snprintf(m->err.text, sizeof(m->err.text), "%s", archive_error_string(m->tar));
		die(m, path);
	}
	archive_entry_free(e);
	free(path);
}

static void note(struct maker *m, char *list, enum img_digest_kind kind, const struct img *img,
		 const char *name)
{
	char hex[IMG_DIGEST_HEX];
	size_t used = strlen(list);
	struct img_digest d;

	if (img_digest(kind, img_bytes(img), &d, &m->err) != IMG_OK)
		die(m, name);
	img_digest_hex(&d, hex);
	snprintf(list + used, sizeof(m->hashes) - used, "%s  ./%s\n", hex, name);
}

/* The finished ROM, of which only the hash is published. */
static void record(struct maker *m, struct img *img, const char *name)
{
	if (synth_complete(m->board, img, &m->err) != IMG_OK)
		die(m, name);
	note(m, m->sums, IMG_SHA512, img, name);
	note(m, m->hashes, m->style->digest, img, name);
}

static void add_rom(struct maker *m, const char *variant)
{
	char name[128], packed[256];
	struct img *img;

	snprintf(name, sizeof(name), variant, m->board->id);
	snprintf(packed, sizeof(packed), "%s%s", m->marked ? RELEASE_PREFIX : "", name);
	if (synth_image(m->board, name, &img, &m->err) != IMG_OK)
		die(m, name);
	pack(m, packed, img_view_data(img_bytes(img)), img_size(img), m->marked);
	record(m, img, name);
	img_close(img);
}

static void save_text(struct maker *m, const char *name, const void *bytes, size_t size)
{
	char *path = io_format("%s/%s", m->directory, name);

	if (img_save_view(img_view_of(bytes, size), path, IMG_SAVE_REPLACE, &m->err) != IMG_OK)
		die(m, path);
	free(path);
}

static void save_pieces(struct maker *m)
{
	char *directory = io_format("%s/vendor", m->directory), *name;
	struct img *piece;
	size_t i;

	if (io_make_directory(directory, &m->err) != IMG_OK)
		die(m, directory);
	for (i = 0; i < m->board->piece_count; i++) {
		if (synth_piece(m->board, &m->board->piece[i], &piece, &m->err) != IMG_OK)
			die(m, m->board->piece[i].file);
		name = io_format("vendor/%s", m->board->piece[i].file);
		save_text(m, name, img_view_data(img_bytes(piece)), img_size(piece));
		free(name);
		img_close(piece);
	}
	free(directory);
}

static const struct style *find_style(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
		if (!strcmp(styles[i].word, word))
			return &styles[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct board_handle *board;
	struct maker m = { 0 };
	char *path;
	size_t i;

	m.style = argc == 4 ? find_style(argv[3]) : &styles[0];
	if (argc < 3 || argc > 4 || !m.style) {
		fputs("usage: make-release BOARD OUTDIR [2025-02|2026-04|legacy]\n", stderr);
		return 2;
	}
	m.directory = argv[2];
	if (board_find(argv[1], &board, &m.err) != IMG_OK ||
	    io_make_directory(m.directory, &m.err) != IMG_OK)
		die(&m, argv[1]);
	m.board = board_info(board);
	m.marked = m.style->marked && m.board->piece_count;
	path = io_format("%s/synthetic-20260101_%s.tar.xz", m.directory, m.board->id);
	m.tar = archive_write_new();
	archive_write_set_format_gnutar(m.tar);
	archive_write_add_filter_xz(m.tar);
	archive_write_set_options(m.tar, "xz:compression-level=1");
	if (archive_write_open_filename(m.tar, path) != ARCHIVE_OK)
		die(&m, path);
	for (i = 0; i < VARIANTS; i++)
		add_rom(&m, variants[i]);
	if (m.marked || m.style->digest == IMG_SHA1)
		pack(&m, m.style->hashes, m.hashes, strlen(m.hashes), 0);
	for (i = 0; i < 4 && m.style->notes[i][0]; i++)
		pack(&m, m.style->notes[i][0], m.style->notes[i][1],
		     strlen(m.style->notes[i][1]), 0);
	if (archive_write_close(m.tar) != ARCHIVE_OK)
		die(&m, path);
	archive_write_free(m.tar);
	save_pieces(&m);
	save_text(&m, "SHA512SUMS", m.sums, strlen(m.sums));
	free(path);
	board_close(board);
	return 0;
}
