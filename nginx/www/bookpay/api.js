/*
 * api: our server, as promises of data or an ApiError.
 */

import { ApiError } from './errors.js';

const READ_TIMEOUT = 15_000;
/* nginx gives a checkout 30 seconds: its own words are better than ours. */
const WRITE_TIMEOUT = 35_000;

function retryAfter(response) {
	const seconds = Number(response.headers.get('Retry-After'));
	return Number.isFinite(seconds) ? seconds : 0;
}

async function readAnswer(response) {
	/* Whatever is not our JSON came from a proxy on the way. */
	const body = await response.json().catch(() => null);
	if (response.ok && body?.success)
		return body.data;
	throw new ApiError({
		code: 'INTERNAL',
		requestId: response.headers.get('X-Request-Id'),
		...body?.error,
		status: response.status,
		retryAfter: retryAfter(response),
	});
}

export class Api {
	/*
	 * `origin` is '' for the server the page came from.  `token` is a guest's
	 * capability: the first answer sets a cookie too, but browsers keep that
	 * one from us where the page stands on a foreign site.
	 */
	constructor(origin = '', token = null) {
		this.origin = origin;
		this.token = token;
	}

	get(path) {
		return this.#send(path, { method: 'GET' }, READ_TIMEOUT);
	}

	post(path, body, headers = {}) {
		return this.#send(path, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', ...headers },
			body: JSON.stringify(body),
		}, WRITE_TIMEOUT);
	}

	async #send(path, { headers, ...init }, timeout) {
		const response = await fetch(this.origin + path, {
			...init,
			headers: {
				...headers,
				...(this.token && { Authorization: `Guest ${this.token}` }),
			},
			credentials: this.origin ? 'include' : 'same-origin',
			cache: 'no-store',
			signal: AbortSignal.timeout(timeout),
		}).catch(() => {
			throw new ApiError({ code: 'NETWORK' });
		});
		return readAnswer(response);
	}
}

const catalogues = new Map();

/* The catalogue, asked for once per page however many elements need it. */
export function catalogue(api) {
	if (!catalogues.has(api.origin)) {
		const asked = api.get('/api/session-types');
		asked.catch(() => catalogues.delete(api.origin));
		catalogues.set(api.origin, asked);
	}
	return catalogues.get(api.origin);
}
