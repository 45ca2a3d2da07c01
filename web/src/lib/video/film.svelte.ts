// A video on the screen and what this person does with it: shown at once, taken back when the server refuses.
import { follow, unfollow } from '$api/session';
import type { FollowState, Video } from '$api/types';
import { readVideo, setLike, setRepost, setSave } from '$api/videos';
import { t } from '$lib/i18n/index.svelte';
import { viewer } from '$lib/session/session.svelte';
import { toasts } from '$ui/toasts.svelte';
import { openedFrom } from './opened';

/** Whom this person follows, as far as changed on this page: one creator has many films. */
class Following {
  #known = $state<Record<string, FollowState>>({});

  of(account_id: string, told: FollowState): FollowState {
    return this.#known[account_id] ?? told;
  }
  set(account_id: string, state: FollowState): void {
    this.#known[account_id] = state;
  }
}
export const following = new Following();

/**
 * Follow or unfollow somebody; optimistic. Needs an account. `impression_id`: the showing it comes
 * from; the log knows which one an unfollow takes back.
 */
export async function setFollow(
  person: { account_id: string; is_private: boolean; you_follow: FollowState },
  on: boolean,
  impression_id: string | undefined = openedFrom(person.account_id),
): Promise<void> {
  if (!viewer.may(t('sign_in.to_follow'))) return;
  const before = following.of(person.account_id, person.you_follow);
  following.set(person.account_id, on ? (person.is_private ? 'requested' : 'yes') : 'no');
  try {
    const answer = on
      ? await follow(person.account_id, impression_id)
      : await unfollow(person.account_id);
    if (answer?.you_follow) following.set(person.account_id, answer.you_follow);
  } catch (problem) {
    following.set(person.account_id, before);
    toasts.fail(problem);
  }
}

type Reaction = 'liked' | 'saved' | 'reposted';
const COUNTED = { liked: 'likes', saved: 'saves', reposted: null } as const;

export class Film {
  video = $state.raw<Video>() as Video;
  /** The person agreed to see what is meant for adults. */
  isAccepted = $state(false);
  isHidden = $state(false);

  constructor(video: Video) {
    this.video = video;
  }

  get isGated(): boolean {
    if (this.video.content_level !== 'mature' || this.video.you.is_owner) return false;
    return !this.isAccepted && !viewer.showsMature;
  }
  get follows(): FollowState {
    return following.of(this.video.creator.account_id, this.video.creator.you_follow);
  }

  /** Look again: its first file may be done. False: it could not be asked for, or is gone. */
  async reread(): Promise<boolean> {
    try {
      this.video = await readVideo(this.video.video_id);
      return true;
    } catch {
      return false;
    }
  }

  like(on: boolean): Promise<void> {
    return this.#react('liked', on, t('sign_in.to_like'), () => setLike(this.video.video_id, on));
  }
  save(on: boolean, collection_id?: string): Promise<void> {
    return this.#react('saved', on, t('sign_in.to_save'), () =>
      setSave(this.video.video_id, on, collection_id),
    );
  }
  repost(on: boolean): Promise<void> {
    return this.#react('reposted', on, t('sign_in.to_repost'), () =>
      setRepost(this.video.video_id, on),
    );
  }
  follow(on: boolean, impression_id: string | null): Promise<void> {
    return setFollow(this.video.creator, on, impression_id ?? undefined);
  }

  /** A comment was written or removed here. */
  countComment(change: number): void {
    this.#count('comments', change);
  }
  countShare(): void {
    this.#count('shares', 1);
  }

  async #react(
    reaction: Reaction,
    on: boolean,
    wish: string,
    send: () => Promise<unknown>,
  ): Promise<void> {
    if (this.video.you[reaction] === on && reaction !== 'saved') return;
    if (!viewer.may(wish)) return;
    const before = this.video;
    const counted = COUNTED[reaction];
    const changes = before.you[reaction] !== on;
    this.video = { ...before, you: { ...before.you, [reaction]: on } };
    if (counted && changes) this.#count(counted, on ? 1 : -1);
    try {
      await send();
    } catch (problem) {
      this.video = { ...this.video, you: before.you, counts: before.counts };
      toasts.fail(problem);
    }
  }

  #count(name: keyof Video['counts'], change: number): void {
    const counts = { ...this.video.counts, [name]: Math.max(0, this.video.counts[name] + change) };
    this.video = { ...this.video, counts };
  }
}
