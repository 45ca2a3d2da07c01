// Playback of one film as a state machine. Pure: events in, state and what to do out.

export type Phase =
  | 'empty' // nothing assigned
  | 'loading' // an address is set, no picture yet
  | 'ready' // the first picture is decoded; nobody watches
  | 'starting' // it should play and does not move yet
  | 'playing'
  | 'stalled' // it should play and waits for the network
  | 'paused'
  | 'ended'
  | 'failed';

/** Who stopped it decides what starts it again: a person's pause survives the page being hidden. */
export type PausedBy = 'person' | 'page' | 'policy';

export interface Playback {
  phase: Phase;
  /** The film should be moving as far as the person is concerned. */
  wantsPlay: boolean;
  pausedBy: PausedBy | null;
  /** A picture of the film itself has been on the screen. */
  hasPicture: boolean;
  failures: number;
}

export type PlaybackEvent =
  | { kind: 'assign' }
  | { kind: 'release' }
  | { kind: 'activate' }
  | { kind: 'deactivate' }
  | { kind: 'decoded' }
  | { kind: 'moving' }
  | { kind: 'waiting' }
  | { kind: 'toggle' }
  | { kind: 'hide' }
  | { kind: 'show' }
  | { kind: 'refused' } // the browser did not allow it to start
  | { kind: 'ended' }
  | { kind: 'error' }
  | { kind: 'retry' };

/** What the owner of the element has to do after an event. */
export type Command = 'load' | 'play' | 'pause' | 'unload' | 'mute-and-play';

export interface Step {
  next: Playback;
  commands: Command[];
}

export const EMPTY: Playback = {
  phase: 'empty',
  wantsPlay: false,
  pausedBy: null,
  hasPicture: false,
  failures: 0,
};

const FAILURES_MAX = 2;

type Handler = (state: Playback) => Step;
const stay: Handler = (state) => ({ next: state, commands: [] });
const to = (state: Playback, change: Partial<Playback>, ...commands: Command[]): Step => ({
  next: { ...state, ...change },
  commands,
});

const HANDLERS: Record<PlaybackEvent['kind'], Handler> = {
  assign: (state) => to(EMPTY, { phase: 'loading', wantsPlay: state.wantsPlay }, 'load'),
  release: () => to(EMPTY, {}, 'unload'),
  activate: (state) =>
    state.phase === 'empty' || state.phase === 'failed'
      ? to(state, { wantsPlay: true, pausedBy: null })
      : to(state, { phase: 'starting', wantsPlay: true, pausedBy: null }, 'play'),
  deactivate: (state) =>
    isOver(state)
      ? to(state, { wantsPlay: false })
      : to(
          state,
          { phase: state.hasPicture ? 'ready' : 'loading', wantsPlay: false, pausedBy: null },
          'pause',
        ),
  decoded: (state) => {
    if (state.phase === 'loading')
      return state.wantsPlay
        ? to(state, { phase: 'starting', hasPicture: true }, 'play')
        : to(state, { phase: 'ready', hasPicture: true });
    return to(state, { hasPicture: true });
  },
  moving: (state) =>
    state.wantsPlay
      ? to(state, { phase: 'playing', hasPicture: true, failures: 0 })
      : to(state, {}, 'pause'),
  waiting: (state) => (state.phase === 'playing' ? to(state, { phase: 'stalled' }) : stay(state)),
  toggle: (state) => {
    if (isOver(state)) return stay(state);
    return state.wantsPlay
      ? to(state, { phase: 'paused', wantsPlay: false, pausedBy: 'person' }, 'pause')
      : to(state, { phase: 'starting', wantsPlay: true, pausedBy: null }, 'play');
  },
  hide: (state) =>
    state.wantsPlay && !isOver(state)
      ? to(state, { phase: 'paused', wantsPlay: false, pausedBy: 'page' }, 'pause')
      : stay(state),
  show: (state) =>
    state.pausedBy === 'page'
      ? to(state, { phase: 'starting', wantsPlay: true, pausedBy: null }, 'play')
      : stay(state),
  refused: (state) =>
    state.pausedBy === 'policy'
      ? to(state, { phase: 'paused', wantsPlay: false, pausedBy: 'person' })
      : to(state, { phase: 'starting', pausedBy: 'policy' }, 'mute-and-play'),
  ended: (state) => to(state, { phase: 'ended', wantsPlay: false }),
  error: (state) =>
    state.failures < FAILURES_MAX && state.phase !== 'empty'
      ? to(state, { phase: 'loading', failures: state.failures + 1 }, 'load')
      : state.phase === 'empty'
        ? stay(state)
        : to(state, { phase: 'failed' }),
  retry: (state) =>
    state.phase === 'failed' ? to(state, { phase: 'loading', failures: 0 }, 'load') : stay(state),
};

/** The state after an event, and the commands that follow from it. */
export function step(state: Playback, event: PlaybackEvent): Step {
  return HANDLERS[event.kind](state);
}

function isOver({ phase }: Playback): boolean {
  return phase === 'empty' || phase === 'failed';
}
