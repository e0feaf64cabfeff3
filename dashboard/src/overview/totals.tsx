import type { Overview, ServerStatus } from '@typed-queue/contracts';
import { Figures, type Figure } from '../layout/figures.js';
import { bytesText, countText, rateText } from '../text/quantity.js';
import { durationText } from '../text/time.js';

/** The figures of all queues, and of the server for those who may see it. */
export const Totals = ({ overview: { totals, server } }: { overview: Overview }) => (
  <Figures
    label="Totals"
    figures={[
      ['In', rateText(totals.rates.published)],
      ['Out', rateText(totals.rates.settled)],
      ['Queues', countText(totals.queues)],
      ['Groups', countText(totals.groups)],
      ['Members', countText(totals.members)],
      ['Dead letters', countText(totals.deadLetters)],
      ...(server === null ? [] : serverFigures(server)),
    ]}
  />
);

const serverFigures = ({
  connections,
  memory,
  uptimeMs,
  version,
  durability,
}: ServerStatus): readonly Figure[] => [
  ['Connections', countText(connections)],
  ['Memory', `${bytesText(memory.used)} of ${bytesText(memory.budget)}`],
  ['Running for', durationText(uptimeMs)],
  ['Stored on', durability],
  ['Version', version],
];
