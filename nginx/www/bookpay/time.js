/*
 * time: instants in somebody's zone, and wall-clock times back to instants.
 */

const DAY = 24 * 60 * 60 * 1000;

const LONG = {
	weekday: 'long', year: 'numeric', month: 'long', day: 'numeric',
	hour: 'numeric', minute: '2-digit',
};

const WALL = {
	year: 'numeric', month: 'numeric', day: 'numeric',
	hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23',
};

export function clientZone() {
	return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/*
 * The reader's own habits, as far as they fit the language we write: a French
 * date in an English sentence helps nobody.
 */
export function localeFor(language, preferred) {
	return preferred.find((tag) => tag.split('-')[0] === language) ?? language;
}

export function isZone(zone) {
	try {
		return Boolean(zone && Intl.DateTimeFormat('en', { timeZone: zone }));
	} catch {
		return false;
	}
}

export function zoneName(instant, zone, locale) {
	return new Intl.DateTimeFormat(locale, {
		timeZone: zone, timeZoneName: 'long',
	}).formatToParts(new Date(instant))
		.find((part) => part.type === 'timeZoneName').value;
}

export function formatInstant(instant, zone, locale) {
	return new Intl.DateTimeFormat(locale, {
		...LONG, timeZone: zone, timeZoneName: 'short',
	}).format(new Date(instant));
}

/* A start without an end is shown as a start. */
export function formatSpan(start, end, zone, locale) {
	const format = new Intl.DateTimeFormat(locale, { ...LONG, timeZone: zone });
	return end
		? format.formatRange(new Date(start), new Date(end))
		: format.format(new Date(start));
}

/* Milliseconds that the clocks of a zone are ahead of UTC at an instant. */
function offset(at, zone) {
	const parts = new Intl.DateTimeFormat('en', { ...WALL, timeZone: zone })
		.formatToParts(at);
	const get = (type) => Number(
		parts.find((part) => part.type === type).value);
	const wall = Date.UTC(get('year'), get('month') - 1, get('day'),
		get('hour'), get('minute'), get('second'));
	return wall - Math.floor(at / 1000) * 1000;
}

/* Do the clocks of two zones show the same at this instant? */
export function sameClock(instant, a, b) {
	const at = Date.parse(instant);
	return offset(at, a) === offset(at, b);
}

/* The spelling the server uses: seconds, no fraction, Z. */
export function toUtc(ms) {
	return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/*
 * The instant at which clocks in a zone show "2026-12-10" "15:00"; null where
 * they never do (the hour that is skipped in spring).  Of the two that exist
 * in autumn the first: trying the offset of the day before comes first.
 */
export function zonedToUtc(date, time, zone) {
	const wall = Date.parse(`${date}T${time}:00Z`);
	if (Number.isNaN(wall))
		return null;
	for (const near of [wall - DAY, wall + DAY]) {
		const at = wall - offset(near, zone);
		if (at + offset(at, zone) === wall)
			return toUtc(at);
	}
	return null;
}

/* "2026-12-10", the day it is now in a zone. */
export function today(zone, now = Date.now()) {
	return new Date(now + offset(now, zone)).toISOString().slice(0, 10);
}

/* Every zone the browser knows, the given ones among them, sorted. */
export function allZones(...extra) {
	const known = Intl.supportedValuesOf('timeZone');
	return [...new Set([...known, 'UTC', ...extra.filter(isZone)])].sort();
}
