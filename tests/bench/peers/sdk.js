// Fastify that asks Stripe for a session with the official package, and keeps
// what it asked and what came: what our checkout does.
"use strict";

const crypto = require("node:crypto");
const fastify = require("fastify");
const Stripe = require("stripe");
const { socket, books } = require("./setting.js");

const api = new URL(process.env.STRIPE_API_BASE);
const stripe = new Stripe(process.env.STRIPE_SECRET_KEY, { host: api.hostname,
    port: api.port, protocol: "http", telemetry: false });
const app = fastify({ logger: false });
const booking = books.db.prepare(`SELECT b.*, t.title, t.description
    FROM booking b JOIN session_type t ON t.id = b.session_type
    WHERE b.id = ?`);
const attempt = books.db.prepare(`INSERT INTO checkout (id, booking, attempt,
    body, status, payment_status, amount, subtotal, currency, expires_at,
    created_at) VALUES (?, ?, 1, ?, 'asked', 'unpaid', ?, ?, ?, ?, ?)`);
const opened = books.db.prepare(`UPDATE checkout SET status = 'open',
    session = ?, url = ? WHERE id = ?`);

function order(b, ends) {
	const metadata = { bookingId: b.id, builderId: b.builder,
		sessionTypeId: b.session_type };
	return {
		mode: "payment",
		submit_type: "book",
		client_reference_id: b.id,
		customer_email: b.email,
		line_items: [{ quantity: 1, price_data: {
			currency: b.currency, unit_amount: b.amount,
			product_data: { name: b.title,
				description: b.description } } }],
		success_url: "http://127.0.0.1/booking/payment" +
		    "?session_id={CHECKOUT_SESSION_ID}",
		cancel_url: "http://127.0.0.1/booking/confirmation",
		expires_at: ends,
		metadata,
		payment_intent_data: { metadata },
	};
}

app.post("/api/stripe/checkout", async (req) => {
	const now = Date.now();
	const ends = Math.floor(now / 1000) + 3600;
	const b = booking.get(req.body.bookingId);
	const params = order(b, ends);
	const id = `checkout-${b.id}-1`;
	attempt.run(id, b.id, JSON.stringify(params), b.amount, b.amount,
	    b.currency, ends * 1e6, now * 1000);
	const session = await stripe.checkout.sessions.create(params,
	    { idempotencyKey: crypto.randomUUID() });
	opened.run(session.id, session.url, id);
	return { success: true, data: { bookingId: b.id,
		sessionId: session.id, url: session.url } };
});

app.listen({ path: socket });
