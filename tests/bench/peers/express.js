// Express, with the official package and better-sqlite3, as their guides say.
"use strict";

const express = require("express");
const Stripe = require("stripe");
const { secret, socket, books } = require("./setting.js");

const stripe = new Stripe("sk_test_bench");
const app = express();
app.disable("x-powered-by");

app.post("/api/webhooks/stripe", express.raw({ type: "application/json" }),
    (req, res) => {
	let event;
	try {
		event = stripe.webhooks.constructEvent(req.body,
		    req.headers["stripe-signature"], secret);
	} catch (e) {
		res.status(401).json({ success: false });
		return;
	}
	const isNew = books.takeIn(event, req.body);
	res.json({ success: true,
	    data: { received: true, duplicate: !isNew } });
});

app.get("/api/stripe/sessions/:id", (req, res) => {
	const found = books.look(req.params.id, req.headers.authorization);
	if (found)
		res.json(found);
	else
		res.status(404).json({ success: false });
});

app.listen(socket);
