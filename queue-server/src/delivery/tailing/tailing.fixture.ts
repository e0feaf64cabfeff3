import type { Gap, Position, Start } from '@typed-queue/contracts';
import { encodeFrame, type Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from '../../engine/engine.js';
import { draftOf } from '../../engine/frames.fixture.js';
import { GatedEngine, QUEUE } from '../gated-engine.fixture.js';
import { eventLoopIdle } from '../recorder.fixture.js';
import type { LiveForm } from './live-broadcast.js';
import { Tails, type OpenedTail, type TailOpening } from './tails.js';

const WINDOW = { messages: 1_000, bytes: 4 * 1024 * 1024 };

/** One tail, and everything its client gets: `replay 1-3`, `gap 4-5`, `live 6`, `deliver 6-7`, `lagging 8`, `frame 9-9`. */
export class ClientOfTail {
  readonly heard: string[] = [];
  /** In the order in which they came. */
  readonly seqs: number[] = [];
  readonly gaps: Gap[] = [];
  inRoom: LiveForm | undefined;
  /** How many bytes its connection takes now. */
  sendable = Infinity;
  opened: OpenedTail | undefined;
  /** Called with the seq after the last that the client got. */
  onHeard: (next: number) => void = () => undefined;

  get tail(): OpenedTail['tail'] {
    if (this.opened === undefined) throw new Error('not opened yet');
    return this.opened.tail;
  }

  hear(what: string, to: number, seqs: readonly number[]): void {
    this.heard.push(what);
    this.seqs.push(...seqs);
    this.onHeard(to + 1);
  }
}

/** The tails of one queue, their broadcast, and timers that a test fires. */
export class Tailing {
  readonly engine = new GatedEngine();
  readonly errors: unknown[] = [];
  /** Each text that was broadcast. */
  readonly texts: string[] = [];
  /** Pending timers. */
  readonly timers = new Set<{ readonly run: () => void; readonly delayMs: number }>();
  readonly tails: Tails;
  readonly #clients: ClientOfTail[] = [];
  /** Where each damaged frame begins. */
  readonly #damaged = new Set<number>();

  constructor() {
    this.tails = new Tails({
      engine: this.engine,
      onError: (error) => this.errors.push(error),
      after: (delayMs, run) => {
        const timer = { run, delayMs };
        this.timers.add(timer);
        return () => this.timers.delete(timer);
      },
    });
    this.tails.onDeliver({
      json: (_queue, _epoch, firstSeq, text) => this.#deliver(firstSeq, text),
      frame: (_queue, _epoch, firstSeq, frames) => this.#deliverFrames(firstSeq, frames),
    });
    this.engine.listen({ ...this.engine.events, committed: (queue) => this.tails.committed(queue) });
    this.engine.onRead = (items) => items.map((item) => this.#withDamage(item));
  }

  /** Opens a tail and starts it; resolves when nothing more happens by itself. */
  async open(from: Start | Position, options: Partial<TailOpening> = {}): Promise<ClientOfTail> {
    const client = await this.opened(from, options);
    client.tail.start();
    await eventLoopIdle();
    return client;
  }

  /** Opens a tail, which waits for its start. */
  async opened(from: Start | Position, options: Partial<TailOpening> = {}): Promise<ClientOfTail> {
    const client = new ClientOfTail();
    const opening: TailOpening = { queue: QUEUE, from, window: WINDOW, ...options };
    client.opened = await this.tails.open(opening, {
      credit: () => client.sendable,
      replay: ({ from, to, gaps, frames }) => {
        client.gaps.push(...gaps);
        const seqs = seqsOf(frames);
        const missing = gaps.map((gap) => `, gap ${gap.from}-${gap.to}`).join('');
        client.hear(`replay ${from}-${to}${missing}`, to, seqs);
      },
      live: (next) => {
        client.heard.push(`live ${next}`);
        client.inRoom = opening.events === undefined ? (opening.live ?? 'json') : undefined;
      },
      lagging: (next) => {
        client.heard.push(`lagging ${next}`);
        client.inRoom = undefined;
      },
    });
    this.#clients.push(client);
    return client;
  }

  /** One frame of messages with these events. */
  publish(...events: readonly string[]): void {
    const first = this.engine.lastSeq + 1;
    this.engine.store(encodeFrame(events.map((event, index) => ({ ...draftOf(first + index), event }))));
  }

  /** Messages that are durable and cannot be read. */
  damage(count: number): void {
    this.#damaged.add(this.engine.lastSeq + 1);
    this.engine.publish(count);
  }

  /** Fires all timers; resolves when nothing more happens by itself. */
  async fireTimers(): Promise<void> {
    const timers = [...this.timers];
    this.timers.clear();
    for (const { run } of timers) run();
    await eventLoopIdle();
  }

  #withDamage(item: LogItem): LogItem {
    if (item.kind === 'gap' || !this.#damaged.has(item.frame.firstSeq)) return item;
    return { kind: 'gap', gap: { from: item.frame.firstSeq, to: item.frame.lastSeq, reason: 'damage' } };
  }

  #deliver(firstSeq: number, text: string): void {
    this.texts.push(text);
    // Safe: what is broadcast is an array of messages.
    const seqs = (JSON.parse(text) as { readonly seq: number }[]).map(({ seq }) => seq);
    const to = seqs.at(-1) ?? 0;
    for (const client of this.#clients) {
      if (client.inRoom === 'json') client.hear(`deliver ${firstSeq}-${to}`, to, seqs);
    }
  }

  #deliverFrames(firstSeq: number, frames: readonly Frame[]): void {
    const to = frames.at(-1)?.lastSeq ?? 0;
    for (const client of this.#clients) {
      if (client.inRoom === 'frame') client.hear(`frame ${firstSeq}-${to}`, to, seqsOf(frames));
    }
  }
}

const seqsOf = (frames: readonly Frame[]): number[] =>
  frames.flatMap(({ firstSeq, count }) => Array.from({ length: count }, (_, index) => firstSeq + index));
