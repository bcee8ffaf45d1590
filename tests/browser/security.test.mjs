/*
 * What others can do to people at our pages: sites they also visit, and texts
 * that somebody typed.  Over https, with headers as they are shipped.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test, { after } from 'node:test';

import { safeUrl } from '../../nginx/www/bookpay/navigate.js';
import {
	click, endOfWalks, GOOD_CARD, optional, payWith, see, walk, worldOf,
} from './person.mjs';
import {
	holdWindow, lookEveryWay, openSite, postEveryWay,
} from './stranger.mjs';
import { weekday } from './world.mjs';

const sister = await openSite('127.0.0.1');
const stranger = await openSite('127.0.0.2');
const friend = await openSite('127.0.0.3');
after(() => [sister, stranger, friend].forEach(({ close }) => close()));
worldOf('with_tls=1', `ALLOWED_ORIGINS=${friend.origin}`);

const HTTPS = { ignoreHTTPSErrors: true };

async function cookiesOf(page) {
	const cookies = await page.context().cookies();
	return cookies.filter(({ name }) => name.startsWith('bookpay_'));
}

async function stateOf(world, id) {
	return world.sql('select status, cancelled_at, (select count(*) from checkout'
		+ ` where booking = b.id), (select count(*) from event) from booking b where id = '${id}'`);
}

walk('the cookie of a guest is for our own pages over https alone',
	async ({ page }, world) => {
		const { link } = await world.invite('Cora Cookie');
		assert.match(link, /^https:/);
		await page.goto(link);
		await see(page, 'Hello Cora');
		assert.deepEqual((await cookiesOf(page)).map((cookie) => [cookie.secure,
			cookie.httpOnly, cookie.sameSite, cookie.path]),
		[[true, true, 'Lax', '/api']]);
		assert.equal(await page.evaluate('document.cookie'), '');
		/* The token of the link is gone from where a referer could take it. */
		assert.doesNotMatch(page.url(), /token/);
	}, HTTPS);

for (const [who, { origin }] of [['a sister’s site', sister],
	['a stranger’s site', stranger]]) {
	walk(`a page of ${who} changes nothing, reads nothing, holds nothing`,
		async (person, world) => {
			person.forgiveAll();
			const { page } = person;
			const { id, link } = await world.invite('Vic Victim');
			await page.goto(link);
			await see(page, 'Hello Vic');
			const before = await stateOf(world, id);

			await page.goto(origin);
			const api = `${world.site}/api`;
			assert.deepEqual(await page.evaluate(postEveryWay,
				{ url: `${api}/bookings/${id}/cancel`, body: '{"reason":"x"}' }), []);
			assert.deepEqual(await page.evaluate(postEveryWay,
				{ url: `${api}/stripe/checkout`, body: `{"bookingId":"${id}"}` }), []);
			assert.equal(await stateOf(world, id), before);

			/* What is there looks as what is not, and as what is a page. */
			for (const path of [`/api/bookings/${id}`, '/api/bookings/bk_0',
				'/api/session-types', '/book/', '/healthz'])
				assert.deepEqual(
					await page.evaluate(lookEveryWay, world.site + path), [], path);
			assert.equal(await page.evaluate(holdWindow,
				`${world.site}/booking/confirmation?booking=${id}`), false);

			/* And the person's own page works as before. */
			await page.goto(link);
			await see(page, 'Hello Vic');
		}, HTTPS);
}

walk('a page we named as a friend’s may call, with what its visitor has',
	async (person, world) => {
		person.forgiveAll();
		const { page } = person;
		const { id, link } = await world.invite('Fay Friend');
		const [, token] = link.split('#token=');
		await page.goto(friend.origin);
		const ask = ({ path, ...init }) => page.evaluate(async ([url, more]) => {
			const answer = await fetch(url, { credentials: 'include', ...more });
			return { status: answer.status, id: answer.headers.get('X-Request-Id') };
		}, [`${world.site}/api/${path}`, init]);
		const Authorization = `Guest ${token}`;
		const seen = await ask({ path: `bookings/${id}`, headers: { Authorization } });
		assert.equal(seen.status, 200);
		assert.match(seen.id, /^[0-9a-f]{32}$/);
		const asked = await ask({ path: `bookings/${id}/cancel`, method: 'POST',
			headers: { Authorization, 'Content-Type': 'application/json' },
			body: '{"dryRun":true}' });
		assert.equal(asked.status, 200);
		/* Its visitors' cookies of ours stay with us all the same. */
		assert.equal((await ask({ path: `bookings/${id}` })).status, 401);
	}, HTTPS);

/* --- Frames ------------------------------------------------------------------ */

/* Shows an address of ours in a frame of the page; its Frame. */
async function frameOf(page, url) {
	await page.evaluate((src) => {
		const frame = document.createElement('iframe');
		frame.src = src;
		document.body.append(frame);
	}, url);
	return page.frames().at(-1);
}

async function isNotFramed(page, url) {
	const [address] = url.split('#');
	const failed = page.waitForEvent('requestfailed',
		(request) => request.url().startsWith(address));
	await frameOf(page, url);
	assert.equal((await failed).failure().errorText,
		'net::ERR_BLOCKED_BY_RESPONSE', `${address} in ${page.url()}`);
}

/* The line of bookpay-http.conf that an installation changes. */
function allowFrames(world, value) {
	return world.sh('sed -i "s|^\\(map \\"\\" .bookpay_frame_ancestors\\) .*'
		+ `|\\1 { default \\"${value}\\"; }|" "$state/run/bookpay-http.conf"`
		+ ' && reload_nginx');
}

walk('nobody shows our pages inside of theirs', async (person, world) => {
	person.forgiveAll();
	const { page } = person;
	const { id, link } = await world.invite('Fred Framed');
	for (const { origin } of [sister, stranger, friend])
		for (const url of [link, `${world.site}/`, `${world.site}/book/`,
			`${world.site}/booking/payment`, `${world.site}/nothing`,
			`${world.site}/api/bookings/${id}`]) {
			await page.goto(origin);
			await isNotFramed(page, url);
		}
}, HTTPS);

walk('but those who were named as embedding them', async (person, world) => {
	person.forgiveAll();
	const { page } = person;
	const { id, link } = await world.invite('Emma Embedded');
	await allowFrames(world, `${sister.origin} ${friend.origin}`);
	try {
		await page.goto(stranger.origin);
		await isNotFramed(page, link);
		for (const { origin } of [friend, sister]) {
			await page.goto(origin);
			await isNotFramed(page, `${world.site}/api/bookings/${id}`);
			const frame = await frameOf(page, link);
			await frame.getByText('Hello Emma').waitFor();
		}
		/* Stripe's page lets nobody frame it: it takes the whole window. */
		await page.frames().at(-1).getByRole('button',
			{ name: 'Proceed to Payment' }).click();
		await payWith(page, GOOD_CARD);
		await see(page, 'Paid, confirmed for');
	} finally {
		await allowFrames(world, '\'none\'');
	}
}, HTTPS);

/* --- Texts that are not only texts --------------------------------------------- */

const MARKUP = '<img src=x onerror=top.bad=1><script>top.bad=1</script>'
	+ '<svg onload=top.bad=1>';
const QUOTES = '"><b onmouseover=top.bad=1>';

/* It stands there as it was typed, and is nothing but text. */
async function isInert(page, text) {
	await see(page, text);
	assert.equal(await page.evaluate('globalThis.bad'), undefined);
	assert.equal(await page.locator('main').locator(
		'img, svg, script, b, iframe, [onerror], [onload], [onmouseover]').count(), 0);
}

walk('names, titles and reasons are texts, whatever is in them',
	async ({ page }, world) => {
		await world.sh(`bookpay builders set mallory --name '${MARKUP}'`
			+ ' --timezone Europe/Berlin --email m@example.org');
		await world.sh('bookpay session-types set odd --builder mallory'
			+ ` --title '${QUOTES}T${MARKUP}' --minutes 30 --amount 500`
			+ ` --currency usd --direct --description '${QUOTES}D${MARKUP}'`
			+ ' --hours "mon-fri 08:00-20:00"');
		await page.goto(`${world.site}/book/`);
		await isInert(page, `${QUOTES}D${MARKUP}`);
		await page.goto(`${world.site}/book/?type=odd&x=${encodeURIComponent(MARKUP)}`);
		await page.getByLabel('Date').fill(weekday(60));
		await page.getByLabel('Time', { exact: true }).fill('12:00');
		/* A first name is what stands before the first blank. */
		await page.getByLabel('Your name').fill(`${MARKUP.replaceAll(' ', '/')} Ada`);
		await page.getByLabel('Your email').fill('ada@example.com');
		await click(page, 'Proceed to Payment');
		await payWith(page, GOOD_CARD);
		await isInert(page, 'Paid, confirmed for');
		await click(page, 'See the booking', 'link');
		await isInert(page, `Hello ${MARKUP.replaceAll(' ', '/')}`);
		await isInert(page, `${QUOTES}T${MARKUP}`);
		await click(page, 'Cancel this booking…');
		await page.getByLabel('Why? (optional)').fill(`${QUOTES}${MARKUP}`);
		await click(page, 'Cancel the booking');
		await isInert(page, /is cancelled|was cancelled/i);
	}, HTTPS);

walk('what Calendly’s address says of a person is text, too',
	async (person, world) => {
		const { page } = person;
		const query = new URLSearchParams({
			event_type_uuid: 'e7e70001-0000-4000-8000-000000000001',
			invitee_uuid: '1417e000-0000-4000-8000-00000000ffff',
			event_start_time: '2026-12-10T14:00:00Z',
			event_end_time: '2026-12-10T15:00:00Z',
			invitee_full_name: MARKUP, invitee_email: 'ada@example.com',
			event_type_name: MARKUP, utm_source: MARKUP, answer_1: MARKUP,
			assigned_to: MARKUP,
		});
		await page.goto(`${world.site}/booking/confirmation?${query}`);
		await isInert(page, `Hello ${MARKUP.split(' ')[0]}`);
		assert.doesNotMatch(page.url(), /img|example/);
		for (const path of [`/booking/payment?session_id=${MARKUP}`,
			`/booking/confirmation?booking=${MARKUP}`, `/${MARKUP}`]) {
			await page.goto(world.site + path);
			await isInert(page, /./);
		}
		person.refusedOnly(/^404 GET \//);
	}, HTTPS);

walk('an address that is a script is no link, and starts no script',
	async ({ page }, world) => {
		const SCRIPT = 'javascript:top.bad=1//';
		for (const key of ['schedulingUrl', 'calendlyWidgetUrl']) {
			await page.route('**/api/session-types', async (route) => {
				const response = await route.fetch();
				const text = await response.text();
				await route.fulfill({ response, body:
					text.replaceAll(new RegExp(`("${key}":)"[^"]*"`, 'g'),
						`$1"${SCRIPT}"`) });
			});
			await page.goto(`${world.site}/book/?type=workshop`);
			await see(page, 'This session is no longer offered');
			assert.equal(await page.locator('[href*="javascript:"]').count(), 0);
			assert.equal(await page.evaluate('globalThis.bad'), undefined);
			await page.unroute('**/api/session-types');
		}
	}, HTTPS);

test('money follows no address that is not https, or ours', () => {
	const page = 'http://shop.example/book/';
	for (const bad of ['javascript:alert(1)', 'JAVASCRIPT:alert(1)',
		' javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x',
		'blob:https://shop.example/x', 'vbscript:x', 'file:///etc/passwd',
		'http://evil.example', '//evil.example', '\\\\evil.example',
		'/\\evil.example', '\t//evil.example', 'https://shop.example@evil.example',
		'https://a:b@evil.example', 'http://127.0.0.1.evil.example',
		'http://localhost.evil.example', 'http://[::1', 'https://'])
		assert.equal(safeUrl(bad, page), null, bad);
	for (const good of ['https://checkout.stripe.com/c/pay/cs_1',
		'/booking/payment', 'http://127.0.0.1:8080/x'])
		assert.ok(safeUrl(good, page), good);
});

test('the elements leave a page, and make elements, in one place each', () => {
	const folder = new URL('../../nginx/www/bookpay/', import.meta.url);
	const using = (pattern) => readdirSync(folder).filter((name) =>
		name.endsWith('.js')
			&& pattern.test(readFileSync(new URL(name, folder), 'utf8')));
	assert.deepEqual(
		using(/location\.(assign|replace|href\s*=[^=])|location\s*=[^=]|\.open\(/),
		['navigate.js']);
	assert.deepEqual(using(/\b(innerHTML =|outerHTML|insertAdjacentHTML|srcdoc|eval\(|new Function|document\.write|DOMParser|setHTMLUnsafe|createContextualFragment)/), []);
	assert.deepEqual(using(/createElement\(/), ['dom.js']);
});

/* --- The policies, as somebody else judges them ------------------------------------ */

const { CspEvaluator } = optional('csp_evaluator/dist/evaluator.js') ?? {};
const { CspParser } = optional('csp_evaluator/dist/parser.js') ?? {};
const NO_JUDGE = CspEvaluator ? false
	: 'csp_evaluator is not installed (npm ci in tests/)';

const ALLOWLIST = 305;
const MEDIUM_MAYBE = 50;

/*
 * What it finds, but that a host may have JSONP, AngularJS or uploads: ours has
 * none, and of Calendly's it says "No bypass found".
 */
function weaknesses(policy) {
	return new CspEvaluator(new CspParser(policy).csp).evaluate()
		.filter(({ type, severity }) => severity <= MEDIUM_MAYBE
			&& !(type === ALLOWLIST && severity === MEDIUM_MAYBE))
		.map(({ directive, description }) => `${directive}: ${description}`);
}

test('the judge finds what is wrong', { skip: NO_JUDGE }, () => {
	for (const weak of ['', 'script-src *', 'default-src https:',
		'default-src \'self\' \'unsafe-inline\'',
		'script-src \'self\' \'unsafe-eval\'; object-src \'none\'',
		'script-src https://www.google.com; object-src \'none\'',
		'script-src \'self\' http://a.example; object-src \'none\'',
		'script-src \'self\''])
		assert.notDeepEqual(weaknesses(weak), [], weak);
});

test('the policies as shipped, for Calendly’s own origins, are sound',
	{ skip: NO_JUDGE }, () => {
		const file = readFileSync(new URL('../../nginx/bookpay-http.conf.in',
			import.meta.url), 'utf8');
		const policies = [...file.matchAll(/"(default-src [^"]*)"/g)]
			.map(([, policy]) => policy.replaceAll('@calendly_sources@',
				'https://assets.calendly.com https://calendly.com')
				.replaceAll('$bookpay_frame_ancestors', '\'none\''));
		assert.equal(policies.length, 3);
		for (const policy of policies) {
			assert.deepEqual(weaknesses(policy), [], policy);
			assert.doesNotMatch(policy, /unsafe|\*|http:|data:|blob:/);
			assert.match(policy, /^default-src 'none';.*frame-ancestors 'none'/);
		}
	});

walk('every page and every answer has such a policy', async (person, world) => {
	const { id } = await world.invite('Polly Policy');
	for (const path of ['/', '/book/', '/book/?type=review-45',
		`/booking/confirmation?booking=${id}`, '/booking/payment', '/nothing',
		'/bookpay/index.js', '/bookpay/bookpay.css', '/favicon.svg', '/.git',
		'/api/session-types', `/api/bookings/${id}`, '/api/nothing', '/healthz',
		'/api/stripe/checkout', '/api/webhooks/stripe']) {
		const answer = await person.page.request.get(world.site + path);
		const headers = answer.headers();
		const policy = headers['content-security-policy'] ?? '';
		assert.match(policy, /^default-src 'none';/, path);
		/* The fake Calendly is at an address, over http. */
		if (!NO_JUDGE)
			assert.deepEqual(weaknesses(policy.replaceAll(world.calendly,
				'https://calendly.com')), [], path);
		assert.deepEqual([headers['x-content-type-options'],
			headers['referrer-policy'], headers['x-frame-options'],
			headers['cross-origin-opener-policy'],
			headers['strict-transport-security']],
		['nosniff', 'no-referrer', 'DENY', 'same-origin', 'max-age=31536000'], path);
		assert.match(headers['permissions-policy'], /camera=\(\)/, path);
	}
}, HTTPS);

endOfWalks();
