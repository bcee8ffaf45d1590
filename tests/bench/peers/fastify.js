// Fastify, with the official package and better-sqlite3.  With BENCH_GROUP=1
// deliveries that arrive together are committed together.
"use strict";

const fastify = require("fastify");
const Stripe = require("stripe");
const { secret, socket, books } = require("./setting.js");

const BATCH = 64;
const stripe = new Stripe("sk_test_bench");
const app = fastify({ logger: false });
app.addContentTypeParser("application/json", { parseAs: "buffer" },
    (req, body, done) => done(null, body));

// --- One commit for all that wait
let waiting = [];
const together = books.db.transaction((jobs) => {
	for (const job of jobs)
		job.isNew = books.take(job.event, job.body);
});
const alone = (event, body) => books.takeIn(event, body);

function commit() {
	const jobs = waiting.splice(0, BATCH);
	if (waiting.length > 0)
		setImmediate(commit);
	try {
		together.immediate(jobs);
		for (const job of jobs)
			job.resolve(job.isNew);
	} catch (e) {
		// One of them is bad: each for itself.
		for (const job of jobs)
			try {
				job.resolve(alone(job.event, job.body));
			} catch (error) {
				job.reject(error);
			}
	}
}

function takeTogether(event, body) {
	return new Promise((resolve, reject) => {
		if (waiting.length === 0)
			setImmediate(commit);
		waiting.push({ event, body, resolve, reject });
	});
}

const takeIn = process.env.BENCH_GROUP ? takeTogether : alone;

// --- Routes
app.post("/api/webhooks/stripe", async (req, reply) => {
	let event;
	try {
		event = stripe.webhooks.constructEvent(req.body,
		    req.headers["stripe-signature"], secret);
	} catch (e) {
		return reply.code(401).send({ success: false });
	}
	const isNew = await takeIn(event, req.body);
	return { success: true, data: { received: true, duplicate: !isNew } };
});

app.get("/api/stripe/sessions/:id", async (req, reply) => {
	const found = books.look(req.params.id, req.headers.authorization);
	return found || reply.code(404).send({ success: false });
});

app.listen({ path: socket });
