import { expect } from '@jest/globals';
import type { PlainClient } from '../plain-client.fixture.js';
import type { Block } from './document.fixture.js';
import { NameTranslation } from './name-translation.fixture.js';

const PLACEHOLDER = { _placeholder: true, num: 0 };
/** After it a packet is missing. */
const PATIENCE_MS = 120_000;
const DONE = [{ ok: true, value: null }];

const isPlaceholder = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && '_placeholder' in value;

interface ConversationDeps {
  /** The events of the server, by name; everything else is a request. */
  readonly events: Readonly<Record<string, true>>;
  readonly attachment?: Buffer | undefined;
  /** What is done before a request is sent, or an event is awaited, by their names. */
  readonly before?: Readonly<Record<string, () => unknown>>;
  /** Events that need a server of their own, by name. */
  readonly elsewhere?: Readonly<Record<string, () => Promise<unknown[]>>>;
}

/** The conversation of the document, with a real server. */
export class Conversation {
  readonly #names = new NameTranslation();
  readonly #client: PlainClient;
  readonly #deps: ConversationDeps;
  #heard: unknown[][] = [];
  #hear = (): void => undefined;

  constructor(client: PlainClient, deps: ConversationDeps) {
    this.#client = client;
    this.#deps = deps;
    client.socket.onAny((event: string, ...args: unknown[]) => {
      this.#heard.push([event, ...args.map((each) => (each instanceof Uint8Array ? PLACEHOLDER : each))]);
      this.#hear();
    });
  }

  /** Received events that the document does not have. */
  get undocumented(): readonly unknown[] {
    return this.#heard;
  }

  async play(block: Block, next: Block | undefined): Promise<void> {
    const { events, before = {} } = this.#deps;
    const said: unknown = JSON.parse(block.text);
    const isEvent = Object.hasOwn(events, block.name);
    await before[block.name]?.();
    const heard = isEvent ? await this.#next(block.name) : await this.#ask(said as [string, ...unknown[]]);
    const expected: unknown = isEvent ? said : next?.name === 'answer' ? JSON.parse(next.text) : DONE;
    expect(this.#names.toDocument(heard, expected)).toEqual(expected);
  }

  async #ask([event, ...args]: [string, ...unknown[]]): Promise<unknown[]> {
    const { attachment } = this.#deps;
    const sent = args.map((each) => (isPlaceholder(each) ? attachment : this.#names.toServer(each)));
    return [await this.#client.ask(event, ...sent)];
  }

  async #next(event: string): Promise<unknown> {
    const elsewhere = this.#deps.elsewhere?.[event];
    if (elsewhere !== undefined) return elsewhere();
    for (;;) {
      const place = this.#heard.findIndex(([name]) => name === event);
      if (place >= 0) return this.#heard.splice(place, 1)[0];
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${event} came`)), PATIENCE_MS);
        this.#hear = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
