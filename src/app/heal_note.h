/*
 * heal_note: what healing leaves in its marks, for those who only read it.
 */
#ifndef APP_HEAL_NOTE_H
#define APP_HEAL_NOTE_H

#include "app/heal.h"

/* The parts' names, which their marks have, in the order they are done. */
extern const char *const heal_note_parts[HEAL_PARTS];

const char *heal_note_word(enum heal_state state);

/* "TIME STATE: …", from when on, and what became of it. */
char *heal_note_text(struct ctx *c, int64_t now,
    const struct heal_result *r);

/* Was that the note of a part with which all is well? */
int heal_note_is_fine(const char *note);

#endif
