import { describe, expect, it } from '@jest/globals';
import { parseEnvironment } from '../environment.js';
import { authenticationOf, authenticationVariables, namesKeys } from './authentication-variables.js';

type Env = Readonly<Record<string, string>>;

const secret = 'c2VjcmV0IG9mIHRoZSBzaG9wLCAzMiBieXRlcw';
const of = { JWT_AUDIENCE: 'queue', JWT_ISSUER: 'https://login.example' };
const pinned = { audience: 'queue', issuer: 'https://login.example' };
const jwksUrl = 'https://login.example/jwks.json';

const read = (env: Env) => authenticationOf(parseEnvironment(authenticationVariables(env, '/srv'), env));

describe('the variables of who may come in', () => {
  it.each<[Env, object]>([
    [{}, { keysFile: undefined }],
    [{ QUEUE_KEYS_FILE: 'keys.json' }, { keysFile: '/srv/keys.json' }],
    [{ QUEUE_KEYS_FILE: '/etc/keys.json' }, { keysFile: '/etc/keys.json' }],
    [{ JWT_SECRET: secret, ...of }, { jwt: { key: { secret }, algorithms: ['HS256'], ...pinned } }],
    [
      { JWT_SECRET: secret, JWT_ALGORITHMS: 'HS384, HS512', ...of },
      { jwt: { key: { secret }, algorithms: ['HS384', 'HS512'], ...pinned } },
    ],
    [
      { JWT_JWKS_URL: jwksUrl, ...of },
      { jwt: { key: { jwksUrl: new URL(jwksUrl) }, algorithms: ['RS256'], ...pinned } },
    ],
  ])('may be %j', (env, options) => {
    expect(read(env)).toEqual({ keysFile: undefined, ...options });
    expect(namesKeys(env)).toBe(Object.keys(env).length > 0);
  });

  it.each<[Env, string[]]>([
    [{ JWT_SECRET: 'short', ...of }, ['JWT_SECRET']],
    [{ JWT_SECRET: ' '.repeat(40), ...of }, ['JWT_SECRET']],
    [{ JWT_SECRET: 'a'.repeat(40), ...of }, ['JWT_SECRET']],
    [{ JWT_SECRET: secret }, ['JWT_AUDIENCE', 'JWT_ISSUER']],
    [of, ['JWT_AUDIENCE', 'JWT_ISSUER']],
    [{ JWT_SECRET: secret, JWT_JWKS_URL: jwksUrl, ...of }, ['JWT_JWKS_URL']],
    [{ JWT_JWKS_URL: 'http://login.example/jwks.json', ...of }, ['JWT_JWKS_URL']],
    [{ JWT_SECRET: secret, JWT_ALGORITHMS: 'RS256', ...of }, ['JWT_ALGORITHMS']],
    [{ JWT_JWKS_URL: jwksUrl, JWT_ALGORITHMS: 'RS256,HS256', ...of }, ['JWT_ALGORITHMS']],
    [{ JWT_JWKS_URL: jwksUrl, JWT_ALGORITHMS: 'none', ...of }, ['JWT_ALGORITHMS']],
    [{ JWT_JWKS_URL: jwksUrl, JWT_ALGORITHMS: ',', ...of }, ['JWT_ALGORITHMS']],
  ])('cannot be %j', (env, names) => {
    expect(() => read(env)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        details: { problems: names.map((name) => expect.objectContaining({ name })) },
      }),
    );
  });
});
