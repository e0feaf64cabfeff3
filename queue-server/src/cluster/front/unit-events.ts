import type { Contract, ErrorBody } from '@typed-queue/contracts';
import type { Answered, Invocation } from '@typed-queue/contracts/wire';
import type { FrontClient } from './front-client.js';
import { UnitLinks } from './unit-links.js';
import type { UnitPacket } from './unit-socket.js';

const EVENT = /^2\["([\w:]+)"/;
/** Longer than the name of any event. */
const MAX_NAME = 40;

/** Passes on what the units of a client send: as it is, but for what names an invocation of a unit. */
export class UnitEvents {
  readonly #client: FrontClient;

  constructor(client: FrontClient) {
    this.#client = client;
  }

  pass(packet: UnitPacket, link: number): void {
    const [, event] = EVENT.exec(packet.text.slice(0, MAX_NAME)) ?? [];
    switch (event) {
      case 'answers':
        this.#answers(packet);
        return;
      case 'invocations':
        this.#invocations(packet, link);
        return;
      case 'invocation:end':
        this.#ended(packet, link);
        return;
      case 'invocation:more':
        this.#more(packet, link);
        return;
      case 'auth:expired':
        this.#client.expired(argumentsOf<[ErrorBody]>(packet)[0]);
        return;
      default:
        this.#client.write(packet);
    }
  }

  #answers(packet: UnitPacket): void {
    const [answers] = argumentsOf<[readonly Answered[]]>(packet);
    for (const { id, kind } of answers) if (kind !== 'item') this.#client.calls.end(id);
    this.#client.write(packet);
  }

  #invocations(packet: UnitPacket, link: number): void {
    const [responder, invocations] = argumentsOf<[string, readonly Invocation<Contract, string>[]]>(packet);
    this.#emit(
      'invocations',
      responder,
      invocations.map((invocation) => ({ ...invocation, token: UnitLinks.tokenOf(link, invocation.token) })),
    );
  }

  #ended(packet: UnitPacket, link: number): void {
    const [tokens] = argumentsOf<[readonly number[]]>(packet);
    this.#emit(
      'invocation:end',
      tokens.map((token) => UnitLinks.tokenOf(link, token)),
    );
  }

  #more(packet: UnitPacket, link: number): void {
    const [token, items] = argumentsOf<[number, number]>(packet);
    this.#emit('invocation:more', UnitLinks.tokenOf(link, token), items);
  }

  #emit(...event: readonly unknown[]): void {
    this.#client.write({ text: `2${JSON.stringify(event)}`, attachments: [] });
  }
}

const argumentsOf = <Arguments extends readonly unknown[]>({ text }: UnitPacket): Arguments => {
  // Safe: units send their events in this form.
  const [, ...args] = JSON.parse(text.slice(1)) as [string, ...Arguments];
  // Safe: all that follows the name.
  return args as unknown as Arguments;
};
