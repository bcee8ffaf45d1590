/*
 * stranger: pages of other sites, over https, on addresses of this machine:
 *
 *	127.0.0.1	another port of our own host, which is "same-site": our
 *			cookies go there and back as with a sister domain
 *	127.0.0.2	a site that has nothing to do with ours
 *
 * and what such a page can try, from inside of it.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';

function certificate() {
	const folder = mkdtempSync(`${tmpdir()}/bookpay-`);
	try {
		execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
			'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
			'-subj', '/CN=stranger', '-keyout', `${folder}/key`,
			'-out', `${folder}/cert`], { stdio: 'ignore' });
		return { key: readFileSync(`${folder}/key`),
			cert: readFileSync(`${folder}/cert`) };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function listen(server, host) {
	return new Promise((resolve) => {
		server.listen(0, host, () =>
			resolve(`https://${host}:${server.address().port}`));
	});
}

/* An empty page at every path of its origin; { origin, close }. */
export async function openSite(host) {
	const server = createServer(certificate(), (request, response) => {
		response.setHeader('Content-Type', 'text/html');
		response.end('<!doctype html><title>Another site</title><body>');
	});
	const origin = await listen(server, host);
	return { origin, close: () => {
		server.closeAllConnections();
		server.close();
	} };
}

/* --- In the page ----------------------------------------------------------- */

/*
 * Posts to a route in every way a browser knows.  The names of the ways whose
 * answer the page could read come back: there must be none.
 */
export async function postEveryWay({ url, body }) {
	const read = [];
	const types = ['text/plain', 'application/x-www-form-urlencoded',
		'application/json', 'text/plain; charset=application/json'];
	for (const mode of ['cors', 'no-cors'])
		for (const type of types) {
			const answer = await fetch(url, { method: 'POST', mode, body,
				headers: { 'Content-Type': type }, credentials: 'include' })
				.catch(() => null);
			if (answer && answer.type !== 'opaque')
				read.push(`${mode} ${type}`);
			navigator.sendBeacon(url, new Blob([body], { type }));
		}
	const overridden = await fetch(url, { credentials: 'include',
		headers: { 'X-HTTP-Method-Override': 'POST' } }).catch(() => null);
	if (overridden)
		read.push('override');
	/* A form that is sent as text can be spelt so that JSON comes out. */
	const send = (enctype, method) => new Promise((resolve) => {
		const frame = document.createElement('iframe');
		frame.name = `sink${Math.random()}`;
		frame.addEventListener('load', resolve);
		const form = document.createElement('form');
		Object.assign(form, { action: url, method, enctype, target: frame.name });
		const field = document.createElement('input');
		field.name = `${body.slice(0, -1)},"x":"`;
		field.value = '"}';
		form.append(field);
		document.body.append(frame, form);
		form.submit();
	});
	await send('text/plain', 'post');
	await send('multipart/form-data', 'post');
	await send('application/x-www-form-urlencoded', 'post');
	await send('application/x-www-form-urlencoded', 'get');
	return read;
}

/*
 * Asks for an address in every way; what could be told of the answer comes
 * back: its bytes, or whether it was one at all.
 */
export async function lookEveryWay(url) {
	const told = [];
	for (const mode of ['cors', 'no-cors', 'same-origin']) {
		const answer = await fetch(url, { mode, credentials: 'include' })
			.catch(() => null);
		if (answer)
			told.push(`fetch ${mode}`);
	}
	const load = (tag, attribute) => new Promise((resolve) => {
		const element = document.createElement(tag);
		element.addEventListener('load', () => resolve(true));
		element.addEventListener('error', () => resolve(false));
		element.rel = 'stylesheet';
		element[attribute] = url;
		document.body.append(element);
	});
	for (const [tag, attribute] of [['script', 'src'], ['img', 'src'],
		['link', 'href'], ['object', 'data']])
		if (await load(tag, attribute))
			told.push(tag);
	return told;
}

/* Opens a window; is it still in the page's hands when it has loaded? */
export async function holdWindow(url) {
	const held = window.open(url);
	const until = Date.now() + 10_000;
	while (held && !held.closed && Date.now() < until)
		await new Promise((resolve) => {
			setTimeout(resolve, 20);
		});
	return Boolean(held && !held.closed);
}
