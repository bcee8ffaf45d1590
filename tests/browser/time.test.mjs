import assert from 'node:assert/strict';
import test from 'node:test';

import {
	formatSpan, isZone, localeFor, sameClock, today, zonedToUtc,
} from '../../nginx/www/bookpay/time.js';

/* Date, time, zone, and the instant at which clocks there show them. */
const CASES = [
	['2026-12-10', '15:00', 'Europe/Berlin', '2026-12-10T14:00:00Z'],
	['2026-12-10', '15:00', 'Asia/Kolkata', '2026-12-10T09:30:00Z'],
	['2026-12-10', '00:30', 'Pacific/Auckland', '2026-12-09T11:30:00Z'],
	['2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
	['2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00Z'],
	['2027-03-28', '02:30', 'Europe/Berlin', null],
	['2027-03-14', '02:30', 'America/New_York', null],
	['', '10:00', 'UTC', null],
];

for (const [date, time, zone, instant] of CASES)
	test(`${date} ${time} in ${zone} is ${instant}`, () => {
		assert.equal(zonedToUtc(date, time, zone), instant);
	});

test('clocks differ by the date, not by the name of the zone', () => {
	const winter = '2026-12-10T14:00:00Z';
	assert.ok(sameClock(winter, 'Europe/Berlin', 'Europe/Paris'));
	assert.ok(sameClock(winter, 'Europe/London', 'UTC'));
	assert.ok(!sameClock('2026-07-10T14:00:00Z', 'Europe/London', 'UTC'));
});

test('a session over midnight names both days', () => {
	const words = formatSpan('2026-12-10T22:30:00Z', '2026-12-10T23:30:00Z',
		'Europe/Berlin', 'en-GB');
	assert.match(words, /10 December/);
	assert.match(words, /11 December/);
});

test('it is already tomorrow in Auckland', () => {
	const now = Date.parse('2026-12-09T12:00:00Z');
	assert.equal(today('Pacific/Auckland', now), '2026-12-10');
	assert.equal(today('America/New_York', now), '2026-12-09');
});

test('a zone nobody knows is no zone', () => {
	assert.ok(isZone('Asia/Calcutta'));
	assert.ok(!isZone('Mars/Olympus'));
	assert.ok(!isZone(null));
});

test('the reader’s own English is kept, another language is not mixed in', () => {
	assert.equal(localeFor('en', ['de-DE', 'en-GB', 'en-US']), 'en-GB');
	assert.equal(localeFor('en', ['fr-FR']), 'en');
});
