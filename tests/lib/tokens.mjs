/*
 * tokens: keys and signed tokens as a sign-in service makes them, by another
 * hand than ours (jose).
 *
 *	tokens.mjs FOLDER <WANTED
 *
 * WANTED is {"keys": {NAME: ALGORITHM}, "tokens": {NAME: {"key": NAME,
 * "head": {}, "claims": {}}}}.  Leaves NAME.jwks and NAME.pem of each key, and
 * NAME.jwt of each token.  Ends with 77 where there is no jose.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/* BOOKPAY_NODE: the folder that node_modules is in. */
const need = createRequire(`${process.env.BOOKPAY_NODE
	?? fileURLToPath(new URL('..', import.meta.url))}/`);
let jose;
try {
	jose = await import(pathToFileURL(need.resolve('jose')).href);
} catch {
	process.exit(77);
}

const folder = process.argv[2];
const wanted = JSON.parse(readFileSync(0, 'utf8'));
const keys = {};

for (const [name, alg] of Object.entries(wanted.keys)) {
	const pair = await jose.generateKeyPair(alg, { extractable: true });
	const jwk = { ...await jose.exportJWK(pair.publicKey), alg, kid: name,
		use: 'sig' };
	keys[name] = { alg, secret: pair.privateKey };
	writeFileSync(`${folder}/${name}.jwks`,
		JSON.stringify({ keys: [jwk] }, null, 2));
	writeFileSync(`${folder}/${name}.pem`,
		`${await jose.exportSPKI(pair.publicKey)}\n`);
}
for (const [name, token] of Object.entries(wanted.tokens)) {
	const { alg, secret } = keys[token.key];
	writeFileSync(`${folder}/${name}.jwt`,
		await new jose.SignJWT(token.claims)
			.setProtectedHeader({ alg, kid: token.key, typ: 'JWT',
				...token.head })
			.sign(secret));
}
