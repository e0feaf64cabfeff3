import { afterEach, expect, it } from '@jest/globals';
import { memoryTunnel } from '../tunnel/memory-tunnel.js';
import { UnitSocket } from './unit-socket.js';

const nothing = (): void => undefined;
const ends: { destroy(): unknown }[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end.destroy();
});

it.each([
  ['break', true],
  ['close', false],
] as const)('a unit sees by "%s" whether the client may not know: %s', async (verb, isBroken) => {
  const [near, far] = memoryTunnel();
  ends.push(near, far);
  const deps = { address: '127.0.0.1', auth: {}, onPing: nothing, onPacket: nothing, onFragment: nothing };
  const socket = new UnitSocket(near, { ...deps, onWritten: nothing, onClosed: nothing });
  far.resume();
  // Of a broken one `once` of events would reject.
  const closed = new Promise((resolve) => far.once('close', resolve));
  socket[verb]();
  await closed;
  expect(far.errored !== null).toBe(isBroken);
});
