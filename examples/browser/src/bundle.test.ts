import { afterAll, describe, expect, it } from '@jest/globals';
import { stop } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { bundlePage, bundleStart, PAGE_SCRIPT } from './bundle.js';

afterAll(stop);

/** In bytes, what the README promises of something. */
const promised = async (what: string): Promise<number> => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, kB] = new RegExp(`${what} less than (\\d+) KB gzipped`).exec(readme) ?? [];
  return Number(kB) * 1_000;
};

const page = async (path: string): Promise<Buffer> =>
  Buffer.from((await bundlePage()).get(path)?.body ?? new Uint8Array());

describe('the script of the page', () => {
  it('is as small as the README says, and so is the client itself', async () => {
    const contents = "export { connect } from '@typed-queue/queue-client';";
    const client = await bundleStart({ stdin: { contents, resolveDir: import.meta.dirname } });
    // Traces are an entry of their own.
    expect(Buffer.from(client).toString()).not.toContain('messaging.system');
    expect(gzipSync(client).length).toBeLessThan(await promised('the client itself is'));
    const script = await bundleStart({ entryPoints: [PAGE_SCRIPT] });
    expect(gzipSync(script).length).toBeLessThan(await promised('The script is'));
  });

  it('uses nothing of Node', async () => {
    const script = String(await page('/page.js'));
    expect(script).toContain('publish:frame');
    expect(script).not.toMatch(/\bnode:|\bBuffer\b|\bprocess\.|\brequire\(/);
  });
});

it.each(['/', '/page.css'])('%s names no other host', async (path) => {
  const text = String(await page(path));
  expect(text).toContain('connection');
  expect(text).not.toMatch(/https?:|@import|url\(/);
});
