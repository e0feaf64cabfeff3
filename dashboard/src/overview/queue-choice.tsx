import { useNavigate } from '@tanstack/react-router';
import { QueueNameInput } from '../layout/queue-name-input.js';
import { ORDERS, overviewSearch, type OverviewSearch } from './overview-search.js';

/** Which queues are shown, and in which order: both in the address of the page. */
export const QueueChoice = ({ query }: { query: OverviewSearch }) => {
  const navigate = useNavigate();
  const choose = (change: Record<string, unknown>): void => {
    const search = overviewSearch({ ...query, after: undefined, ...change });
    void navigate({ to: '/', search, replace: true });
  };
  return (
    <div className="row choice" role="search">
      <QueueNameInput search={query.search} change={(search) => choose({ search })} />
      <select
        aria-label="Order of the queues"
        value={query.order ?? 'name'}
        onChange={({ target }) => choose({ order: target.value === 'name' ? undefined : target.value })}
      >
        {Object.entries(ORDERS).map(([order, name]) => (
          <option key={order} value={order}>
            by {name}
          </option>
        ))}
      </select>
    </div>
  );
};
