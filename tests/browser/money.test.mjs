import assert from 'node:assert/strict';
import test from 'node:test';

import { formatMoney, formatPrice } from '../../nginx/www/bookpay/money.js';

/* Amount in minor units, currency, words in en-US (spaces may be narrow). */
const CASES = [
	[15000, 'usd', '$150.00'],
	[1, 'usd', '$0.01'],
	[99999999, 'usd', '$999,999.99'],
	[12000, 'jpy', '¥12,000'],
	[12340, 'kwd', 'KWD 12.340'],
	[5000, 'mga', 'MGA 5,000'],
	[10050, 'eur', '€100.50'],
	[12345, 'afn', 'AFN 123.45'],
];

for (const [amount, currency, words] of CASES)
	test(`${amount} ${currency} is ${words}`, () => {
		assert.equal(formatMoney(amount, currency, 'en-US')
			.replaceAll(/\s/g, ' '), words);
	});

test('nothing to pay is called free', () => {
	assert.equal(formatPrice(0, 'usd', 'en-US'), 'Free');
});
