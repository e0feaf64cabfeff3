import { Problem } from '../layout/problem.js';
import { ZONE } from '../text/time.js';
import { deliveryOptions, type Delivery } from './delivery.js';

const KINDS: Readonly<Record<Delivery['kind'], string>> = {
  now: 'at once',
  after: 'after a delay',
  at: `at a time (${ZONE})`,
};

interface DeliveryFieldsProps {
  readonly delivery: Delivery;
  readonly change: (delivery: Delivery) => void;
}

/** When a message is delivered. */
export const DeliveryFields = ({ delivery, change }: DeliveryFieldsProps) => (
  <div className="row delivery">
    <label>
      Deliver
      <select
        value={delivery.kind}
        onChange={({ target }) => change({ kind: kindOf(target.value), text: '' })}
      >
        {Object.entries(KINDS).map(([kind, name]) => (
          <option key={kind} value={kind}>
            {name}
          </option>
        ))}
      </select>
    </label>
    {delivery.kind === 'after' && <DelayField delivery={delivery} change={change} />}
    {delivery.kind === 'at' && (
      <label>
        Time
        <input
          type="datetime-local"
          step={1}
          value={delivery.text}
          onChange={({ target }) => change({ kind: 'at', text: target.value })}
        />
      </label>
    )}
  </div>
);

const kindOf = (value: string): Delivery['kind'] => (value === 'after' || value === 'at' ? value : 'now');

const DelayField = ({ delivery, change }: DeliveryFieldsProps) => {
  const isWrong = delivery.text !== '' && deliveryOptions(delivery) === undefined;
  return (
    <>
      <label>
        Delay
        <input
          placeholder="90 s, 10 min, 2 h, 3 d"
          autoComplete="off"
          aria-invalid={isWrong}
          value={delivery.text}
          onChange={({ target }) => change({ kind: 'after', text: target.value })}
        />
      </label>
      {isWrong && <Problem>Write a number and its unit: 90 s, 10 min, 2 h or 3 d.</Problem>}
    </>
  );
};
