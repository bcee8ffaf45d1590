// Where a peer listens and what it opens, from its environment.
"use strict";

const books = require("./books.js");

exports.secret = process.env.STRIPE_WEBHOOK_SECRET;
exports.socket = process.env.BENCH_SOCKET;
exports.newId = books.newId;
exports.books = books.open(process.env.BENCH_DATABASE,
    process.env.LINK_SECRET);
