/*
 * Giving a booking up on its page: told first, asked twice, done once.
 */

import assert from 'node:assert/strict';

import {
	click, endOfWalks, GOOD_CARD, inspect, payWith, see, walk,
} from './person.mjs';

const ASK = 'Cancel this booking…';
const KEEP = 'Keep the booking';
const DO = 'Cancel the booking';

/* A guest who has paid and is back at the booking; answers with its id. */
async function paid(page, world, name) {
	const { id, link } = await world.invite(name);
	await page.goto(link);
	await click(page, 'Proceed to Payment');
	await payWith(page, GOOD_CARD);
	await see(page, 'Paid, confirmed for');
	await click(page, 'See the booking', 'link');
	await see(page, 'Your session is confirmed');
	/* Who pays in the second of the cancellation gets all of it back. */
	await page.waitForTimeout(1000);
	return id;
}

function dialogOf(page) {
	return page.getByRole('dialog', { name: 'Cancel this booking?' });
}

async function ask(page) {
	await click(page, ASK);
	const dialog = dialogOf(page);
	await dialog.waitFor();
	return dialog;
}

function cancellation(world, id) {
	return world.sql('SELECT cancelled_by, cancel_reason FROM booking'
		+ ` WHERE id = '${id}'`);
}

function status(world, id) {
	return world.sql(`SELECT status FROM booking WHERE id = '${id}'`);
}

function sell(world, options) {
	return world.sh(`bookpay session-types set review-45 ${options}`);
}

walk('a client is told what they get back, and gets it', async ({ page }, world) => {
	await sell(world, '--policy "24:100" --auto-refund');
	const id = await paid(page, world, 'Kit Cancels');
	const dialog = await ask(page);
	await dialog.getByText('Everything that was paid, 90.00 USD, is paid back.')
		.waitFor();
	await inspect(page, 'cancel, asked');
	assert.equal(await status(world, id), 'CONFIRMED');
	await dialog.getByLabel('Why? (optional)').fill('I am ill.');
	await click(dialog, DO);
	await see(page, 'Cancelled and refunded');
	await see(page, 'What was paid has been paid back.');
	assert.equal(await page.getByRole('button').count(), 0);
	assert.equal(await cancellation(world, id), 'client|I am ill.');
	await inspect(page, 'cancel, done');
});

walk('who thinks better of it keeps the booking', async ({ page }, world) => {
	const { id, link } = await world.invite('Kim Keeps');
	await page.goto(link);
	await click(await ask(page), KEEP);
	await dialogOf(page).waitFor({ state: 'hidden' });
	await ask(page);
	await page.keyboard.press('Escape');
	await dialogOf(page).waitFor({ state: 'hidden' });
	/* Enter in the field is no answer to the question. */
	const dialog = await ask(page);
	await dialog.getByLabel('Why? (optional)').press('Enter');
	await dialog.waitFor({ state: 'hidden' });
	assert.equal(await status(world, id), 'PENDING');
	await page.getByRole('button', { name: 'Proceed to Payment' }).waitFor();
});

walk('nothing to pay back is said before', async ({ page }, world) => {
	await sell(world, '--policy "8000:50"');
	const id = await paid(page, world, 'Nan Nothing');
	const dialog = await ask(page);
	await dialog.getByText('By the cancellation policy nothing is paid back.')
		.waitFor();
	await click(dialog, DO);
	await see(page, 'This booking is cancelled');
	await see(page, 'By the cancellation policy nothing is paid back.');
	assert.equal(await cancellation(world, id), 'client|');
	await sell(world, '--policy "24:100"');
});

walk('it works by keyboard alone, and the news takes the focus',
	async ({ page }, world) => {
		const { keyboard } = page;
		const focused = () => page.evaluate(() =>
			document.activeElement.labels?.[0]?.textContent
				?? document.activeElement.textContent);
		const tabTo = async (name) => {
			for (let n = 0; n < 20; n++) {
				await keyboard.press('Tab');
				if (await focused() === name)
					return;
			}
			throw new Error(`no way to ${name} by Tab`);
		};
		const { id, link } = await world.invite('Key Board');
		await page.goto(link);
		await page.getByRole('button', { name: ASK }).waitFor();
		await tabTo(ASK);
		await keyboard.press('Enter');
		await dialogOf(page).waitFor();
		await tabTo('Why? (optional)');
		await keyboard.type('by keyboard');
		await tabTo(KEEP);
		await keyboard.press('Enter');
		await dialogOf(page).waitFor({ state: 'hidden' });
		assert.equal(await focused(), ASK);
		await keyboard.press('Enter');
		await dialogOf(page).waitFor();
		/* What was typed is still there. */
		assert.equal(await page.getByLabel('Why? (optional)').inputValue(),
			'by keyboard');
		await tabTo(DO);
		await keyboard.press('Enter');
		await see(page, 'This booking is cancelled');
		await page.locator('h2:focus').waitFor();
		assert.match(await focused(), /This booking is cancelled/);
		assert.equal(await cancellation(world, id), 'client|by keyboard');
	});

walk('what happens meanwhile is not drawn over the question, but after it',
	async ({ page }, world) => {
		const { id, link } = await world.invite('Mia Meanwhile');
		await page.goto(link);
		const dialog = await ask(page);
		const seen = page.waitForResponse(async (response) =>
			response.request().method() === 'GET'
			&& (await response.json()).data?.status === 'CANCELLED');
		await fetch(`${world.site}/api/bookings/${id}/cancel`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json',
				Authorization: `Guest ${/token=(.*)/.exec(link)[1]}` },
			body: '{}',
		});
		await seen;
		assert.ok(await dialog.isVisible());
		await click(dialog, KEEP);
		await see(page, 'This booking is cancelled');
	});

walk('what goes wrong is said in words, and can be tried again',
	async (person, world) => {
		const { page } = person;
		const { id, link } = await world.invite('Tom Trouble');
		await page.goto(link);
		await world.down('cancel');
		await click(page, ASK);
		await see(page, 'Our system is busy. Nothing is lost.');
		person.refusedOnly(/^503 POST \/api\/bookings\/.*\/cancel$/);
		await inspect(page, 'cancel, in trouble');
		await world.up('cancel');
		const dialog = await ask(page);
		await world.down('cancel');
		await click(dialog, DO);
		await see(page, 'Our system is busy. Nothing is lost.');
		person.refusedOnly(/^503 POST \/api\/bookings\/.*\/cancel$/);
		await world.up('cancel');
		assert.equal(await status(world, id), 'PENDING');
		await click(await ask(page), DO);
		await see(page, 'This booking is cancelled');
		assert.equal(await status(world, id), 'CANCELLED');
	});

walk('what has begun is not cancelled any more, and the page says so',
	async (person, world) => {
		const { page } = person;
		const { id, link } = await world.invite('Bea Begun');
		await page.goto(link);
		await page.getByRole('button', { name: ASK }).waitFor();
		await page.route(`**/api/bookings/${id}`, (route) => route.abort());
		await world.sh('rows_by_hand=1');
		await world.sql('UPDATE booking SET start_at = 1'
			+ ` WHERE id = '${id}'`);
		await click(page, ASK);
		await see(page, 'This session has begun; please get in touch with us.');
		// It asks again and again: nothing of that may come later.
		await page.unroute(`**/api/bookings/${id}`);
		person.refusedOnly(/^409 POST \/api\/bookings\/.*\/cancel$/,
			/^net::ERR_FAILED GET \/api\/bookings\//);
		await page.reload();
		await see(page, 'Hello Bea');
		assert.equal(await page.getByRole('button').count(), 0);
	});

endOfWalks();
