/*
 * checkout: from a click to the payment page, once, whatever is clicked.
 */

import { BookpayElement } from './element.js';
import { ApiError } from './errors.js';
import { forgetKey, keepKeyUntil, keyFor } from './idempotency.js';
import { leaveFor } from './navigate.js';

const RETRY_AFTER = 2;
const RETRY_AFTER_MAX = 10;

/* Only a request that makes a booking needs a key: others name theirs. */
function needsKey(request) {
	return request.sessionTypeId !== undefined;
}

/* A booking that is only being made cannot have been paid or cancelled. */
function advice(request, error) {
	return needsKey(request) && error.code === 'BOOKING_CONFLICT'
		? 'Please choose another time.' : '';
}

function post(api, request) {
	return api.post('/api/stripe/checkout', request,
		needsKey(request) ? { 'Idempotency-Key': keyFor(request) } : {});
}

function pause(seconds) {
	const wait = Math.min(seconds || RETRY_AFTER, RETRY_AFTER_MAX);
	return new Promise((resolve) => setTimeout(resolve, wait * 1000));
}

async function postTwice(api, request, onRetry) {
	try {
		return await post(api, request);
	} catch (error) {
		if (!error.worthRepeating)
			throw error;
		onRetry();
		await pause(error.retryAfter);
		return post(api, request);
	}
}

function settleKey(request, error, answer) {
	if (!needsKey(request))
		return;
	if (answer)
		keepKeyUntil(request, answer.expiresAt);
	else if (!error.passing)
		forgetKey(request);
}

export class CheckoutElement extends BookpayElement {
	#busy = false;

	connectedCallback() {
		super.connectedCallback();
		/* Back from Stripe, the page can be the very one that was left. */
		addEventListener('pageshow', this.#reset);
	}

	disconnectedCallback() {
		removeEventListener('pageshow', this.#reset);
	}

	get busy() {
		return this.#busy;
	}

	#reset = () => this.#setBusy(false);

	/* aria-disabled, for a disabled button would drop the focus. */
	#setBusy(busy, words = '') {
		this.#busy = busy;
		this.body.querySelector('.bp-primary')
			?.setAttribute('aria-disabled', String(busy));
		this.say(words, { busy });
	}

	/* Never throws: what fails is said, and told in a checkout-error event. */
	async checkout(request) {
		if (this.#busy)
			return;
		this.calm();
		this.#setBusy(true, 'One moment, we are opening the next page…');
		try {
			await this.#send(request);
		} catch (error) {
			this.#setBusy(false);
			this.#fail(request, error);
		}
	}

	async #send(request) {
		const answer = await postTwice(this.api, request, () => this.say(
			'Our system is busy. We are trying once more…', { busy: true }));
		settleKey(request, null, answer);
		if (!leaveFor(answer.url))
			throw new ApiError({ code: 'UNSAFE_URL' });
	}

	#fail(request, error) {
		if (!(error instanceof ApiError))
			throw error;
		settleKey(request, error, null);
		this.alert(error, advice(request, error));
		this.dispatchEvent(new CustomEvent('checkout-error',
			{ detail: error, bubbles: true }));
	}
}
