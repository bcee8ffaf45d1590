/*
 * <session-types>: what can be booked.  A choice opens Calendly's calendar or
 * our own form in its place, and ?type=… in the address, so that the back
 * button and a shared link lead where they should.
 */

import { catalogue } from './api.js';
import { headline, link, policyOf, price } from './details.js';
import { h } from './dom.js';
import { BookpayElement } from './element.js';
import './calendly-booking.js';
import './direct-booking.js';

function elementFor(type) {
	if (type.schedulingUrl)
		return 'calendly-booking';
	return type.direct ? 'direct-booking' : null;
}

function facts(type) {
	return h('p', { class: 'bp-facts' },
		h('strong', { class: 'bp-price' }, price(type)),
		` · ${type.durationMinutes} minutes · with ${type.builder.name}`);
}

export class SessionTypes extends BookpayElement {
	#types = [];

	async start() {
		addEventListener('popstate', this.#follow);
		this.say('Loading the sessions…', { busy: true });
		try {
			this.#types = (await catalogue(this.api)).sessionTypes;
		} catch (error) {
			this.#failed(error);
			return;
		}
		this.say('');
		this.#route();
	}

	disconnectedCallback() {
		removeEventListener('popstate', this.#follow);
	}

	#failed(error) {
		this.say('');
		this.alert(error);
		this.body.replaceChildren(h('button', {
			type: 'button', class: 'bp-button',
			click: () => {
				this.calm();
				this.start();
			},
		}, 'Try again'));
	}

	/* What the address says is what is shown. */
	#route() {
		const id = new URLSearchParams(location.search).get('type');
		const type = this.#types.find((t) => t.id === id && elementFor(t));
		if (type)
			this.#open(type);
		else
			this.#list();
	}

	/* The view a person moved to takes the focus; a page just loaded does not. */
	#follow = () => {
		const left = this.body.querySelector('[session-type-id]')
			?.getAttribute('session-type-id');
		this.#route();
		const entered = this.body.querySelector('h2[tabindex]')
			?? this.body.querySelector(`#bp-${CSS.escape(left ?? '')} a`);
		entered?.focus();
	};

	#go(query) {
		history.pushState(null, '', location.pathname + query);
		this.#follow();
	}

	#list() {
		this.body.replaceChildren(this.#types.length > 0
			? h('ul', { class: 'bp-types' }, ...this.#types.map((t) => this.#card(t)))
			: headline({ tone: 'info', title: 'Nothing can be booked right now' }));
	}

	#card(type) {
		return h('li', { class: 'bp-card', id: `bp-${type.id}` },
			h('h2', {}, type.title),
			facts(type),
			type.description && h('p', {}, type.description),
			policyOf(type) && h('p', { class: 'bp-muted' }, policyOf(type)),
			type.requiresAuth && h('p', { class: 'bp-muted' }, 'You need to sign in.'),
			this.#choice(type));
	}

	/* A link, so that it opens in a new tab as well; the name tells which. */
	#choice(type) {
		if (!elementFor(type))
			return h('p', { class: 'bp-muted' }, 'Not bookable online right now.');
		const query = `?type=${encodeURIComponent(type.id)}`;
		return h('a', {
			href: query,
			class: 'bp-button bp-primary',
			'aria-label': `Choose a time: ${type.title}`,
			click: (event) => {
				if (event.ctrlKey || event.metaKey || event.shiftKey)
					return;
				event.preventDefault();
				this.#go(query);
			},
		}, 'Choose a time');
	}

	#open(type) {
		const back = link(location.pathname, '← All sessions', 'bp-back');
		back.addEventListener('click', (event) => {
			event.preventDefault();
			this.#go('');
		});
		this.body.replaceChildren(back,
			h('h2', { tabindex: '-1' }, type.title),
			facts(type),
			h(elementFor(type), {
				api: this.getAttribute('api'),
				'return-path': this.getAttribute('return-path'),
				'session-type-id': type.id,
			}));
	}
}

customElements.define('session-types', SessionTypes);
