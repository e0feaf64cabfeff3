import type { History, HistoryQuery, Overview, OverviewQuery } from '@typed-queue/contracts';
import { readFile } from 'node:fs/promises';
import type { HistoryRights, QueueHistory } from '../history/queue-history.js';
import type { OverviewDeps, OverviewRights, Overviews } from './overviews.js';
import { PACKAGE_FOLDER } from '../package-folder.js';

export interface ObservationDeps extends Omit<OverviewDeps, 'version' | 'started'> {
  readonly history: QueueHistory;
}

/** What is shown of all queues, now and in the last hour. The overview is loaded by the first request. */
export class Observation {
  readonly #deps: ObservationDeps;
  readonly #started: number;
  #overviews: Promise<Overviews> | undefined;

  constructor(deps: ObservationDeps) {
    this.#deps = deps;
    this.#started = deps.clock.now();
  }

  async overview(query: OverviewQuery, rights: OverviewRights): Promise<Overview> {
    const overviews = await (this.#overviews ??= this.#load());
    return overviews.of(query, rights);
  }

  history({ queue }: HistoryQuery, rights: HistoryRights & Pick<OverviewRights, 'queues'>): History {
    return this.#deps.history.of(queue === undefined ? rights.queues : [queue], rights);
  }

  async #load(): Promise<Overviews> {
    const [{ Overviews }, manifest] = await Promise.all([
      import('./overviews.js'),
      readFile(new URL('package.json', PACKAGE_FOLDER), 'utf8'),
    ]);
    // Safe: the manifest of this package.
    const { version } = JSON.parse(manifest) as { readonly version: string };
    return new Overviews({ ...this.#deps, version, started: this.#started });
  }
}
