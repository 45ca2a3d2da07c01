// One recycled native video element and the film in it: runs the machine's commands, feeds it the element's events.
import type { Rendition, Video } from '$api/types';
import { feedsItself, playsHls } from './hls';
import { link } from './link.svelte';
import { EMPTY, step, type Command, type Playback, type PlaybackEvent } from './machine';
import { pacedAddress, tellPace } from './pacer';
import { pickRendition, rungBelow } from './policy';
import { preferences } from './preferences.svelte';
import { Watch } from './watch';

/** A film that waits this long gets a smaller rendition where it stands. */
const STALL_PATIENCE_MS = 2_500;
/** It wants bytes: the first picture, or the next one. */
const WAITING = new Set<Playback['phase']>(['loading', 'starting', 'stalled']);
/** After these the service worker has to know. */
const PACED = new Set<PlaybackEvent['kind']>([
  'activate',
  'deactivate',
  'decoded',
  'waiting',
  'moving',
  'toggle',
]);
const SAFE_AHEAD_MS = 500;
const CAUTION_MAX = 3;

export interface Reel {
  video: Video;
  impression_id: string | null;
}

/** Something of it plays here: a file, or the playlist that grows until the first file is done. */
export function isPlayable({ renditions, hls_url }: Video): boolean {
  return renditions.length > 0 || (hls_url !== null && playsHls());
}

export class Player {
  readonly element: HTMLVideoElement;
  readonly watch = new Watch();
  state = $state.raw<Playback>(EMPTY);
  position_ms = $state(0);
  buffered_ms = $state(0);
  cue = $state('');
  reel: Reel | null = null;
  rendition: Rendition | null = null;
  isHeldFast = $state(false);
  /** A finger is on the seek bar: words and buttons make way for the picture. */
  isSought = $state(false);
  #stallTimer: ReturnType<typeof setTimeout> | undefined;
  #caution = 1;
  #stopGrowing: () => void = () => undefined;

  constructor(
    element: HTMLVideoElement,
    private readonly onchange: (player: Player, event: PlaybackEvent['kind']) => void,
  ) {
    this.element = element;
    element.playsInline = true;
    element.preload = 'metadata';
    element.disableRemotePlayback = true;
    element.tabIndex = -1;
    this.#listen();
  }

  /** The film's length: the element's own once known. */
  get duration_ms(): number {
    const own = this.element.duration;
    return Number.isFinite(own) && own > 0 ? own * 1000 : (this.reel?.video.duration_ms ?? 0);
  }

  /** Enough is buffered that preparing another film does not hurt this one. */
  get isSafe(): boolean {
    const ahead_ms = this.buffered_ms - this.position_ms;
    if (this.state.phase !== 'playing') return false;
    return this.buffered_ms >= this.duration_ms - 200 || ahead_ms >= SAFE_AHEAD_MS;
  }

  assign(reel: Reel): void {
    this.#settle();
    this.reel = reel;
    const screen_px = Math.min(innerWidth, innerHeight) * Math.min(devicePixelRatio, 2);
    this.rendition = pickRendition(reel.video.renditions, link.now, screen_px);
    this.element.poster = reel.video.poster_url ?? '';
    this.position_ms = 0;
    this.buffered_ms = 0;
    this.cue = '';
    this.send('assign');
  }

  release(): void {
    this.#settle();
    this.send('release');
    this.reel = null;
    this.element.remove();
  }

  send(kind: PlaybackEvent['kind']): void {
    const { next, commands } = step(this.state, { kind });
    this.state = next;
    this.#clock();
    if (PACED.has(kind)) this.#pace();
    for (const command of commands) this.#obey(command);
    this.onchange(this, kind);
  }

  /** Go to a place in the film. */
  seek(position_ms: number): void {
    const bounded_ms = Math.max(0, Math.min(position_ms, this.duration_ms - 50));
    this.element.currentTime = bounded_ms / 1000;
    this.position_ms = bounded_ms;
    this.#pace();
  }

  /** Tell who fetches where we are. */
  #pace(): void {
    if (!this.element.src) return;
    tellPace(this.element.src, {
      position_ms: this.position_ms,
      duration_ms: this.duration_ms,
      isActive: this.state.wantsPlay || this.state.phase === 'paused',
      isWaiting: WAITING.has(this.state.phase),
      caution: this.#caution,
    });
  }

  /** Sound, speed and looping as the person likes them. */
  tune(): void {
    this.element.muted = preferences.isMuted;
    this.element.loop = !preferences.autoScroll;
    this.element.playbackRate = this.isHeldFast ? 2 : preferences.speed;
  }

  #obey(command: Command): void {
    if (command === 'load') this.#load(this.position_ms);
    if (command === 'unload') this.#unload();
    if (command === 'pause') this.element.pause();
    if (command === 'play') this.#play();
    if (command === 'mute-and-play') {
      preferences.maySound = false;
      this.#play();
    }
  }

  #load(from_ms: number): void {
    const playlist = this.reel?.video.hls_url;
    if (!this.rendition && playlist && feedsItself()) return this.#grow(playlist);
    const address = this.rendition ? pacedAddress(this.rendition.url) : playlist;
    if (!address) return;
    this.element.src = address + (from_ms > 0 ? `#t=${from_ms / 1000}` : '');
    this.#pace();
    this.tune();
    this.element.load();
  }

  /** No file is done yet: feed the element what there is. */
  #grow(playlist: string): void {
    const { reel } = this;
    this.#stopGrowing();
    const isStale = () => this.reel !== reel;
    void import('$lib/growing/grow').then(({ grow }) => {
      if (isStale()) return;
      this.#stopGrowing = grow(this.element, {
        playlist,
        duration_ms: reel?.video.duration_ms ?? 0,
        onproblem: () => !isStale() && this.send('error'),
      });
      this.tune();
      if (this.state.wantsPlay) this.#play();
    });
  }

  #unload(): void {
    clearTimeout(this.#stallTimer);
    this.element.pause();
    this.element.querySelectorAll('track').forEach((track) => track.remove());
    this.element.removeAttribute('src');
    this.element.load();
  }

  #play(): void {
    this.tune();
    this.element.play().catch((failure: DOMException) => {
      if (failure.name === 'NotAllowedError') this.send('refused');
    });
  }

  #listen(): void {
    const on = (name: string, run: () => void) => this.element.addEventListener(name, run);
    on('loadeddata', () => this.send('decoded'));
    on('playing', () => {
      clearTimeout(this.#stallTimer);
      this.send('moving');
    });
    on('waiting', () => this.#stall());
    on('ended', () => this.send('ended'));
    on('error', () => this.element.getAttribute('src') && this.send('error'));
    on('progress', () => this.#progress());
    on('timeupdate', () => {
      this.position_ms = this.element.currentTime * 1000;
      if (!this.state.wantsPlay) return;
      this.watch.at(this.position_ms, this.duration_ms);
      this.#pace();
    });
  }

  #progress(): void {
    const { buffered } = this.element;
    if (!buffered.length) return;
    this.buffered_ms = buffered.end(buffered.length - 1) * 1000;
    this.onchange(this, 'decoded');
  }

  #stall(): void {
    if (this.state.phase !== 'playing' || this.element.seeking) return;
    this.#caution = Math.min(CAUTION_MAX, this.#caution * 1.5);
    this.send('waiting');
    clearTimeout(this.#stallTimer);
    this.#stallTimer = setTimeout(() => {
      // One that still grows waits for its maker, not for the link.
      if (this.rendition) link.stalled();
      const lower =
        this.rendition && this.reel && rungBelow(this.reel.video.renditions, this.rendition);
      if (!lower || this.state.phase !== 'stalled') return;
      this.rendition = lower;
      this.#load(this.position_ms);
      this.#play();
    }, STALL_PATIENCE_MS);
  }

  #clock(): void {
    const { phase, pausedBy } = this.state;
    const mode =
      phase === 'playing'
        ? 'moving'
        : phase === 'paused' && pausedBy === 'person'
          ? 'paused'
          : 'idle';
    this.watch.turn(mode, performance.now());
  }

  #settle(): void {
    this.#stopGrowing();
    clearTimeout(this.#stallTimer);
    this.#caution = 1;
    this.isHeldFast = this.isSought = false;
  }
}
