/*
 * Paying: what the payment page says whatever cards, banks and webhooks do.
 */

import assert from 'node:assert/strict';

import {
	bookAtCalendly, click, endOfWalks, GOOD_CARD, inspect, payWith, see, walk,
} from './person.mjs';

/* From a guest's link to Stripe's page; answers with the booking's id. */
async function goToStripe(page, world, name) {
	const { id, link } = await world.invite(name);
	await page.goto(link);
	await click(page, 'Proceed to Payment');
	await page.getByLabel('Card number').waitFor();
	return id;
}

function sessionOf(page) {
	return /cs_test_\w+/.exec(page.url())[0];
}

function count(world, table, id) {
	return world.sql(`SELECT count(*) FROM ${table} WHERE booking = '${id}'`);
}

function payButtons(page) {
	return page.getByRole('button', { name: 'Payment' }).count();
}

function refusal(page) {
	return page.waitForResponse((response) => response.status() === 409);
}

async function payByBank(page, answer) {
	await page.getByLabel('The bank\'s answer').selectOption(answer);
	await click(page, 'Pay by bank');
}

async function behaving(world, fake, how, steps) {
	await world.post(fake, '/_fake/behave', how);
	try {
		await steps();
	} finally {
		await world.post(fake, '/_fake/behave', {});
	}
}

/* --- Cards ------------------------------------------------------------------- */

walk('after a declined card a good one pays', async ({ page }, world) => {
	const id = await goToStripe(page, world, 'Dana Declined');
	await payWith(page, '4000 0000 0000 0002');
	await see(page, 'Your card was declined.');
	await payWith(page, GOOD_CARD);
	await see(page, 'Paid, confirmed for');
	assert.equal(await count(world, 'checkout', id), '1');
});

walk('a card that asks for 3-D Secure pays', async ({ page }, world) => {
	await goToStripe(page, world, 'Sam Secure');
	await payWith(page, '4000 0025 0000 3155');
	await click(page, 'Complete');
	await see(page, 'Paid, confirmed for');
});

walk('after 3-D Secure failed another card pays', async ({ page }, world) => {
	await goToStripe(page, world, 'Sam Insecure');
	await payWith(page, '4000 0025 0000 3155');
	await click(page, 'Fail');
	await page.getByRole('alert').waitFor();
	await payWith(page, GOOD_CARD);
	await see(page, 'Paid, confirmed for');
});

/* --- Webhooks ------------------------------------------------------------------ */

walk('the payment page finds out what a lost webhook would have said',
	async ({ page }, world) => {
		await goToStripe(page, world, 'Lou Lost');
		await behaving(world, 'stripe', { lose: 1 }, async () => {
			await payWith(page, GOOD_CARD);
			await see(page, 'Paid, confirmed for');
		});
	});

walk('while nobody can say, the payment page waits, and then confirms',
	async ({ page }, world) => {
		await goToStripe(page, world, 'Lee Late');
		await behaving(world, 'stripe', { lose: 1, answer500: 1 }, async () => {
			await payWith(page, GOOD_CARD);
			await see(page, 'Checking your payment');
			await see(page, 'If you have paid, there is nothing left for you to do.');
			await see(page, 'We are waiting for Stripe’s word.');
			await inspect(page, 'payment, waiting');
		});
		await world.post('stripe', '/_fake/flush', { lost: true });
		await see(page, 'Paid, confirmed for');
		assert.equal(await page.getByText('We are waiting').count(), 0);
	});

walk('a webhook that comes again and out of order changes nothing',
	async ({ page }, world) => {
		const id = await goToStripe(page, world, 'Rea Repeat');
		await behaving(world, 'stripe', { repeat: 1, reorder: 1 }, async () => {
			await payWith(page, GOOD_CARD);
			await see(page, 'Paid, confirmed for');
			await world.post('stripe', '/_fake/flush', {});
		});
		await page.reload();
		await see(page, 'Paid, confirmed for');
		assert.equal(await count(world, 'payment', id), '1');
	});

walk('a client whose tab closed before the way back finds it paid',
	async (person, world) => {
		const id = await goToStripe(person.page, world, 'Cleo Closed');
		const session = sessionOf(person.page);
		await person.page.close();
		await world.post('stripe', '/_fake/pay', { session });
		const page = await person.tab();
		await page.goto(`${world.site}/booking/confirmation?booking=${id}`);
		await see(page, 'Paid, confirmed for');
		assert.equal(await payButtons(page), 0);
	});

walk('not even then, and with the webhook lost, is a client asked to pay twice',
	async (person, world) => {
		const id = await goToStripe(person.page, world, 'Cleo Lost');
		const session = sessionOf(person.page);
		await person.page.close();
		await behaving(world, 'stripe', { lose: 1 }, () =>
			world.post('stripe', '/_fake/pay', { session }));
		const page = await person.tab();
		await page.goto(`${world.site}/booking/confirmation?booking=${id}`);
		await click(page, 'Proceed to Payment');
		await see(page, 'Paid, confirmed for');
		assert.equal(await count(world, 'checkout', id), '1');
		person.refusedOnly(/^409 POST \/api\/stripe\/checkout$/);
	});

walk('a booking page that stayed open notices that it is paid',
	async (person, world) => {
		const { id, link } = await world.invite('Opal Open');
		const { page } = person;
		await page.goto(link);
		await see(page, 'One step left: payment');
		const other = await person.tab();
		await other.goto(`${world.site}/booking/confirmation?booking=${id}`);
		await click(other, 'Proceed to Payment');
		await payWith(other, GOOD_CARD);
		await see(other, 'Paid, confirmed for');
		await page.bringToFront();
		await see(page, 'Paid, confirmed for');
	});

/* --- Banks that take days -------------------------------------------------------- */

walk('a bank that takes days is waited for, and then confirms',
	async ({ page }, world) => {
		await goToStripe(page, world, 'Bo Bank');
		await payByBank(page, 'processing');
		await see(page, 'Your payment is on its way');
		await see(page, 'We are waiting for your bank.');
		await inspect(page, 'payment, processing');
		await world.post('stripe', '/_fake/settle',
			{ session: sessionOf(page), result: 'succeeds' });
		await see(page, 'Paid, confirmed for');
	});

walk('after a bank said no, the client pays again', async ({ page }, world) => {
	await goToStripe(page, world, 'Nia Nobank');
	await payByBank(page, 'processing');
	await see(page, 'Your payment is on its way');
	await world.post('stripe', '/_fake/settle',
		{ session: sessionOf(page), result: 'fails' });
	await see(page, 'The payment did not go through');
	await see(page, 'No money was taken.');
	await inspect(page, 'payment, failed');
	await click(page, 'Pay again');
	await payWith(page, GOOD_CARD);
	await see(page, 'Paid, confirmed for');
});

walk('while a bank works, nobody is asked to pay again',
	async ({ page }, world) => {
		const id = await goToStripe(page, world, 'Wim Wait');
		await payByBank(page, 'processing');
		await see(page, 'Your payment is on its way');
		await click(page, 'See the booking', 'link');
		await see(page, 'Hello Wim');
		await see(page, 'Your payment is on its way');
		assert.equal(await payButtons(page), 0);
		await inspect(page, 'confirmation, processing');
		assert.equal(await count(world, 'checkout', id), '1');
	});

/* --- Back, and again ---------------------------------------------------------------- */

walk('who comes back from Stripe can go there again', async ({ page }, world) => {
	const id = await goToStripe(page, world, 'Bea Back');
	const session = sessionOf(page);
	await click(page, 'Back to the shop', 'link');
	await see(page, 'One step left: payment');
	await click(page, 'Proceed to Payment');
	await page.getByLabel('Card number').waitFor();
	assert.equal(sessionOf(page), session);
	await page.goBack();
	await click(page, 'Proceed to Payment');
	await payWith(page, GOOD_CARD);
	await see(page, 'Paid, confirmed for');
	assert.equal(await count(world, 'checkout', id), '1');
});

walk('an expired payment page says so, and a new one works',
	async ({ page }, world) => {
		const id = await goToStripe(page, world, 'Ex Pired');
		const session = sessionOf(page);
		await world.post('stripe', '/_fake/expire', { session });
		await page.goto(`${world.site}/booking/payment?session_id=${session}`);
		await see(page, 'This payment page has expired');
		await see(page, 'nothing was paid');
		await inspect(page, 'payment, expired');
		await click(page, 'Start again');
		await payWith(page, GOOD_CARD);
		await see(page, 'Paid, confirmed for');
		assert.notEqual(sessionOf(page), session);
		assert.equal(await count(world, 'payment', id), '1');
	});

walk('a button on a page that is out of date does not pay twice',
	async (person, world) => {
		const { page } = person;
		const id = await goToStripe(page, world, 'Stella Stale');
		const session = sessionOf(page);
		const stale = await person.tab();
		await stale.goto(`${world.site}/booking/confirmation?booking=${id}`);
		await stale.getByRole('button', { name: 'Proceed to Payment' }).waitFor();
		/* It does not hear of the payment, as if its line were cut. */
		await stale.route('**/api/bookings/*', (route) => route.abort());
		await payWith(page, GOOD_CARD);
		await see(page, 'Paid, confirmed for');
		await stale.bringToFront();
		await Promise.all([refusal(stale), click(stale, 'Proceed to Payment')]);
		await stale.unroute('**/api/bookings/*');
		await see(stale, 'Paid, confirmed for');
		assert.equal(await count(world, 'checkout', id), '1');
		/* Stripe's own page, opened once more. */
		await stale.goto(`${world.stripe}/c/pay/${session}`);
		await see(stale, 'This payment was already made');
		person.refusedOnly(/^409 POST \/api\/stripe\/checkout$/,
			/^net::ERR_FAILED GET \/api\/bookings\//);
	});

walk('a session that was moved to somebody’s own page returns there',
	async ({ page }, world) => {
		const { link } = await world.invite('Ray Return');
		await page.goto(link);
		await see(page, 'Hello Ray');
		await page.evaluate(() => document.querySelector('checkout-button')
			.setAttribute('return-path', '/booking/confirmation'));
		await click(page, 'Proceed to Payment');
		await payWith(page, GOOD_CARD);
		await page.waitForURL(/\/booking\/confirmation\?session_id=cs_test_/);
	});

/* --- Cancelled meanwhile -------------------------------------------------------------- */

async function bookStrategy(page, world, email) {
	await page.goto(`${world.calendly}/robin-coach/strategy-60`);
	await bookAtCalendly(page, 'Cam Cancel', email);
	await see(page, 'One step left: payment');
	const row = (column) => world.sql(
		`SELECT ${column} FROM booking WHERE email = '${email}'`);
	return { id: await row('id'), inviteeUri: await row('invitee_uri') };
}

function cancel(world, { inviteeUri }) {
	return world.post('calendly', '/_fake/cancel',
		{ inviteeUri, by: 'invitee', reason: 'changed my mind' });
}

walk('a booking that is cancelled while it is looked at says so',
	async ({ page }, world) => {
		const booking = await bookStrategy(page, world, 'cancel1@example.com');
		await cancel(world, booking);
		await see(page, 'This booking is cancelled');
		await see(page, 'Nothing was paid.');
		assert.equal(await page.getByRole('button').count(), 0);
		await inspect(page, 'confirmation, cancelled');
	});

walk('a booking that was cancelled just before the click asks for no money',
	async (person, world) => {
		const { page } = person;
		const booking = await bookStrategy(page, world, 'cancel2@example.com');
		/* The page has not heard of it. */
		await page.route('**/api/bookings/*', (route) => route.abort());
		await cancel(world, booking);
		await world.sh('wait_until 60 sql_is "SELECT status FROM booking'
			+ ` WHERE id = '${booking.id}'" CANCELLED`);
		await Promise.all([refusal(page), click(page, 'Proceed to Payment')]);
		await page.unroute('**/api/bookings/*');
		await see(page, 'This booking is cancelled');
		assert.equal(await count(world, 'checkout', booking.id), '0');
		person.refusedOnly(/^409 POST \/api\/stripe\/checkout$/,
			/^net::ERR_FAILED GET \/api\/bookings\//);
	});

walk('who pays for what was cancelled meanwhile is told what becomes of it',
	async ({ page }, world) => {
		const booking = await bookStrategy(page, world, 'cancel3@example.com');
		await click(page, 'Proceed to Payment');
		await page.getByLabel('Card number').waitFor();
		await world.sh('pages_stay_open');
		await cancel(world, booking);
		await world.sh('wait_until 60 sql_is "SELECT status FROM booking'
			+ ` WHERE id = '${booking.id}'" CANCELLED`);
		await payWith(page, GOOD_CARD);
		/* The worker may have done it before the page is there. */
		await see(page, /This booking is cancelled|Cancelled and refunded/);
		await see(page, 'paid back');
		assert.equal(await page.getByRole('button').count(), 0);
		await inspect(page, 'payment, cancelled');
	});

walk('a payment page that stayed open notices a cancellation',
	async ({ page }, world) => {
		const booking = await bookStrategy(page, world, 'cancel4@example.com');
		await click(page, 'Proceed to Payment');
		await page.getByLabel('Card number').waitFor();
		await payByBank(page, 'processing');
		await see(page, 'Your payment is on its way');
		await cancel(world, booking);
		await see(page, 'This booking is cancelled');
		await see(page, 'If the money still arrives, it is paid back.');
	});

endOfWalks();
