/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/strict_yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libimg/core/range.h"

enum img_status yaml_in_fail(struct img_error *err, enum img_status status, unsigned line,
			     const char *fmt, ...)
{
	char sentence[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	return img_fail(err, status, IMG_NOWHERE, "line %u: %s", line, sentence);
}

enum img_status yaml_in_open(struct yaml_in *in, struct img_view text, char *pool, size_t size,
			     struct img_error *err)
{
	memset(in, 0, sizeof(*in));
	in->text_ = text;
	in->pool_ = pool;
	in->pool_size_ = size;
	in->err = err;
	if (!yaml_parser_initialize(&in->parser_))
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	yaml_parser_set_encoding(&in->parser_, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&in->parser_, img_view_size(text) ? img_view_data(text)
				     : (const uint8_t *)"", img_view_size(text));
	return IMG_OK;
}

void yaml_in_close(struct yaml_in *in)
{
	yaml_event_delete(&in->event_);
	yaml_parser_delete(&in->parser_);
}

unsigned yaml_in_line(const struct yaml_in *in)
{
	return (unsigned)in->event_.start_mark.line + 1;
}

/* The parser's own complaint. One about the encoding comes with an offset only. */
static enum img_status not_yaml(struct yaml_in *in)
{
	const yaml_parser_t *p = &in->parser_;
	const uint8_t *text = img_view_data(in->text_);
	unsigned line = 1;
	size_t i;

	if (p->error == YAML_MEMORY_ERROR)
		return img_fail(in->err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	if (p->error == YAML_READER_ERROR)
		for (i = 0; i < p->problem_offset && i < img_view_size(in->text_); i++)
			line += text[i] == '\n';
	else
		line = (unsigned)p->problem_mark.line + 1;
	return yaml_in_fail(in->err, IMG_E_CORRUPT, line, "not YAML: %s",
			    p->problem ? p->problem : "cannot be read");
}

/* Has the current event an anchor or a tag, or is it an alias? */
static bool decorated(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return true;
	case YAML_SCALAR_EVENT:
		return e->data.scalar.anchor || e->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.anchor || e->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return e->data.mapping_start.anchor || e->data.mapping_start.tag;
	default:
		return false;
	}
}

enum img_status yaml_in_next(struct yaml_in *in)
{
	yaml_event_delete(&in->event_);
	if (!yaml_parser_parse(&in->parser_, &in->event_))
		return not_yaml(in);
	if (decorated(&in->event_))
		return yaml_in_fail(in->err, IMG_E_UNSUPPORTED, yaml_in_line(in),
				    "anchors, aliases and tags have no place here");
	return IMG_OK;
}

static enum img_status expect(struct yaml_in *in, yaml_event_type_t type, const char *key,
			      const char *shape)
{
	if (in->event_.type != type)
		return yaml_in_fail(in->err, IMG_E_CORRUPT, yaml_in_line(in), "%s has to be %s",
				    key, shape);
	return IMG_OK;
}

const char *yaml_in_scalar(struct yaml_in *in, const char *key, size_t max)
{
	const unsigned char *text;
	size_t i, len;

	if (expect(in, YAML_SCALAR_EVENT, key, "one value") != IMG_OK)
		return NULL;
	text = in->event_.data.scalar.value;
	len = in->event_.data.scalar.length;
	for (i = 0; i < len && text[i] >= 0x20 && text[i] != 0x7f; i++)
		;
	if (len && len <= max && i == len)
		return (const char *)text;
	yaml_in_fail(in->err, IMG_E_CORRUPT, yaml_in_line(in),
		     "%s has to be 1 to %zu characters, none of them a control character", key,
		     max);
	return NULL;
}

enum img_status yaml_in_keep(struct yaml_in *in, const char *key, size_t max, const char **out)
{
	const char *text = yaml_in_scalar(in, key, max);
	size_t len;

	if (!text)
		return IMG_E_CORRUPT;
	len = strlen(text) + 1;
	if (len > in->pool_size_ - in->pool_used_)
		return yaml_in_fail(in->err, IMG_E_SPACE, yaml_in_line(in),
				    "more than %zu bytes of text in all", in->pool_size_);
	*out = memcpy(in->pool_ + in->pool_used_, text, len);
	in->pool_used_ += len;
	return IMG_OK;
}

enum img_status yaml_in_size(struct yaml_in *in, const char *key, uint64_t *out)
{
	const char *text = yaml_in_scalar(in, key, 32);

	if (!text)
		return IMG_E_CORRUPT;
	if (!img_size_parse(text, out))
		return yaml_in_fail(in->err, IMG_E_CORRUPT, yaml_in_line(in),
				    "%s: \"%s\" is no number or size (write 8M, 512K or 0x1000)",
				    key, text);
	return IMG_OK;
}

/* "low or high", "spi, lpc or none" */
static const char *word_list(const char *const *words, size_t count, char *text, size_t size)
{
	size_t i, used = 0;

	text[0] = 0;
	for (i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s",
					 !i ? "" : i + 1 == count ? " or " : ", ", words[i]);
	return text;
}

enum img_status yaml_in_word(struct yaml_in *in, const char *key, const char *const *words,
			     size_t count, size_t *out)
{
	const char *text = yaml_in_scalar(in, key, 32);
	char list[128];

	if (!text)
		return IMG_E_CORRUPT;
	for (*out = 0; *out < count; (*out)++)
		if (!strcmp(text, words[*out]))
			return IMG_OK;
	return yaml_in_fail(in->err, IMG_E_UNSUPPORTED, yaml_in_line(in),
			    "%s has to be %s, not \"%s\"", key,
			    word_list(words, count, list, sizeof(list)), text);
}

static enum img_status take_key(struct yaml_in *in, const char *what,
				const struct yaml_key *keys, size_t count, unsigned *seen,
				void *ctx)
{
	const char *name = yaml_in_scalar(in, "a key", 64);
	enum img_status st;
	size_t i;

	if (!name)
		return IMG_E_CORRUPT;
	for (i = 0; i < count && strcmp(keys[i].name, name); i++)
		;
	if (i == count)
		return yaml_in_fail(in->err, IMG_E_UNSUPPORTED, yaml_in_line(in),
				    "unknown key \"%s\" in %s", name, what);
	if (seen[i])
		return yaml_in_fail(in->err, IMG_E_CORRUPT, yaml_in_line(in),
				    "%s is there twice, first in line %u", keys[i].name, seen[i]);
	seen[i] = yaml_in_line(in);
	st = yaml_in_next(in);
	return st == IMG_OK ? keys[i].take(in, keys[i].name, ctx) : st;
}

enum img_status yaml_in_mapping(struct yaml_in *in, const char *what,
				const struct yaml_key *keys, size_t count, unsigned *seen,
				void *ctx)
{
	enum img_status st = expect(in, YAML_MAPPING_START_EVENT, what, "a mapping (key: value)");

	while (st == IMG_OK) {
		st = yaml_in_next(in);
		if (st != IMG_OK || in->event_.type == YAML_MAPPING_END_EVENT)
			break;
		st = take_key(in, what, keys, count, seen, ctx);
	}
	return st;
}

enum img_status yaml_in_names(struct yaml_in *in, const char *what, yaml_take_fn *take, void *ctx)
{
	enum img_status st = expect(in, YAML_MAPPING_START_EVENT, what, "a mapping (name: value)");

	while (st == IMG_OK) {
		st = yaml_in_next(in);
		if (st != IMG_OK || in->event_.type == YAML_MAPPING_END_EVENT)
			break;
		st = take(in, what, ctx);
	}
	return st;
}

enum img_status yaml_in_list(struct yaml_in *in, const char *key, size_t max, size_t *count,
			     yaml_take_fn *take, void *ctx)
{
	enum img_status st = expect(in, YAML_SEQUENCE_START_EVENT, key, "a list");

	for (; st == IMG_OK; (*count)++) {
		st = yaml_in_next(in);
		if (st != IMG_OK || in->event_.type == YAML_SEQUENCE_END_EVENT)
			break;
		if (*count == max)
			return yaml_in_fail(in->err, IMG_E_SPACE, yaml_in_line(in),
					    "%s: more than %zu", key, max);
		st = take(in, key, ctx);
	}
	if (st == IMG_OK && !*count)
		return yaml_in_fail(in->err, IMG_E_CORRUPT, yaml_in_line(in),
				    "%s is empty; leave the key out instead", key);
	return st;
}

enum img_status yaml_in_document(struct yaml_in *in, const char *what,
				 const struct yaml_key *keys, size_t count, unsigned *seen,
				 void *ctx)
{
	enum img_status st;

	do
		st = yaml_in_next(in);
	while (st == IMG_OK && (in->event_.type == YAML_STREAM_START_EVENT ||
				in->event_.type == YAML_DOCUMENT_START_EVENT));
	if (st == IMG_OK && in->event_.type == YAML_STREAM_END_EVENT)
		return yaml_in_fail(in->err, IMG_E_ABSENT, 1, "there is nothing in %s", what);
	if (st == IMG_OK)
		st = yaml_in_mapping(in, what, keys, count, seen, ctx);
	if (st == IMG_OK)
		st = yaml_in_next(in);		/* the document's end */
	if (st == IMG_OK)
		st = yaml_in_next(in);
	if (st == IMG_OK && in->event_.type != YAML_STREAM_END_EVENT)
		return yaml_in_fail(in->err, IMG_E_CORRUPT, yaml_in_line(in),
				    "a second document begins here");
	return st;
}
