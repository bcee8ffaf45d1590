/*
 * world: a stack of its own for one file of walks: programs, nginx and both
 * fakes on free ports.  tests/lib/world.sh starts it, looks through its logs
 * and stops it; this is its remote control.
 */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const srcdir = process.env.srcdir
	?? fileURLToPath(new URL('../..', import.meta.url));

/*
 * Answers "status NUL words NUL", first for the start and then for each line
 * it is given.  Not in a subshell: world.sh remembers what a command expects.
 */
const LOOP = `
. "$srcdir/tests/lib/story.sh"
while [[ \${1:-} == [a-z]*=* ]]; do
	declare "\${1%%=*}=\${1#*=}"
	shift
done
world_start "$@"
said=$state/log/said
printf '0\\0{"site":"%s","stripe":"%s","calendly":"%s"}\\0' \
    "$(conf_get PUBLIC_BASE_URL)" "$(conf_get STRIPE_API_BASE)" "$(conf_get CALENDLY_API_BASE)"
while IFS= read -r command; do
	eval "$command" >"$said" 2>&1
	printf '%s\\0%s\\0' "$?" "$(cat "$said")"
done
done_testing
`;

class World {
	#shell;
	#heard = '';
	#over = false;
	#invited = 0;
	#wake = () => {};

	constructor(config) {
		this.#shell = spawn('bash', ['-c', LOOP, 'world', ...config], {
			env: { ...process.env, srcdir },
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		this.#shell.stdout.setEncoding('utf8').on('data', (text) => {
			this.#heard += text;
			this.#wake();
		});
		this.ended = new Promise((resolve) => {
			this.#shell.on('close', (status) => {
				this.#over = true;
				this.#wake();
				resolve(status);
			});
		});
	}

	/* What was said up to a NUL; what is left when it ended without one. */
	async #word() {
		for (;;) {
			const end = this.#heard.indexOf('\0');
			if (end >= 0) {
				const word = this.#heard.slice(0, end);
				this.#heard = this.#heard.slice(end + 1);
				return word;
			}
			if (this.#over)
				throw new Error(this.#heard.trim() || 'no world started');
			await new Promise((resolve) => {
				this.#wake = resolve;
			});
		}
	}

	async #answer() {
		const status = await this.#word();
		const words = await this.#word();
		if (status !== '0')
			throw new Error(`status ${status}: ${words}`);
		return words;
	}

	async start() {
		Object.assign(this, JSON.parse(await this.#answer()));
	}

	/* Runs one line of shell with all of story.sh at hand. */
	async sh(line) {
		this.#shell.stdin.write(`${line}\n`);
		return this.#answer();
	}

	sql(statement) {
		return this.sh(`sql "${statement}"`);
	}

	/* Steers a fake: post('stripe', '/_fake/behave', {}). */
	async post(fake, path, body) {
		const response = await fetch(this[fake] + path, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify(body),
		});
		const answer = await response.json();
		if (!response.ok)
			throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
		return answer;
	}

	/*
	 * A booking of scenario 1 and the link to it that a guest is sent.  Each
	 * has an hour of its own, apart from all that walks book by themselves.
	 */
	async invite(name, type = 'review-45') {
		const day = weekday(20 + Math.floor(this.#invited / 5));
		const start = `${day}T${10 + this.#invited++ % 5}:00:00-05:00`;
		const { id } = JSON.parse(await this.sh('bookpay --json bookings create'
			+ ` --session-type ${type} --start ${start} --name '${name}'`
			+ ' --email guest@example.com --timezone Europe/Berlin'));
		const said = await this.sh(`bookpay --json bookings link ${id}`);
		return { id, link: /https?:[^"\s]+/.exec(said)[0] };
	}

	/* A program that is away: nginx has nobody to ask, and says so. */
	async down(program) {
		await this.sh('expect_in_logs'
			+ ` 'connect\\(\\) to unix:[^ ]*/${program}.sock failed'`);
		await this.sh(`kill "$(cat "$state/run/${program}.supervisor")"`
			+ ` && wait_until 60 test ! -e "$state/run/${program}.supervisor"`);
	}

	async up(program) {
		await this.sh(`supervise_route ${program}; wait_until 60 program_listens ${program}`);
	}

	async stop() {
		this.#shell.stdin.end();
		if (await this.ended !== 0)
			throw new Error(`when the world ended: ${this.#heard}`);
	}
}

/* Where midnight falls into a file, its days stay in their order. */
const TODAY = Date.now();

/*
 * "2026-12-10": the nth working day from a week on, so that walks which book
 * different days never meet, nor what is booked at Calendly, who starts
 * tomorrow.
 */
export function weekday(n) {
	const day = new Date(TODAY);
	day.setUTCDate(day.getUTCDate() + 7);
	for (let left = n; left > 0;) {
		day.setUTCDate(day.getUTCDate() + 1);
		if (![0, 6].includes(day.getUTCDay()))
			left--;
	}
	return day.toISOString().slice(0, 10);
}

/*
 * config: KEY=value pairs that differ from the demo's, and before them what
 * world.sh has names in small letters for: 'with_tls=1'.
 */
export async function startWorld(...config) {
	const world = new World(config);
	await world.start();
	return world;
}
