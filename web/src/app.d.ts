declare global {
  namespace App {
    interface PageState {
      /** Identifiers of the sheets that are open, outermost first: the back button closes the last one. */
      sheets?: string[];
      /** The tab of a profile that was chosen. */
      tab?: string;
    }
  }
}

export {};
