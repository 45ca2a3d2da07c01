// One video on its way: the file, its upload, what the person wrote, and what becomes of it.
import { send, type Sending } from '$api/uploads';
import { problemWords } from '$api/problem';
import { makeVideo, putCaptions, type Progress, type VideoWish } from '$api/studio';
import type { Audience, CommentAudience, Video } from '$api/types';
import { uuid7 } from '$api/uuid7';
import type { Aspect, Crop, Size } from './crop';
import { follow } from './follow';

const KEPT = 'nm:publish';

export type Stage = 'choose' | 'compose' | 'processing' | 'playable' | 'refused';

/** Choices that hold for any film. */
const SAID = [
  'caption',
  'audience',
  'allow_comments',
  'is_ai',
  'is_ad',
  'is_mature',
  'can_download',
  'alt_text',
  'sound_mode',
  'sound_id',
  'sound_title',
  'original_volume_pct',
  'sound_volume_pct',
  'captions_language',
  'scheduled_local',
] as const;
/** Choices that belong to these very pictures. */
const CUT = [
  'duration_ms',
  'start_ms',
  'end_ms',
  'cover_at_ms',
  'picture',
  'aspect',
  'crop',
] as const;

type Choices = Partial<Pick<Draft, (typeof SAID)[number] | (typeof CUT)[number]>>;
interface Kept extends Choices {
  upload_id: string;
  filename: string;
  is_uploaded: boolean;
}

export class Draft {
  stage = $state<Stage>('choose');
  file = $state.raw<File | null>(null);
  preview_url = $state<string | null>(null);
  filename = $state('');
  upload_id = $state('');
  sent = $state(0);
  is_uploaded = $state(false);
  upload_problem = $state<string | null>(null);

  caption = $state('');
  audience = $state<Audience>('everyone');
  allow_comments = $state<CommentAudience>('everyone');
  is_ai = $state(false);
  is_ad = $state(false);
  is_mature = $state(false);
  can_download = $state(true);
  alt_text = $state('');
  duration_ms = $state(0);
  start_ms = $state(0);
  end_ms = $state(0);
  cover_at_ms = $state(0);
  picture = $state.raw<Size | null>(null);
  aspect = $state<Aspect>('original');
  crop = $state.raw<Crop | null>(null);
  sound_mode = $state<'keep' | 'mute' | 'use'>('keep');
  sound_id = $state<string | null>(null);
  /** What the film's own sound is called when others use it. */
  sound_title = $state('');
  original_volume_pct = $state(60);
  sound_volume_pct = $state(100);
  captions_file = $state.raw<File | null>(null);
  captions_language = $state('en');
  /** Why the captions file was not taken, when the film itself was. */
  captions_problem = $state<string | null>(null);
  scheduled_local = $state('');

  video = $state.raw<Video | null>(null);
  progress = $state.raw<Progress | null>(null);
  #sending: Sending | null = null;
  #key = uuid7();
  #stopListening: (() => void) | undefined;

  /** What an earlier page left behind; null: nothing. */
  static kept(): Kept | null {
    try {
      return JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Kept | null;
    } catch {
      return null;
    }
  }
  static forget(): void {
    localStorage.removeItem(KEPT);
  }

  /** Take a file: the upload starts at once, the form while it goes. */
  async take(file: File): Promise<void> {
    const kept = Draft.kept();
    if (kept?.filename === file.name) this.#restore(kept, SAID);
    this.file = file;
    this.filename = file.name;
    this.preview_url = URL.createObjectURL(file);
    this.stage = 'compose';
    this.upload_problem = null;
    this.#sending = await send(file, {
      onknown: (upload_id) => this.#know(upload_id),
      onprogress: (sent, total) => (this.sent = total ? sent / total : 0),
      ondone: (upload_id) => {
        this.#know(upload_id);
        this.sent = 1;
        this.is_uploaded = true;
        this.keep();
      },
      onfail: (words) => (this.upload_problem = words),
    });
  }

  /** Go on with a file that arrived before the page was reloaded. */
  goOn(kept: Kept): void {
    this.upload_id = kept.upload_id;
    this.filename = kept.filename;
    this.#restore(kept, [...SAID, ...CUT]);
    this.is_uploaded = kept.is_uploaded;
    this.sent = kept.is_uploaded ? 1 : 0;
    this.stage = 'compose';
  }

  retry(): void {
    this.upload_problem = null;
    this.#sending?.resume();
  }

  /** Remember every choice, for the page after a reload; a captions file has to be picked again. */
  keep(): void {
    if (!this.upload_id || this.video) return;
    const { upload_id, filename, is_uploaded } = this;
    const choices = Object.fromEntries([...SAID, ...CUT].map((name) => [name, this[name]]));
    const kept = { upload_id, filename, is_uploaded, ...choices };
    localStorage.setItem(KEPT, JSON.stringify(kept));
  }

  /** The picture's length and sides became known: all of it is taken unless it was cut already. */
  measure(duration_ms: number, picture: Size): void {
    this.picture = picture.width && picture.height ? picture : null;
    this.duration_ms = duration_ms;
    if (!this.end_ms) this.end_ms = duration_ms;
  }

  /** Hand it in; raises what the server refuses. */
  async submit(publish: VideoWish['publish']): Promise<void> {
    this.video = await makeVideo(this.#wish(publish), this.#key);
    Draft.forget();
    if (publish === 'now') this.#follow(this.video.video_id);
    if (this.captions_file) await this.#caption(this.video.video_id, this.captions_file);
  }

  /** The film is handed in already: a file that cannot be read does not take it back. */
  async #caption(video_id: string, file: File): Promise<void> {
    const type = file.name.endsWith('.srt') ? 'application/x-subrip' : 'text/vtt';
    try {
      await putCaptions(video_id, this.captions_language, await file.text(), type);
    } catch (problem) {
      this.captions_problem = problemWords(problem);
    }
  }

  #restore(kept: Kept, names: readonly (keyof Choices)[]): void {
    const found = names.filter((name) => kept[name] !== undefined);
    Object.assign(this, Object.fromEntries(found.map((name) => [name, kept[name]])));
  }

  leave(): void {
    this.#stopListening?.();
    if (this.preview_url) URL.revokeObjectURL(this.preview_url);
  }

  #know(upload_id: string): void {
    this.upload_id = upload_id;
    this.keep();
  }

  #wish(publish: VideoWish['publish']): VideoWish {
    const isCut = this.start_ms > 0 || this.end_ms < this.duration_ms;
    const scheduled = publish === 'schedule' ? new Date(this.scheduled_local).toISOString() : null;
    return {
      upload_id: this.upload_id,
      publish,
      ...(scheduled ? { scheduled_at: scheduled } : {}),
      caption: this.caption.trim(),
      audience: this.audience,
      allow_comments: this.allow_comments,
      ai_label: this.is_ai ? 'creator' : 'none',
      ad_label: this.is_ad,
      alt_text: this.alt_text.trim(),
      content_level: this.is_mature ? 'mature' : 'general',
      can_download: this.can_download,
      ...(isCut
        ? { trim: { start_ms: Math.round(this.start_ms), end_ms: Math.round(this.end_ms) } }
        : {}),
      ...(this.crop ? { crop: this.crop } : {}),
      ...(this.cover_at_ms ? { cover_at_ms: Math.round(this.cover_at_ms) } : {}),
      ...this.#sound(),
    };
  }

  #sound(): Pick<VideoWish, 'sound'> {
    if (this.sound_mode === 'use' && this.sound_id) {
      const { sound_id, original_volume_pct, sound_volume_pct } = this;
      return { sound: { mode: 'use', sound_id, original_volume_pct, sound_volume_pct } };
    }
    if (this.sound_mode === 'mute') return { sound: { mode: 'mute' } };
    const title = this.sound_title.trim();
    return title ? { sound: { mode: 'keep', title } } : {};
  }

  #follow(video_id: string): void {
    this.stage = 'processing';
    this.#stopListening = follow(video_id, (found) => this.#hear(found));
  }

  #hear(found: Progress): void {
    this.progress = found;
    if (found.state === 'refused') this.stage = 'refused';
    // The first rendition may still be growing: its page plays it as it comes.
    else if (found.first_playable !== null) this.stage = 'playable';
    if (this.stage === 'refused' || found.fraction >= 1) this.#stopListening?.();
  }
}
