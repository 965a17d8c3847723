import { describe, expect, it } from 'vitest'
import { describeFailure } from '../../src/cli/describe-failure.ts'
import { ConfigError, DataError, InvariantError, VenueError } from '../../src/core/errors.ts'

const fileError = (code: string) => Object.assign(new Error(code), { code, path: '/out/a.html' })

describe('describeFailure', () => {
  it.each([
    ['a bad argument', new ConfigError('X', 'no'), 2, 'sim: no'],
    ['bad data', new DataError('X', 'a.csv:3: bad'), 3, 'sim: a.csv:3: bad'],
    ['a venue', new VenueError('X', 'gone'), 4, 'sim: gone'],
    ['a message of several lines', new DataError('X', 'a\n  b\n\nc'), 3, 'sim: a b c'],
    ['a full disk', fileError('ENOSPC'), 1, 'sim: cannot write /out/a.html: no space left on the disk'],
    ['a tape on a full disk', new DataError('DISK_FULL', 'no space left'), 1, 'sim: no space left'],
    ['a folder in the way', fileError('EISDIR'), 1, 'sim: cannot write /out/a.html: it is a directory'],
    [
      'our own bug',
      new InvariantError('a ≠ b'),
      70,
      'sim: this is a bug in sim (broken invariant): InvariantError: a ≠ b',
    ],
    ['anything else', new TypeError('x'), 70, 'sim: this is a bug in sim (unexpected): TypeError: x'],
    ['what is not even an error', 'boom', 70, 'sim: this is a bug in sim (unexpected): boom'],
  ])('says in one line what happened with %s', (_title, error, exitCode, line) => {
    expect(describeFailure(error)).toMatchObject({ exitCode, line })
  })
})
