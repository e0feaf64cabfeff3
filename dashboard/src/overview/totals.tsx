import type { Durability, Overview, ServerStatus } from '@typed-queue/contracts';
import { Figures, type Figure } from '../layout/figures.js';
import { bytesText, countText, rateText } from '../text/quantity.js';
import { durationText } from '../text/time.js';
import { seenFigure } from './seen-figure.js';

/** The figures of all queues, and of the server for those who may see it. */
export const Totals = ({ overview: { totals, server } }: { overview: Overview }) => {
  const seen = (figure: number, text = countText): string =>
    seenFigure(figure, { isSeen: server !== null, text });
  return (
    <Figures
      label="Totals"
      figures={[
        ['In', rateText(totals.rates.published)],
        ['Out', seen(totals.rates.settled, rateText)],
        ['Queues', countText(totals.queues)],
        ['Groups', seen(totals.groups)],
        ['Members', seen(totals.members)],
        ['Dead letters', seen(totals.deadLetters)],
        ...(server === null ? [] : serverFigures(server)),
      ]}
    />
  );
};

const STORED_ON = {
  disk: 'disk',
  replicated: 'several machines',
  memory: 'memory',
} as const satisfies Record<Durability, string>;

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
  ['Stored on', STORED_ON[durability]],
  ['Version', version],
];
