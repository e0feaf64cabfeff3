import { Text } from '../text/text.js';
import type { PayloadIssue } from './payload-issues.js';

/** Everything that is wrong with a payload. */
export const IssueList = ({ issues }: { issues: readonly PayloadIssue[] }) =>
  issues.length === 0 ? null : (
    <ul className="error-detail" aria-label="What is wrong">
      {issues.map(({ path, message }, index) => (
        <li key={index}>
          <Text>{`${path.length === 0 ? 'The payload' : path.join('.')} ${message}`}</Text>
        </li>
      ))}
    </ul>
  );
