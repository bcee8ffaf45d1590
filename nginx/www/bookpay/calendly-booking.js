/*
 * <calendly-booking session-type-id="…">: Calendly's own calendar for one
 * session type.  When a time is booked in it, the page goes on to
 * confirmation-path (default /booking/confirmation).
 */

import { catalogue } from './api.js';
import { link } from './details.js';
import { h } from './dom.js';
import { BookpayElement } from './element.js';
import { ApiError } from './errors.js';
import { goTo, safeUrl } from './navigate.js';
import { readScheduled } from './redirect.js';

/* Without embed_domain Calendly sends the page no messages at all. */
function widgetUrl(schedulingUrl) {
	const url = new URL(schedulingUrl);
	url.searchParams.set('embed_domain', location.host);
	url.searchParams.set('embed_type', 'Inline');
	url.searchParams.set('utm_source', 'bookpay');
	return url.href;
}

const scripts = new Map();

function loadScript(src) {
	if (!scripts.has(src))
		scripts.set(src, new Promise((resolve, reject) => {
			document.head.append(
				h('script', { src, load: resolve, error: reject }));
		}));
	return scripts.get(src);
}

export class CalendlyBooking extends BookpayElement {
	#listening = new AbortController();

	async start() {
		this.say('Opening the calendar…', { busy: true });
		try {
			await this.#open(await catalogue(this.api));
		} catch (error) {
			this.say('');
			this.alert(error);
		}
	}

	disconnectedCallback() {
		this.#listening.abort();
	}

	async #open({ sessionTypes, calendlyWidgetUrl }) {
		const id = this.getAttribute('session-type-id');
		const type = sessionTypes.find((t) => t.id === id);
		const scheduling = type && safeUrl(type.schedulingUrl, location.href);
		const widget = safeUrl(calendlyWidgetUrl, location.href);
		if (!scheduling || !widget)
			throw new ApiError({ code: 'SESSION_TYPE_NOT_FOUND' });
		this.#listen(type, new URL(scheduling).origin);
		try {
			await loadScript(widget);
			this.#embed(widgetUrl(scheduling), type);
		} catch {
			this.#offerLink(scheduling);
		}
		this.say('');
	}

	#embed(url, type) {
		const frame = h('div', {
			class: 'calendly-inline-widget bp-calendar',
			'data-url': url,
			/* We start it ourselves: the script only looks when it loads. */
			'data-auto-load': 'false',
		});
		this.body.replaceChildren(frame);
		window.Calendly.initInlineWidget({ url, parentElement: frame });
		const iframe = frame.querySelector('iframe');
		iframe?.setAttribute('title', `Choose a time for ${type.title}`);
	}

	/* Content blockers like to stop widgets; the calendar works by itself. */
	#offerLink(url) {
		this.body.replaceChildren(
			h('p', {}, 'The calendar cannot be shown inside this page.'
				+ ' You can open it on Calendly instead.'),
			link(url, 'Choose a time on Calendly', 'bp-button bp-primary'));
	}

	#listen(type, origin) {
		this.#listening.abort();
		this.#listening = new AbortController();
		addEventListener('message', (event) => {
			const ids = readScheduled(event, origin);
			if (ids && this.#isOurs(event.source))
				this.#goOn(type, ids);
		}, { signal: this.#listening.signal });
	}

	#isOurs(source) {
		return Array.from(this.querySelectorAll('iframe'))
			.some((iframe) => iframe.contentWindow === source);
	}

	#goOn({ calendlyEventTypeId }, { inviteeId, eventId }) {
		const query = new URLSearchParams({
			invitee_uuid: inviteeId,
			event_type_uuid: calendlyEventTypeId,
			event_uuid: eventId,
		});
		goTo(`${this.getAttribute('confirmation-path')
			?? '/booking/confirmation'}?${query}`);
	}
}

customElements.define('calendly-booking', CalendlyBooking);
