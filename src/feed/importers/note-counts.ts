/** What an import met that a user should know: counted while reading, told as one sentence each. */

export class NoteCounts {
  readonly #once = new Set<string>()
  readonly #counts = new Map<string, number>()

  /** A whole sentence. */
  once(sentence: string): void {
    this.#once.add(sentence)
  }

  /** `what` continues a sentence that starts with the count. */
  add(what: string, count = 1): void {
    if (count > 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + count)
  }

  sentences(): readonly string[] {
    return [...this.#once, ...[...this.#counts].map(([what, count]) => `${count} ${what}`)]
  }
}
