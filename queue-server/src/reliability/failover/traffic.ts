import { setTimeout } from 'node:timers/promises';
import type { Handled } from '../loss-checker.js';
import { Publishing, publishRead, type Client } from './publishing.js';

const QUEUE = 'database';
const GROUP = 'workers';
const CONCURRENCY = 64;
const TICK_MS = 20;

/** Publishers with a pace and members of one group, each with a client of its own, and what they saw. */
export class Traffic extends Publishing {
  readonly handled: Handled[] = [];

  constructor(publishers: readonly Client[], members: readonly Client[], perSecond: number) {
    super(publishers, perSecond, publishRead);
    for (const [index, client] of members.entries()) this.#consume(client, index);
  }

  /** Resolves when the group has handled everything. */
  async drained(client: Client): Promise<void> {
    const depth = async (): Promise<number> =>
      (await client.admin.groups(QUEUE)).find(({ group }) => group === GROUP)?.depth ?? 1;
    while ((await depth()) > 0) await setTimeout(TICK_MS);
  }

  #consume(client: Client, holder: number): void {
    client.subscribe(QUEUE, { group: GROUP, concurrency: CONCURRENCY }, ({ seq, headers }, { attempt }) => {
      this.handled.push({ seq, attempt, key: headers.key ?? '', at: performance.now(), holder });
    });
  }
}
