/** One kind of thing that was found in, or looked for in, a tape. */
export interface Finding {
  /** Of a rule in `grade-rules.ts`. */
  readonly code: string
  /** 0: looked for, and not there. */
  readonly count: number
  /** How many messages, prints, … were looked at; absent where a share means nothing. */
  readonly of?: number
  /** Per hour of the tape; of tapes shorter than an hour, the count. Default: the count. */
  readonly perHour?: number
  /** Exchange time of the first one, microseconds. */
  readonly firstTime?: number
  /** Size of the largest one in the unit of the rule, and its exchange time. */
  readonly worst?: number
  readonly worstTime?: number
  /** A sentence of the importer, or more about it. */
  readonly text?: string
}
