/** Plain sockets of a whole contract: each queue has its own events and payloads. */
import type { Socket } from 'socket.io-client';
import type { Message } from '../contract.js';
import { parseJsonText } from '../json-text.js';
import type { Receipt } from '../receipt.js';
import type { Result } from '../result.js';
import { same } from '../../../checks/same.fixture.js';
import type { SystemContract } from '../system.js';
import type { ClientToServerEvents, ServerToClientEvents } from './events.js';

declare const socket: Socket<ServerToClientEvents<SystemContract>, ClientToServerEvents<SystemContract>>;
const saved = { event: 'save', payload: { path: 'a', bytes: 1, sha256: 'b', durationMs: 2 } } as const;
const deleted = { event: 'delete', payload: { model: 'm', id: '1', before: {} }, id: undefined } as const;

socket.emit('publish', 'files', saved, () => undefined);
socket.emit('publish', 'database', [deleted], () => undefined);
// @ts-expect-error the event of another queue
socket.emit('publish', 'files', deleted, () => undefined);
// @ts-expect-error the payload of another queue
socket.emit('publish', 'database', { ...saved, event: 'error' }, () => undefined);
// @ts-expect-error one message of another queue
socket.emit('publish', 'database', [deleted, saved], () => undefined);

// One receipt, or an array of answers.
socket.emit('publish', 'files', saved, (result) => {
  if (!result.ok) return;
  if (Array.isArray(result.value)) same<(typeof result.value)[number], Result<Receipt>>(true);
  else same<typeof result.value, Receipt>(true);
});

// Live messages are those of their queue.
socket.on('deliver', (queue, _epoch, _firstSeq, text) => {
  for (const message of parseJsonText(text)) same<typeof message, Message<SystemContract>>(true);
  same<typeof queue, 'files' | 'database'>(true);
});
declare const files: Socket<ServerToClientEvents<SystemContract, 'files'>>;
files.on('deliver', (_queue, _epoch, _firstSeq, text) => {
  for (const message of parseJsonText(text)) same<typeof message, Message<SystemContract, 'files'>>(true);
});
