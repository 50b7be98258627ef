/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prose for a terminal: broken between words, in a column of its own beside its label. */
#ifndef TOOLS_COMMON_WRAP_H
#define TOOLS_COMMON_WRAP_H

#include <stdio.h>

/* Columns there are for to: those of the terminal, or COLUMNS, else 80; 40 to 100. */
unsigned wrap_width(FILE *to);

/* "  label       text, and more of it": further lines begin where the text did. */
void wrap_print(FILE *to, unsigned width, const char *label, const char *text);

/* Several texts beside one label; more than one are told apart by dashes. */
void wrap_list(FILE *to, unsigned width, const char *label, const char *const *text,
	       size_t count);

/* The same without a label, indented by so many columns; first stands before the first word. */
void wrap_lines(FILE *to, unsigned width, unsigned indent, const char *first, const char *text);

#endif
