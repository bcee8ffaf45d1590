import assert from 'node:assert/strict';
import test from 'node:test';

import { safeUrl } from '../../nginx/www/bookpay/navigate.js';
import {
	bookingOutcome, fillTimes, paymentOutcome,
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
