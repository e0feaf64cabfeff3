import type { PassedOver } from '@typed-queue/contracts';
import { counted } from '../text/quantity.js';
import { Text } from '../text/text.js';

/** What a group passed over, since no member knew its event. */
export const PassedOverList = ({ passedOver }: { passedOver: readonly PassedOver[] }) =>
  passedOver.length === 0 ? null : (
    <section aria-label="Passed over">
      <h2>Passed over</h2>
      <p className="quiet">No member knew these events. Seek to the first of them when one does.</p>
      <ul>
        {passedOver.map(({ event, firstSeq, count }) => (
          <li key={event}>
            <Text>{event}</Text>: {counted(count, 'message')}, the first is #{firstSeq}
          </li>
        ))}
      </ul>
    </section>
  );
