import type { DeadLetterPage } from '@typed-queue/contracts';
import type { Grant, SharedServer } from './shared-server.fixture.js';
import type { Transcript } from './transcript.fixture.js';

/** A member of a group that holds the messages 1, 2 … of a queue of its own, all under one token. */
export class Holding {
  readonly client: Transcript;
  readonly queue: string;
  readonly token: number;

  private constructor(client: Transcript, queue: string, token: number) {
    this.client = client;
    this.queue = queue;
    this.token = token;
  }

  static async of(server: SharedServer, count: number, settings: object = {}): Promise<Holding> {
    const [client, queue] = [await server.connect({ name: 'print-shop' }), server.queue()];
    await server.fill(client, queue, count);
    await client.value('subscribe', { subscription: 's', queue, group: 'g', settings });
    const { token } = await client.next<Grant>('grant');
    return new Holding(client, queue, token);
  }

  /** The dead letters of its queue. */
  async letters(): Promise<DeadLetterPage['letters']> {
    return (await this.client.value<DeadLetterPage>('dead-letters', this.queue, {})).letters;
  }
}
