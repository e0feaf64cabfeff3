import { Link } from '@tanstack/react-router';
import { useSession, useSessionView } from '../session/session-context.js';
import { ConnectionBadge } from './connection-badge.js';
import { Palette } from './palette.js';
import { ThemeSwitch } from './theme-switch.js';

export const Header = () => {
  const { signIn } = useSession();
  const { hasToken } = useSessionView();
  return (
    <header className="header">
      <nav aria-label="Pages">
        <span className="brand">typed-queue</span>
        <Link to="/" activeOptions={{ exact: true }}>
          Overview
        </Link>
        <Link to="/contracts">Contracts</Link>
        <Link to="/schedules">Schedules</Link>
      </nav>
      <div className="header-tools">
        <ConnectionBadge />
        <Palette />
        <ThemeSwitch />
        {hasToken && (
          <button type="button" onClick={() => signIn(undefined)}>
            Sign out
          </button>
        )}
      </div>
    </header>
  );
};
