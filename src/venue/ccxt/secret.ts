/**
 * A text that cannot be printed, serialized or looked at by accident: every way but `reveal` shows a placeholder.
 */
import { inspect } from 'node:util'

const placeholder = '[secret]'

export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** For the one place that hands it to the venue's client. */
  reveal(): string {
    return this.#text
  }

  get isEmpty(): boolean {
    return this.#text === ''
  }

  toString(): string {
    return placeholder
  }

  toJSON(): string {
    return placeholder
  }

  [inspect.custom](): string {
    return placeholder
  }
}

/** Keys of an account at a venue. */
export interface VenueKeys {
  readonly apiKey: Secret
  readonly secret: Secret
  /** Some venues have a third one. */
  readonly password: Secret | undefined
}

/** Takes keys, and the query strings that carry signatures, out of a text that somebody may read. */
export function redact(text: string, keys: VenueKeys | undefined): string {
  let clean = text.replaceAll(/(https?:\/\/[^\s?]*)\?\S*/g, '$1?…')
  for (const secret of [keys?.apiKey, keys?.secret, keys?.password]) {
    const raw = secret?.reveal() ?? ''
    if (raw.length < 4) continue
    for (const form of new Set([raw, encodeURIComponent(raw), Buffer.from(raw).toString('base64')])) {
      clean = clean.replaceAll(form, placeholder)
    }
  }
  return clean.replaceAll(
    /(signature|apiKey|api_key|X-MBX-APIKEY)(["':= ]+)[^"'&\s,}]+/gi,
    `$1$2${placeholder}`,
  )
}
