/*
 * What Calendly tells a browser, mutated: whatever a query says, it is read
 * without an exception, in time, and into nothing but plain text.
 *
 * The same sequence every time; FUZZ_SEED and FUZZ_RUNS ask for another one.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import {
	claimRequest, isPayable, readRedirect, readScheduled,
} from '../../nginx/www/bookpay/redirect.js';

const SEED = Number(process.env.FUZZ_SEED ?? 20261122);
const RUNS = Number(process.env.FUZZ_RUNS ?? 20000);
const LONGEST = 16384;
const ENOUGH_MS = 1000; /* for one query, on a busy machine */

function contract(name) {
	return readFileSync(
		new URL(`../contract/calendly/${name}`, import.meta.url), 'utf8');
}

function redirects() {
	const lines = contract('redirects.txt').split('\n');
	return lines.flatMap((line, i) =>
		line.startsWith('## ') ? [lines[i + 1] ?? ''] : []);
}

/* mulberry32: numbers that are as wild as needed, and the same each time. */
function dice(seed) {
	let state = seed >>> 0;
	return (below) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) % below;
	};
}

const KEYS = ['event_type_uuid', 'invitee_uuid', 'event_uuid',
	'event_start_time', 'event_end_time', 'invitee_email',
	'invitee_full_name', 'invitee_first_name', 'invitee_last_name'];

const PIECES = ['', '&', '=', '?', '+', ' ', '%', '%2', '%00', '%0a', '%0D%0A',
	'%20', '%25', '%2525', '%2B', '%26', '%3D', '%40', '%F0%9F', '%FF',
	'%C2%85', '%E2%80%A8', '%ED%A0%80', '%EF%BF%BD', '%zz', '\0', '\n', '\ud800',
	'\u2028', '\ufffd', '👩🏽‍💻', '<script>', '"', '\'', '../', '@', '.', '@b.de',
	'Z', '-05:00', '+05:30', '2026-02-30T10:00:00Z', '2026-12-10T09:00:00',
	'0000-00-00T00:00:00Z', '9999-12-31T24:00:00Z', '+275760-09-13',
	'2026-12-10T09:00:00.999999999999999999Z', '1417E000',
	'1417e000-0000-4000-8000-000000000001', 'SYNTHETICINVITEE',
	'__proto__=x&', 'constructor=x&', 'toString=x&', 'hasOwnProperty=x&',
	...KEYS.map((key) => `&${key}=`)];

/* Each takes a text and gives another one. */
const MUTATIONS = [
	(text, roll) => cut(text, roll, PIECES[roll(PIECES.length)]),
	(text, roll) => cut(text, roll, text.slice(roll(text.length + 1))),
	(text, roll) => cut(text, roll, String.fromCharCode(roll(0x10000))),
	(text, roll) => cut(text, roll,
		PIECES[roll(PIECES.length)].repeat(roll(1000))),
	(text, roll) => {
		const from = roll(text.length + 1);
		return text.slice(0, from) + text.slice(from + roll(40));
	},
	(text, roll) => {
		const at = roll(text.length + 1);
		return text.slice(0, at) + encodeURIComponent(
			text.slice(at).toWellFormed?.() ?? '');
	},
	(text) => text.replaceAll('%', '%25'),
	(text) => text.toUpperCase(),
	(text, roll) => text.split('&').sort(() => roll(3) - 1).join('&'),
];

/* text with piece in place of a few characters at some point. */
function cut(text, roll, piece) {
	const at = roll(text.length + 1);
	return text.slice(0, at) + piece + text.slice(at + roll(4));
}

function mutate(seeds, roll) {
	let text = seeds[roll(seeds.length)];
	for (let n = roll(5); n >= 0; n--)
		text = MUTATIONS[roll(MUTATIONS.length)](text, roll);
	return text.slice(0, LONGEST);
}

/* --- what must hold ----------------------------------------------------- */

const ID = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Z2-7]{16})$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

function isPlain(text, longest) {
	return typeof text === 'string' && text !== '' && text.length <= longest
		&& !CONTROL.test(text);
}

/* Two names of at most 200 characters, and the blank between them. */
const RULES = {
	inviteeId: (value) => ID.test(value),
	eventTypeId: (value) => value === null || ID.test(value),
	eventId: (value) => value === null || ID.test(value),
	startTime: (value) => value === null || (TIME.test(value)
		&& !Number.isNaN(Date.parse(value))),
	endTime: (value) => value === null || (TIME.test(value)
		&& !Number.isNaN(Date.parse(value))),
	name: (value) => value === null || isPlain(value, 401),
	firstName: (value) => value === null || isPlain(value, 200),
	email: (value) => value === null || (isPlain(value, 200)
		&& /^[^\s@]+@[^\s@]+$/.test(value)),
};

function checkClaim(claim) {
	assert.deepEqual(Object.keys(claim).sort(), Object.keys(RULES).sort());
	for (const [member, rule] of Object.entries(RULES))
		assert.ok(rule(claim[member]), `${member} is ${claim[member]}`);
	assert.equal(typeof isPayable(claim), 'boolean');
	const { calendly } = claimRequest(claim, 'UTC');
	assert.ok(JSON.stringify(calendly).length < 4000);
	if (isPayable(claim))
		for (const [member, value] of Object.entries(calendly))
			assert.equal(typeof value, 'string', member);
}

function check(query) {
	const start = performance.now();
	const answer = readRedirect(query);
	const took = performance.now() - start;
	assert.ok(took < ENOUGH_MS, `it took ${took} ms`);
	assert.ok(['none', 'refused', 'claim'].includes(answer.kind));
	if (answer.kind === 'claim')
		checkClaim(answer.claim);
	else
		assert.deepEqual(Object.keys(answer), ['kind']);
	return answer;
}

/* The input in the message: without it nobody could look. */
function checked(query, how) {
	try {
		return how(query);
	} catch (error) {
		error.message = `${JSON.stringify(query)}: ${error.message}`;
		throw error;
	}
}

test(`${RUNS} queries that were tampered with are read or refused`, () => {
	const roll = dice(SEED);
	const seeds = redirects();
	const kinds = { none: 0, refused: 0, claim: 0 };
	for (let run = 0; run < RUNS; run++) {
		const query = mutate(seeds, roll);
		kinds[checked(query, check).kind]++;
		/* And as a browser has it in its address bar. */
		const address = new URL('https://book.example.org/');
		address.search = query;
		checked(address.search, check);
	}
	/* If one of them never came, little was tested. */
	for (const [kind, count] of Object.entries(kinds))
		assert.ok(count > RUNS / 100, `${kind}: ${count}`);
});

test('long queries are read in no time', () => {
	const invitee = `invitee_uuid=1417e000-0000-4000-8000-000000000001`;
	for (const key of KEYS.slice(3))
		for (const piece of PIECES.filter(Boolean))
			for (const head of ['', 'a@', '2026-12-10T09:00:00.'])
				checked(`${invitee}&${key}=${head}${piece.repeat(
					LONGEST / piece.length)}`, check);
	checked('&'.repeat(LONGEST), check);
	checked(`${invitee}&`.repeat(LONGEST / 50), check);
});

/* --- messages of the calendar -------------------------------------------- */

const VALUES = [null, undefined, 0, NaN, '', 'x', [], {}, true, Symbol('x'),
	['https://calendly.com'], { toString: null }, { uri: {} }, () => null,
	Object.create(null)];

/* A copy of message with one member, somewhere, replaced or left out. */
function spoil(value, roll) {
	const members = value !== null && typeof value === 'object'
		? Object.keys(value) : [];
	if (members.length === 0 || roll(4) === 0) {
		if (typeof value === 'string' && roll(2) === 0)
			return cut(value, roll, PIECES[roll(PIECES.length)]);
		return VALUES[roll(VALUES.length)];
	}
	const member = members[roll(members.length)];
	return Object.assign(Array.isArray(value) ? [] : {}, value,
		{ [member]: spoil(value[member], roll) });
}

test('spoiled messages of a calendar are read or left alone', () => {
	const roll = dice(SEED);
	const messages = JSON.parse(contract('embed_messages.json'));
	const origin = 'https://calendly.com';
	let read = 0;
	for (let run = 0; run < RUNS; run++) {
		const message = messages[roll(messages.length)];
		const spoiled = { origin: roll(8) ? message.origin : origin,
			data: spoil(message.data, roll) };
		const ids = readScheduled(spoiled, origin);
		if (ids === null)
			continue;
		read++;
		assert.equal(spoiled.origin, origin);
		assert.deepEqual(Object.keys(ids).sort(), ['eventId', 'inviteeId']);
		assert.match(ids.eventId, ID);
		assert.match(ids.inviteeId, ID);
	}
	assert.ok(read > 0);
});
