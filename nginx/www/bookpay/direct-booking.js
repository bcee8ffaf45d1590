/*
 * <direct-booking session-type-id="…">: our own form for a session type that
 * does not live in Calendly.  Sends the client on to payment.
 */

import { catalogue } from './api.js';
import { CheckoutElement } from './checkout.js';
import { locale } from './details.js';
import { h } from './dom.js';
import { ApiError } from './errors.js';
import {
	allZones, clientZone, formatInstant, isZone, sameClock, today, zonedToUtc,
} from './time.js';

const SKIPPED = 'The clocks change that day: this time does not exist.';

function field(id, label, control) {
	control.id = id;
	return h('div', { class: 'bp-field' }, h('label', { for: id }, label), control);
}

/* "mon-fri 09:00-17:00" as people write it. */
function hoursWords(hours) {
	return hours.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())
		.replaceAll('-', '–');
}

function zoneSelect() {
	const mine = clientZone();
	return h('select', { name: 'timezone', required: true },
		...allZones(mine).map((zone) => h('option',
			{ value: zone, selected: zone === mine },
			zone.replaceAll('_', ' '))));
}

export class DirectBooking extends CheckoutElement {
	#type = null;
	#form = null;
	#hint = h('p', { class: 'bp-muted', role: 'status' });

	constructor() {
		super();
		this.addEventListener('checkout-error', ({ detail }) => {
			if (detail.code === 'BOOKING_CONFLICT')
				this.#form.elements.time.focus();
		});
	}

	async start() {
		try {
			const { sessionTypes } = await catalogue(this.api);
			const id = this.getAttribute('session-type-id');
			this.#type = sessionTypes.find((type) => type.id === id && type.direct);
			if (!this.#type)
				throw new ApiError({ code: 'SESSION_TYPE_NOT_FOUND' });
			this.#draw();
		} catch (error) {
			this.alert(error);
		}
	}

	#draw() {
		this.#form = h('form', {
			class: 'bp-form',
			input: () => this.#check(),
			submit: (event) => {
				event.preventDefault();
				this.checkout(this.#request());
			},
		}, this.#offered(),
		h('div', { class: 'bp-pair' },
			field('bp-date', 'Date', h('input',
				{ type: 'date', name: 'date', required: true, min: today(clientZone()) })),
			field('bp-time', 'Time', h('input',
				{ type: 'time', name: 'time', required: true }))),
		field('bp-timezone', 'Time zone', zoneSelect()),
		this.#hint,
		field('bp-name', 'Your name', h('input', { name: 'name', required: true,
			maxlength: '200', autocomplete: 'name' })),
		field('bp-email', 'Your email', h('input', { type: 'email', name: 'email',
			required: true, maxlength: '200', autocomplete: 'email' })),
		h('button', { class: 'bp-button bp-primary' },
			this.#type.amount === 0 ? 'Confirm booking' : 'Proceed to Payment'));
		this.body.replaceChildren(this.#form);
	}

	#offered() {
		const { hours, builder } = this.#type;
		return hours && h('p', { class: 'bp-muted' },
			`${builder.name} offers ${hoursWords(hours)}`
			+ ` (${builder.timezone.replaceAll('_', ' ')}).`);
	}

	get #instant() {
		const { date, time, timezone } = this.#form.elements;
		return zonedToUtc(date.value, time.value, timezone.value);
	}

	/* Says which time it is for the builder, and refuses a time that is none. */
	#check() {
		const { date, time, timezone } = this.#form.elements;
		const chosen = date.value && time.value;
		const start = chosen ? this.#instant : null;
		time.setCustomValidity(chosen && !start ? SKIPPED : '');
		const { builder } = this.#type;
		const words = start && isZone(builder.timezone)
			&& !sameClock(start, timezone.value, builder.timezone)
			? `For ${builder.name} that is `
				+ `${formatInstant(start, builder.timezone, locale)}.`
			: '';
		if (this.#hint.textContent !== words)
			this.#hint.textContent = words;
	}

	#request() {
		const { name, email, timezone } = this.#form.elements;
		const returnPath = this.getAttribute('return-path');
		return {
			sessionTypeId: this.#type.id,
			startTime: this.#instant,
			name: name.value.trim(),
			email: email.value.trim(),
			timezone: timezone.value,
			...(returnPath && { returnPath }),
		};
	}
}

customElements.define('direct-booking', DirectBooking);
