// One form that calls the server: busy while it does, the refusal in words, at the field it is about.
import { ApiProblem, problemWords } from '$api/problem';

export class Form {
  isBusy = $state(false);
  problem = $state.raw<unknown>(null);

  /** The refusal's stable code, for forms that ask for one more thing. */
  get code(): string | null {
    return this.problem instanceof ApiProblem ? this.problem.code : null;
  }

  /** The words for a field when the refusal is about it: by code, or by the facts' names. */
  about(field: string): string | null {
    if (!(this.problem instanceof ApiProblem)) return null;
    const isAbout =
      this.problem.facts['field'] === field ||
      field in this.problem.facts ||
      this.problem.code.includes(`.${field}`);
    return isAbout ? this.problem.words : null;
  }

  /** The words when no field shows them. */
  general(...fields: string[]): string | null {
    if (this.problem === null || fields.some((field) => this.about(field))) return null;
    return problemWords(this.problem);
  }

  /** Run one submission; a second press while busy does nothing. True when it went well. */
  async send(work: () => Promise<void>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (failure) {
      this.problem = failure;
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}
