/*
 * <checkout-button booking-id="bk_…">: one button that leads to payment.
 *
 * Instead of booking-id: session-type-id, start-time, name, email, timezone
 * (a booking made on the spot).  Optional: return-path, promotion-code, locale,
 * label, api (the origin of another server).  A script may set .request, the
 * body of POST /api/stripe/checkout, and .token.
 */

import { CheckoutElement } from './checkout.js';
import { h } from './dom.js';

const FIELDS = {
	bookingId: 'booking-id',
	sessionTypeId: 'session-type-id',
	startTime: 'start-time',
	name: 'name',
	email: 'email',
	timezone: 'timezone',
	returnPath: 'return-path',
	promotionCode: 'promotion-code',
	locale: 'locale',
};

export class CheckoutButton extends CheckoutElement {
	request = {};

	start() {
		const label = this.getAttribute('label') ?? 'Proceed to Payment';
		this.body.replaceChildren(h('button', {
			type: 'button',
			class: 'bp-button bp-primary',
			click: () => this.checkout(this.#request()),
		}, label));
	}

	#request() {
		const given = Object.entries(FIELDS)
			.filter(([, attribute]) => this.hasAttribute(attribute))
			.map(([field, attribute]) => [field, this.getAttribute(attribute)]);
		return { ...Object.fromEntries(given), ...this.request };
	}
}

customElements.define('checkout-button', CheckoutButton);
