/*
 * The eyes themselves: a walk that finds nothing wrong must be able to.
 */

import assert from 'node:assert/strict';

import { endOfWalks, inspect, see, walk } from './person.mjs';

walk('whatever a page does wrong is noticed', async (person, world) => {
	const { page } = person;
	await page.goto(`${world.site}/book/`);
	await see(page, 'Plan Review');
	await page.evaluate(() => {
		const script = document.createElement('script');
		script.textContent = 'globalThis.ran = true';
		document.body.append(script);
	});
	assert.equal(await page.evaluate('globalThis.ran'), undefined);
	await page.evaluate(() => fetch('https://api.stripe.com/').catch(() => {}));
	await page.evaluate(() => console.error('a complaint'));
	const faults = person.faults().join('\n');
	assert.match(faults, /inline script.*Content Security Policy/i);
	assert.match(faults, /https:\/\/api\.stripe\.com/);
	assert.match(faults, /a complaint/);
	person.refusedOnly(/^csp GET/);

	await page.goto(`${world.site}/book/`);
	await see(page, 'Plan Review');
	await page.evaluate(() => {
		const p = document.createElement('p');
		p.textContent = 'grey on grey';
		p.style.cssText = 'color: #888; background: #777; width: 600px';
		document.querySelector('main').append(p);
	});
	// Older versions of node do not repeat in the message what differs.
	await assert.rejects(inspect(page, 'bad'), ({ actual }) =>
		/color-contrast/.test(JSON.stringify(actual))
		&& /scrolls sideways/.test(JSON.stringify(actual)));

	await page.goto(`${world.calendly}/robin-coach/strategy-60`);
	await page.evaluate(() => new Promise((resolve) => {
		document.body.append(Object.assign(new Image(),
			{ src: 'http://elsewhere.example/', onerror: resolve }));
	}));
	await Promise.all([page.waitForEvent('pageerror'), page.evaluate(() => {
		setTimeout(() => {
			throw new Error('thrown');
		});
	})]);
	const more = person.faults().join('\n');
	assert.match(more, /request to http:\/\/elsewhere\.example/);
	assert.match(more, /thrown/);
	person.refusedOnly(/^net::ERR_NAME_NOT_RESOLVED GET/);
});

endOfWalks();
