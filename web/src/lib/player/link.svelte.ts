// What we know of the network: what downloads really got, the browser's estimate, how often films waited.
import { preferences } from './preferences.svelte';
import type { Link } from './policy';
import { blend, together_bps } from './throughput';

interface Connection {
  downlink?: number;
  saveData?: boolean;
}

const UNKNOWN_BPS = 3_000_000;
const PLACE = 'nm.link';
const KEPT_MS = 3_600_000;

class LinkWatch {
  #known_bps: number | null = null;
  #patience = 1;
  #isLooking = false;

  get now(): Link {
    this.#look();
    const connection = (navigator as { connection?: Connection }).connection;
    const told_bps = connection?.downlink ? connection.downlink * 1e6 : UNKNOWN_BPS;
    return {
      downlink_bps: (this.#known_bps ?? told_bps) * this.#patience,
      savesData: preferences.savesData || connection?.saveData === true,
    };
  }

  /** A part of a film of this size arrived within this time, waiting included. */
  measured(bytes: number, passed_ms: number): void {
    if (bytes >= 30_000 && passed_ms > 0) this.#learn((bytes * 8_000) / passed_ms);
  }

  /** A film had to wait, or played through without. */
  stalled(): void {
    this.#patience = Math.max(0.25, this.#patience * 0.7);
  }
  flowed(): void {
    this.#patience = Math.min(1, this.#patience * 1.1);
  }

  #learn(sample_bps: number): void {
    this.#known_bps = blend(this.#known_bps, sample_bps);
    try {
      localStorage.setItem(PLACE, JSON.stringify([Math.round(this.#known_bps), Date.now()]));
    } catch {
      // Then the next visit measures anew.
    }
  }

  /** Begin with what the last visit learned and what this page's own files took; go on with posters. */
  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#known_bps = recall();
    const take = (entries: PerformanceEntryList) => {
      const transfers = (entries as PerformanceResourceTiming[]).map((one) => ({
        start_ms: one.requestStart || one.startTime,
        end_ms: one.responseEnd,
        // A film's own request rests while enough is buffered: its time says nothing.
        bytes: one.transferSize > 300 && one.initiatorType !== 'video' ? one.encodedBodySize : 0,
      }));
      const sample_bps = together_bps(transfers);
      if (sample_bps) this.#learn(sample_bps);
    };
    take(performance.getEntriesByType('resource'));
    new PerformanceObserver((list) => take(list.getEntries())).observe({ type: 'resource' });
  }
}

function recall(): number | null {
  try {
    const [bps, at_ms] = JSON.parse(localStorage.getItem(PLACE) ?? '[]') as [number?, number?];
    return bps && at_ms && Date.now() - at_ms < KEPT_MS ? bps : null;
  } catch {
    return null;
  }
}

export const link = new LinkWatch();
