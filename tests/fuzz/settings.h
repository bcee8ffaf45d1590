/*
 * settings: a configuration out of a text, for harnesses that need one but are
 * not about reading it.
 */
#ifndef FUZZ_SETTINGS_H
#define FUZZ_SETTINGS_H

struct conf;
struct ctx;

/* Aborts if the text is wrong. */
struct conf *settings_load(struct ctx *c, const char *text);

#endif
