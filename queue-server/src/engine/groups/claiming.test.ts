import { expect, it, jest } from '@jest/globals';
import type { Frame } from '@typed-queue/contracts/wire';
import { frameOf } from '../frames.fixture.js';
import { openMemoryEngine } from '../memory/open-memory-engine.js';

const QUEUE = 'files';

it('a claim looks at no more messages of a large frame than the member can have', async () => {
  const engine = openMemoryEngine({ queues: [{ name: QUEUE, retention: {} }] });
  const frame = frameOf(Array.from({ length: 1_000 }, (_, index) => index + 1));
  // Safe: a frame has the methods of its class.
  const size = jest.spyOn(Object.getPrototypeOf(frame) as Frame, 'size');
  await engine.queue(QUEUE).append(frame);
  const group = engine.group(QUEUE, 'logger');
  await group.open({ start: 'start' });
  for (let claims = 1; claims <= 10; claims++) {
    size.mockClear();
    const claimed = await group.claim({ member: 'a', maxMessages: 10, maxBytes: 1024 * 1024 });
    expect(claimed).toMatchObject({ frames: [{ count: 10, firstSeq: 10 * claims - 9 }] });
    expect(size.mock.calls.length).toBeLessThanOrEqual(20);
  }
  size.mockRestore();
  await engine.close();
});
