/*
 * person: somebody at a browser of their own, and the eyes of a careful
 * tester: whatever page they come to makes no mistake in the console, breaks no
 * policy, asks no strange host, and reads well by axe, at 320 px and in the dark.
 */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { startWorld } from './world.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu',
	'--disable-background-networking', '--no-first-run',
	'--disable-component-update', '--disable-sync', '--disable-quic',
	/* Nothing leaves this machine, whatever a browser likes to fetch. */
	'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.*'];
/* Long, for a machine that does other things as well: nothing waits that long. */
const PATIENCE = 60_000;

/* BOOKPAY_NODE: the folder that node_modules is in. */
const need = createRequire(`${process.env.BOOKPAY_NODE
	?? fileURLToPath(new URL('..', import.meta.url))}/`);

export function optional(name) {
	try {
		return need(name);
	} catch {
		return null;
	}
}

const playwright = optional('playwright-core');
const axe = optional('axe-core');

function whyNot() {
	if (!existsSync(CHROMIUM))
		return `there is no browser: ${CHROMIUM}`;
	return playwright && axe ? null
		: 'playwright-core and axe-core are not installed (npm ci in tests/)';
}

const missing = whyNot();
if (missing)
	console.error(`*** NO BROWSER TESTS: ${missing} ***`);

/* One world and one browser for all walks of a file, from the first one on. */
let stage = null;
let settings = [];

/* Before the first walk: what startWorld is given. */
export function worldOf(...config) {
	settings = config;
}

async function setTheStage() {
	const world = await startWorld(...settings);
	try {
		return { world, browser: await playwright.chromium.launch({
			executablePath: CHROMIUM, args: ARGUMENTS,
			/* So that fields of dates take month, day and year. */
			env: { ...process.env, LANGUAGE: 'en_US' } }) };
	} catch (error) {
		await world.stop();
		throw error;
	}
}

/* A test on the stage; skipped where world.sh says that there can be none. */
function onStage(name, steps) {
	test(name, { skip: missing ?? false, timeout: 600_000 }, async (t) => {
		stage ??= setTheStage();
		try {
			await stage;
		} catch (error) {
			const [, why] = /# SKIP (.*)/.exec(error.message) ?? [];
			if (!why)
				throw error;
			t.skip(why);
			return;
		}
		await steps(await stage);
	});
}

/* Last in every file. */
export function endOfWalks() {
	onStage('nothing died and the logs are clean', async ({ browser, world }) => {
		await browser.close();
		await world.stop();
	});
}

/* What the browser says of a failed answer; those are judged by refusedOnly. */
const ANSWER = /^Failed to load resource: /;

/* Calendly's word to us and its client race: the page asks until we know. */
const RACE = /^404 GET \/api\/bookings\/[0-9a-f]{8}-/;

class Person {
	#context = null;
	#faults = [];
	#refusals = [];
	#forgiven = false;

	async begin(browser, options) {
		this.#context = await browser.newContext({
			locale: 'en-GB',
			timezoneId: 'Europe/Berlin',
			viewport: { width: 900, height: 900 },
			reducedMotion: 'reduce',
			...options,
		});
		this.#context.setDefaultTimeout(PATIENCE);
		this.#context.on('request', (request) => this.#asked(request));
		this.#context.on('requestfailed', (request) => this.#failed(request));
		this.#context.on('response', (response) => this.#answered(response));
		this.#context.on('weberror', (error) =>
			this.#faults.push(`exception: ${error.error().stack}`));
		this.#context.on('console', (message) => this.#said(message));
		this.page = await this.tab();
	}

	tab() {
		return this.#context.newPage();
	}

	#asked(request) {
		const url = new URL(request.url());
		if (url.hostname !== '127.0.0.1' && url.protocol !== 'data:')
			this.#faults.push(`request to ${url}`);
		/* A referer would carry what Calendly wrote into the address. */
		if (/%40|@/.test(request.headers().referer ?? ''))
			this.#faults.push(`referer ${request.headers().referer}`);
	}

	/* A page that is left lets go of what it asked for. */
	#failed(request) {
		const { errorText } = request.failure();
		if (errorText !== 'net::ERR_ABORTED')
			this.#refusals.push(`${errorText} ${request.method()} ${
				new URL(request.url()).pathname}`);
	}

	#answered(response) {
		if (response.status() < 400)
			return;
		const { pathname } = new URL(response.url());
		this.#refusals.push(
			`${response.status()} ${response.request().method()} ${pathname}`);
	}

	#said(message) {
		if (message.type() === 'error' && !ANSWER.test(message.text()))
			this.#faults.push(`console: ${message.text()}`);
	}

	offline(is) {
		return this.#context.setOffline(is);
	}

	/* From now on failed answers are news again; those so far were these. */
	refusedOnly(...patterns) {
		const strange = this.#refusals.filter((refusal) =>
			![RACE, ...patterns].some((pattern) => pattern.test(refusal)));
		assert.deepEqual(strange, [], 'failed answers');
		this.#refusals = [];
	}

	/* What the pages did wrong until now. */
	faults() {
		return this.#faults.splice(0);
	}

	/* Who visits pages of others: what those do wrong is not our mistake. */
	forgiveAll() {
		this.#forgiven = true;
	}

	async end() {
		await this.#context.close();
		if (this.#forgiven)
			return;
		this.refusedOnly();
		assert.deepEqual(this.faults(), []);
	}
}

/*
 * walk(name, async (person, world) => …): one test.  A third parameter `meet`
 * is for walks with more people, or another kind: await meet({ locale: … }).
 */
export function walk(name, steps, options = {}) {
	onStage(name, async ({ browser, world }) => {
		const met = [];
		const meet = async (kind) => {
			const person = new Person();
			await person.begin(browser, kind);
			met.push(person);
			return person;
		};
		try {
			await steps(await meet(options), world, meet);
		} catch (error) {
			for (const [n, { page }] of met.entries())
				await picture(page, `failed ${name} ${n}`).catch(() => {});
			throw error;
		}
		for (const person of met)
			await person.end();
	});
}

/* --- Looking -------------------------------------------------------------- */

const SHOTS = process.env.BOOKPAY_SHOTS;

/* BOOKPAY_SHOTS: a folder for pictures of every state that is inspected. */
async function picture(page, name) {
	if (!SHOTS)
		return;
	mkdirSync(SHOTS, { recursive: true });
	await page.screenshot({ fullPage: true,
		path: `${SHOTS}/${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png` });
}

/* Waits until words are to be read on a page. */
export async function see(page, words) {
	const place = page.locator('main').filter({ hasText: words });
	try {
		await place.waitFor();
	} catch (error) {
		const there = await page.locator('body').innerText().catch(() => '');
		throw new Error(`${words} is not on ${page.url()}, but:\n${there}`,
			{ cause: error });
	}
}

async function runAxe(page, options) {
	const { violations } = await page.evaluate(
		(given) => globalThis.axe.run(document, given), options);
	return violations.map(({ id, nodes: [{ html, failureSummary }] }) =>
		`${id}: ${html}: ${failureSummary}`);
}

const isWide = () => {
	const { scrollWidth, clientWidth } = document.documentElement;
	return scrollWidth > clientWidth;
};

/* A page in one of its states, looked at in every way. */
export async function inspect(page, name) {
	const size = page.viewportSize();
	if (!await page.evaluate('globalThis.axe !== undefined'))
		await page.evaluate(axe.source);
	const bad = await runAxe(page, { iframes: false });
	await picture(page, name);
	await page.emulateMedia({ colorScheme: 'dark' });
	await page.setViewportSize({ width: 320, height: 640 });
	bad.push(...await runAxe(page,
		{ iframes: false, runOnly: ['color-contrast', 'target-size'] }));
	if (await page.evaluate(isWide))
		bad.push('scrolls sideways at 320 px');
	await picture(page, `${name} dark 320`);
	await page.emulateMedia({ colorScheme: null });
	await page.setViewportSize(size);
	assert.deepEqual(bad, [], name);
}

/* --- Doing ---------------------------------------------------------------- */

export const GOOD_CARD = '4242 4242 4242 4242';

/* Types a card on the page that plays Stripe's, and sends it. */
export async function payWith(page, card) {
	await page.getByLabel('Card number').fill(card);
	await page.getByLabel('Expiry').fill('12 / 40');
	await page.getByLabel('CVC').fill('123');
	await page.getByRole('button', { name: 'Pay', exact: true }).click();
}

/* Books the first free time on Calendly's page, or inside its frame. */
export async function bookAtCalendly(calendar, name, email) {
	await calendar.getByRole('radio').first().check();
	await calendar.getByLabel('Name').fill(name);
	await calendar.getByLabel('Email').fill(email);
	await calendar.getByRole('button', { name: 'Schedule Event' }).click();
}

export function click(page, name, role = 'button') {
	return page.getByRole(role, { name }).click();
}
