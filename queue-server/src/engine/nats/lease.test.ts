import { beforeEach, describe, expect, it } from '@jest/globals';
import type { KvEntry } from '@nats-io/kv';
import { Lease, type LeaseOptions } from './lease.js';

/** An answer of JetStream's API, as the library throws it. */
class ApiError extends Error {
  override readonly name = 'JetStreamApiError';
  readonly code: number;
  readonly status = 400;

  constructor(message: string, code = 10_071) {
    super(message);
    this.code = code;
  }
}

const STREAM_NOT_FOUND = 10_059;

const lostAnswer = (): Error => new Error('timeout');

/** A bucket with one key, whose answers may be lost. */
class FakeBucket {
  revision = 0;
  text = '';
  losesAnswer = false;
  isMissing = false;
  answering: () => void = () => undefined;
  readonly get = async (): Promise<KvEntry | null> => {
    if (this.isMissing) throw new ApiError('stream not found', STREAM_NOT_FOUND);
    return this.revision === 0
      ? null
      : // Safe: what a lease reads of an entry.
        ({ revision: this.revision, operation: 'PUT', string: () => this.text } as unknown as KvEntry);
  };
  readonly create = (_key: string, data: unknown): Promise<number> => this.update('', data, 0);
  readonly update = async (_key: string, data: unknown, revision: number): Promise<number> => {
    if (this.isMissing) throw lostAnswer();
    if (revision !== this.revision) throw new ApiError('wrong last sequence');
    this.revision += 3;
    this.text = String(data);
    this.answering();
    if (!this.losesAnswer) return this.revision;
    this.losesAnswer = false;
    throw lostAnswer();
  };
}

const TERM_MS = 2_000;

describe('a lease', () => {
  let now: number;
  let bucket: FakeBucket;
  let options: LeaseOptions;
  let lease: Lease;
  let other: Lease;
  beforeEach(() => {
    now = 0;
    bucket = new FakeBucket();
    options = { bucket, termMs: TERM_MS, name: 'here', now: () => now };
    [lease, other] = [new Lease(options), new Lease(options)];
  });

  it('is nobody’s at first', async () => {
    expect(await lease.acquire()).toBe(true);
    expect(lease.isValid()).toBe(true);
  });

  it('is of one server', async () => {
    await lease.acquire();
    expect(await other.acquire()).toBe(false);
    expect(other.isValid()).toBe(false);
  });

  it('ends a term after its last renewal was sent, not after it was answered', async () => {
    await lease.acquire();
    now += 100;
    bucket.answering = () => (now += 1_000);
    expect(await lease.renew()).toBe(true);
    now += 900;
    expect(lease.isValid()).toBe(true);
    now += 300;
    expect(lease.isValid()).toBe(false);
  });

  it('is taken by who saw no renewal for a term', async () => {
    await lease.acquire();
    expect(await other.acquire()).toBe(false);
    now += TERM_MS * 1.1;
    expect(await other.acquire()).toBe(true);
  });

  it('is taken when the term is over since it was seen before', async () => {
    await lease.acquire();
    const early = new Lease({ ...options, seen: { revision: bucket.revision, since: now } });
    now += TERM_MS;
    expect(await early.acquire()).toBe(false);
    expect(early.remainingMs).toBe(TERM_MS * 0.05);
    now += early.remainingMs;
    expect(await early.acquire()).toBe(true);
  });

  it('is not taken when it was renewed since it was seen before', async () => {
    await lease.acquire();
    const early = new Lease({ ...options, seen: { revision: bucket.revision, since: now } });
    await lease.renew();
    now += TERM_MS * 2;
    expect(await early.acquire()).toBe(false);
  });

  it('is not taken while renewals are seen, however late', async () => {
    await lease.acquire();
    await other.acquire();
    for (let seen = 0; seen < 3; seen++) {
      now += TERM_MS;
      await lease.renew();
      expect(await other.acquire()).toBe(false);
    }
  });

  it('is taken at once when it was released', async () => {
    await lease.acquire();
    await lease.release();
    expect(lease.isValid()).toBe(false);
    expect(await other.acquire()).toBe(true);
  });

  it('counts its owners', async () => {
    await lease.acquire();
    await lease.release();
    await other.acquire();
    expect(JSON.parse(bucket.text)).toMatchObject({ number: 2, name: 'here' });
  });

  it('is acquired although the answer was lost', async () => {
    bucket.losesAnswer = true;
    await expect(lease.acquire()).rejects.toThrow('timeout');
    expect(await lease.acquire()).toBe(true);
  });

  it('is kept although the answer of a renewal was lost', async () => {
    await lease.acquire();
    bucket.losesAnswer = true;
    const answers = [await lease.renew(), await lease.renew(), await lease.renew()];
    expect(answers).toEqual([false, false, true]);
  });

  it('is lost to who took it', async () => {
    await lease.acquire();
    await other.acquire();
    now += TERM_MS * 2;
    await other.acquire();
    await expect(lease.renew()).rejects.toMatchObject({ code: 'storage_failed' });
  });

  it('is lost when it was removed', async () => {
    await lease.acquire();
    bucket.revision = 0;
    await expect(lease.renew()).rejects.toMatchObject({ code: 'storage_failed' });
  });

  it('is lost when its bucket is missing for long, whose writes have no answer', async () => {
    await lease.acquire();
    bucket.isMissing = true;
    now = 5_000;
    expect(await lease.renew()).toBe(false);
    now = 11_000;
    await expect(lease.renew()).rejects.toThrow('is gone');
  });

  it('says that it is valid again, once', async () => {
    await lease.acquire();
    let regained = 0;
    lease.onRegained(() => regained++);
    await lease.renew();
    expect(regained).toBe(0);
    now += TERM_MS * 2;
    await lease.renew();
    expect(regained).toBe(1);
  });
});
