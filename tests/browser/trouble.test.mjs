/*
 * What the pages say when something is not there: a payment nobody knows, a
 * program, a provider, the line.
 */

import assert from 'node:assert/strict';

import {
	click, endOfWalks, GOOD_CARD, inspect, payWith, see, walk,
} from './person.mjs';

async function goToStripe(page, world, name) {
	const { link } = await world.invite(name);
	await page.goto(link);
	await click(page, 'Proceed to Payment');
	await page.getByLabel('Card number').waitFor();
}

walk('a payment that nobody knows is answered in words', async (person, world) => {
	const { page } = person;
	const open = (query) =>
		page.goto(`${world.site}/booking/payment${query}`);
	/* Without a cookie, and no payment at all. */
	for (const query of ['', '?session_id=cs_test_nobody', '?session_id=%3Cb%3E',
		'?session_id=pi_123']) {
		await open(query);
		await see(page, 'We cannot show this payment');
	}
	await see(page, 'We do not know this payment');
	person.refusedOnly(/^401 GET \/api\/stripe\/sessions\/cs_test_nobody$/);
	/* With the cookie of a booking. */
	await page.goto((await world.invite('Una Known')).link);
	await see(page, 'Hello Una');
	await open('?session_id=cs_test_nobody');
	await see(page, 'We do not know this payment');
	await inspect(page, 'payment, unknown');
	person.refusedOnly(/^404 GET \/api\/stripe\/sessions\/cs_test_nobody$/);
});

walk('a payment of somebody else’s is not shown', async ({ page }, world, meet) => {
	await goToStripe(page, world, 'Pia Payer');
	await payWith(page, GOOD_CARD);
	await see(page, 'Paid, confirmed for');

	const other = await meet();
	await other.page.goto((await world.invite('Otto Other')).link);
	await see(other.page, 'Hello Otto');
	await other.page.goto(page.url());
	await see(other.page, 'We do not know this payment, or it is not yours to see.');
	assert.doesNotMatch(await other.page.locator('main').innerText(), /Pia|90/);
	other.refusedOnly(/^404 GET \/api\/stripe\/sessions\//);
});

walk('while the checkout program is away, the click is kept and can be repeated',
	async (person, world) => {
		const { page } = person;
		await page.goto((await world.invite('Dora Down')).link);
		await see(page, 'Hello Dora');
		await world.down('checkout');
		/* The second try waits until we have looked. */
		let looked;
		const look = new Promise((resolve) => {
			looked = resolve;
		});
		let tries = 0;
		await page.route('**/api/stripe/checkout', async (route) => {
			if (tries++ === 1)
				await look;
			await route.continue();
		});
		await click(page, 'Proceed to Payment');
		await see(page, 'Our system is busy. We are trying once more…');
		await inspect(page, 'confirmation, trying again');
		looked();
		await see(page, 'Our system is busy. Nothing is lost.');
		await see(page, 'Reference: ');
		await inspect(page, 'confirmation, checkout away');
		person.refusedOnly(/^503 POST \/api\/stripe\/checkout$/);
		await world.up('checkout');
		await click(page, 'Proceed to Payment');
		await page.getByLabel('Card number').waitFor();
	});

walk('a program that comes back at once is not even noticed',
	async (person, world) => {
		const { page } = person;
		await page.goto((await world.invite('Rita Retry')).link);
		await see(page, 'Hello Rita');
		/* As nginx answers while nobody listens. */
		await page.route('**/api/stripe/checkout',
			(route) => route.fulfill({ status: 503 }), { times: 1 });
		await click(page, 'Proceed to Payment');
		await page.getByLabel('Card number').waitFor();
		person.refusedOnly(/^503 POST \/api\/stripe\/checkout$/);
	});

walk('without the catalogue there is a button to try again',
	async (person, world) => {
		const { page } = person;
		await world.down('catalogue');
		await page.goto(`${world.site}/book/`);
		await see(page, 'Our system is busy. Nothing is lost.');
		await inspect(page, 'session types, catalogue away');
		person.refusedOnly(/^503 GET \/api\/session-types$/);
		await world.up('catalogue');
		await click(page, 'Try again');
		await see(page, 'Plan Review');
		assert.equal(await page.getByText('is busy').count(), 0);
	});

walk('a page that asks keeps asking while its program is away',
	async (person, world) => {
		const { page } = person;
		const { link } = await world.invite('Kay Keeps');
		await world.down('booking');
		await page.goto(link);
		await see(page, 'This page keeps trying by itself.');
		await inspect(page, 'confirmation, booking away');
		await world.up('booking');
		await see(page, 'Hello Kay');
		assert.equal(await page.getByText('keeps trying').count(), 0);
		person.refusedOnly(/^503 GET \/api\/bookings\//);
	});

walk('a cut line is noticed, and so is its return', async (person, world) => {
	const { page } = person;
	const { link } = await world.invite('Lina Line');
	await page.goto(link);
	await see(page, 'Hello Lina');
	await person.offline(true);
	await click(page, 'Proceed to Payment');
	await see(page, 'We cannot reach our server. Please check your connection.');
	await inspect(page, 'confirmation, offline');
	await person.offline(false);
	await click(page, 'Proceed to Payment');
	await page.getByLabel('Card number').waitFor();
	person.refusedOnly(/^net::ERR_INTERNET_DISCONNECTED /);
});

/* The last ones: nothing brings the fakes back. */
walk('while Stripe is away, a client learns that nothing was charged',
	async (person, world) => {
		const { page } = person;
		await page.goto((await world.invite('Stan Stripeless')).link);
		await see(page, 'Hello Stan');
		await world.down('fake-stripe');
		await click(page, 'Proceed to Payment');
		await see(page, 'Stripe does not answer right now. You have not been'
			+ ' charged.');
		await inspect(page, 'confirmation, Stripe away');
		person.refusedOnly(/^503 POST \/api\/stripe\/checkout$/);
	});

walk('without Calendly’s calendar there is a link to it', async (person, world) => {
	const { page } = person;
	await world.down('fake-calendly');
	await page.goto(`${world.site}/book/?type=strategy-60`);
	await see(page, 'The calendar cannot be shown inside this page.');
	const link = page.getByRole('link', { name: 'Choose a time on Calendly' });
	assert.equal(await link.getAttribute('href'),
		`${world.calendly}/robin-coach/strategy-60`);
	await inspect(page, 'calendar away');
	person.refusedOnly(/^net::ERR_CONNECTION_REFUSED GET \/assets\//);
});

endOfWalks();
