// From which showing a creator's profile was opened: what is done there says something of the film.
import { events } from '$api/events';

interface Showing {
  impression_id: string | null;
  film: { video: { creator: { account_id: string }; you: { is_owner: boolean } } };
}

/** A follow later than this is about something else; the server's window is as long. */
const HOLDS_MS = 10 * 60_000;

let last: { account_id: string; impression_id: string; at_ms: number } | null = null;

/** The creator's profile is opened from this showing. */
export function openProfile({ impression_id, film }: Showing): void {
  const { creator, you } = film.video;
  if (!impression_id || you.is_owner) return;
  events.note({ kind: 'profile_visit', impression_id });
  last = { account_id: creator.account_id, impression_id, at_ms: Date.now() };
}

/** The showing that somebody's profile was opened from lately, if it was. */
export function openedFrom(account_id: string): string | undefined {
  const holds = last?.account_id === account_id && Date.now() - last.at_ms < HOLDS_MS;
  return holds ? last?.impression_id : undefined;
}
