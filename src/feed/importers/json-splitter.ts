/** Splits the text of one large JSON array into its elements without parsing it whole. */

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c]
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d]

export class ArraySplitter {
  #depth = 0
  #isInString = false
  #isEscaped = false
  /** Text of an element that began in an earlier piece. */
  #rest = ''
  #isDone = false
  #isBroken = false

  /** Whether the array has been closed, and nothing but white space came outside it. */
  get isComplete(): boolean {
    return this.#isDone && !this.#isBroken
  }

  /** Whole elements, as JSON; undefined once the text turns out to be no array. */
  push(piece: string): readonly string[] | undefined {
    const elements: string[] = []
    let start = 0
    for (let i = 0; i < piece.length; i++) {
      const code = piece.charCodeAt(i)
      if (this.#isInString) {
        this.#stepInString(code)
      } else if (this.#depth === 0) {
        this.#stepOutside(code)
        start = i + 1
      } else if (this.#endsElement(code)) {
        const element = (this.#rest + piece.slice(start, i)).trim()
        if (element !== '') elements.push(element)
        this.#rest = ''
        start = i + 1
      }
    }
    if (this.#depth > 0) this.#rest += piece.slice(start)
    return this.#isBroken ? undefined : elements
  }

  #stepInString(code: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (code === backslash) this.#isEscaped = true
    else if (code === quote) this.#isInString = false
  }

  #stepOutside(code: number): void {
    const isSpace = code === 0x20 || (code >= 0x09 && code <= 0x0d)
    if (isSpace) return
    if (code === openBracket && !this.#isDone) this.#depth = 1
    else this.#isBroken = true
  }

  #endsElement(code: number): boolean {
    if (code === quote) this.#isInString = true
    else if (code === openBracket || code === openBrace) this.#depth++
    else if (code === closeBracket || code === closeBrace) this.#depth--
    if (this.#depth === 0) this.#isDone = true
    return this.#depth === 0 || (this.#depth === 1 && code === comma)
  }
}
