import { describe, expect, it } from 'vitest';
import { EMPTY, step, type Command, type Playback, type PlaybackEvent } from './machine';

function run(...kinds: PlaybackEvent['kind'][]): { state: Playback; commands: Command[] } {
  let state = EMPTY;
  const commands: Command[] = [];
  for (const kind of kinds) {
    const result = step(state, { kind });
    state = result.next;
    commands.push(...result.commands);
  }
  return { state, commands };
}

describe('playback', () => {
  it('decodes the next film without playing it', () => {
    expect(run('assign', 'decoded')).toEqual({
      state: { ...EMPTY, phase: 'ready', hasPicture: true },
      commands: ['load'],
    });
  });
  it('plays a prepared film at once', () => {
    const { state, commands } = run('assign', 'decoded', 'activate', 'moving');
    expect(state.phase).toBe('playing');
    expect(commands).toEqual(['load', 'play']);
  });
  it('starts by itself when swiped to before the first picture came', () => {
    expect(run('assign', 'activate', 'decoded', 'moving').state.phase).toBe('playing');
  });
  it('keeps a pause that a person made when the page is hidden and shown', () => {
    expect(run('assign', 'activate', 'moving', 'toggle', 'hide', 'show').state.phase).toBe(
      'paused',
    );
    expect(run('assign', 'activate', 'moving', 'hide', 'show').state.phase).toBe('starting');
  });
  it('mutes itself once when the browser forbids sound, then waits for a tap', () => {
    expect(run('assign', 'activate', 'refused').commands.at(-1)).toBe('mute-and-play');
    const twice = run('assign', 'activate', 'refused', 'refused');
    expect(twice.state).toMatchObject({ phase: 'paused', pausedBy: 'person', wantsPlay: false });
  });
  it('shows waiting only while it should move', () => {
    expect(run('assign', 'activate', 'moving', 'waiting').state.phase).toBe('stalled');
    expect(run('assign', 'decoded', 'waiting').state.phase).toBe('ready');
  });
  it('tries a broken film three times, and again when asked', () => {
    expect(run('assign', 'error', 'error').state.phase).toBe('loading');
    expect(run('assign', 'error', 'error', 'error').state.phase).toBe('failed');
    expect(run('assign', 'error', 'error', 'error', 'retry').state.phase).toBe('loading');
  });
  it('stops a film that begins to move after it was left', () => {
    expect(run('assign', 'activate', 'deactivate', 'moving').commands.at(-1)).toBe('pause');
  });
  it('forgets everything when its element is given away', () => {
    expect(run('assign', 'activate', 'moving', 'release').state).toEqual(EMPTY);
  });
});
