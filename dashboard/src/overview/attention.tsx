import { Link } from '@tanstack/react-router';
import type { Finding } from '@typed-queue/contracts';
import { useRights } from '../session/own-rights.js';
import { NEEDED, suffice } from '../session/rights.js';
import { Text } from '../text/text.js';
import { findingState, findingText } from './finding-text.js';

interface AttentionProps {
  readonly findings: readonly Finding[];
  /** Whether the viewer may see all that could need it. */
  readonly seesAll: boolean;
}

/** What needs attention, worst first. */
export const Attention = ({ findings, seesAll }: AttentionProps) => (
  <section aria-label="Attention">
    <h2>Needs attention</h2>
    {findings.length === 0 ? (
      <p className="quiet">
        {seesAll
          ? 'Nothing does: no group falls behind, and no message failed for good in the last hour.'
          : 'Nothing of what you may see does.'}
      </p>
    ) : (
      <ul className="findings">
        {findings.map((finding) => (
          <li key={JSON.stringify(finding)}>
            <span className="badge" data-state={findingState(finding)}>
              {finding.kind.replace('-', ' ')}
            </span>
            <Place finding={finding} />
            <Text>{findingText(finding)}</Text>
          </li>
        ))}
      </ul>
    )}
  </section>
);

/** Where to mend it. */
const Place = ({ finding }: { finding: Finding }) => {
  if (finding.kind === 'storage-fault') return null;
  if (finding.kind === 'unreachable') return <Text>{finding.queue}</Text>;
  if (finding.kind === 'contract-clash')
    return (
      <Link to="/contracts" search={{ search: finding.queue }}>
        <Text>{finding.queue}</Text>
      </Link>
    );
  return finding.kind === 'dead-letters' ? <LettersLink {...finding} /> : <GroupLink {...finding} />;
};

interface OfGroup {
  readonly queue: string;
  readonly group: string;
}

const GroupLink = ({ queue, group }: OfGroup) => (
  <Link to="/queues/$queue/groups/$group" params={{ queue, group }}>
    <Text>{`${queue}/${group}`}</Text>
  </Link>
);

/** Who may see the group may not see its letters without the right to administer the queue. */
const LettersLink = ({ queue, group }: OfGroup) => {
  const rights = useRights(queue);
  if (rights === undefined || !suffice(rights, NEEDED.administer))
    return <GroupLink queue={queue} group={group} />;
  return (
    <Link to="/queues/$queue/dead-letters" params={{ queue }}>
      <Text>{`${queue}/${group}`}</Text>
    </Link>
  );
};
