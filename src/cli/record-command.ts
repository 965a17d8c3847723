/** `sim record`. */
import { isoInstant } from '../analysis/describe-finding.ts'
import { parseDuration } from '../core/duration.ts'
import { ConfigError } from '../core/errors.ts'
import type { TapeFacts } from '../model/tape.ts'
import { type RecordRequest, recordFeed } from '../run/record-feed.ts'
import { recoverParts } from '../run/tape-recorder.ts'
import { type Arguments, durationArgument, isSet, optionalText, requiredText } from './arguments.ts'
import { parseFeedRequest } from './feed-request.ts'
import { watchInterrupt } from './interrupt.ts'
import { createProgressLine } from './progress-line.ts'
import { grouped } from './summary-table.ts'

export async function recordCommand(args: Arguments): Promise<number> {
  const folder = requiredText(args, 'output')
  if (isSet(args, 'recover')) return recover(folder, args)
  const feed = parseFeedRequest(args)
  const duration = optionalText(args, 'duration')
  const request: RecordRequest = {
    feed,
    folder,
    level: parseLevel(optionalText(args, 'level')),
    rotation: parseRotation(optionalText(args, 'rotate') ?? '1h'),
    source: feed.kind === 'venue' ? `${feed.access.venue} streams` : feed.data.join(', '),
    durationUs: duration === undefined ? undefined : durationArgument('duration', duration),
  }
  const interrupt = watchInterrupt()
  const line = createProgressLine(process.stderr, Date.now)
  const say = (text: string): void => {
    line.clear()
    if (!isSet(args, 'json')) process.stdout.write(`${text}\n`)
  }
  try {
    const { rows, tapes } = await recordFeed(request, {
      onStart: () => interrupt.defer(),
      onNotice: (text) => process.stderr.write(`sim: warning: ${text}\n`),
      onTape: (path, facts) => say(facts === undefined ? `recovered ${path}` : `${path}: ${describe(facts)}`),
      onProgress: (state) => line.show(`${grouped(String(state.rows))} rows`),
      isCanceled: interrupt.isRequested,
    })
    line.clear()
    if (isSet(args, 'json')) process.stdout.write(`${JSON.stringify({ rows, tapes })}\n`)
    return 0
  } finally {
    line.clear()
    interrupt.release()
  }
}

async function recover(folder: string, args: Arguments): Promise<number> {
  const tapes = await recoverParts(folder)
  if (isSet(args, 'json')) process.stdout.write(`${JSON.stringify({ tapes })}\n`)
  else for (const tape of tapes) process.stdout.write(`recovered ${tape}\n`)
  if (tapes.length === 0 && !isSet(args, 'json')) process.stdout.write(`nothing to recover in ${folder}\n`)
  return 0
}

function describe({ rows, firstTime, lastTime }: TapeFacts): string {
  return `${grouped(String(rows))} rows, ${isoInstant(firstTime)} – ${isoInstant(lastTime)}`
}

function parseLevel(text: string | undefined) {
  return (['l2', 'l1', 'trades'] as const).find((level) => level === text)
}

const unitBytes: ReadonlyMap<string, number> = new Map([
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
])

/** `1h`, or `500MB` of rows as they are written down, 48 bytes each. */
function parseRotation(text: string): RecordRequest['rotation'] {
  const us = parseDuration(text)
  if (us !== undefined) return { us }
  const [, amount, unit = ''] = /^(\d+)(KB|MB|GB)$/.exec(text) ?? []
  const factor = unitBytes.get(unit)
  if (amount !== undefined && factor !== undefined && Number(amount) > 0)
    return { bytes: Number(amount) * factor }
  throw new ConfigError(
    'ARGUMENT',
    `--rotate expects a duration such as 1h, or a size such as 500MB, found ${JSON.stringify(text)}`,
  )
}
