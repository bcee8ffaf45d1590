/*
 * redirect: what Calendly tells a browser, in an address or in a message.
 * Nothing of it is signed, so nothing of it is believed: it is read strictly,
 * and the server checks it.
 */

import { toUtc } from './time.js';

/* A lower-case UUID, or the 16 characters that accounts from before 2021 keep. */
const ID = '(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Z2-7]{16})';

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+ -]\d\d:\d\d)$/;

const MAX_TEXT = 200;

function readId(text) {
	return new RegExp(`^${ID}$`).test(text) ? text : null;
}

/* A '+' that was not escaped reaches us as a space: it can only be the sign. */
function readTime(text) {
	const match = TIME.exec(text);
	if (!match)
		return null;
	const [, wall, zone] = match;
	const asUtc = Date.parse(`${wall}Z`);
	const at = Date.parse(wall + zone.replace(' ', '+'));
	/* Date.parse rolls 30 February over into March: such a day is refused. */
	if (Number.isNaN(at) || Number.isNaN(asUtc) || !toUtc(asUtc).startsWith(wall))
		return null;
	return toUtc(at);
}

/* An unescaped '+' again: a space is never right in an address. */
function readEmail(text) {
	const email = text.replaceAll(' ', '+');
	const ok = /^[^\s@%<>"\p{Cc}]+@[^\s@%<>"\p{Cc}]+\.[^\s@%<>"\p{Cc}]+$/u;
	return email.length <= MAX_TEXT && ok.test(email) ? email : null;
}

/* Names are free text, but none holds control characters or "%20". */
function readName(text) {
	const name = text.trim();
	const bad = /[\p{Cc}\p{Zl}\p{Zp}\uFFFD]|%[0-9A-Fa-f]{2}/u;
	return name && name.length <= MAX_TEXT && !bad.test(name) ? name : null;
}

const GRAMMAR = {
	event_type_uuid: readId,
	invitee_uuid: readId,
	event_uuid: readId,
	event_start_time: readTime,
	event_end_time: readTime,
	invitee_email: readEmail,
	invitee_full_name: readName,
	invitee_first_name: readName,
	invitee_last_name: readName,
};

function decode(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return null;
	}
}

/*
 * Calendly has been seen to encode twice.  A second decoding happens only
 * where the field makes no sense without it, or "100%25" would change.
 */
function readField(key, raw) {
	const once = decode(raw.replaceAll('+', ' '));
	if (once === null)
		return null;
	const value = GRAMMAR[key](once);
	if (value !== null || !/%[0-9A-Fa-f]{2}/.test(once))
		return value;
	const twice = decode(once);
	return twice === null ? null : GRAMMAR[key](twice);
}

/* The fields of Calendly's that are present; null if one comes twice. */
function fields(query) {
	const found = new Map();
	for (const pair of query.replace(/^\?/, '').split('&')) {
		const [key, ...rest] = pair.split('=');
		if (!Object.hasOwn(GRAMMAR, key))
			continue;
		if (found.has(key))
			return null;
		found.set(key, readField(key, rest.join('=')));
	}
	return found;
}

function fullName(found) {
	const split = [found.get('invitee_first_name'),
		found.get('invitee_last_name')];
	return found.get('invitee_full_name')
		?? (split.filter(Boolean).join(' ') || null);
}

function claim(found) {
	const name = fullName(found);
	return {
		inviteeId: found.get('invitee_uuid'),
		eventTypeId: found.get('event_type_uuid') ?? null,
		eventId: found.get('event_uuid') ?? null,
		startTime: found.get('event_start_time') ?? null,
		endTime: found.get('event_end_time') ?? null,
		name,
		firstName: found.get('invitee_first_name')
			?? name?.split(/\s/)[0] ?? null,
		email: found.get('invitee_email') ?? null,
	};
}

/*
 * The query of an address that Calendly sent a person to:
 * { kind: 'none' }     nothing of Calendly's is in it;
 * { kind: 'refused' }  something is, but whose booking it is cannot be told;
 * { kind: 'claim', claim }  what it says, null where it says nothing sensible.
 */
export function readRedirect(query) {
	const found = fields(query);
	if (found === null)
		return { kind: 'refused' };
	if (found.size === 0)
		return { kind: 'none' };
	if (!found.get('invitee_uuid'))
		return { kind: 'refused' };
	return { kind: 'claim', claim: claim(found) };
}

/* Does a claim say all that POST /api/stripe/checkout needs? */
export function isPayable(c) {
	return Boolean(c.eventTypeId && c.startTime && c.endTime && c.name
		&& c.email && c.startTime < c.endTime);
}

/* The part of a checkout request made from a claim. */
export function claimRequest(c, timezone) {
	const { firstName, eventId, ...rest } = c;
	return { calendly: { ...rest, ...(eventId && { eventId }), timezone } };
}

function escapePattern(text) {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/*
 * The ids in Calendly's message that a time was booked; null for every other
 * message.  `origin` is that of the calendar which was opened: only it may
 * speak.  The URIs are never fetched, yet a strange one means a strange sender.
 */
export function readScheduled(message, origin) {
	const { data } = message;
	if (message.origin !== origin || data?.event !== 'calendly.event_scheduled')
		return null;
	const bases = ['https://api.calendly.com', 'https://calendly.com/api/v2',
		origin].map(escapePattern).join('|');
	const eventUri = new RegExp(`^(?:${bases})/scheduled_events/(${ID})$`);
	const inviteeUri = new RegExp(
		`^(?:${bases})/scheduled_events/(${ID})/invitees/(${ID})$`);
	const match = (pattern, uri) =>
		typeof uri === 'string' ? pattern.exec(uri) : null;
	const event = match(eventUri, data.payload?.event?.uri);
	const invitee = match(inviteeUri, data.payload?.invitee?.uri);
	if (!event || !invitee || event[1] !== invitee[1])
		return null;
	return { eventId: event[1], inviteeId: invitee[2] };
}
