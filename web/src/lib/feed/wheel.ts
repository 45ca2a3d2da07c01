// One turn of the wheel or one push on a touchpad is one film, however long it rolls on. Pure of the page.

const THRESHOLD = 30;
const REST_MS = 180;
const LOCK_MS = 420;

/** Answers +1, -1 or 0 for each wheel event; times are arguments. */
export class Wheel {
  #sum = 0;
  #last_ms = -Infinity;
  #turned_ms = -Infinity;
  #lastSize = 0;

  turn(delta: number, now_ms: number): -1 | 0 | 1 {
    const size = Math.abs(delta);
    const isFresh = now_ms - this.#last_ms > REST_MS || size > this.#lastSize * 1.6 + 20;
    this.#last_ms = now_ms;
    this.#lastSize = size;
    if (now_ms - this.#turned_ms < LOCK_MS) return 0;
    if (!isFresh && this.#sum === 0) return 0;
    this.#sum += delta;
    if (Math.abs(this.#sum) < THRESHOLD) return 0;
    const way = this.#sum > 0 ? 1 : -1;
    this.#sum = 0;
    this.#turned_ms = now_ms;
    return way;
  }
}
