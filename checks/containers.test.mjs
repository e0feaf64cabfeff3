import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const read = (name) => readFile(join(import.meta.dirname, '..', name), 'utf8');
const keyDigest = (key) => createHash('sha256').update(key).digest('hex');

/** Docker's patterns: `**` any folders, `*` within a name, `!` an exception; the last that matches counts. */
const isIgnored = (patterns, path) => {
  const steps = String(path).split('/');
  const paths = steps.map((_, index) => steps.slice(0, index + 1).join('/'));
  return patterns.reduce((ignored, pattern) => {
    const isException = pattern.startsWith('!');
    const expression = pattern
      .replace(/^!/, '')
      .replace(/[.+^$()|[\]{}]/g, '\\$&')
      .replace(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(.*/)?'));
    return paths.some((each) => new RegExp(`^${expression}$`).test(each)) ? !isException : ignored;
  }, false);
};

describe('what Docker copies into an image', () => {
  it.each([
    ['.env', true],
    ['.env.production', true],
    ['queue-server/.env.local', true],
    ['tls/server.key', true],
    ['tls/server.pem', true],
    ['.git/config', true],
    ['data/queue/contracts.json', true],
    ['queue-server/data/queue/contracts.json', true],
    ['npm-debug.log', true],
    ['logs/today', true],
    ['node_modules/ws/index.js', true],
    ['.env.example', false],
    ['package-lock.json', false],
    ['queue-server/src/main.ts', false],
  ])('%s: left out %j', async (path, expected) => {
    const patterns = (await read('.dockerignore')).split('\n').filter((line) => /^[^#]/.test(line));
    expect(isIgnored(patterns, path)).toBe(expected);
  });
});

describe('the image', () => {
  it('runs as a user that may write its data and nothing else', async () => {
    const final = (await read('Dockerfile'))
      .split(/^FROM /m)
      .at(-1)
      .split('\n');
    expect(final.filter((line) => line.startsWith('USER'))).toEqual(['USER node']);
    expect(final.filter((line) => line.startsWith('COPY'))).toEqual(['COPY --from=build /app /app']);
    expect(final).toContain('RUN install -d -m 700 -o node -g node /data');
  });
});

const { services, networks } = parse(await read('compose.yaml'), { merge: true });

describe('the services of compose.yaml', () => {
  it.each(Object.entries(services))(
    '%s has a read-only root, no capabilities and a memory limit',
    (_, service) => {
      expect(service).toMatchObject({
        read_only: true,
        tmpfs: ['/tmp'],
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        mem_limit: expect.stringMatching(/^\d+[mg]$/),
      });
      for (const right of ['privileged', 'cap_add', 'network_mode', 'pid'])
        expect(service).not.toHaveProperty(right);
    },
  );

  it('are reachable from outside only at the API, and only on this machine', () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([
      ['api-server', ['127.0.0.1:3000:3000']],
    ]);
    for (const [name, service] of Object.entries(services)) {
      const open = service.networks.filter((network) => networks[network]?.internal !== true);
      expect([name, open]).toEqual([name, name === 'api-server' ? ['outside'] : []]);
    }
  });

  it('have a MongoDB with authentication that only the API reaches', () => {
    const { mongo } = services;
    const command = mongo.entrypoint.join(' ');
    expect(command).toContain('--keyFile');
    expect(command).not.toContain('bind_ip_all');
    expect(mongo.user).toBe('mongodb');
    expect(mongo.environment.MONGO_INITDB_ROOT_PASSWORD).toMatch(/^\$\{MONGO_PASSWORD:\?/);
    const beside = Object.keys(services).filter((name) => services[name].networks.includes('database'));
    expect(beside).toEqual(['mongo', 'api-server']);
    expect(services['api-server'].environment.MONGODB_URI).toContain('root:${MONGO_PASSWORD}@mongo:27017');
  });

  it('have secrets only from the environment', () => {
    const variables = Object.values(services).flatMap(({ environment }) => Object.entries(environment));
    const secrets = variables.filter(([name]) => /PASSWORD|TOKEN/.test(name)).map(([, value]) => value);
    expect(secrets).toHaveLength(4);
    for (const value of secrets)
      expect(value).toMatch(/^\$\{(LOGGER_KEY|API_KEY|API_TOKENS|MONGO_PASSWORD)(:\?[^}]*)?\}$/);
  });

  it('have no keys in the environment of the queue server, but a file', () => {
    expect(services['queue-server'].environment).not.toHaveProperty('QUEUE_TOKENS');
    expect(services['queue-server'].environment.QUEUE_KEYS_FILE).toBe('/keys/keys.json');
    expect(services['queue-server'].volumes).toContain('./keys.json:/keys/keys.json:ro');
  });

  it('give logger and API keys of their own', () => {
    expect(services.logger.environment.QUEUE_TOKEN).toMatch(/^\$\{LOGGER_KEY:/);
    expect(services['api-server'].environment.QUEUE_TOKEN).toMatch(/^\$\{API_KEY:/);
  });

  it('give each key only the rights that it needs', async () => {
    const recipe = (await read('compose.yaml')).replace(/^# {3}/gm, '').split('docker compose')[0];
    const directory = await mkdtemp(join(tmpdir(), 'compose-'));
    const script = `${recipe.slice(recipe.indexOf('export'))}\nprintf %s "$LOGGER_KEY"`;
    const key = execFileSync('sh', ['-c', script], { cwd: directory, encoding: 'utf8' });
    const { keys } = JSON.parse(await readFile(join(directory, 'keys.json'), 'utf8'));
    await rm(directory, { recursive: true });
    expect(keys).toEqual([
      {
        name: 'logger',
        sha256: keyDigest(key),
        queues: { '*': { consume: ['logger', 'logger:*'], tail: true } },
      },
      {
        name: 'api',
        sha256: expect.stringMatching(/^[\da-f]{64}$/),
        queues: { database: { publish: ['*'], tail: true } },
      },
    ]);
  });
});
