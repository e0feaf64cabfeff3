import { useNavigate } from '@tanstack/react-router';
import type { OverviewQuery } from '@typed-queue/contracts';
import { ORDERS, overviewSearch } from './overview-search.js';

/** Which queues are shown, and in which order: both in the address of the page. */
export const QueueChoice = ({ query }: { query: OverviewQuery }) => {
  const navigate = useNavigate();
  const choose = (change: Record<string, unknown>): void => {
    const search = overviewSearch({ ...query, after: undefined, ...change });
    void navigate({ to: '/', search, replace: true });
  };
  return (
    <div className="row choice" role="search">
      <input
        type="search"
        aria-label="Queues with this in their names"
        placeholder="Find a queue"
        value={query.search ?? ''}
        onChange={(event) => choose({ search: event.target.value })}
      />
      <select
        aria-label="Order of the queues"
        value={query.order ?? 'name'}
        onChange={(event) => choose({ order: event.target.value })}
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
