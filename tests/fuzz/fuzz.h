/*
 * fuzz: what libFuzzer and replay.c call.  Each harness is a parser with its
 * promises as aborts; corpus/<harness>/ holds its inputs.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Feeds one input; returns 0, or does not return. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
