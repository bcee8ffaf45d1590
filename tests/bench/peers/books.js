// What an event of Stripe's changes in the database, and what a lookup reads:
// the same rows as our programs write, in one transaction, by better-sqlite3.
"use strict";

const crypto = require("node:crypto");
const Database = require("better-sqlite3");

const statements = {
	addEvent: `INSERT INTO event (id, source, dedupe_key, type, object_id,
	    told_at, received_at, body, outcome, booking)
	    VALUES (?, 'stripe', ?, ?, ?, ?, ?, ?, ?, ?)
	    ON CONFLICT (source, dedupe_key) DO NOTHING`,
	checkout: `SELECT c.id, c.attempt, c.status, c.amount, c.currency,
	    b.id AS booking, b.status AS booking_status, b.payment_status,
	    b.builder, b.session_type
	    FROM checkout c JOIN booking b ON b.id = c.booking
	    WHERE c.session = ?`,
	complete: `UPDATE checkout SET status = 'complete',
	    payment_status = 'paid', payment = ?, url = NULL
	    WHERE id = ? AND status IN ('asked', 'open')`,
	pay: `INSERT INTO payment (id, booking, checkout, received, currency,
	    paid_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
	    ON CONFLICT (id) DO UPDATE
	    SET received = MAX(received, excluded.received)`,
	confirm: `UPDATE booking SET status = 'CONFIRMED',
	    payment_status = 'PAID', updated_at = ? WHERE id = ?`,
	tell: `INSERT INTO history (id, booking, at, who, what, why, event)
	    VALUES (?, ?, ?, 'stripe', ?, ?, ?)`,
	count: `INSERT INTO analytics (id, name, booking, session_type,
	    builder, amount, currency, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
	    ON CONFLICT (id) DO NOTHING`,
	look: `SELECT c.session, c.status, c.payment_status, c.amount,
	    c.currency, c.url, b.id AS booking, b.start_at, b.end_at,
	    b.timezone, b.status AS booking_status, b.policy, b.invitee,
	    b.link_serial, b.payment_status AS booking_payment_status,
	    t.id AS type, t.title, t.minutes,
	    r.id AS builder, r.name, r.timezone AS builder_timezone
	    FROM checkout c JOIN booking b ON b.id = c.booking
	    JOIN session_type t ON t.id = b.session_type
	    JOIN builder r ON r.id = b.builder WHERE c.session = ?`,
};

function newId(prefix, now) {
	return prefix + now.toString(16).padStart(14, "0") +
	    crypto.randomBytes(16).toString("hex");
}

exports.newId = newId;
exports.open = function open(path, linkSecret) {
	const db = new Database(path, { timeout: 5000 });
	db.pragma("journal_mode = WAL");
	db.pragma("synchronous = FULL");
	db.pragma("foreign_keys = ON");
	const sql = {};
	for (const [name, text] of Object.entries(statements))
		sql[name] = db.prepare(text);

	function paid(event, id, now) {
		const session = event.data.object;
		const told = event.created * 1e6;
		const c = sql.checkout.get(session.id);
		if (!c || c.amount !== session.amount_total ||
		    c.currency !== session.currency)
			throw new Error("not what was asked for");
		sql.complete.run(session.payment_intent, c.id);
		sql.pay.run(session.payment_intent, c.booking, c.id,
		    session.amount_total, session.currency, told, now);
		sql.confirm.run(now, c.booking);
		for (const [what, why] of [
		    ["checkout", `attempt ${c.attempt} is complete, paid`],
		    ["confirmed", null],
		    ["payment", `PAID, was ${c.payment_status}`]])
			sql.tell.run(newId("hi_", now), c.booking, now, what,
			    why, id);
		for (const [name, of] of [
		    ["CHECKOUT_COMPLETED", session.id],
		    ["PAYMENT_COMPLETED", session.payment_intent],
		    ["BOOKING_CONFIRMED", c.booking]])
			sql.count.run(`${name}:${of}`, name, c.booking,
			    c.session_type, c.builder, c.amount, c.currency,
			    now);
	}

	// Within a transaction.  Was it new?
	function take(event, body) {
		const now = Date.now() * 1000;
		const id = newId("ev_", now);
		const isPaid = event.type === "checkout.session.completed" &&
		    event.data.object.payment_status === "paid";
		const { changes } = sql.addEvent.run(id, event.id, event.type,
		    event.data.object.id, event.created * 1e6, now,
		    body.toString(), isPaid ? "applied" : "ignored",
		    event.data.object.client_reference_id);
		if (changes === 0)
			return false;
		if (isPaid)
			paid(event, id, now);
		return true;
	}

	function mayLook(header, row) {
		const m = /^Guest (([^.]+)\.(\d+)\.(\d+))\.([0-9a-f]{64})$/
		    .exec(header || "");
		if (!m || Number(m[4]) * 1000 < Date.now())
			return false;
		const mac = crypto.createHmac("sha256", linkSecret)
		    .update(`booking\n${m[1]}`).digest();
		return crypto.timingSafeEqual(mac, Buffer.from(m[5], "hex")) &&
		    m[2] === row.booking && Number(m[3]) === row.link_serial;
	}

	// What the page of a payment shows, or null.
	function look(session, header) {
		const row = sql.look.get(session);
		if (!row || !mayLook(header, row))
			return null;
		const time = (at) => new Date(at / 1000).toISOString();
		return { success: true, data: {
			sessionType: { id: row.type, title: row.title,
				durationMinutes: row.minutes },
			builder: { id: row.builder, name: row.name,
				timezone: row.builder_timezone },
			can: ["cancel"],
			bookingId: row.booking,
			startTime: time(row.start_at),
			endTime: time(row.end_at),
			timezone: row.timezone,
			policy: row.policy,
			isCalendlyBooking: row.invitee !== null,
			settled: row.booking_status === "CONFIRMED",
			sessionId: row.session,
			status: row.status,
			paymentStatus: row.payment_status,
			bookingStatus: row.booking_status,
			bookingPaymentStatus: row.booking_payment_status,
			amount: row.amount,
			currency: row.currency,
			url: row.url,
		} };
	}

	const transaction = db.transaction(take);
	return {
		db,
		look,
		take,
		takeIn: (event, body) => transaction.immediate(event, body),
		close: () => db.close(),
	};
};
