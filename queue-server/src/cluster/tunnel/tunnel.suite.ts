import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Readable, Transform, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { randomChunks } from './random-chunks.fixture.js';
import { endOf, ORIGIN, type Ends } from './tunnel.fixture.js';
import { WINDOW_BYTES } from './tunnel-stream.js';

const TOTAL_BYTES = 100 * 1024 * 1024;

/** What a stream reads until it ends, which stays open for writing. */
const chunksOf = (stream: Duplex): AsyncIterable<Buffer> =>
  // Safe: it has no encoding, and is in no object mode.
  stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;

const textOf = async (stream: Duplex): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(stream)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** Resolves when the writer has nothing more to do: it waits for its reader. */
const untilBlocked = async (writer: Duplex): Promise<number> => {
  let written = 0;
  const chunk = Buffer.alloc(1_000);
  for (let idleTurns = 0; idleTurns < 2_000;) {
    if (writer.writableLength < 10_000) {
      writer.write(chunk);
      written += chunk.length;
      idleTurns = 0;
    } else idleTurns++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return written - writer.writableLength;
};

/** What a tunnel promises, wherever its ends are. */
export const tunnelSuite = (open: () => Promise<Ends>): void => {
  let near: Ends[0];
  let far: Ends[1];
  beforeEach(async () => {
    [near, far] = await open();
  });
  afterEach(() => {
    near.destroy();
    far.destroy();
  });

  it('passes on bytes in both directions', async () => {
    near.end('question');
    expect(await textOf(far)).toBe('question');
    far.end('answer');
    expect(await textOf(near)).toBe('answer');
  });

  it('passes on 100 MB byte for byte, in chunks of any size', async () => {
    const sent = createHash('sha256');
    const received = createHash('sha256');
    const source = Readable.from(randomChunks(TOTAL_BYTES, (chunk) => sent.update(chunk)));
    const writing = pipeline(source, near);
    for await (const chunk of chunksOf(far)) received.update(chunk);
    await writing;
    expect(far.bytesRead).toBe(TOTAL_BYTES);
    expect(received.digest('hex')).toBe(sent.digest('hex'));
  });

  it('passes on both directions at once', async () => {
    const echoed = pipeline(far, new Transform({ transform: (chunk, _, done) => done(null, chunk) }), far);
    const sent = createHash('sha256');
    const received = createHash('sha256');
    void pipeline(Readable.from(randomChunks(TOTAL_BYTES / 10, (chunk) => sent.update(chunk))), near, {
      end: true,
    });
    for await (const chunk of chunksOf(near)) received.update(chunk);
    await echoed;
    expect(received.digest('hex')).toBe(sent.digest('hex'));
  });

  it('takes no more than its window while nobody reads', async () => {
    const taken = await untilBlocked(near);
    expect(taken).toBeGreaterThan(WINDOW_BYTES / 4);
    expect(taken).toBeLessThan(WINDOW_BYTES + 100_000);
  });

  it('goes on when its reader goes on', async () => {
    await untilBlocked(near);
    far.resume();
    near.end();
    await once(far, 'end');
    expect(far.bytesRead).toBe(near.bytesWritten);
  });

  it('is closed at both ends, without an error, when both have ended', async () => {
    near.end();
    far.end();
    near.resume();
    far.resume();
    expect(await Promise.all([endOf(near), endOf(far)])).toEqual([null, null]);
  });

  it('says by an end that the other one was destroyed, after what that one had written', async () => {
    near.write('last words');
    near.destroy();
    expect(await textOf(far)).toBe('last words');
    expect(await endOf(far)).toBeNull();
  });

  it('keeps what the other end wrote before it was destroyed as soon as that was sent', async () => {
    near.write('last words');
    near.destroySoon();
    await endOf(near);
    expect(await textOf(far)).toBe('last words');
  });

  it('refuses what is written when the other end reads nothing more', async () => {
    far.destroy();
    while (near.writable && near.errored === null) {
      near.write('unread');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await endOf(near)).toMatchObject({ code: 'EPIPE' });
  });

  it('breaks with the reason for which the other end was destroyed', async () => {
    far.destroy(new Error('out of memory'));
    const error = await endOf(near);
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(error?.message).toContain('out of memory');
  });

  it('breaks when the other end is reset, and says nothing at that end', async () => {
    far.resetAndDestroy();
    expect(await endOf(near)).toMatchObject({ code: 'ECONNRESET' });
    expect(await endOf(far)).toBeNull();
  });

  describe('as a socket', () => {
    it('has the address of the client at the end of the server', () => {
      expect([far.remoteAddress, far.remotePort, far.remoteFamily]).toEqual([
        ORIGIN.address,
        ORIGIN.port,
        'IPv4',
      ]);
    });

    it('has a local port that no other one has', () => {
      expect(far.localPort).not.toBe(near.localPort);
    });

    it('times out when nothing comes or goes', async () => {
      far.setTimeout(1);
      await once(far, 'timeout');
      expect(far.timeout).toBe(1);
    });

    it('is open until both directions have ended', async () => {
      expect(far.readyState).toBe('open');
      far.end();
      expect(far.readyState).toBe('readOnly');
      near.end();
      near.resume();
      far.resume();
      await endOf(far);
      expect(far.readyState).toBe('closed');
    });
  });
};
