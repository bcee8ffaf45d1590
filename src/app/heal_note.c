#include "app/heal_note.h"

#include <string.h>

#include "base/now.h"

const char *const heal_note_parts[HEAL_PARTS] = { "subscriptions",
	"stripe-events", "sessions", "calendly" };

const char *
heal_note_word(enum heal_state state)
{
	static const char *const words[] = {
		[HEAL_FINE] = "fine",
		[HEAL_OFF] = "not configured",
		[HEAL_AWAY] = "not reached",
		[HEAL_PERSON] = "for a person",
	};

	return words[state];
}

char *
heal_note_text(struct ctx *c, int64_t now, const struct heal_result *r)
{
	return arena_printf(c->mem, "%s %s: looked at %lld, new %lld, "
	    "mended %lld%s%s", now_text(c->mem, now),
	    heal_note_word(r->state), (long long)r->looked,
	    (long long)r->news, (long long)r->mended,
	    *r->note == '\0' ? "" : ": ", r->note);
}

int
heal_note_is_fine(const char *note)
{
	static const char fine[] = " fine: ";
	const char *state = note == NULL ? NULL : strchr(note, ' ');

	return state != NULL && strncmp(state, fine, sizeof(fine) - 1) == 0;
}
