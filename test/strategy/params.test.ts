import { describe, expect, it } from 'vitest'
import { formatParam, p, paramKind } from '../../src/strategy/params.ts'

const messageOf = (
  schema: { safeParse(input: unknown): { error?: { issues: { message: string }[] } } },
  input: unknown,
) => schema.safeParse(input).error?.issues[0]?.message

describe('a parameter', () => {
  it.each([
    ['quantity as text', p.qty(), '0.50', '0.50'],
    ['quantity as a JSON number', p.qty(), 2, '2'],
    ['price', p.price(), ' 61800.1 ', '61800.1'],
    ['milliseconds', p.duration(), '250ms', 250_000],
    ['seconds with a fraction', p.duration(), '1.5s', 1_500_000],
    ['minutes', p.duration(), '5m', 300_000_000],
    ['hours', p.duration(), '1h', 3_600_000_000],
    ['microseconds', p.duration(), '7us', 7],
    ['side', p.side(), 'sell', 'sell'],
    ['whole number', p.int({ min: 1 }), '30', 30],
    ['negative whole number', p.int(), '-2', -2],
    ['number', p.number(), '1e-3', 0.001],
    ['flag typed', p.flag(), 'false', false],
    ['flag in JSON', p.flag(), true, true],
    ['choice', p.choice(['market', 'limit']), 'limit', 'limit'],
    ['spread in ticks by default', p.spread(), '3', { value: 3, unit: 'ticks' }],
    ['spread in basis points', p.spread(), '2.5bps', { value: 2.5, unit: 'bps' }],
    [
      'file, read by whoever starts the run',
      p.file(),
      { name: 'a.jsonl', text: '' },
      { name: 'a.jsonl', text: '' },
    ],
  ])('understands a %s', (_title, schema, input, expected) => {
    expect(schema.parse(input)).toEqual(expected)
  })

  it.each([
    ['a negative quantity', p.qty(), '-1', 'expected a positive quantity such as 0.5, found "-1"'],
    ['a zero quantity', p.qty(), '0.0', 'expected a positive quantity such as 0.5, found "0.0"'],
    ['an exponent in a quantity', p.qty(), 1e-7, 'expected a positive quantity such as 0.5, found 1e-7'],
    ['a missing quantity', p.qty(), undefined, 'expected a positive quantity such as 0.5, found nothing'],
    [
      'a duration without unit',
      p.duration(),
      '300',
      'expected a duration such as 250ms, 30s, 5m or 1h, found "300"',
    ],
    [
      'half a microsecond',
      p.duration(),
      '0.5us',
      'expected a duration such as 250ms, 30s, 5m or 1h, found "0.5us"',
    ],
    ['no time at all', p.duration(), '0s', 'expected a duration such as 250ms, 30s, 5m or 1h, found "0s"'],
    ['an unknown side', p.side(), 'long', 'expected buy or sell, found "long"'],
    ['a fraction for a whole number', p.int(), '1.5', 'expected a whole number, found "1.5"'],
    [
      'a number out of bounds',
      p.int({ min: 1, max: 9 }),
      '0',
      'expected a whole number from 1 to 9, found "0"',
    ],
    ['hexadecimal', p.number(), '0x10', 'expected a number, found "0x10"'],
    ['infinity', p.number(), 'Infinity', 'expected a number, found "Infinity"'],
    ['an unknown choice', p.choice(['a', 'b']), 'c', 'expected one of a, b, found "c"'],
    ['a flag that is neither', p.flag(), 'maybe', 'expected true or false, found "maybe"'],
  ])('refuses %s and says what it expected', (_title, schema, input, message) => {
    expect(messageOf(schema, input)).toBe(message)
  })

  it.each([
    ['duration', p.duration().prefault('90s'), undefined, '90s'],
    ['duration', p.duration(), '0.0005s', '500us'],
    ['spread', p.spread(), '2tick', '2ticks'],
    ['number', p.number().optional(), '1.50', '1.5'],
    ['flag', p.flag().default(true), undefined, 'true'],
  ])('of kind %s is written in one way and read back the same', (kind, schema, input, text) => {
    const value = schema.parse(input)
    expect(paramKind(schema)).toBe(kind)
    expect(formatParam(value, paramKind(schema))).toBe(text)
    expect(schema.parse(text)).toEqual(value)
  })

  it('has no kind when it was made without p', () => {
    expect(paramKind(undefined)).toBeUndefined()
  })
})
