/*
 * <cancel-button booking-id="bk_…">: gives a booking up, after it has said what
 * that pays back and was told a second time.
 *
 * Optional: label, api (the origin of another server).  A script may set
 * .token.  When the booking is cancelled, a booking-cancelled event bubbles.
 */

import { h } from './dom.js';
import { BookpayElement } from './element.js';
import { ApiError } from './errors.js';

/* The server takes 2000 bytes, and a character may be four. */
const REASON_MAX = '500';

let count = 0;

export class CancelButton extends BookpayElement {
	#busy = false;
	#back = h('p', { class: 'bp-summary' });
	#reason = h('input',
		{ name: 'reason', maxlength: REASON_MAX, autocomplete: 'off' });
	#button = null;
	#dialog = null;

	start() {
		const label = this.getAttribute('label') ?? 'Cancel this booking…';
		this.#button = h('button', {
			type: 'button',
			class: 'bp-button',
			'aria-haspopup': 'dialog',
			click: () => this.#try(() => this.#ask()),
		}, label);
		this.#dialog = this.#draw(`bp-cancel-${++count}`);
		this.body.replaceChildren(this.#button, this.#dialog);
	}

	/* While somebody is at it: who redraws the page must wait. */
	get busy() {
		return this.#busy || this.#dialog.open;
	}

	/* Enter in the field takes the first button: the one that does nothing. */
	#draw(id) {
		this.#reason.id = `${id}-reason`;
		const form = h('form', {
			method: 'dialog',
			class: 'bp-form',
			submit: ({ submitter }) => {
				if (submitter?.value === 'cancel')
					this.#try(() => this.#cancel());
			},
		},
		h('h2', { id }, 'Cancel this booking?'),
		h('div', { id: `${id}-back` }, this.#back,
			h('p', { class: 'bp-muted' }, 'This cannot be undone.')),
		h('div', { class: 'bp-field' },
			h('label', { for: this.#reason.id }, 'Why? (optional)'), this.#reason),
		h('div', { class: 'bp-actions' },
			h('button', { class: 'bp-button', value: '' }, 'Keep the booking'),
			h('button', { class: 'bp-button bp-danger', value: 'cancel' },
				'Cancel the booking')));
		return h('dialog', {
			class: 'bp-dialog',
			'aria-labelledby': id,
			'aria-describedby': `${id}-back`,
		}, form);
	}

	#post(body) {
		const id = this.getAttribute('booking-id');
		return this.api.post(`/api/bookings/${id}/cancel`, body);
	}

	/* aria-disabled, for a disabled button would drop the focus. */
	#setBusy(busy, words = '') {
		this.#busy = busy;
		this.#button.setAttribute('aria-disabled', String(busy));
		this.say(words, { busy });
	}

	/* One thing at a time; what fails is said. */
	async #try(steps) {
		if (this.#busy)
			return;
		this.calm();
		try {
			await steps();
		} catch (error) {
			if (!(error instanceof ApiError))
				throw error;
			this.alert(error);
		} finally {
			this.#setBusy(false);
		}
	}

	async #ask() {
		this.#setBusy(true, 'One moment, we look up what you would get back…');
		const { refund } = await this.#post({ dryRun: true });
		this.#back.textContent = refund.reason;
		this.#dialog.showModal();
	}

	async #cancel() {
		this.#setBusy(true, 'Cancelling your booking…');
		const reason = this.#reason.value.trim();
		const answer = await this.#post(reason ? { reason } : {});
		this.dispatchEvent(new CustomEvent('booking-cancelled',
			{ detail: answer, bubbles: true }));
	}
}

customElements.define('cancel-button', CancelButton);
