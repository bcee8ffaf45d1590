/*
 * money: minor units to words.  Nothing here adds or rounds: the server counts.
 */

/*
 * How many digits an amount has after the point, as Stripe counts them.  Intl
 * is not asked: it follows the ISO and CLDR tables, which differ (MGA).
 */
const DIGITS = new Map([
	...'bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf'
		.split(' ').map((code) => [code, 0]),
	...'bhd jod kwd omr tnd'.split(' ').map((code) => [code, 3]),
]);

export function minorDigits(currency) {
	return DIGITS.get(currency.toLowerCase()) ?? 2;
}

export function formatMoney(amount, currency, locale) {
	const digits = minorDigits(currency);
	const format = new Intl.NumberFormat(locale, {
		style: 'currency',
		currency,
		minimumFractionDigits: digits,
		maximumFractionDigits: digits,
	});
	return format.format(amount / 10 ** digits);
}

export function formatPrice(amount, currency, locale) {
	return amount === 0 ? 'Free' : formatMoney(amount, currency, locale);
}
