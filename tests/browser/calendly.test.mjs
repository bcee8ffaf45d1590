/*
 * Scenario 2: booked at Calendly, paid here.
 */

import assert from 'node:assert/strict';

import {
	bookAtCalendly, click, endOfWalks, GOOD_CARD, inspect, payWith, see, walk,
} from './person.mjs';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

async function book(page, world, slug, email) {
	await page.goto(`${world.calendly}/robin-coach/${slug}`);
	await bookAtCalendly(page, 'Ada Client', email);
}

walk('a client whom Calendly sends here pays, and is confirmed',
	async ({ page }, world) => {
		await book(page, world, 'strategy-60', 'ada@example.com');
		await see(page, 'One step left: payment');
		/* Name, address and time were in it. */
		assert.match(page.url(),
			new RegExp(`/booking/confirmation\\?invitee_uuid=${UUID}$`));
		for (const words of ['Hello Ada', '60 Minute Strategy Session',
			'Robin Coach', 'your time', 'Robin Coach’s time', 'US$150.00',
			'24 hours before', 'We hold this time for you until'])
			await see(page, words);
		await inspect(page, 'confirmation, to be paid');
		await click(page, 'Proceed to Payment');
		await payWith(page, GOOD_CARD);
		await see(page, /Paid, confirmed for .*\d{4}.* \d\d:\d\d CES?T/);
		assert.match(page.url(), /\/booking\/payment\?session_id=cs_test_\w+(#|$)/);
		await inspect(page, 'payment, paid');
	});

walk('a client who reloads after Calendly sees the same booking',
	async ({ page }, world) => {
		await book(page, world, 'strategy-60', 'reload@example.com');
		await see(page, 'One step left: payment');
		await page.reload();
		await see(page, 'One step left: payment');
	});

walk('what Calendly encodes twice is read all the same',
	async ({ page }, world) => {
		await world.post('calendly', '/_fake/behave', { doubleEncode: 1, lose: 1 });
		try {
			await book(page, world, 'strategy-60', 'twice@example.com');
			await see(page, 'Your time is chosen');
			await see(page, 'Hello Ada');
			await click(page, 'Proceed to Payment');
			await page.getByLabel('Card number').waitFor();
			assert.equal(await page.getByLabel('Email').first().inputValue(),
				'twice@example.com');
		} finally {
			await world.post('calendly', '/_fake/behave', {});
		}
	});

walk('before Calendly’s webhook is here, a client can pay already',
	async ({ page }, world) => {
		await world.post('calendly', '/_fake/behave', { lose: 1 });
		try {
			await book(page, world, 'strategy-60', 'early@example.com');
			await see(page, 'Your time is chosen');
			await see(page, 'US$150.00');
			await see(page, 'Confirming your time with Calendly…');
			await inspect(page, 'confirmation, unknown yet');
			await click(page, 'Proceed to Payment');
			await payWith(page, GOOD_CARD);
			await see(page, 'Paid, confirmed for');
		} finally {
			await world.post('calendly', '/_fake/behave', {});
		}
		await world.post('calendly', '/_fake/flush', { lost: true });
		assert.equal(await world.sql(
			'SELECT count(*) FROM booking WHERE email = \'early@example.com\''), '1');
	});

walk('a free session of Calendly’s needs no payment', async ({ page }, world) => {
	await book(page, world, 'free-intro', 'free@example.com');
	await see(page, 'Your session is confirmed');
	await see(page, 'Nothing to pay.');
	assert.equal(await page.getByRole('button',
		{ name: 'Proceed to Payment' }).count(), 0);
	await inspect(page, 'confirmation, free');
});

/* Bookings in the calendar that is embedded in /book/ */
async function openCalendar(page, world, title) {
	await page.goto(`${world.site}/book/`);
	await click(page, `Choose a time: ${title}`, 'link');
	return page.frameLocator('iframe');
}

walk('a client books in the calendar on our page and pays',
	async ({ page }, world) => {
		await page.goto(world.site);
		await click(page.locator('main'), 'Book a session', 'link');
		await see(page, '60 Minute Strategy Session');
		await inspect(page, 'session types');
		await click(page, 'Choose a time: 60 Minute Strategy Session', 'link');
		const calendar = page.frameLocator('iframe');
		await calendar.getByRole('radio').first().waitFor();
		assert.equal(await page.getByTitle(
			'Choose a time for 60 Minute Strategy Session').count(), 1);
		await inspect(page, 'calendar');
		await bookAtCalendly(calendar, 'Eve Embedded', 'eve@example.com');
		await see(page, 'One step left: payment');
		assert.match(page.url(),
			new RegExp(`/booking/confirmation\\?invitee_uuid=${UUID}$`));
		await click(page, 'Proceed to Payment');
		await payWith(page, GOOD_CARD);
		await see(page, 'Paid, confirmed for');
	});

walk('a client whose webhook is late is told so, and then goes on',
	async ({ page }, world) => {
		const calendar = await openCalendar(page, world, 'Group Workshop');
		await world.post('calendly', '/_fake/behave', { lose: 1 });
		await bookAtCalendly(calendar, 'Eve Embedded', 'late@example.com');
		await see(page, 'Confirming your time with Calendly…');
		await see(page, 'Group Workshop');
		await see(page, '€49.00');
		await inspect(page, 'confirmation, without times');
		await world.post('calendly', '/_fake/behave', {});
		await world.post('calendly', '/_fake/flush', { lost: true });
		await see(page, 'One step left: payment');
	});

/* Messages are handled in order: when a later one was, this one was, too. */
function sendHere(page, message) {
	return page.evaluate((data) => new Promise((resolve) => {
		window.postMessage(data, '*');
		addEventListener('message', ({ data: said }) =>
			said === 'handled' && resolve());
		window.postMessage('handled', '*');
	}), message);
}

function sendFromCalendar(page, message) {
	return page.evaluate(() => new Promise((resolve) => {
		globalThis.handled = 0;
		addEventListener('message', ({ data: said }) => {
			if (said === 'handled')
				globalThis.handled++;
		});
		resolve();
	})).then(() => page.frames()[1].evaluate((data) => {
		parent.postMessage(data, '*');
		parent.postMessage('handled', '*');
	}, message)).then(() => page.waitForFunction(() => globalThis.handled > 0));
}

function scheduled(event, invitee) {
	return { event: 'calendly.event_scheduled',
		payload: { event: { uri: event }, invitee: { uri: invitee } } };
}

walk('messages that are not the calendar’s lead nowhere',
	async ({ page }, world) => {
		const calendar = await openCalendar(page, world, '60 Minute');
		await calendar.getByRole('radio').first().waitFor();
		const id = '11111111-2222-4333-8444-555555555555';
		const event = `https://api.calendly.com/scheduled_events/${id}`;
		/* A good message of somebody else's. */
		await sendHere(page, scheduled(event, `${event}/invitees/${id}`));
		/* Bad ones of the calendar's. */
		for (const bad of [
			scheduled(`https://evil.example/scheduled_events/${id}`,
				`${event}/invitees/${id}`),
			scheduled(event, `${event}/invitees/../../${id}`),
			scheduled(event, { toString: 'no' }),
			{ event: 'calendly.event_scheduled' },
			{ event: 'calendly.page_height', payload: { height: '1e9px' } },
			null,
		])
			await sendFromCalendar(page, bad);
		assert.match(page.url(), /\/book\/\?type=strategy-60$/);
		assert.equal(await calendar.getByRole('radio').first().isVisible(), true);
	});

walk('a price in yen has no decimals, and a builder in Tokyo their own time',
	async ({ page }, world) => {
		await book(page, world, 'panel', 'jpy@example.com');
		await see(page, 'JP¥12,000');
		await see(page, 'Aiko Tanaka’s time');
		await see(page, 'Japan Standard Time');
		await see(page, 'Mountain Standard Time');
		await click(page, 'Proceed to Payment');
		await payWith(page, GOOD_CARD);
		await see(page, 'Paid, confirmed for');
		await see(page, 'JP¥12,000');
	}, { timezoneId: 'America/Phoenix' });

walk('a client in the builder’s zone is told the time once',
	async ({ page }, world) => {
		await book(page, world, 'workshop', 'here@example.com');
		await see(page, 'One step left: payment');
		await see(page, '€49.00');
		await see(page, 'Central European');
		assert.doesNotMatch(await page.locator('main').innerText(), /your time/);
	});

endOfWalks();
