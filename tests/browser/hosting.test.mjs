/*
 * Shared hosting: the walks that bring money, below a real Apache instead of
 * nginx, with nothing but CGI.
 */

import {
	bookAtCalendly, click, endOfWalks, GOOD_CARD, inspect, payWith, see, walk,
	worldOf,
} from './person.mjs';
import { weekday } from './world.mjs';

worldOf('with_apache=1');

walk('a client books a time in our form and pays', async ({ page }, world) => {
	await page.goto(`${world.site}/book/`);
	await click(page, 'Choose a time: Plan Review', 'link');
	await page.getByLabel('Date').fill(weekday(1));
	await page.getByLabel('Time', { exact: true }).fill('17:00');
	await page.getByLabel('Your name').fill('Ada Direct');
	await page.getByLabel('Your email').fill('ada@example.com');
	await click(page, 'Proceed to Payment');
	await payWith(page, GOOD_CARD);
	await see(page, /Paid, confirmed for .* at 17:00/);
	await click(page, 'See the booking', 'link');
	await see(page, 'Your session is confirmed');
	await inspect(page, 'shared hosting, paid');
});

walk('a client books with Calendly and pays', async ({ page }, world) => {
	await page.goto(`${world.site}/book/?type=strategy-60`);
	await bookAtCalendly(page.frameLocator('iframe'), 'Ada Lovelace',
		'ada@example.com');
	await click(page, 'Proceed to Payment');
	await payWith(page, GOOD_CARD);
	await see(page, 'Paid, confirmed for');
});

walk('a guest opens the link that was sent, and pays',
	async ({ page }, world) => {
		const { link } = await world.invite('Gil Guest');
		await page.goto(link);
		await click(page, 'Proceed to Payment');
		await payWith(page, GOOD_CARD);
		await see(page, 'Paid, confirmed for');
	});

endOfWalks();
