<?php
// PHP-FPM, with its own PDO, as a hand-written receiver would be.
declare(strict_types=1);

const STATEMENTS = [
	'event' => "INSERT INTO event (id, source, dedupe_key, type, object_id,
	    told_at, received_at, body, outcome, booking)
	    VALUES (?, 'stripe', ?, ?, ?, ?, ?, ?, ?, ?)
	    ON CONFLICT (source, dedupe_key) DO NOTHING",
	'checkout' => 'SELECT c.id, c.attempt, c.amount, c.currency,
	    b.id AS booking, b.payment_status, b.builder, b.session_type
	    FROM checkout c JOIN booking b ON b.id = c.booking
	    WHERE c.session = ?',
	'complete' => "UPDATE checkout SET status = 'complete',
	    payment_status = 'paid', payment = ?, url = NULL
	    WHERE id = ? AND status IN ('asked', 'open')",
	'pay' => 'INSERT INTO payment (id, booking, checkout, received,
	    currency, paid_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
	    ON CONFLICT (id) DO UPDATE
	    SET received = MAX(received, excluded.received)',
	'confirm' => "UPDATE booking SET status = 'CONFIRMED',
	    payment_status = 'PAID', updated_at = ? WHERE id = ?",
	'tell' => "INSERT INTO history (id, booking, at, who, what, why, event)
	    VALUES (?, ?, ?, 'stripe', ?, ?, ?)",
	'count' => 'INSERT INTO analytics (id, name, booking, session_type,
	    builder, amount, currency, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
	    ON CONFLICT (id) DO NOTHING',
];

function finish(int $status, array $answer): never
{
	http_response_code($status);
	header('Content-Type: application/json');
	echo json_encode($answer);
	exit;
}

function is_signed(string $header, string $body): bool
{
	if (!preg_match('/t=(\d+)/', $header, $time) ||
	    abs(time() - (int)$time[1]) > 300)
		return false;
	preg_match_all('/v1=([0-9a-f]{64})/', $header, $sums);
	$wanted = hash_hmac('sha256', "$time[1].$body",
	    getenv('STRIPE_WEBHOOK_SECRET'));
	foreach ($sums[1] as $sum)
		if (hash_equals($wanted, $sum))
			return true;
	return false;
}

function open_database(): PDO
{
	$db = new PDO('sqlite:' . getenv('BENCH_DATABASE'), null, null, [
		PDO::ATTR_PERSISTENT => true,
		PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
		PDO::ATTR_TIMEOUT => 5,
	]);
	$db->exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
	    PRAGMA foreign_keys = ON');
	return $db;
}

function run(PDO $db, string $name, array $values): PDOStatement
{
	static $made = [];
	$made[$name] ??= $db->prepare(STATEMENTS[$name]);
	$made[$name]->execute($values);
	return $made[$name];
}

function new_id(string $prefix, int $now): string
{
	return $prefix . sprintf('%014x', $now) . bin2hex(random_bytes(16));
}

function paid(PDO $db, array $event, string $id, int $now): void
{
	$s = $event['data']['object'];
	$found = run($db, 'checkout', [$s['id']]);
	$c = $found->fetch(PDO::FETCH_ASSOC);
	$found->closeCursor();
	if (!$c || (int)$c['amount'] !== $s['amount_total'] ||
	    $c['currency'] !== $s['currency'])
		throw new RuntimeException('not what was asked for');
	run($db, 'complete', [$s['payment_intent'], $c['id']]);
	run($db, 'pay', [$s['payment_intent'], $c['booking'], $c['id'],
	    $s['amount_total'], $s['currency'], $event['created'] * 1000000,
	    $now]);
	run($db, 'confirm', [$now, $c['booking']]);
	foreach ([['checkout', "attempt $c[attempt] is complete, paid"],
	    ['confirmed', null],
	    ['payment', "PAID, was $c[payment_status]"]] as [$what, $why])
		run($db, 'tell', [new_id('hi_', $now), $c['booking'], $now,
		    $what, $why, $id]);
	foreach (['CHECKOUT_COMPLETED' => $s['id'],
	    'PAYMENT_COMPLETED' => $s['payment_intent'],
	    'BOOKING_CONFIRMED' => $c['booking']] as $name => $of)
		run($db, 'count', ["$name:$of", $name, $c['booking'],
		    $c['session_type'], $c['builder'], $c['amount'],
		    $c['currency'], $now]);
}

function take(PDO $db, array $event, string $body): bool
{
	$now = (int)(microtime(true) * 1e6);
	$id = new_id('ev_', $now);
	$s = $event['data']['object'];
	$is_paid = $event['type'] === 'checkout.session.completed' &&
	    $s['payment_status'] === 'paid';
	$added = run($db, 'event', [$id, $event['id'], $event['type'],
	    $s['id'], $event['created'] * 1000000, $now, $body,
	    $is_paid ? 'applied' : 'ignored', $s['client_reference_id']]);
	if ($added->rowCount() === 0)
		return false;
	if ($is_paid)
		paid($db, $event, $id, $now);
	return true;
}

$body = file_get_contents('php://input');
if (!is_signed($_SERVER['HTTP_STRIPE_SIGNATURE'] ?? '', $body))
	finish(401, ['success' => false]);
$db = open_database();
$db->exec('BEGIN IMMEDIATE');
try {
	$is_new = take($db, json_decode($body, true, 64,
	    JSON_THROW_ON_ERROR), $body);
	$db->exec('COMMIT');
} catch (Throwable $e) {
	$db->exec('ROLLBACK');
	finish(500, ['success' => false]);
}
finish(200, ['success' => true,
    'data' => ['received' => true, 'duplicate' => !$is_new]]);
