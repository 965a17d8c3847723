/**
 * The contract on bars: between two of the four points the path passes every price. A taker pays one tick more than the
 * point after its arrival; what rests fills at its price once a point is beyond it; a stop takes where it is passed.
 */
import type { BarScript } from '../support/bar-rows.ts'
import type { Step } from './harness.ts'

export interface BarCase {
  readonly name: string
  readonly steps: readonly Step[]
  /** After a first bar at 100 throughout; each lasts 10 ms and offers 5 lots a point. */
  readonly bars: readonly BarScript[]
  /** By order id. */
  readonly expected: Readonly<Record<number, readonly string[]>>
}

const buy = { side: 'buy', qty: 5 } as const
const sell = { side: 'sell', qty: 5 } as const
/** Open 100, down to 90, up to 120, close 110: the low is nearer. */
const lowFirst: BarScript = [100, 120, 90, 110]
/** Open 100, up to 110, down to 80, close 90. */
const highFirst: BarScript = [100, 110, 80, 90]

export const barCases: readonly BarCase[] = [
  {
    name: 'a market order takes from the points after its arrival',
    steps: [[19_500, 'submit', 1, { ...buy, qty: 7 }]],
    bars: [lowFirst],
    expected: { 1: ['accepted', 'fill 5@101 taker', 'fill 2@91 taker'] },
  },
  {
    name: 'a limit order fills at its price once a point is beyond it',
    steps: [
      [19_500, 'submit', 1, { ...buy, price: 91 }],
      [19_501, 'submit', 2, { ...buy, price: 90 }],
      [19_502, 'submit', 3, { ...sell, price: 119 }],
    ],
    bars: [lowFirst],
    expected: {
      1: ['accepted', 'fill 5@91 maker'],
      2: ['accepted'],
      3: ['accepted', 'fill 5@119 maker'],
    },
  },
  {
    name: 'a stop takes where the path passes it, not at the extreme that it is seen at nor at the other one',
    steps: [
      [19_500, 'submit', 1, { ...sell, qty: 2, type: 'stop', triggerPrice: 95 }],
      [19_501, 'submit', 2, { ...sell, qty: 2, type: 'stop-limit', triggerPrice: 94, price: 93 }],
      [19_502, 'submit', 3, { ...buy, qty: 2, type: 'stop', triggerPrice: 105 }],
    ],
    bars: [lowFirst],
    expected: {
      1: ['accepted', 'triggered', 'fill 2@94 taker'],
      2: ['accepted', 'triggered', 'fill 2@93 taker'],
      3: ['accepted', 'triggered', 'fill 2@106 taker'],
    },
  },
  {
    name: 'a stop that the open lies behind takes at the open',
    steps: [[19_500, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 95 }]],
    bars: [[92, 120, 90, 110]],
    expected: { 1: ['accepted', 'triggered', 'fill 5@91 taker'] },
  },
  {
    name: 'a stop larger than its point takes the rest from the next one',
    steps: [[19_500, 'submit', 1, { ...sell, qty: 6, type: 'stop', triggerPrice: 95 }]],
    bars: [lowFirst],
    expected: { 1: ['accepted', 'triggered', 'fill 5@94 taker', 'fill 1@119 taker'] },
  },
  {
    name: 'a take-profit takes where the path passes it',
    steps: [
      [19_500, 'submit', 1, { ...sell, type: 'take-profit', triggerPrice: 108 }],
      [19_501, 'submit', 2, { ...buy, type: 'take-profit', triggerPrice: 85 }],
    ],
    bars: [highFirst],
    expected: {
      1: ['accepted', 'triggered', 'fill 5@107 taker'],
      2: ['accepted', 'triggered', 'fill 5@86 taker'],
    },
  },
  {
    name: 'of a pair, the one whose extreme comes first: the stop',
    steps: [
      [19_500, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 95 }],
      [19_501, 'submit', 2, { ...sell, price: 105, ocoWith: 1 }],
    ],
    bars: [lowFirst],
    expected: {
      1: ['accepted', 'triggered', 'fill 5@94 taker'],
      2: ['accepted', 'canceled oco-filled'],
    },
  },
  {
    name: 'of a pair, the one whose extreme comes first: the target',
    steps: [
      [19_500, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 95 }],
      [19_501, 'submit', 2, { ...sell, price: 105, ocoWith: 1 }],
    ],
    bars: [highFirst],
    expected: {
      1: ['accepted', 'canceled oco-filled'],
      2: ['accepted', 'fill 5@105 maker'],
    },
  },
]
