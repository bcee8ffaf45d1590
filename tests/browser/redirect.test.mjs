/*
 * What Calendly tells a browser, case by case as recorded in tests/contract.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import {
	claimRequest, isPayable, readRedirect, readScheduled,
} from '../../nginx/www/bookpay/redirect.js';

function contract(name) {
	return readFileSync(
		new URL(`../contract/calendly/${name}`, import.meta.url), 'utf8');
}

/* "## name | basis", then the query on the next line (which may be empty). */
function redirects() {
	const lines = contract('redirects.txt').split('\n');
	return new Map(lines.flatMap((line, i) => line.startsWith('## ')
		? [[line.slice(3).split(/[ |]/)[0], lines[i + 1] ?? '']] : []));
}

const cases = redirects();
const EVENT_TYPE = 'e7e70001-0000-4000-8000-000000000001';
const INVITEE = '1417e000-0000-4000-8000-0000000000';

function claimOf(name) {
	const answer = readRedirect(cases.get(name));
	assert.equal(answer.kind, 'claim');
	return answer.claim;
}

const PAYABLE = {
	plain_single_name_field: ['Ada Client', 'ada.client@example.com',
		'2026-12-10T14:00:00Z', '2026-12-10T15:00:00Z'],
	first_and_last_name_fields: ['Zoë Brontë-O\'Neil', 'zoe@example.org',
		'2026-12-11T10:30:00Z', '2026-12-11T11:00:00Z'],
	positive_offset_plus_not_escaped: ['Zoë Brontë-O\'Neil', 'zoe@example.org',
		'2026-12-11T10:30:00Z', '2026-12-11T11:00:00Z'],
	double_encoded_values: ['Ada Client', 'ada.client@example.com',
		'2026-12-10T14:00:00Z', '2026-12-10T15:00:00Z'],
	email_with_plus_tag_and_unicode_name: ['José 李雷 👩🏽‍💻',
		'jose+calendly@example.com',
		'2026-12-21T09:00:00Z', '2026-12-21T10:00:00Z'],
	raw_utf8_not_escaped: ['Nicolás Vega', 'nv@example.com',
		'2026-12-10T13:30:00Z', '2026-12-10T16:30:00Z'],
	utc_offset_zero: ['Ada', 'ada.client@example.com',
		'2026-12-10T14:00:00Z', '2026-12-10T15:00:00Z'],
	native_payment_fields: ['Pat Paid', 'paid@example.com',
		'2026-12-12T09:00:00Z', '2026-12-12T10:00:00Z'],
	ten_answers_with_newline_and_empty: ['Ada', 'ada.client@example.com',
		'2026-12-10T14:00:00Z', '2026-12-10T15:00:00Z'],
	guests_list: ['Neha P', 'neha@example.com',
		'2026-12-11T04:30:00Z', '2026-12-11T05:00:00Z'],
	several_hosts_in_assigned_to: ['Panel Client', 'panel@example.com',
		'2026-12-19T15:00:00Z', '2026-12-19T15:30:00Z'],
	legacy_16_character_ids: ['John Smith', 'john@example.com',
		'2026-12-10T19:00:00Z', '2026-12-10T19:15:00Z'],
};

for (const [name, [person, email, start, end]] of Object.entries(PAYABLE)) {
	test(`a redirect with ${name.replaceAll('_', ' ')} can be paid`, () => {
		const claim = claimOf(name);
		assert.equal(claim.name, person);
		assert.equal(claim.email, email);
		assert.equal(claim.startTime, start);
		assert.equal(claim.endTime, end);
		assert.ok(isPayable(claim));
	});
}

const REFUSED = {
	details_switched_off: 'none',
	forged_duplicate_keys: 'refused',
	malformed_percent_and_nul: 'refused',
	mangled_by_a_link_rewriter: 'refused',
};

for (const [name, kind] of Object.entries(REFUSED))
	test(`a redirect with ${name.replaceAll('_', ' ')} is ${kind}`, () => {
		assert.deepEqual(readRedirect(cases.get(name)), { kind });
	});

test('every recorded redirect has its verdict here', () => {
	const judged = [...Object.keys(PAYABLE), ...Object.keys(REFUSED),
		'own_parameter_before_calendlys'];
	assert.deepEqual([...cases.keys()].sort(), judged.sort());
});

test('a redirect without times finds the booking but cannot pay', () => {
	const claim = claimOf('own_parameter_before_calendlys');
	assert.equal(claim.inviteeId, `${INVITEE}01`);
	assert.equal(claim.firstName, 'Private');
	assert.equal(isPayable(claim), false);
});

test('a legacy id is taken as it is', () => {
	const claim = claimOf('legacy_16_character_ids');
	assert.equal(claim.inviteeId, 'SYNTHETICINVITEE');
	assert.equal(claim.eventTypeId, 'SYNTHETICETYPE23');
});

test('a bad name or time is left out and the booking still found', () => {
	const { claim } = readRedirect(`?invitee_uuid=${INVITEE}01`
		+ '&invitee_full_name=%00x&event_start_time=2026-02-30T10%3A00%3A00Z'
		+ '&invitee_email=%FF');
	assert.equal(claim.name, null);
	assert.equal(claim.startTime, null);
	assert.equal(claim.email, null);
});

test('a plus in an address survives a bare redirect', () => {
	const { claim } = readRedirect(
		`invitee_uuid=${INVITEE}01&invitee_email=ada+x@example.com`);
	assert.equal(claim.email, 'ada+x@example.com');
});

test('what is right after one decoding is not decoded again', () => {
	const { claim } = readRedirect(
		`invitee_uuid=${INVITEE}01&invitee_full_name=Ada%20100%25%20sure`);
	assert.equal(claim.name, 'Ada 100% sure');
});

test('a claim becomes the request of the interface', () => {
	const request = claimRequest(claimOf('plain_single_name_field'), 'Europe/Berlin');
	assert.deepEqual(request, { calendly: {
		inviteeId: `${INVITEE}01`,
		eventTypeId: EVENT_TYPE,
		startTime: '2026-12-10T14:00:00Z',
		endTime: '2026-12-10T15:00:00Z',
		name: 'Ada Client',
		email: 'ada.client@example.com',
		timezone: 'Europe/Berlin',
	} });
});

test('only two of the recorded messages say that a time was booked', () => {
	const messages = JSON.parse(contract('embed_messages.json'));
	const read = messages.map((message) =>
		readScheduled(message, 'https://calendly.com'));
	const trusted = messages.map(({ trust }) =>
		/^(hint only|older URI)/.test(trust));
	assert.deepEqual(read.map(Boolean), trusted);
	for (const ids of read.filter(Boolean))
		assert.deepEqual(ids, {
			eventId: '5c4ed000-0000-4000-8000-000000000001',
			inviteeId: `${INVITEE}01`,
		});
});

test('a message of any other shape is no word of Calendly’s', () => {
	const uri = `https://api.calendly.com/scheduled_events/${INVITEE}01`;
	const says = (event, invitee) => readScheduled({
		origin: 'https://calendly.com',
		data: { event: 'calendly.event_scheduled',
			payload: { event: { uri: event }, invitee: { uri: invitee } } },
	}, 'https://calendly.com');
	assert.ok(says(uri, `${uri}/invitees/${INVITEE}01`));
	for (const strange of [undefined, null, 7, {}, [uri], { toString: 'no' },
		Object.create(null), Symbol('uri')])
		assert.equal(says(strange, `${uri}/invitees/${INVITEE}01`), null);
	for (const data of [null, undefined, 'calendly.event_scheduled', {},
		{ event: 'calendly.event_scheduled', payload: null }])
		assert.equal(readScheduled({ origin: 'https://calendly.com', data },
			'https://calendly.com'), null);
});
