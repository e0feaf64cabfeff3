import { describe, expect, it } from '@jest/globals';
import express, { type Response } from 'express';
import { listen } from './listener.js';

/** A server that answers when the test does, and its open responses. */
const startSlow = async () => {
  const open: Response[] = [];
  let arrived: () => void = () => undefined;
  const app = express();
  app.get('/', (_request, response) => {
    open.push(response);
    arrived();
  });
  const listener = await listen(app, '127.0.0.1', 0);
  /** Sends a request, and waits until it is under way. */
  const begin = async (): Promise<{ answer: Promise<globalThis.Response> }> => {
    const here = new Promise<void>((resolve) => (arrived = resolve));
    const answer = fetch(listener.url);
    answer.catch(() => undefined);
    await here;
    return { answer };
  };
  return { listener, open, begin };
};

const HOUR_MS = 3_600_000;

describe('a listener that closes', () => {
  it('lets the requests that are under way finish, and ends their connections', async () => {
    const { listener, open, begin } = await startSlow();
    const requests = [await begin(), await begin()];
    const closed = listener.close(HOUR_MS);
    await expect(fetch(listener.url)).rejects.toThrow('fetch failed');
    for (const response of open) response.send('done');
    const texts = await Promise.all(requests.map(async ({ answer }) => (await answer).text()));
    expect(texts).toEqual(['done', 'done']);
    await closed;
  });

  it('ends connections that wait for nothing at once', async () => {
    const { listener, open, begin } = await startSlow();
    const { answer } = await begin();
    open[0]?.send('done');
    await (await answer).text();
    await listener.close(HOUR_MS);
  });

  it('cuts off what takes too long', async () => {
    const { listener, begin } = await startSlow();
    const { answer } = await begin();
    await listener.close(1);
    await expect(answer).rejects.toThrow('fetch failed');
  });

  it('has an address that a URL can hold', async () => {
    const listener = await listen(express(), '::1', 0);
    expect(listener.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    await listener.close(0);
  });
});
