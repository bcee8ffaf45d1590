/*
 * element: what all our custom elements share.  They live in the light DOM, so
 * that bookpay.css, or a site's own style, reaches them.
 */

import { Api } from './api.js';
import { h } from './dom.js';
import { ApiError, errorWords } from './errors.js';
import { poll } from './poll.js';

export class BookpayElement extends HTMLElement {
	/* A guest's capability for one booking, only ever held in memory. */
	token = null;

	/* Live regions must stand in the page before anything is said in them. */
	#status = h('p', { class: 'bp-status', role: 'status' });
	#alert = h('div', { class: 'bp-alert', role: 'alert' });
	body = h('div', { class: 'bp-body' });

	connectedCallback() {
		if (!this.contains(this.body))
			this.replaceChildren(this.body, this.#status, this.#alert);
		this.start();
	}

	get api() {
		return new Api(this.getAttribute('api') ?? '', this.token);
	}

	say(text, { busy = false } = {}) {
		if (this.#status.textContent !== text)
			this.#status.textContent = text;
		this.#status.classList.toggle('bp-busy', busy);
	}

	/* Words already on the page are left alone: a reader hears them once. */
	alert(error, more = '') {
		const words = [errorWords(error), more].filter(Boolean).join(' ');
		if (this.#alert.firstChild?.textContent === words)
			return;
		this.#alert.replaceChildren(h('p', {}, words));
		if (error.hasReference)
			this.#alert.append(h('p', { class: 'bp-reference' },
				`Reference: ${error.requestId}`));
	}

	calm() {
		this.#alert.replaceChildren();
	}
}

/*
 * An element that shows one thing of the server's for as long as it changes.
 * Below it: show(data), false if now is no time for it, and refused(error),
 * which says whether to stop asking.
 */
export class WatchingElement extends BookpayElement {
	#watching = new AbortController();
	#shown = null;

	watch(path) {
		this.#watching.abort();
		const watching = new AbortController();
		this.#watching = watching;
		poll(() => this.#ask(path, watching.signal), watching.signal);
		/* A page taken out of the back/forward cache may be hours old. */
		addEventListener('pageshow', (event) => {
			if (event.persisted)
				this.watch(path);
		}, { signal: watching.signal });
	}

	disconnectedCallback() {
		this.#watching.abort();
	}

	async #ask(path, signal) {
		try {
			const data = await this.api.get(path);
			return signal.aborted || (this.#update(data) && data.settled);
		} catch (error) {
			if (!(error instanceof ApiError))
				throw error;
			return signal.aborted || this.#trouble(error);
		}
	}

	/* Drawing again what has not changed would take the focus from a button. */
	#update(data) {
		this.calm();
		const text = JSON.stringify(data);
		if (text !== this.#shown && this.show(data) === false)
			return false;
		this.#shown = text;
		return true;
	}

	#trouble(error) {
		if (!error.passing)
			return this.refused(error);
		this.alert(error, 'This page keeps trying by itself.');
		return false;
	}
}
