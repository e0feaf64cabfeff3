import type { GroupSettings, GroupStatus } from '@typed-queue/contracts';
import { Figures, type Figure } from '../layout/figures.js';
import { countText } from '../text/quantity.js';
import { durationText } from '../text/time.js';

/** Where a group is, and how it treats its messages. */
export const GroupFigures = ({ status }: { status: GroupStatus }) => (
  <Figures
    label="Figures"
    figures={[
      ['Not settled', countText(status.depth)],
      ['Never delivered', countText(status.lag)],
      ['Oldest', status.oldestAgeMs === null ? '–' : durationText(status.oldestAgeMs)],
      ['Settled below', `#${status.floor}`],
      ['Dead letters', countText(status.deadLetters)],
      ...settingFigures(status.settings),
    ]}
  />
);

/** Without those that are at their defaults. */
const settingFigures = ({
  events,
  maxAttempts,
  retryDelaysMs,
  expireAfterMs,
  priorities = false,
}: GroupSettings): readonly Figure[] => [
  ...(events === undefined ? [] : [['Events', events.join(', ')] as const]),
  ...(maxAttempts === undefined ? [] : [['Attempts', countText(maxAttempts)] as const]),
  ...(retryDelaysMs === undefined
    ? []
    : [['Retries after', retryDelaysMs.map(durationText).join(', ')] as const]),
  ...(expireAfterMs === undefined ? [] : [['Expires after', durationText(expireAfterMs)] as const]),
  ...(priorities ? [['Priorities', 'higher ones first'] as const] : []),
];
