import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainClient, received } from './plain-client.fixture.js';
import { startTestServer } from './testing.js';

const publication = (path: string) => ({
  event: 'save',
  payload: { path, bytes: 1, sha256: 'abc', durationMs: 2 },
});

let dataDir: string;
let segment: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'damage-test-'));
  const server = await startTestServer({ dataDir });
  const client = await plainClient(server.url);
  for (const path of ['first', 'second', 'third']) await client.value('publish', 'files', publication(path));
  client.socket.disconnect();
  await server.close();
  const folder = join(dataDir, 'queues/files');
  const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.log'));
  segment = join(folder, name);
});

afterEach(() => rm(dataDir, { recursive: true }));

describe('a server whose journal was damaged while it was down', () => {
  it('starts, reports to the members of a group which message is lost, and delivers the others', async () => {
    const bytes = await readFile(segment);
    const at = bytes.indexOf('second');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    await writeFile(segment, bytes);

    const server = await startTestServer({ dataDir });
    const client = await plainClient(server.url);
    const other = await plainClient(server.url);
    const clients = [client, other];
    const gaps = clients.map(({ socket }) => received(socket, 'gap', 1));
    const grants = clients.map(({ socket }) => received(socket, 'grant', 1));
    const subscribe = { subscription: 's', queue: 'files', group: 'g' };
    // Both have joined before the gap is found.
    await other.value('subscribe', { ...subscribe, start: 'now', window: { messages: 1 } });
    await other.value('group:pause', 'files', 'g');
    await client.value('subscribe', subscribe);
    await other.value('group:seek', 'files', 'g', 'start');
    await other.value('group:resume', 'files', 'g');
    const granted = (await Promise.all(grants)).flatMap((each) =>
      // Safe: a grant has its messages.
      (each as { messages: { seq: number }[] }[]).flatMap(({ messages }) => messages),
    );
    expect(granted.map(({ seq }) => seq).sort()).toEqual([1, 3]);
    const gap = { queue: 'files', group: 'g', from: 2, to: 2, reason: 'damage' };
    expect(await Promise.all(gaps)).toEqual([[gap], [gap]]);
    other.socket.disconnect();
    expect(await client.value('publish', 'files', publication('fourth'))).toMatchObject({ seq: 4 });
    client.socket.disconnect();
    await server.close();
  });

  it('reports to the members of a group messages whose files are missing, and goes on after them', async () => {
    const subscribe = { subscription: 's', queue: 'files', group: 'g' };
    const before = await startTestServer({ dataDir });
    const member = await plainClient(before.url);
    await member.value('subscribe', subscribe);
    await member.value('unsubscribe', 's');
    member.socket.disconnect();
    await before.close();
    await rm(segment);

    const server = await startTestServer({ dataDir });
    const client = await plainClient(server.url);
    const gap = received(client.socket, 'gap', 1);
    const granted = received(client.socket, 'grant', 1);
    expect(await client.value('publish', 'files', publication('fourth'))).toMatchObject({ seq: 4 });
    await client.value('subscribe', subscribe);
    expect(await gap).toMatchObject([{ from: 1, to: 3, reason: 'damage' }]);
    expect(await granted).toMatchObject([{ messages: [{ seq: 4 }] }]);
    client.socket.disconnect();
    await server.close();
  });

  it('cuts off a torn tail, and gives its seq to the next message', async () => {
    await rm(join(dataDir, 'queues/files/durable.mark'));
    await appendFile(segment, (await readFile(segment)).subarray(-100));

    const server = await startTestServer({ dataDir });
    const client = await plainClient(server.url);
    expect(await client.value('publish', 'files', publication('fourth'))).toMatchObject({ seq: 4 });
    client.socket.disconnect();
    await server.close();
  });

  it('refuses to start on a file that is no journal, and leaves it as it is', async () => {
    await writeFile(segment, 'these are not the bytes of a journal');
    await expect(startTestServer({ dataDir })).rejects.toMatchObject({ code: 'journal_unsupported' });
    expect(await readFile(segment, 'utf8')).toBe('these are not the bytes of a journal');
  });
});
