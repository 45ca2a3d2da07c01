// Adds up what was watched of one film: milliseconds moving, paused, loops. Pure: the clock is an argument.

export interface WatchSample {
  watch_ms: number;
  paused_ms: number;
  position_ms: number;
  loops: number;
}

type Mode = 'idle' | 'moving' | 'paused';

/** A jump back of most of the film is a loop, a smaller one is a seek. */
const LOOP_SHARE = 0.6;

export class Watch {
  #mode: Mode = 'idle';
  #since_ms = 0;
  #sum: WatchSample = { watch_ms: 0, paused_ms: 0, position_ms: 0, loops: 0 };

  /** The film moves, is paused, or neither (stalled, left) from this moment on. */
  turn(mode: Mode, now_ms: number): void {
    const passed_ms = now_ms - this.#since_ms;
    if (this.#mode === 'moving') this.#sum.watch_ms += passed_ms;
    if (this.#mode === 'paused') this.#sum.paused_ms += passed_ms;
    this.#mode = mode;
    this.#since_ms = now_ms;
  }

  /** Where the film is now; notices that it began again. */
  at(position_ms: number, duration_ms: number): void {
    if (this.#sum.position_ms - position_ms > duration_ms * LOOP_SHARE) this.#sum.loops += 1;
    this.#sum.position_ms = position_ms;
  }

  /** What was watched since the last sample, and begin again; null when it is not worth sending. */
  take(now_ms: number): WatchSample | null {
    this.turn(this.#mode, now_ms);
    const { watch_ms, paused_ms, position_ms, loops } = this.#sum;
    this.#sum = { watch_ms: 0, paused_ms: 0, position_ms, loops: 0 };
    if (watch_ms + paused_ms < 1) return null;
    return {
      watch_ms: Math.round(watch_ms),
      paused_ms: Math.round(paused_ms),
      position_ms: Math.round(position_ms),
      loops,
    };
  }
}
