// What we know of the network: the browser's estimate, what films really got, how often they waited.
import { preferences } from './preferences.svelte';
import type { Link } from './policy';

interface Connection extends EventTarget {
  downlink?: number;
  saveData?: boolean;
}

const UNKNOWN_BPS = 4_000_000;
const MEMORY = 0.3;

class LinkWatch {
  #measured_bps: number | null = null;
  #patience = 1;

  get now(): Link {
    const connection = (navigator as { connection?: Connection }).connection;
    const told_bps = connection?.downlink ? connection.downlink * 1e6 : UNKNOWN_BPS;
    const known_bps =
      this.#measured_bps === null ? told_bps : Math.min(this.#measured_bps, told_bps * 2);
    return {
      downlink_bps: known_bps * this.#patience,
      savesData: preferences.savesData || connection?.saveData === true,
    };
  }

  /** A transfer of this size took this long. Small ones measure latency and are ignored. */
  measured(bytes: number, passed_ms: number): void {
    if (bytes < 60_000 || passed_ms < 20) return;
    const bps = (bytes * 8_000) / passed_ms;
    this.#measured_bps =
      this.#measured_bps === null ? bps : this.#measured_bps * (1 - MEMORY) + bps * MEMORY;
  }

  /** A film had to wait, or played through without. */
  stalled(): void {
    this.#patience = Math.max(0.25, this.#patience * 0.7);
  }
  flowed(): void {
    this.#patience = Math.min(1, this.#patience * 1.1);
  }
}

export const link = new LinkWatch();
