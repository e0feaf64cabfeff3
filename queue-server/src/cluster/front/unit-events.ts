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
    const [, event = ''] = EVENT.exec(packet.text.slice(0, MAX_NAME)) ?? [];
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
        // Safe: units send it so.
        this.#client.expired((argumentsOf(packet) as readonly [ErrorBody])[0]);
        return;
      case 'draining':
        this.#client.leaving.unitDrains(link);
        return;
      default:
        this.#client.write(packet);
    }
  }

  #answers(packet: UnitPacket): void {
    // Safe: units send it so.
    const [answers] = argumentsOf(packet) as readonly [readonly Answered[]];
    for (const { id, kind } of answers) if (kind !== 'item') this.#client.calls.end(id);
    this.#client.write(packet);
  }

  #invocations(packet: UnitPacket, link: number): void {
    // Safe: units send it so.
    const [responder, invocations] = argumentsOf(packet) as readonly [
      string,
      readonly Invocation<Contract, string>[],
    ];
    this.#emit(
      'invocations',
      responder,
      invocations.map((invocation) => ({ ...invocation, token: UnitLinks.tokenOf(link, invocation.token) })),
    );
  }

  #ended(packet: UnitPacket, link: number): void {
    // Safe: units send it so.
    const [tokens] = argumentsOf(packet) as readonly [readonly number[]];
    this.#emit(
      'invocation:end',
      tokens.map((token) => UnitLinks.tokenOf(link, token)),
    );
  }

  #more(packet: UnitPacket, link: number): void {
    // Safe: units send it so.
    const [token, items] = argumentsOf(packet) as readonly [number, number];
    this.#emit('invocation:more', UnitLinks.tokenOf(link, token), items);
  }

  #emit(...event: readonly unknown[]): void {
    this.#client.write({ text: `2${JSON.stringify(event)}`, attachments: [] });
  }
}

/** Units send their events in this form: a name, and all that follows it. */
const argumentsOf = ({ text }: UnitPacket): readonly unknown[] => {
  // Safe: see above.
  const [, ...args] = JSON.parse(text.slice(1)) as [string, ...unknown[]];
  return args;
};
