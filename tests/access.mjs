// Cloudflare Access, as far as tests want it: a team's key, and assertions signed with it or with another. `node access.mjs <JSON list of claims>` prints
// {"certs": what the team shows, "tokens": [one for each claims], "forged": [the same by a key that calls itself the same]}.

import { generateKeyPairSync, sign } from 'node:crypto';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [own, other] = [pair(), pair()];
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(claims, { privateKey }) {
  const signed = `${part({ alg: 'RS256', kid: 'e2e-key', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

const claims = JSON.parse(process.argv[2]);
const key = { ...own.publicKey.export({ format: 'jwk' }), kid: 'e2e-key', alg: 'RS256', use: 'sig' };
const answer = {
  certs: { keys: [key] },
  tokens: claims.map((one) => token(one, own)),
  forged: claims.map((one) => token(one, other)),
};
process.stdout.write(JSON.stringify(answer));
