/*
 * outcome: the pair of statuses as a headline and a tone.  The sentence under
 * it is the server's; this table only chooses how the page looks.
 */

/* Booking status, payment status, tone, headline: the first line that fits. */
const OUTCOMES = [
	['RESCHEDULED', '*', 'info', 'Your session has moved'],
	['CANCELLED', 'REFUNDED', 'info', 'Cancelled and refunded'],
	['CANCELLED', 'PARTIALLY_REFUNDED', 'info', 'Cancelled and partly refunded'],
	['CANCELLED', '*', 'bad', 'This booking is cancelled'],
	['*', 'DISPUTED', 'bad', 'This payment is disputed'],
	['NO_SHOW', '*', 'info', 'This session was missed'],
	['COMPLETED', '*', 'good', 'This session has taken place'],
	['CONFIRMED', '*', 'good', 'Your session is confirmed'],
	['*', 'PROCESSING', 'wait', 'Your payment is on its way'],
	['*', 'PAID', 'wait', 'Your payment has arrived'],
	['*', 'REFUNDED', 'info', 'Your payment was refunded'],
	['*', 'FAILED', 'bad', 'The payment did not go through'],
];

/* { tone, title }; null while nothing has happened to a held booking. */
export function outcome(booking, payment) {
	const fits = (pattern, status) => pattern === '*' || pattern === status;
	const line = OUTCOMES.find(([b, p]) => fits(b, booking) && fits(p, payment));
	return line ? { tone: line[2], title: line[3] } : null;
}

export function bookingOutcome({ status, paymentStatus, amount }) {
	return outcome(status, paymentStatus) ?? {
		tone: 'info',
		title: amount === 0 ? 'One click to confirm' : 'One step left: payment',
	};
}

export function paymentOutcome({ bookingStatus, bookingPaymentStatus, status }) {
	return outcome(bookingStatus, bookingPaymentStatus) ?? (status === 'expired'
		? { tone: 'bad', title: 'This payment page has expired' }
		: { tone: 'wait', title: 'Checking your payment' });
}

/*
 * Just back from Stripe, "not paid yet" would frighten who has paid: the news
 * is only on its way.
 */
export function paymentWords({ status, bookingPaymentStatus, summary, advice }) {
	return status === 'open' && bookingPaymentStatus === 'UNPAID'
		? { summary: 'We have not heard of your payment yet.',
			advice: 'If you have paid, there is nothing left for you to do.' }
		: { summary, advice };
}

/* The server writes {start} and {end}, for it cannot know the reader's clock. */
export function fillTimes(text, start, end) {
	const times = { start, end };
	return text.replaceAll(/\{(start|end)\}/g, (_, which) => times[which]);
}
