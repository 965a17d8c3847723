import { describe, expect, it } from 'vitest'
import { optionalText, pairs, texts, wholeNumber } from '../../src/cli/arguments.ts'

describe('arguments', () => {
  it('splits pairs at the first equals sign', () => {
    expect(pairs('param', ['a=1', 'b=x=y', 'c='])).toEqual({ a: '1', b: 'x=y', c: '' })
  })

  it.each([
    ['no equals sign', ['side'], '--param expects name=value, found "side"'],
    ['no name', ['=1'], '--param expects name=value, found "=1"'],
    ['a name twice', ['a=1', 'a=2'], '--param a was given more than once'],
  ])('refuses pairs with %s', (_title, items, message) => {
    expect(() => pairs('param', items)).toThrow(message)
  })

  it('reads one text or many', () => {
    expect(optionalText({ seed: '1' }, 'seed')).toBe('1')
    expect(optionalText({}, 'seed')).toBeUndefined()
    expect(texts({ data: 'a' }, 'data')).toEqual(['a'])
    expect(texts({}, 'data')).toEqual([])
  })

  it('refuses an option without value or given twice', () => {
    expect(() => optionalText({ seed: '' }, 'seed')).toThrow('--seed needs a value')
    expect(() => optionalText({ seed: ['1', '2'] }, 'seed')).toThrow('--seed was given more than once')
  })

  it.each(['-1', '1.5', 'x', '', '9007199254740993'])('refuses %j for a whole number', (text) => {
    expect(() => wholeNumber('seed', text)).toThrow(
      `--seed expects a whole number of at least 0, found "${text}"`,
    )
  })
})
