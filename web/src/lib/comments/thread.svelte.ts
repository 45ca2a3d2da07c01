// The comments of one film: loaded in pages, written at once, taken back when the server refuses.
import {
  deleteComment,
  editComment,
  readComments,
  readReplies,
  setCommentLike,
  setPin,
  writeComment,
  type CommentSort,
} from '$api/comments';
import type { Comment, Me } from '$api/types';
import { uuid7 } from '$api/uuid7';
import { toasts } from '$ui/toasts.svelte';

/** A comment on the screen with the replies shown below it. */
export class Note {
  comment = $state.raw() as Comment;
  replies = $state.raw<Note[]>([]);
  cursor = $state.raw<string | null>(null);
  hasReplies = $derived(this.comment.replies_count > 0);
  isOpen = $state(false);
  isLoading = $state(false);
  /** Written here and not yet confirmed; or refused, with the words kept. */
  sending = $state<'no' | 'yes' | 'failed'>('no');
  readonly key = uuid7();

  constructor(comment: Comment) {
    this.comment = comment;
  }
}

export class Thread {
  notes = $state.raw<Note[]>([]);
  problem = $state.raw<unknown>(null);
  isLoading = $state(false);
  sort = $state<CommentSort>('top');
  cursor = $state.raw<string | null>(null);
  #isLoaded = $state(false);
  /** Which list was asked for last: another order is asked for while the first is on its way. */
  #asked = 0;

  constructor(
    readonly video_id: string,
    private readonly oncount: (change: number) => void,
  ) {}

  get isEmpty(): boolean {
    return this.#isLoaded && !this.notes.length && !this.isLoading;
  }

  async load(isMore = false): Promise<void> {
    if (this.isLoading && isMore) return;
    const asked = (this.#asked += 1);
    const before = new Set(isMore ? [] : this.notes);
    this.isLoading = true;
    this.problem = null;
    try {
      const page = await readComments(this.video_id, this.sort, isMore ? this.cursor : null);
      if (asked !== this.#asked) return;
      // What was written while the list was on its way, or is not sent yet, stays above it.
      const known = this.notes.filter((one) => !before.has(one) || one.sending !== 'no');
      const ids = new Set(known.map(({ comment }) => comment.comment_id));
      this.notes = [
        ...known,
        ...page.items.filter(({ comment_id }) => !ids.has(comment_id)).map((one) => new Note(one)),
      ];
      this.cursor = page.next_cursor;
      this.#isLoaded = true;
    } catch (problem) {
      if (asked === this.#asked) this.problem = problem;
    } finally {
      if (asked === this.#asked) this.isLoading = false;
    }
  }

  async order(sort: CommentSort): Promise<void> {
    if (sort === this.sort) return;
    this.sort = sort;
    this.notes = this.notes.filter(({ sending }) => sending !== 'no');
    this.#isLoaded = false;
    await this.load();
  }

  /** Show the replies of a comment, or more of them. */
  async unfold(note: Note): Promise<void> {
    note.isOpen = true;
    note.isLoading = true;
    try {
      const page = await readReplies(note.comment.comment_id, note.cursor);
      const known = new Set(note.replies.map(({ comment }) => comment.comment_id));
      note.replies = [
        ...note.replies,
        ...page.items.filter((one) => !known.has(one.comment_id)).map((one) => new Note(one)),
      ];
      note.cursor = page.next_cursor;
    } catch (problem) {
      toasts.fail(problem);
    } finally {
      note.isLoading = false;
    }
  }

  /** Write a comment, or a reply below `parent`. It is on the screen before the server answers. */
  async write(text: string, author: Me, parent: Note | null): Promise<void> {
    const note = new Note(draft(text, author, this.video_id, parent?.comment ?? null));
    if (parent) {
      parent.replies = [...parent.replies, note];
      parent.isOpen = true;
      parent.comment = { ...parent.comment, replies_count: parent.comment.replies_count + 1 };
    } else this.notes = [note, ...this.notes];
    this.oncount(1);
    await this.send(note);
  }

  /** Send what was written; also again, with the same key, after it failed. */
  async send(note: Note): Promise<void> {
    note.sending = 'yes';
    try {
      const saved = await writeComment(
        this.video_id,
        note.comment.text,
        note.comment.parent_id,
        note.key,
      );
      const isWished = note.comment.you.liked && !saved.you.liked;
      note.comment = saved;
      note.sending = 'no';
      // A list that was asked for meanwhile may hold it already.
      this.notes = this.notes.filter(
        (one) => one === note || one.comment.comment_id !== saved.comment_id,
      );
      // A heart pressed while the comment was on its way: now there is something to like.
      if (isWished) await this.like(note);
    } catch (problem) {
      note.sending = 'failed';
      toasts.fail(problem);
    }
  }

  async edit(note: Note, text: string): Promise<void> {
    const before = note.comment;
    note.comment = { ...before, text, edited_at: new Date().toISOString() };
    await this.#orBack(
      note,
      before,
      async () => (note.comment = { ...before, ...(await editComment(before.comment_id, text)) }),
    );
  }

  async remove(note: Note, parent: Note | null): Promise<void> {
    const [notes, replies] = [this.notes, parent?.replies ?? []];
    if (parent) parent.replies = replies.filter((one) => one !== note);
    else this.notes = notes.filter((one) => one !== note);
    const lost = 1 + (parent ? 0 : note.comment.replies_count);
    this.oncount(-lost);
    try {
      if (note.sending === 'no') await deleteComment(note.comment.comment_id);
    } catch (problem) {
      if (parent) parent.replies = replies;
      else this.notes = notes;
      this.oncount(lost);
      toasts.fail(problem);
    }
  }

  async like(note: Note): Promise<void> {
    const before = note.comment;
    const liked = !before.you.liked;
    note.comment = {
      ...before,
      likes_count: before.likes_count + (liked ? 1 : -1),
      you: { ...before.you, liked },
    };
    if (note.sending !== 'no') return;
    await this.#orBack(note, before, () => setCommentLike(before.comment_id, liked));
  }

  async pin(note: Note): Promise<void> {
    const before = note.comment;
    note.comment = { ...before, is_pinned: !before.is_pinned };
    await this.#orBack(note, before, () => setPin(before.comment_id, !before.is_pinned));
  }

  async #orBack(note: Note, before: Comment, send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (problem) {
      note.comment = before;
      toasts.fail(problem);
    }
  }
}

function draft(text: string, author: Me, video_id: string, parent: Comment | null): Comment {
  return {
    comment_id: `draft-${uuid7()}`,
    video_id,
    parent_id: parent?.comment_id ?? null,
    reply_to_id: parent?.comment_id ?? null,
    author: { ...author, is_verified: false, you_follow: 'no', follows_you: false },
    text,
    mentions: [],
    created_at: new Date().toISOString(),
    edited_at: null,
    likes_count: 0,
    replies_count: 0,
    is_pinned: false,
    is_creator: false,
    is_held: false,
    liked_by_creator: false,
    you: { liked: false, is_owner: true, may_delete: true, may_pin: false },
  };
}
