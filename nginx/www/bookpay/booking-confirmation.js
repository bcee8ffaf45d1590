/*
 * <booking-confirmation>: one booking, the way to pay for it, and the way out.
 *
 * Which booking: the attribute booking-id, or the address of the page: our own
 * ?booking=bk_…#token=…, or what Calendly appends when it sends a client back.
 */

import { catalogue } from './api.js';
import {
	details, headline, holdNote, link, sentences,
} from './details.js';
import { h } from './dom.js';
import { WatchingElement } from './element.js';
import { bookingOutcome } from './outcome.js';
import { claimRequest, isPayable, readRedirect } from './redirect.js';
import { clientZone } from './time.js';
import './cancel-button.js';
import './checkout-button.js';

const BOOKING_ID = /^bk_[0-9a-f]{32}$/;

/* Calendly's webhook takes seconds; after this it is late, and we say so. */
const PATIENCE = 60_000;

function readAddress({ search, hash }) {
	const booking = new URLSearchParams(search).getAll('booking');
	if (booking.length === 0)
		return readRedirect(search);
	if (booking.length > 1 || !BOOKING_ID.test(booking[0]))
		return { kind: 'refused' };
	const token = new URLSearchParams(hash.slice(1)).get('token');
	return { kind: 'booking', bookingId: booking[0], token };
}

/* What may stay in the address: enough for a reload, nothing about a person. */
function publicQuery({ bookingId, claim }) {
	if (bookingId)
		return `?booking=${bookingId}`;
	return claim ? `?invitee_uuid=${claim.inviteeId}` : '';
}

function payButton(booking, request, from) {
	const button = h('checkout-button', {
		api: from.getAttribute('api'),
		'return-path': from.getAttribute('return-path'),
		label: booking.amount === 0 ? 'Confirm booking' : 'Proceed to Payment',
	});
	button.request = request;
	button.token = from.token;
	return button;
}

function cancelButton({ bookingId }, from) {
	const button = h('cancel-button',
		{ api: from.getAttribute('api'), 'booking-id': bookingId });
	button.token = from.token;
	return button;
}

export class BookingConfirmation extends WatchingElement {
	#source = null;
	#claim = null;
	#since = 0;
	#cancelled = false;

	constructor() {
		super();
		/* Already paid, cancelled …: what the booking is now says it best. */
		this.addEventListener('checkout-error', ({ detail }) => {
			if (detail.code === 'BOOKING_CONFLICT')
				this.#look(this.#source);
		});
		this.addEventListener('booking-cancelled', () => {
			this.#cancelled = true;
			this.#look(this.#source);
		});
	}

	start() {
		const bookingId = this.getAttribute('booking-id');
		this.#source ??= bookingId
			? { kind: 'booking', bookingId, token: this.token }
			: this.#takeAddress();
		const { kind } = this.#source;
		if (kind === 'none' || kind === 'refused')
			this.#explain(kind);
		else
			this.#look(this.#source);
	}

	/* First of all, before anything else on the page can read or send it. */
	#takeAddress() {
		const source = readAddress(location);
		history.replaceState(null, '', location.pathname + publicQuery(source));
		return source;
	}

	#look({ bookingId, token, claim }) {
		this.token = token ?? null;
		this.#claim = claim ?? null;
		this.#since = Date.now();
		this.say('Looking up your booking…', { busy: true });
		this.watch(`/api/bookings/${bookingId ?? claim.inviteeId}`);
	}

	show(booking) {
		/* The person is on the way to Stripe, or out: no button may vanish. */
		for (const button of this.querySelectorAll('checkout-button, cancel-button'))
			if (button.busy)
				return false;
		this.#claim = null;
		const said = bookingOutcome(booking);
		this.say(said.title);
		this.body.replaceChildren(
			headline(said),
			...this.#greeting(booking),
			...sentences(booking).filter(Boolean),
			details(booking),
			...this.#actions(booking));
		this.#arrive();
		return true;
	}

	/* The button that had the focus is gone: the news takes it. */
	#arrive() {
		if (!this.#cancelled)
			return;
		this.#cancelled = false;
		const head = this.body.querySelector('h2');
		head.tabIndex = -1;
		head.focus();
	}

	#greeting({ firstName }) {
		return firstName ? [h('p', {}, `Hello ${firstName},`)] : [];
	}

	#actions(booking) {
		const can = (what) => booking.can?.includes(what);
		return [
			can('pay') && holdNote(booking),
			can('pay')
				&& payButton(booking, { bookingId: booking.bookingId }, this),
			can('cancel') && cancelButton(booking, this),
		].filter(Boolean);
	}

	refused(error) {
		if (error.status === 404 && this.#claim) {
			this.#waitForCalendly();
			return false;
		}
		this.say('');
		this.body.replaceChildren(headline(
			{ tone: 'bad', title: 'We cannot show this booking' }));
		this.alert(error);
		return true;
	}

	/* Calendly's word to our server and its redirect of the client race. */
	#waitForCalendly() {
		if (!this.body.hasChildNodes())
			this.#showClaim(this.#claim);
		this.say(Date.now() - this.#since < PATIENCE
			? 'Confirming your time with Calendly…'
			: 'Calendly has not confirmed your time yet. This page keeps asking;'
				+ ' your time is safe, and you may come back later.',
		{ busy: true });
	}

	/*
	 * Title, price and policy come from our catalogue, not from the address:
	 * anybody can write an address.
	 */
	async #showClaim(claim) {
		const head = headline({ tone: 'wait', title: 'Your time is chosen' });
		this.body.replaceChildren(head, ...this.#greeting(claim), details(claim));
		const type = await this.#typeOf(claim);
		if (!type || this.#claim !== claim)
			return;
		const booking = { ...claim, ...type, sessionType: type };
		this.body.replaceChildren(head, ...this.#greeting(claim), details(booking));
		if (isPayable(claim))
			this.body.append(
				payButton(booking, claimRequest(claim, clientZone()), this));
	}

	async #typeOf({ eventTypeId }) {
		const offer = await catalogue(this.api).catch(() => null);
		return offer?.sessionTypes.find((type) =>
			type.calendlyEventTypeId === eventTypeId);
	}

	#explain(kind) {
		const [title, text] = kind === 'none'
			? ['No booking to show', 'This page opens after you have chosen a time.'
				+ ' If we sent you a link, please open that one.']
			: ['This link is damaged', 'We cannot tell which booking it belongs to.'
				+ ' If you booked with Calendly, your time is safe: please open the'
				+ ' link in your confirmation again, or write to us.'];
		this.body.replaceChildren(headline({ tone: 'info', title }),
			h('p', {}, text), link('/book/', 'See all sessions'));
	}
}

customElements.define('booking-confirmation', BookingConfirmation);
