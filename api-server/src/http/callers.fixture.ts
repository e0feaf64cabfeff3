import { Authenticator, type ModelVerb } from '@typed-queue/program';
import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOKEN_ADVICE } from './authentication.js';

/** The clock of the tests, in milliseconds since 1970. */
export const NOW = Date.UTC(2026, 10, 23);
export const TOKEN = 'token-of-the-tests-4711';
const SECRET = 'c2VjcmV0IG9mIHRoZSBzaG9wLCAzMiBieXRlcw';

type ModelRights = Readonly<Record<string, readonly ModelVerb[]>>;

export interface Caller {
  readonly models: ModelRights;
  readonly expires?: string;
}

/** What a named caller shows. */
export const keyOf = (name: string): string => `key-of-${name}`;

export const bearer = (token: string): { readonly authorization: string } => ({
  authorization: `Bearer ${token}`,
});

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JSON Web Token of the issuer that the tests trust, unless its claims or its header say otherwise. */
export const jwtOf = (claims: object = {}, header: object = { alg: 'HS256' }): string => {
  const payload = {
    sub: 'ann',
    aud: 'shop',
    iss: 'https://login.example',
    exp: NOW / 1_000 + 60,
    typed_queue: { models: { '*': ['read', 'write'] } },
    ...claims,
  };
  const signed = `${base64url(header)}.${base64url(payload)}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
};

/** Callers with keys of a keys file, a token for everything, and JSON Web Tokens. */
export interface Callers {
  readonly authenticator: Authenticator;
  /** By which tokens expire. */
  readonly clock: { now: number };
  /** Rewrites the keys file and reloads it. */
  change(callers: Readonly<Record<string, Caller>>): Promise<void>;
  remove(): Promise<void>;
}

export const openCallers = async (initial: Readonly<Record<string, Caller>>): Promise<Callers> => {
  const folder = await mkdtemp(join(tmpdir(), 'api-callers-'));
  const keysFile = join(folder, 'keys.json');
  const write = (callers: Readonly<Record<string, Caller>>): Promise<void> => {
    const keys = Object.entries(callers).map(([name, caller]) => ({
      name,
      sha256: createHash('sha256').update(keyOf(name)).digest('hex'),
      ...caller,
    }));
    return writeFile(keysFile, JSON.stringify({ keys }), { mode: 0o600 });
  };
  await write(initial);
  const pinned = { audience: 'shop', issuer: 'https://login.example', algorithms: ['HS256'] };
  const clock = { now: NOW };
  const authenticator = await Authenticator.open({
    tokens: [TOKEN],
    keysFile,
    advice: TOKEN_ADVICE,
    wallNow: () => clock.now,
    jwt: { key: { secret: SECRET }, ...pinned },
  });
  return {
    authenticator,
    clock,
    change: async (changed) => {
      await write(changed);
      await authenticator.reload();
    },
    remove: () => rm(folder, { recursive: true }),
  };
};
