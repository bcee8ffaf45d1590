import assert from 'node:assert/strict';
import test from 'node:test';

import { ApiError, errorWords } from '../../nginx/www/bookpay/errors.js';
import { safeUrl } from '../../nginx/www/bookpay/navigate.js';
import {
	bookingOutcome, fillTimes, paymentOutcome, paymentWords,
} from '../../nginx/www/bookpay/outcome.js';
import { delay } from '../../nginx/www/bookpay/poll.js';

function tone(bookingStatus, bookingPaymentStatus, status = 'complete') {
	return paymentOutcome({ bookingStatus, bookingPaymentStatus, status }).tone;
}

test('the tone of a payment follows both statuses', () => {
	assert.equal(tone('CONFIRMED', 'PAID'), 'good');
	assert.equal(tone('CONFIRMED', 'NOT_REQUIRED'), 'good');
	assert.equal(tone('CONFIRMED', 'DISPUTED'), 'bad');
	assert.equal(tone('PENDING', 'PROCESSING'), 'wait');
	assert.equal(tone('PENDING', 'FAILED'), 'bad');
	assert.equal(tone('PENDING', 'UNPAID'), 'wait');
	assert.equal(tone('PENDING', 'UNPAID', 'expired'), 'bad');
	assert.equal(tone('CANCELLED', 'PAID'), 'bad');
	assert.equal(tone('CANCELLED', 'REFUNDED'), 'info');
	assert.equal(tone('RESCHEDULED', 'PAID'), 'info');
});

test('a held booking asks for payment, a free one for a click', () => {
	const held = { status: 'PENDING', paymentStatus: 'UNPAID', amount: 100 };
	assert.match(bookingOutcome(held).title, /payment/);
	assert.match(bookingOutcome({ ...held, amount: 0 }).title, /click/);
});

test('who comes back from Stripe is not told that nothing was paid', () => {
	const said = { summary: 'not paid yet', advice: 'pay' };
	const words = (status, bookingPaymentStatus) =>
		paymentWords({ ...said, status, bookingPaymentStatus });
	assert.match(words('open', 'UNPAID').summary, /not heard/);
	assert.deepEqual(words('complete', 'PAID'), said);
	assert.deepEqual(words('expired', 'UNPAID'), said);
	assert.deepEqual(words('complete', 'PROCESSING'), said);
});

test('an error says what to do, and whether it is worth repeating', () => {
	const error = (status, code, message) =>
		new ApiError({ status, code, message, requestId: 'r1' });
	const taken = error(409, 'BOOKING_CONFLICT', 'This time is taken.');
	assert.equal(errorWords(taken), 'This time is taken.');
	assert.deepEqual([taken.passing, taken.worthRepeating, taken.hasReference],
		[false, false, false]);
	const gone = error(502, 'INTERNAL');
	assert.match(errorWords(gone), /Nothing is lost/);
	assert.deepEqual([gone.passing, gone.worthRepeating, gone.hasReference],
		[true, true, true]);
	const stripe = error(503, 'STRIPE_UNAVAILABLE');
	assert.match(errorWords(stripe), /not been charged/);
	assert.deepEqual([stripe.passing, stripe.worthRepeating], [true, false]);
	assert.match(errorWords(error(500, 'INTERNAL')), /mention the reference/);
	assert.match(errorWords(error(418, 'NEW_CODE')), /on our side/);
});

test('every time in a sentence is filled in, and $& stays text', () => {
	assert.equal(fillTimes('{start} to {end}, {start}', '$&', 'B'),
		'$& to B, $&');
});

const OURS = 'https://book.example/booking/confirmation';

/* Address and whether money may follow it from our page. */
const ADDRESSES = [
	['https://checkout.stripe.com/c/pay/cs_1', true],
	['/booking/payment', true],
	['http://127.0.0.1:9001/pay', true],
	['http://localhost:9001/pay', true],
	['http://checkout.stripe.com/c/pay/cs_1', false],
	['http://127.0.0.1.evil.example/', false],
	['https://stripe.com@evil.example/', false],
	['javascript:alert(1)', false],
	['data:text/html,x', false],
	['https://', false],
];

for (const [address, safe] of ADDRESSES)
	test(`${address} is ${safe ? '' : 'not '}followed`, () => {
		assert.equal(safeUrl(address, OURS) !== null, safe);
	});

test('asking slows down from one second to fifteen', () => {
	assert.equal(delay(0), 1000);
	assert.equal(delay(5), 5000);
	assert.equal(delay(100), 15_000);
});
