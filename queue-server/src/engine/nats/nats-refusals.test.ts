import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstPair, secondPair } from '../../access/certificates.fixture.js';
import { freePort } from '../../reliability/free-port.js';
import { NatsProcess } from '../../reliability/nats-process.js';
import type { Engine } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { connectNats } from './connection.js';
import { unitPrefix } from './nats-names.js';
import { describeWithNats } from './nats.fixture.js';
import { openNatsEngine, type NatsOptions } from './open-nats-engine.js';

const QUEUE = 'files';

/** What a user needs, as the README has it. */
const RIGHTS = `permissions: {
  publish: [ "$JS.API.>", "$KV.typed-queue-owner-queue.*", "$KV.typed-queue-canary-queue.*", "typed-queue.queue.>" ]
  subscribe: [ "_INBOX.>" ]
}`;

it('says what to install when the client libraries of NATS are missing', async () => {
  const missing = connectNats({ url: 'nats://127.0.0.1' }, () =>
    Promise.reject(new Error('Cannot find package')),
  );
  await expect(missing).rejects.toMatchObject({ code: 'config_invalid' });
  await expect(missing).rejects.toThrow('npm install @nats-io/transport-node@3');
});

describeWithNats('a NATS that refuses', () => {
  let folder: string;
  let nats: NatsProcess | undefined;
  let engine: Engine | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nats-refusals-'));
  });
  afterEach(async () => {
    await engine?.close();
    engine = undefined;
    await nats?.stop();
    nats = undefined;
    await rm(folder, { recursive: true });
  });

  const start = async (config = ''): Promise<NatsProcess> => {
    const file = join(folder, 'nats.conf');
    await writeFile(file, config);
    return (nats = await NatsProcess.start('--config', file));
  };
  const open = async (options: Partial<NatsOptions> = {}): Promise<Engine> =>
    (engine = await openNatsEngine({
      url: nats?.url ?? '',
      prefix: newId(),
      queues: [{ name: QUEUE, retention: {} }],
      ...options,
    }));
  const at = (user: string): string => (nats?.url ?? '').replace('//', `//${user}@`);
  const refusal = (code: string, text: string) => ({ code, message: expect.stringContaining(text) });

  it('says what is wrong when nothing listens there', async () => {
    const url = `nats://127.0.0.1:${await freePort()}`;
    await expect(open({ url })).rejects.toMatchObject(refusal('storage_unavailable', 'Check that it runs'));
  });

  it('is refused when it takes small messages alone', async () => {
    await start('max_payload: 32768');
    await expect(open()).rejects.toMatchObject(refusal('config_invalid', 'max_payload'));
  });

  it('is refused when it cannot keep as many replicas', async () => {
    await start();
    await expect(open({ replicas: 3 })).rejects.toMatchObject(refusal('config_invalid', 'NATS_REPLICAS'));
  });

  it('is refused when its account has no JetStream', async () => {
    await start(
      'accounts: { A: { jetstream: enabled, users: [{ user: a, password: a }] }, B: { users: [{ user: b, password: b }] } }',
    );
    await expect(open({ url: at('b:b') })).rejects.toMatchObject(refusal('config_invalid', 'jetstream'));
  });

  it('is refused when its account may have fewer streams', async () => {
    await start('accounts: { A: { jetstream: { max_streams: 1 }, users: [{ user: a, password: a }] } }');
    await expect(open({ url: at('a:a') })).rejects.toMatchObject(
      refusal('config_invalid', 'limits of the account'),
    );
  });

  describe('with users', () => {
    beforeEach(() =>
      start(`authorization { users: [
        { user: queue, password: word, ${RIGHTS} }
        { user: reader, password: word, permissions: {
          publish: [ "$JS.API.>", "$KV.>" ], subscribe: "_INBOX.>" } }
        { user: weak, password: word, permissions: { publish: "nothing", subscribe: "_INBOX.>" } }
      ] }`),
    );

    it('names a wrong password, and not what it is', async () => {
      const refused = open({ url: at('queue:secret') });
      await expect(refused).rejects.toMatchObject(refusal('config_invalid', 'user, password or token'));
      await expect(refused).rejects.not.toThrow('secret');
    });

    it('names what a user may not do', async () => {
      await expect(open({ url: at('weak:word') })).rejects.toMatchObject(
        refusal('config_invalid', 'Permissions Violation'),
      );
    });

    it('names what a user may not write', async () => {
      await expect(open({ url: at('reader:word') })).rejects.toMatchObject(
        refusal('config_invalid', 'Permissions Violation'),
      );
    });

    it('lets a user with the rights of the README do everything', async () => {
      const queue = (await open({ url: at('queue:word'), prefix: 'queue' })).queue(QUEUE);
      await queue.append(frameOf([1]));
      expect(queue.head().lastSeq).toBe(1);
    });
  });

  it('takes a token', async () => {
    await start('authorization { token: s3cret }');
    const queue = (await open({ url: at('s3cret') })).queue(QUEUE);
    await queue.append(frameOf([1]));
    expect(queue.head().lastSeq).toBe(1);
  });

  describe('with TLS', () => {
    beforeEach(async () => {
      const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
      await writeFile(cert, firstPair.cert);
      await writeFile(key, firstPair.key);
      await start(`tls { cert_file: "${cert}", key_file: "${key}" }`);
    });

    it.each([undefined, {}, { ca: secondPair.cert }])('is refused with %j', async (tls) => {
      const url = (nats?.url ?? '').replace('nats:', 'tls:');
      await expect(open({ url, tls })).rejects.toMatchObject(refusal('config_invalid', 'NATS_CA_FILE'));
    });

    it('stores with its authority', async () => {
      const url = (nats?.url ?? '').replace('nats:', 'tls:');
      const queue = (await open({ url, tls: { ca: firstPair.cert } })).queue(QUEUE);
      await queue.append(frameOf([1]));
      expect(queue.head().lastSeq).toBe(1);
    });
  });

  it('is refused where its data is that of servers that all serve', async () => {
    await start();
    await (await open({ prefix: unitPrefix('shop', 'files') })).close();
    await expect(open({ prefix: 'shop' })).rejects.toMatchObject(
      refusal('config_invalid', 'without NATS_SPREAD=false'),
    );
  });

  it('is named by its address where nothing listens', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    await expect(open({ url: `nats://user:word@${host}` })).rejects.toThrow(
      `nats://${host} cannot be reached`,
    );
  });

  it('is not what a garbage file of credentials names', async () => {
    await start();
    await expect(open({ credentials: 'garbage' })).rejects.toMatchObject(
      refusal('config_invalid', 'NATS_CREDS_FILE'),
    );
  });

  it('is refused without TLS where it is asked for', async () => {
    const { url } = await start();
    await expect(open({ url: url.replace('nats:', 'tls:') })).rejects.toMatchObject(
      refusal('config_invalid', 'nats:// is without TLS'),
    );
  });

  it('reports a stream that somebody changed', async () => {
    await start();
    const prefix = newId();
    await (await open({ prefix })).close();
    const { connection, jsm } = await connectNats({ url: nats?.url ?? '' });
    const stream = `typed-queue=${prefix}=queue=2f${QUEUE}`;
    await jsm.streams.update(stream, { max_msgs: 10 });
    await connection.close();
    const changed: unknown[] = [];
    await open({ prefix, onChangedStream: (...what) => changed.push(what) });
    expect(changed).toEqual([[stream, ['max_msgs 10, not -1']]]);
  });
});
