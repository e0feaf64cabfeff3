import type { Headers } from '@typed-queue/contracts';
import { Text } from '../text/text.js';
import type { Figure } from './figures.js';

/** What something says of itself, as anybody may have written it. */
export const Facts = ({ label, facts }: { label: string; facts: readonly Figure[] }) => (
  <dl className="facts" aria-label={label}>
    {facts.map(([name, text]) => (
      <div key={name}>
        <dt>
          <Text most={100}>{name}</Text>
        </dt>
        <dd>
          <Text most={1_000}>{text}</Text>
        </dd>
      </div>
    ))}
  </dl>
);

export const headerFacts = ({ key, ...others }: Headers): readonly Figure[] => [
  ['Key', key ?? '–'],
  ...Object.entries(others).map(([name, value]) => [`Header ${name}`, value] as const),
];
