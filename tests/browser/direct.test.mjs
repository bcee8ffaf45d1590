/*
 * Scenario 3, booked in our own form, and scenario 1, a link to a booking.
 */

import assert from 'node:assert/strict';

import {
	click, endOfWalks, GOOD_CARD, inspect, payWith, see, walk,
} from './person.mjs';
import { weekday } from './world.mjs';

async function openForm(page, world, title) {
	await page.goto(`${world.site}/book/`);
	await click(page, `Choose a time: ${title}`, 'link');
	await page.getByLabel('Date').waitFor();
}

async function fillForm(page, date, time, name) {
	await page.getByLabel('Date').fill(date);
	await page.getByLabel('Time', { exact: true }).fill(time);
	await page.getByLabel('Your name').fill(name);
	await page.getByLabel('Your email').fill('ada@example.com');
}

walk('a client books a time in our form and pays', async ({ page }, world) => {
	await openForm(page, world, 'Plan Review');
	await see(page, 'Robin Coach offers Mon–Fri 09:00–17:00');
	await fillForm(page, weekday(1), '17:00', 'Ada Direct');
	await see(page, /For Robin Coach that is .* at 1[12]:00 /);
	await inspect(page, 'form');
	await click(page, 'Proceed to Payment');
	await payWith(page, GOOD_CARD);
	await see(page, /Paid, confirmed for .* at 17:00/);
	await see(page, 'US$90.00');
	await click(page, 'See the booking', 'link');
	await see(page, 'Hello Ada');
	await see(page, 'Your session is confirmed');
	await inspect(page, 'confirmation, paid');
});

walk('a free time is confirmed by one click', async ({ page }, world) => {
	await openForm(page, world, 'Say Hello');
	await fillForm(page, weekday(1), '11:00', 'Ada Free');
	await click(page, 'Confirm booking');
	await see(page, 'Your session is confirmed');
	await see(page, /Confirmed for .* at 11:00 .* Nothing to pay/);
	assert.match(page.url(), /\/booking\/confirmation\?booking=bk_[0-9a-f]{32}$/);
});

walk('a time that somebody else took is refused in words, and another works',
	async (first, world, meet) => {
		await openForm(first.page, world, 'Plan Review');
		await fillForm(first.page, weekday(2), '17:00', 'First');
		await click(first.page, 'Proceed to Payment');
		await first.page.getByLabel('Card number').waitFor();

		const second = await meet();
		const { page } = second;
		await openForm(page, world, 'Plan Review');
		await fillForm(page, weekday(2), '17:15', 'Secunda');
		await click(page, 'Proceed to Payment');
		await see(page, 'This time is taken. Please choose another time.');
		/* All that was typed is still there, and the time can be typed anew. */
		assert.equal(await page.getByLabel('Your name').inputValue(), 'Secunda');
		assert.equal(await page.evaluate(() => document.activeElement.name), 'time');
		await inspect(page, 'form, time taken');
		second.refusedOnly(/^409 POST \/api\/stripe\/checkout$/);
		await page.getByLabel('Time', { exact: true }).fill('18:00');
		await click(page, 'Proceed to Payment');
		await page.getByLabel('Card number').waitFor();
	});

walk('a time outside of the hours is refused in words', async (person, world) => {
	const { page } = person;
	await openForm(page, world, 'Plan Review');
	await fillForm(page, weekday(3), '04:00', 'Owl');
	await click(page, 'Proceed to Payment');
	await see(page, 'This time is outside the opening hours');
	await inspect(page, 'form, not offered');
	person.refusedOnly(/^409 POST \/api\/stripe\/checkout$/);
});

walk('a double click books once', async ({ page }, world) => {
	await openForm(page, world, 'Plan Review');
	await fillForm(page, weekday(4), '17:00', 'Twice');
	await page.getByRole('button', { name: 'Proceed to Payment' }).dblclick();
	await page.getByLabel('Card number').waitFor();
	const count = 'SELECT count(*) FROM booking WHERE name = \'Twice\'';
	assert.equal(await world.sql(count), '1');
	/* Back, and the same details once more: the same booking. */
	const first = page.url();
	await page.goBack();
	await page.getByLabel('Date').waitFor();
	if (!await page.getByLabel('Your name').inputValue())
		await fillForm(page, weekday(4), '17:00', 'Twice');
	await click(page, 'Proceed to Payment');
	await page.getByLabel('Card number').waitFor();
	assert.equal(page.url(), first);
	assert.equal(await world.sql(count), '1');
});

walk('all of it works by keyboard alone', async ({ page }, world) => {
	const { keyboard } = page;
	const focused = () => page.evaluate(() => {
		const e = document.activeElement;
		return e.labels?.[0]?.textContent ?? e.getAttribute('aria-label')
			?? e.textContent;
	});
	/* Tabs on, as often as somebody would before giving up. */
	const tabTo = async (name) => {
		for (let n = 0; n < 30; n++) {
			await keyboard.press('Tab');
			if (name.test(await focused()))
				return;
		}
		throw new Error(`no way to ${name} by Tab`);
	};
	await page.goto(world.site);
	await tabTo(/^Book a session$/);
	await keyboard.press('Enter');
	await see(page, 'Plan Review');
	await tabTo(/Choose a time: Plan Review/);
	/* What has the focus can be seen to have it. */
	assert.notEqual(await page.evaluate(() =>
		getComputedStyle(document.activeElement).outlineStyle), 'none');
	await keyboard.press('Enter');
	await page.getByLabel('Date').waitFor();
	assert.equal(await focused(), 'Plan Review');
	await tabTo(/^Date$/);
	const [year, month, day] = weekday(5).split('-');
	await keyboard.type(month + day + year);
	await tabTo(/^Time$/);
	await keyboard.type('0500PM');
	await tabTo(/^Your name$/);
	await keyboard.type('Kim Keys');
	await tabTo(/^Your email$/);
	await keyboard.type('kim@example.com');
	await keyboard.press('Enter');
	await page.getByLabel('Card number').waitFor();
	await tabTo(/^Card number$/);
	await keyboard.type('4242424242424242');
	await tabTo(/^Expiry/);
	await keyboard.type('1240');
	await tabTo(/^CVC$/);
	await keyboard.type('123');
	await keyboard.press('Enter');
	await see(page, 'Paid, confirmed for');
	await tabTo(/^See the booking$/);
	await keyboard.press('Enter');
	await see(page, 'Hello Kim');
});

/* --- Scenario 1 ------------------------------------------------------------- */

walk('a guest with a link pays, and the link is for them alone',
	async ({ page }, world, meet) => {
		const { link } = await world.invite('Gus Guest');
		assert.match(link, /#token=/);
		await page.goto(link);
		await see(page, 'Hello Gus');
		assert.equal(page.url(), link.replace(/#.*/, ''));
		await click(page, 'Proceed to Payment');
		await payWith(page, GOOD_CARD);
		await see(page, 'Paid, confirmed for');
		/* The cookie is enough from now on. */
		await page.goto(link.replace(/#.*/, ''));
		await see(page, 'Your session is confirmed');

		const stranger = await meet();
		await stranger.page.goto(link.replace(/#.*/, ''));
		await see(stranger.page, 'We cannot show this booking');
		await see(stranger.page, 'Please open the link we sent you');
		await inspect(stranger.page, 'confirmation, a stranger');
		stranger.refusedOnly(/^401 GET \/api\/bookings\//);
		await stranger.page.goto(`${link.slice(0, -4)}AAAA`);
		await see(stranger.page, 'We cannot show this booking');
		stranger.refusedOnly(/^40[14] GET \/api\/bookings\//);
	});

walk('pages without a booking, or with a damaged one, say what to do',
	async (person, world) => {
		const { page } = person;
		await page.goto(`${world.site}/booking/confirmation`);
		await see(page, 'No booking to show');
		await inspect(page, 'confirmation, none');
		await page.goto(`${world.site}/booking/confirmation?invitee_uuid=..%2Fx`
			+ '&invitee_email=ada%40example.com');
		await see(page, 'This link is damaged');
		assert.equal(page.url(), `${world.site}/booking/confirmation`);
		await inspect(page, 'confirmation, damaged');
		await page.goto(`${world.site}/book/?type=gone`);
		await see(page, 'Plan Review');
		await page.goto(`${world.site}/no/such/page`);
		await see(page, 'There is no such page');
		await inspect(page, 'no such page');
		person.refusedOnly(/^404 GET \/no\/such\/page$/);
		await page.goto(world.site);
		await inspect(page, 'front page');
	});

endOfWalks();
