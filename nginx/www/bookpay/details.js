/*
 * details: the parts that several elements show alike.
 */

import { h } from './dom.js';
import { formatPrice } from './money.js';
import { fillTimes } from './outcome.js';
import {
	clientZone, formatInstant, formatSpan, isZone, localeFor, sameClock, zoneName,
} from './time.js';

const MARKS = { good: '✓', bad: '!', wait: '…', info: 'i' };

export const locale = localeFor('en', navigator.languages);

/* The mark repeats what the title says, so it is not read aloud. */
export function headline({ tone, title }) {
	return h('h2', { class: `bp-headline bp-${tone}` },
		h('span', { class: 'bp-mark', 'aria-hidden': 'true' }, MARKS[tone]),
		h('span', {}, title));
}

export function price({ amount, currency }) {
	return formatPrice(amount, currency, locale);
}

function localTime(instant) {
	return instant ? formatInstant(instant, clientZone(), locale) : '';
}

/* The server's sentence and advice, in the reader's time. */
export function sentences({ summary, advice, startTime, endTime }) {
	const fill = (text) => fillTimes(text, localTime(startTime), localTime(endTime));
	return [summary && h('p', { class: 'bp-summary' }, fill(summary)),
		advice && h('p', { class: 'bp-advice' }, fill(advice))];
}

function row(term, ...lines) {
	return lines.length > 0 && h('div', { class: 'bp-row' }, h('dt', {}, term),
		...lines.map((line) => h('dd', {}, line)));
}

function inZone({ startTime, endTime }, zone) {
	return `${formatSpan(startTime, endTime, zone, locale)} `
		+ `(${zoneName(startTime, zone, locale)})`;
}

/* The reader's time; the builder's too where their clocks differ. */
function times(booking) {
	const { startTime, builder } = booking;
	if (!startTime)
		return [];
	const mine = clientZone();
	const theirs = builder?.timezone;
	const differ = isZone(theirs) && !sameClock(startTime, mine, theirs);
	return [
		h('span', {}, inZone(booking, mine), differ && ' – your time'),
		differ && h('span', { class: 'bp-muted' },
			`${inZone(booking, theirs)} – ${builder.name}’s time`),
	].filter(Boolean);
}

function sessionName({ title, durationMinutes }) {
	return durationMinutes ? `${title}, ${durationMinutes} minutes` : title;
}

/* What costs nothing cannot be paid back: its policy would only confuse. */
export function policyOf({ amount, policy }) {
	return amount === 0 ? null : policy;
}

/* A description list of what is known of a booking. */
export function details(booking) {
	const { sessionType, builder } = booking;
	const policy = policyOf(booking);
	return h('dl', { class: 'bp-details' },
		row('Session', ...(sessionType ? [sessionName(sessionType)] : [])),
		row('With', ...(builder ? [builder.name] : [])),
		row('When', ...times(booking)),
		row('Price', ...(booking.currency ? [price(booking)] : [])),
		row('Cancellation', ...(policy ? [policy] : [])));
}

export function holdNote({ holdExpiresAt }) {
	return holdExpiresAt && h('p', { class: 'bp-muted' },
		`We hold this time for you until ${localTime(holdExpiresAt)}.`);
}

export function link(href, text, style = 'bp-button') {
	return h('a', { href, class: style }, text);
}
