/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/xz_output.h"

#include <lzma.h>
#include <stdlib.h>

#include "libimg/core/large.h"

enum { BUFFER = 64 << 10 };

struct xz_output {
	struct img_save *save;
	lzma_stream lzma;
	uint8_t buffer[BUFFER];
};

/* The encoder looks up a table of 32 MiB at a place that nothing foretells, for every byte: large
 * pages take a tenth off its time. liblzma sees to it that the product does not overflow. */
static void *allocate(void *ctx, size_t count, size_t size)
{
	(void)ctx;
	return img_large(count * size);
}

static void release(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

static const lzma_allocator allocator = { allocate, release, NULL };

static const uint32_t dictionary_min = 16 << 20, dictionary_max = 64 << 20;

static enum img_status refused(lzma_ret ret, struct img_error *err)
{
	if (ret == LZMA_MEM_ERROR)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory for the xz encoder");
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			"this liblzma cannot write the archive (error %d)", (int)ret);
}

enum img_status xz_output_open(struct img_save *save, uint64_t largest, struct xz_output **out,
			       struct img_error *err)
{
	struct xz_output *x = calloc(1, sizeof(*x));
	lzma_options_lzma options;
	lzma_filter filters[] = { { LZMA_FILTER_LZMA2, &options },
				  { LZMA_VLI_UNKNOWN, NULL } };
	lzma_ret ret;

	if (!x)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	lzma_lzma_preset(&options, 6);
	for (options.dict_size = dictionary_min;
	     options.dict_size < largest && options.dict_size < dictionary_max;)
		options.dict_size *= 2;
	options.mf = LZMA_MF_HC3;
	options.mode = LZMA_MODE_NORMAL;
	options.nice_len = 273;
	x->save = save;
	x->lzma.allocator = &allocator;
	x->lzma.next_out = x->buffer;
	x->lzma.avail_out = sizeof(x->buffer);
	ret = lzma_stream_encoder(&x->lzma, filters, LZMA_CHECK_CRC64);
	if (ret != LZMA_OK) {
		free(x);
		return refused(ret, err);
	}
	*out = x;
	return IMG_OK;
}

static enum img_status step(struct xz_output *x, lzma_action action, bool *ended,
			    struct img_error *err)
{
	lzma_ret ret = lzma_code(&x->lzma, action);
	enum img_status st;

	if (ret != LZMA_OK && ret != LZMA_STREAM_END)
		return refused(ret, err);
	*ended = ret == LZMA_STREAM_END;
	if (x->lzma.avail_out && !*ended)
		return IMG_OK;
	st = img_save_write(x->save, img_view_of(x->buffer, sizeof(x->buffer) - x->lzma.avail_out),
			    err);
	x->lzma.next_out = x->buffer;
	x->lzma.avail_out = sizeof(x->buffer);
	return st;
}

enum img_status xz_output_write(struct xz_output *x, struct img_view bytes, struct img_error *err)
{
	enum img_status st = IMG_OK;
	bool ended;

	x->lzma.next_in = img_view_data(bytes);
	x->lzma.avail_in = img_view_size(bytes);
	while (st == IMG_OK && x->lzma.avail_in)
		st = step(x, LZMA_RUN, &ended, err);
	return st;
}

enum img_status xz_output_finish(struct xz_output *x, struct img_error *err)
{
	enum img_status st = IMG_OK;
	bool ended = false;

	while (st == IMG_OK && !ended)
		st = step(x, LZMA_FINISH, &ended, err);
	return st;
}

void xz_output_close(struct xz_output *x)
{
	if (!x)
		return;
	lzma_end(&x->lzma);
	free(x);
}
