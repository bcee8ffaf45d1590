// Fastify that asks Stripe for a session with the official package, and keeps
// what it asked and what came: the same rows as our checkout, in two
// transactions.
"use strict";

const crypto = require("node:crypto");
const fastify = require("fastify");
const Stripe = require("stripe");
const { socket, books, newId } = require("./setting.js");

const { db } = books;
const api = new URL(process.env.STRIPE_API_BASE);
const stripe = new Stripe(process.env.STRIPE_SECRET_KEY, { host: api.hostname,
    port: api.port, protocol: "http", telemetry: false });
const app = fastify({ logger: false });

const booking = db.prepare(`SELECT b.*, t.title, t.description
    FROM booking b JOIN session_type t ON t.id = b.session_type
    WHERE b.id = ?`);
const attempt = db.prepare(`INSERT INTO checkout (id, booking, attempt,
    body, status, payment_status, amount, subtotal, currency, expires_at,
    created_at) VALUES (?, ?, 1, ?, 'asked', 'unpaid', ?, ?, ?, ?, ?)`);
const opened = db.prepare(`UPDATE checkout SET status = 'open',
    session = ?, url = ? WHERE id = ?`);
const addEvent = db.prepare(`INSERT INTO event (id, source, dedupe_key, type,
    object_id, told_at, received_at, body, outcome, booking)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'applied', ?)
    ON CONFLICT (source, dedupe_key) DO NOTHING`);
const tell = db.prepare(`INSERT INTO history (id, booking, at, who, what, why,
    event) VALUES (?, ?, ?, ?, 'checkout', ?, ?)`);
const count = db.prepare(`INSERT INTO analytics (id, name, booking,
    session_type, builder, amount, currency, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`);
const hold = db.prepare(`UPDATE booking SET hold_at = MAX(hold_at, ?),
    updated_at = ? WHERE id = ?`);

function order(b, id, ends) {
	const time = (at) => new Date(at / 1000).toISOString();
	const metadata = { bookingId: b.id, builderId: b.builder,
		sessionTypeId: b.session_type, startTime: time(b.start_at),
		endTime: time(b.end_at), timezone: b.timezone,
		isCalendlyBooking: "false", checkoutId: id };
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

const keepAttempt = db.transaction((b, id, params, ends, now) => {
	const body = JSON.stringify(params);
	attempt.run(id, b.id, body, b.amount, b.amount, b.currency, ends, now);
	tell.run(newId("hi_", now), b.id, now, "client", "attempt 1 started",
	    null);
	count.run(`CHECKOUT_INITIATED:${b.id}:1`, "CHECKOUT_INITIATED", b.id,
	    b.session_type, b.builder, b.amount, b.currency, now);
	hold.run(ends, now, b.id);
	addEvent.run(newId("ev_", now), "client", id, "checkout.attempt", id,
	    now, now, JSON.stringify({ id, booking: b.id, attempt: 1, body,
		status: "asked", amount: b.amount, currency: b.currency }),
	    b.id);
});

const keepSession = db.transaction((b, id, session, now) => {
	const event = newId("ev_", now);
	addEvent.run(event, "stripe-api", `${session.id}:${session.status}`,
	    "checkout.session", session.id, now, now, JSON.stringify(session),
	    b.id);
	opened.run(session.id, session.url, id);
	tell.run(newId("hi_", now), b.id, now, "stripe",
	    "attempt 1 is open, unpaid", event);
	count.run(`CHECKOUT_SESSION_CREATED:${session.id}`,
	    "CHECKOUT_SESSION_CREATED", b.id, b.session_type, b.builder,
	    b.amount, b.currency, now);
	hold.run(0, now, b.id);
});

app.post("/api/stripe/checkout", async (req) => {
	const ends = Math.floor(Date.now() / 1000) + 3600;
	const b = booking.get(req.body.bookingId);
	const id = `checkout-${b.id}-1`;
	const params = order(b, id, ends);
	keepAttempt.immediate(b, id, params, ends * 1e6, Date.now() * 1000);
	const session = await stripe.checkout.sessions.create(params,
	    { idempotencyKey: crypto.randomUUID() });
	keepSession.immediate(b, id, session, Date.now() * 1000);
	return { success: true, data: { bookingId: b.id,
		sessionId: session.id, url: session.url } };
});

app.listen({ path: socket });
