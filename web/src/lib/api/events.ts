// Sends what the player and pages observe: in batches, each event once, also while the page closes.
import { api } from './client';
import { ApiProblem } from './problem';
import { uuid7 } from './uuid7';

export interface Observation {
  kind: 'watch' | 'dwell' | 'open' | 'share_sheet' | 'seek' | 'mute' | 'profile_visit';
  impression_id: string;
  watch_ms?: number;
  paused_ms?: number;
  position_ms?: number;
  duration_ms?: number;
  loops?: number;
}
type Sent = Observation & { event_id: string; occurred_at_ms: number };

const BATCH_MAX = 100;
const KEPT_MAX = 500;
/** The feed answers within two seconds to what somebody does: half of it is spent here. */
const FLUSH_MS = 1_000;
const FAILURES_MAX = 6;

class Events {
  #waiting: Sent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isSending = false;

  /** Note an observation; it leaves within seconds. The oldest are dropped when the network stays away. */
  note(observation: Observation): void {
    this.#waiting.push({ ...observation, event_id: uuid7(), occurred_at_ms: Date.now() });
    if (this.#waiting.length > KEPT_MAX) this.#waiting.shift();
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Send now. `isLeaving`: the page may be gone before the answer comes. */
  async flush(isLeaving = false): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#waiting.length || (this.#isSending && !isLeaving)) return;
    const batch = this.#waiting.slice(0, BATCH_MAX);
    this.#isSending = true;
    try {
      await api.post('/events', {}, { events: batch }, { keepalive: isLeaving });
      this.#failures = 0;
      this.#drop(batch);
    } catch (problem) {
      this.#failed(batch, problem);
    }
    this.#isSending = false;
    if (this.#waiting.length)
      this.#timer ??= setTimeout(
        () => void this.flush(),
        FLUSH_MS * 2 ** Math.min(this.#failures, 4),
      );
  }

  /** What the server will never take is dropped; the rest is tried again, more and more slowly. */
  #failed(batch: Sent[], problem: unknown): void {
    this.#failures += 1;
    const isHopeless = problem instanceof ApiProblem && !problem.isTemporary;
    if (isHopeless || this.#failures > FAILURES_MAX) this.#drop(batch);
  }

  #drop(batch: Sent[]): void {
    const gone = new Set(batch);
    this.#waiting = this.#waiting.filter((event) => !gone.has(event));
  }
}

export const events = new Events();
