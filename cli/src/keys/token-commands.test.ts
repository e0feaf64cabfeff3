import { describe, expect, it } from '@jest/globals';
import { Authenticator } from '@typed-queue/program';
import { runIn } from '../run.fixture.js';
import { objectsOf } from '../served.fixture.js';

const secret = '0a1b2c3d4e5f6071829aabbccddeeff99';
const env = { JWT_SECRET: secret, JWT_ISSUER: 'https://login.example', JWT_AUDIENCE: 'queue' };
const NEW = ['token', 'new', 'user-7', '--allow', 'feedback:publish=given'];

describe('token new', () => {
  it('makes a token that the server takes', async () => {
    const { exitCode, out, err } = await runIn('/', [...NEW, '--expires', '10m'], { env });
    expect([exitCode, err]).toEqual([0, '']);
    const jwt = {
      key: { secret },
      issuer: env.JWT_ISSUER,
      audience: env.JWT_AUDIENCE,
      algorithms: ['HS256'],
    };
    const authenticator = await Authenticator.open({ jwt });
    expect(await authenticator.authenticate(out.trim())).toMatchObject({
      name: 'jwt:user-7',
      rights: { queues: { feedback: { publish: ['given'], tail: false } } },
    });
  });

  it.each<[readonly string[], object, number, string]>([
    [
      NEW,
      { JWT_SECRET: secret },
      78,
      'error: set JWT_ISSUER, JWT_AUDIENCE, with the values that the server has\n',
    ],
    [
      NEW,
      { ...env, JWT_SECRET: 'short' },
      78,
      'error: JWT_SECRET, which the server refuses: expected at least 32 random bytes',
    ],
    [['token', 'new', '', ...NEW.slice(3)], env, 64, 'error: the subject is empty'],
    [['token', 'new'], env, 64, "error: missing required argument 'subject'\n"],
    [[...NEW, '--expires', '1x'], env, 64, 'error: --expires "1x": allowed'],
    [['token', 'show'], {}, 64, 'error: give a token, or set QUEUE_TOKEN\n'],
    [['token', 'show', 'a-key'], {}, 65, 'error: it is no JSON Web Token; the rights of a key are in'],
    [['token', 'show', 'e30.eyJzdWIiOjF9.e30'], {}, 65, 'error: its claims are wrong: '],
    [['token', 'show', 'e30.eyJleHAiOjFlMTV9.e30'], {}, 65, 'error: its claims are wrong: '],
  ])('%j is refused', async (...[args, variables, exitCode, text]) => {
    // Safe: variables are texts.
    const result = await runIn('/', args, { env: variables as Record<string, string> });
    expect(result).toMatchObject({ exitCode, out: '' });
    expect(result.err).toContain(text);
  });
});

describe('token show', () => {
  it('shows what a token says, as text or as JSON', async () => {
    const now = () => Date.UTC(2026, 0, 1);
    const made = await runIn('/', [...NEW, '--json'], { env, now });
    // Safe: what "token new" prints.
    const [{ token }] = objectsOf(made.out) as readonly [{ readonly token: string }];
    expect((await runIn('/', ['token', 'show', token], { now })).out).toBe(
      [
        'subject   user-7',
        'issuer    https://login.example',
        'audience  queue',
        'expires   2026-01-01T01:00:00.000Z',
        'rights    feedback: publish given\n',
      ].join('\n'),
    );
    const later = { env: { QUEUE_TOKEN: token }, now: () => Date.UTC(2027, 0, 1) };
    expect((await runIn('/', ['token', 'show'], later)).out).toContain(
      '2026-01-01T01:00:00.000Z (expired)\n',
    );
    expect(objectsOf((await runIn('/', ['token', 'show', '--json'], later)).out)).toMatchObject([
      { subject: 'user-7', audience: 'queue', expires: '2026-01-01T01:00:00.000Z' },
    ]);
  });
});
