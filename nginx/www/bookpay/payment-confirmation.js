/*
 * <payment-confirmation>: what became of one payment, and what comes next.
 *
 * Which one: the attribute session-id, or ?session_id=cs_… of the page.  The
 * address is left as it is: a reload must work, and the id alone opens nothing.
 */

import { details, headline, link, sentences } from './details.js';
import { h } from './dom.js';
import { WatchingElement } from './element.js';
import { ApiError } from './errors.js';
import { safeUrl } from './navigate.js';
import { paymentOutcome, paymentWords } from './outcome.js';
import './checkout-button.js';

const SESSION_ID = /^cs_[A-Za-z0-9_]{1,250}$/;

function waitingWords({ bookingPaymentStatus }) {
	return bookingPaymentStatus === 'PROCESSING'
		? 'We are waiting for your bank. You may close this page.'
		: 'We are waiting for Stripe’s word. This page updates by itself.';
}

export class PaymentConfirmation extends WatchingElement {
	start() {
		const id = this.getAttribute('session-id')
			?? new URLSearchParams(location.search).get('session_id') ?? '';
		if (!SESSION_ID.test(id)) {
			this.refused(new ApiError({ code: 'SESSION_NOT_FOUND' }));
			return;
		}
		this.say('Asking about your payment…', { busy: true });
		this.watch(`/api/stripe/sessions/${id}`);
	}

	show(session) {
		if (this.querySelector('checkout-button')?.busy)
			return;
		const said = paymentOutcome(session);
		this.body.replaceChildren(
			headline(said),
			...sentences({ ...session, ...paymentWords(session) }).filter(Boolean),
			details(session),
			h('div', { class: 'bp-actions' }, ...this.#actions(session)));
		this.say(session.settled ? said.title : waitingWords(session),
			{ busy: !session.settled });
	}

	#actions(session) {
		const open = session.url && safeUrl(session.url, location.href);
		return [
			open && link(open, 'Not paid yet? Back to payment'),
			!open && session.can?.includes('pay') && this.#again(session),
			link(`/booking/confirmation?booking=${session.bookingId}`, 'See the booking'),
		];
	}

	#again({ bookingId, status }) {
		return h('checkout-button', {
			api: this.getAttribute('api'),
			'return-path': this.getAttribute('return-path'),
			'booking-id': bookingId,
			label: status === 'expired' ? 'Start again' : 'Pay again',
		});
	}

	refused(error) {
		this.say('');
		this.body.replaceChildren(
			headline({ tone: 'bad', title: 'We cannot show this payment' }));
		this.alert(error);
		return true;
	}
}

customElements.define('payment-confirmation', PaymentConfirmation);
