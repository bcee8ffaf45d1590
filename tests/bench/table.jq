# table.jq: the lines that rounds.sh noted, as the tables of RESULTS.md.
# Ratios are medians of the ratios of each round.

def median: sort | if length == 0 then null
	elif length % 2 == 1 then .[(length - 1) / 2]
	else (.[length / 2 - 1] + .[length / 2]) / 2 end;

def digits($n): if . == null then "-"
	else (. * pow(10; $n) | round / pow(10; $n) | tostring) end;

. as $all |
def of($what; $server): [$all[] | select(.what == $what and .server == $server)];
def value($what; $server; f): [of($what; $server)[].found | f] | median;
# f of ours divided by f of the other, round by round.
def ratio($what; $other; f):
	[of($what; "ours")[] as $a | of($what; $other)[] |
	select(.round == $a.round and (.found | f) > 0) |
	($a.found | f) / (.found | f)] | median;
def cpu: if .count > 0 then .cpuMicros / .count else 0 end;
def row($what; $target; $got; $good):
	if $got == null then empty
	else "| \($what) | \($target) | \($got | digits(2)) | \(if $good
	then "yes" else "no" end) |" end;
def least($what; $least; $got): row($what; "≥ \($least)"; $got; $got >= $least);
def most($what; $most; $got): row($what; "≤ \($most)"; $got; $got <= $most);
def line: "| " + (map(tostring) | join(" | ")) + " |";

def targets:
	"| what | target | reached | met |", "|---|---|---|---|",
	least("webhooks/s, 16 connections, against Express"; 5;
	    ratio("webhook"; "express"; .perSecond)),
	least("… against Fastify"; 3.4;
	    ratio("webhook"; "fastify"; .perSecond)),
	least("… against Fastify with group commit"; 1.3;
	    ratio("webhook"; "fastify-group"; .perSecond)),
	row("… against Go"; "-"; ratio("webhook"; "go"; .perSecond); true),
	row("… against PHP-FPM"; "-"; ratio("webhook"; "php"; .perSecond);
	    true),
	least("webhooks/s, 2 ms more per sync, 64 connections, against Fastify";
	    15; ratio("webhook-slow"; "fastify"; .perSecond)),
	most("webhook p99 at 500/s, against Fastify"; 0.5;
	    ratio("webhook-open"; "fastify"; .p99)),
	most("server's CPU per webhook, against Fastify"; 0.35;
	    ratio("webhook"; "fastify"; cpu)),
	least("lookups/s against Fastify"; 1.6;
	    ratio("lookup"; "fastify"; .perSecond)),
	least("lookups/s against Go"; 1.1;
	    ratio("lookup"; "go"; .perSecond)),
	least("lookups/s against an empty libfcgi program"; 0.9;
	    ratio("lookup"; "empty"; .perSecond)),
	most("MB of a receiver, loaded (PSS)"; 10;
	    ([of("webhook"; "ours")[].found.pss] | max) |
	    if . == null then . else . / 1024 end),
	most("MB of all programs, idle (PSS)"; 30;
	    value("idle"; "ours"; .pss) |
	    if . == null then . else . / 1024 end),
	most("ms from start to the first answer, FastCGI, catalogue"; 8;
	    value("start-catalogue"; "ours"; .p50 / 1000)),
	most("… booking"; 8; value("start-booking"; "ours"; .p50 / 1000)),
	most("webhook by plain CGI, against an empty script of PHP"; 0.5;
	    ratio("start-cgi"; "php-empty"; .p50)),
	most("ms, p99 of a rare writer beside a saturated one"; 25;
	    value("rare"; "ours"; .p99 / 1000)),
	most("checkout's CPU per call of Stripe, against the Node SDK"; 0.35;
	    ratio("checkout"; "sdk"; cpu)),
	row("ms, p50 of 100 checkouts at once, Stripe takes 300"; "-";
	    value("checkout-at-300"; "ours"; .p50 / 1000); true),
	row("… p99"; "-"; value("checkout-at-300"; "ours"; .p99 / 1000); true),
	most("ms of a checkout alone, p50, besides the call of Stripe"; 2;
	    value("checkout-at-30"; "ours"; (.p50 - .stripe) / 1000)),
	(of("kill"; "ours")[] | "| acknowledged deliveries lost or doubled, " +
	    "killed \(.found.kills) times at \(.found.perSecond | round)/s " +
	    "| 0 | \($rows) | \(if $rows == 0 then "yes" else "no" end) |");

def measured:
	"| what | server | per second | p50 ms | p99 ms | CPU µs each | PSS MB |",
	"|---|---|---|---|---|---|---|",
	([$all[] | select(.found.perSecond != null)] |
	group_by([.what, .server])[] | .[0] as $one | map(.found) |
	[$one.what, $one.server, (map(.perSecond) | median | round),
	    (map(.p50 / 1000) | median | digits(2)),
	    (map(.p99 / 1000) | median | digits(2)),
	    (map(select(.cpuMicros != null) | cpu) | median | digits(0)),
	    (map(select(.pss != null) | .pss / 1024) | median | digits(1))] |
	line),
	"",
	"| from start to answer | server | p50 ms | p99 ms |", "|---|---|---|---|",
	([$all[] | select(.what | startswith("start-"))] |
	group_by([.what, .server])[] | .[0] as $one | map(.found) |
	[$one.what, $one.server, (map(.p50 / 1000) | median | digits(2)),
	    (map(.p99 / 1000) | median | digits(2))] | line);

targets, "", measured,
(of("idle"; "ours")[] | "", "Idle, KiB each: " + (.found.each | to_entries |
    map("\(.key) \(.value)") | join(", ")) + ".")
