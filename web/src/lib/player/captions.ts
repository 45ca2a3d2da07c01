// Captions of the film on screen: the browser reads the WebVTT, the page draws the words where nothing covers them.
import type { CaptionTrack } from '$api/types';
import { words } from '$lib/i18n/index.svelte';
import { preferences } from './preferences.svelte';
import type { Player } from './player.svelte';

/** Track in the person's language, else the first. */
export function chooseTrack(
  tracks: readonly CaptionTrack[],
  language: string,
): CaptionTrack | null {
  const root = language.split('-')[0]!;
  return (
    tracks.find((track) => track.language === language) ??
    tracks.find((track) => track.language.startsWith(root)) ??
    tracks[0] ??
    null
  );
}

/** Load the captions of the player's film, if it has any and they are wanted. */
export function captionsOf(player: Player): void {
  const chosen = player.reel ? chooseTrack(player.reel.video.captions, words.language) : null;
  player.cue = '';
  player.element.querySelectorAll('track').forEach((track) => track.remove());
  if (!chosen || !preferences.captions) return;
  const element = document.createElement('track');
  element.kind = 'captions';
  element.srclang = chosen.language;
  element.src = chosen.url;
  player.element.append(element);
  element.track.mode = 'hidden';
  element.track.addEventListener('cuechange', () => {
    const cues = [...(element.track.activeCues ?? [])] as VTTCue[];
    player.cue = cues.map((cue) => cue.text.replace(/<[^>]+>/g, '')).join('\n');
  });
}
