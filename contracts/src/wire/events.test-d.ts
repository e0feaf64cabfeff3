import type { Socket } from 'socket.io-client';
import type { Message } from '../contract.js';
import type { JsonText } from '../json-text.js';
import type { Outcome, Settlement } from './outcome.js';
import type { Range, Start } from '../position.js';
import type { BatchReceipt, Durability, FrameReceipt, Receipt } from '../receipt.js';
import type { Result } from '../result.js';
import { same } from '../../../checks/same.fixture.js';
import type { FilesClientToServerEvents, FilesServerToClientEvents, SystemContract } from '../system.js';
import type { ClientToServerEvents, ServerToClientEvents } from './events.js';
import type { Grant, SubscribeRequest } from './group.js';
import type { Handshake } from './handshake.js';
import type { Publication } from './publishing.js';
import type { Replay, TailRequest } from './tail.js';

type FilesPublication = Publication<SystemContract, 'files'>;

const payload = { path: 'a', bytes: 1, sha256: 'b', durationMs: 2 };
const saved = { event: 'save', payload } as const satisfies FilesPublication;

same<FilesPublication['event'], 'save' | 'error'>(true);
same<Extract<FilesPublication, { event: 'save' }>['payload'], typeof payload>(true);
same<Outcome['kind'], 'ack' | 'retry' | 'dead-letter' | 'release' | 'extend'>(true);
same<Start, 'start' | 'now' | { readonly seq: number } | { readonly time: number }>(true);
same<Durability, 'disk' | 'replicated' | 'memory'>(true);
same<Settlement['ranges'], readonly Range[] | undefined>(true);
same<SubscribeRequest<'files'>['queue'], 'files'>(true);
same<TailRequest<'files'>['queue'], 'files'>(true);
same<Replay<SystemContract, 'files'>['messages'][number], Message<SystemContract, 'files'>>(true);
same<
  Parameters<ServerToClientEvents<SystemContract, 'files'>['deliver']>,
  [
    queue: 'files',
    epoch: string,
    firstSeq: number,
    messages: JsonText<readonly Message<SystemContract, 'files'>[]>,
  ]
>(true);
same<
  Grant<SystemContract, 'files'>['messages'][number],
  Message<SystemContract, 'files'> & { readonly attempt: number }
>(true);
same<Parameters<ClientToServerEvents<SystemContract>['publish']>[0], 'files' | 'database'>(true);

// A publication: event and payload belong together, id and headers may be left out.
declare const publish: (publication: FilesPublication) => void;

publish({ ...saved, id: 'an id', headers: { key: 'a' } });
// @ts-expect-error an event that is misspelt
publish({ event: 'sav', payload });
// @ts-expect-error an event of another queue
publish({ event: 'create', payload });
// @ts-expect-error the payload of another event
publish({ event: 'error', payload });
// @ts-expect-error the payload is missing
publish({ event: 'save' });
// @ts-expect-error a field is missing
publish({ event: 'save', payload: { path: 'a', bytes: 1, sha256: 'b' } });
// @ts-expect-error a field too many
publish({ event: 'save', payload: { ...payload, more: 3 } });
// @ts-expect-error a field of the wrong type
publish({ event: 'save', payload: { ...payload, bytes: '1' } });
// @ts-expect-error headers are texts
publish({ ...saved, headers: { key: 1 } });
// @ts-expect-error the server gives the seq
publish({ ...saved, seq: 1 });
// @ts-expect-error an event that is misspelt
({ event: 'udpate', payload: {} }) satisfies Publication<SystemContract, 'database'>;
// @ts-expect-error the contract has no such queue
type _UnknownQueue = Publication<SystemContract, 'flies'>;

// An outcome, and what belongs to each.
({ kind: 'retry', delayMs: 1, reason: 'busy' }) satisfies Outcome;
// @ts-expect-error an outcome that does not exist
({ kind: 'nack' }) satisfies Outcome;
// @ts-expect-error a done message is not delayed
({ kind: 'ack', delayMs: 1 }) satisfies Outcome;
// @ts-expect-error a range has two ends
({ token: 1, outcome: { kind: 'ack' }, ranges: [[1]] }) satisfies Settlement;
// @ts-expect-error a settlement names its lease
({ outcome: { kind: 'ack' } }) satisfies Settlement;

// @ts-expect-error the handshake has no such field
({ protocol: 1 }) satisfies Handshake;
// @ts-expect-error there is no such form
({ subscription: 's', queue: 'files', group: 'g', form: 'xml' }) satisfies SubscribeRequest<'files'>;
// @ts-expect-error the queue of another subscription
({ subscription: 's', queue: 'database', group: 'g' }) satisfies SubscribeRequest<'files'>;

// A plain socket of socket.io-client is checked as well.
declare const socket: Socket<FilesServerToClientEvents, FilesClientToServerEvents>;

socket.emit('publish', 'files', saved, (result) => {
  same<typeof result, Result<Receipt | Result<Receipt>[]>>(true);
});
socket.emit('publish', 'files', [saved, saved], () => undefined);
socket.emit('publish:frame', 'files', new Uint8Array(), (result) => {
  same<typeof result, Result<FrameReceipt>>(true);
  if (result.ok) same<typeof result.value.firstSeq, number>(true);
  // @ts-expect-error a refusal has no value
  else void result.value;
});
socket.emit('publish:batch', 'files', [saved, saved], (result) => {
  same<typeof result, Result<BatchReceipt>>(true);
});
socket.emit('publish:batch:frame', 'files', new Uint8Array(), (result) => {
  same<typeof result, Result<FrameReceipt>>(true);
});
socket.emit('publish:expected', 'files', [saved], 41, (result) => {
  same<typeof result, Result<BatchReceipt>>(true);
});
socket.emit('publish:expected:frame', 'files', new Uint8Array(), 41, (result) => {
  same<typeof result, Result<FrameReceipt>>(true);
});
socket.emit('subscribe', { subscription: 's', queue: 'files', group: 'g' }, () => undefined);
socket.emit('settle', 's', [{ token: 1, outcome: { kind: 'ack' }, ranges: [[1, 2]] }], () => undefined);
socket.emit('unsubscribe', 's', () => undefined);
socket.on('grant', ({ messages: [message] }) => {
  if (message?.event === 'save') same<typeof message.payload, typeof payload>(true);
});
socket.on('grant:frame', (header, frames) => {
  same<typeof header.token, number>(true);
  same<typeof frames, Uint8Array>(true);
});
socket.on('gap', (gap) => {
  same<typeof gap.queue, 'files'>(true);
});

// @ts-expect-error no such request
socket.emit('pubish', 'files', saved, () => undefined);
// @ts-expect-error another queue than the socket's
socket.emit('publish', 'database', saved, () => undefined);
// @ts-expect-error an unknown event
socket.emit('publish', 'files', { event: 'udpate', payload }, () => undefined);
// @ts-expect-error a wrong payload
socket.emit('publish', 'files', { event: 'save', payload: { path: 1 } }, () => undefined);
// @ts-expect-error one wrong payload among right ones
socket.emit('publish', 'files', [saved, { event: 'save', payload: {} }], () => undefined);
// @ts-expect-error one wrong payload in a batch
socket.emit('publish:batch', 'files', [saved, { event: 'save', payload: {} }], () => undefined);
// @ts-expect-error a batch is an array
socket.emit('publish:batch', 'files', saved, () => undefined);
// @ts-expect-error no seq is expected
socket.emit('publish:expected', 'files', [saved], () => undefined);
// @ts-expect-error an answer is awaited
socket.emit('publish', 'files', saved);
// @ts-expect-error an outcome that does not exist
socket.emit('settle', 's', [{ token: 1, outcome: { kind: 'drop' } }], () => undefined);
// @ts-expect-error no such notice
socket.on('delivered', () => undefined);
socket.on('grant', ({ messages }) => {
  // @ts-expect-error not an event of this queue
  messages.filter((message) => message.event === 'create');
});
