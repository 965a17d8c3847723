/**
 * The contract on prints alone: a taker pays one tick more than the print and trades with the prints after its arrival;
 * an order that rests fills at its own price once a print is beyond it.
 */
import { type ContractCase, pairAmendCases, pairCases, rejectedCases } from './book-cases.ts'
import type { MarketStep } from './harness.ts'

export const printOpening: readonly MarketStep[] = [{ at: 1000, trade: ['buy', 102, 5] }]
const falls: readonly MarketStep[] = [
  { at: 5000, trade: ['sell', 95, 9] },
  { at: 6000, trade: ['sell', 94, 9] },
]
const rises: readonly MarketStep[] = [
  { at: 5000, trade: ['buy', 109, 2] },
  { at: 6000, trade: ['buy', 110, 9] },
]
const buy = { side: 'buy', qty: 5 } as const
const sell = { side: 'sell', qty: 5 } as const

export const printCases: readonly ContractCase[] = [
  {
    name: 'self-trade prevention: an amend of a post-only order that would meet our own is refused',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 102 }],
      [2001, 'submit', 2, { ...sell, price: 105, postOnly: true, selfTradePrevention: 'cancel-newest' }],
      [3000, 'amend', 2, { price: 102 }],
    ],
    expected: { 1: ['accepted'], 2: ['accepted', 'amend-rejected post-only-would-take'] },
  },
  ...pairAmendCases,
  ...pairCases,
  ...rejectedCases,
  {
    name: 'a market order takes from the prints after its arrival, and can be canceled until then',
    steps: [
      [2000, 'submit', 1, buy],
      [2001, 'submit', 2, sell],
      [2002, 'cancel', 2],
    ],
    market: rises,
    expected: {
      1: ['accepted', 'fill 2@110 taker', 'fill 3@111 taker'],
      2: ['accepted', 'canceled canceled-by-strategy'],
    },
  },
  {
    name: 'a limit order fills at its price once a print is beyond it',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 95 }],
      [2001, 'submit', 2, { ...buy, price: 102, postOnly: true }],
      [2002, 'submit', 3, { ...buy, price: 103, postOnly: true }],
    ],
    market: [{ at: 5000, trade: ['sell', 95, 9] }, ...falls.slice(1)],
    expected: {
      // 102 goes first at 5000; the print at 95 leaves 95 alone, the one at 94 fills it.
      1: ['accepted', 'fill 5@95 maker'],
      2: ['accepted', 'fill 5@102 maker'],
      3: ['rejected post-only-would-take'],
    },
  },
  {
    name: 'an amend down keeps its place, an amend up loses it',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 95 }],
      [2001, 'submit', 2, { ...buy, price: 95 }],
      [3000, 'amend', 1, { price: 95, qty: 4 }],
      [3001, 'submit', 3, { ...buy, price: 96 }],
      [3002, 'submit', 4, { ...buy, price: 96 }],
      [3003, 'amend', 3, { price: 96, qty: 6 }],
    ],
    market: [
      { at: 5000, trade: ['sell', 95, 6] },
      { at: 6000, trade: ['sell', 94, 10] },
    ],
    // 5000: of 6 lots at 96 the unchanged one has 5. 6000: 5 more at 96, then 4 and 1 at 95.
    expected: {
      1: ['accepted', 'amended 4@95', 'fill 4@95 maker'],
      2: ['accepted', 'fill 1@95 maker'],
      3: ['accepted', 'amended 6@96', 'fill 1@96 maker', 'fill 5@96 maker'],
      4: ['accepted', 'fill 5@96 maker'],
    },
  },
  {
    name: 'an amend below the minimum notional is refused',
    steps: [
      [2000, 'submit', 1, { ...buy, qty: 200, price: 100 }],
      [3000, 'amend', 1, { price: 100, qty: 50 }],
    ],
    minNotional: '1',
    expected: { 1: ['accepted', 'amend-rejected below-min-notional'] },
  },
  {
    name: 'a stop triggers by one print and takes from those after it',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 96 }],
      [2001, 'submit', 2, { ...sell, type: 'stop-limit', triggerPrice: 96, price: 97 }],
      [2002, 'submit', 3, { ...sell, type: 'stop', triggerPrice: 103 }],
      [2003, 'submit', 4, { ...sell, type: 'stop', triggerPrice: 96, expireTime: 4000 }],
    ],
    market: [...falls, { at: 7000, trade: ['buy', 98, 3] }],
    expected: {
      1: ['accepted', 'triggered', 'fill 5@93 taker'],
      2: ['accepted', 'triggered', 'fill 3@97 maker'],
      3: ['rejected trigger-reached'],
      4: ['accepted', 'expired expire-time'],
    },
    lastTimes: { 4: 4000 },
  },
  {
    name: 'a take-profit and a trailing stop',
    steps: [
      [2000, 'submit', 1, { ...sell, qty: 1, type: 'take-profit', triggerPrice: 109 }],
      [2001, 'submit', 2, { ...sell, qty: 1, type: 'trailing-stop', trailingTicks: 4 }],
    ],
    market: [...rises, { at: 7000, trade: ['sell', 106, 1] }, { at: 8000, trade: ['sell', 100, 4] }],
    expected: {
      1: ['accepted', 'triggered', 'fill 1@109 taker'],
      2: ['accepted', 'triggered', 'fill 1@99 taker'],
    },
  },
  {
    name: 'a pair: what fills of one is taken off the other',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 96 }],
      [2001, 'submit', 2, { ...sell, price: 106, ocoWith: 1 }],
    ],
    market: [{ at: 3000, trade: ['buy', 107, 2] }, ...falls],
    expected: {
      1: ['accepted', 'restated 3 oco-filled', 'triggered', 'fill 3@93 taker'],
      2: ['accepted', 'fill 2@106 maker', 'canceled oco-filled'],
    },
  },
  {
    name: 'a bracket: exits are as large as what has filled',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 90, exitOf: 3 }],
      [2000, 'submit', 2, { ...sell, price: 106, exitOf: 3, ocoWith: 1 }],
      [2000, 'submit', 3, { ...buy, price: 101 }],
    ],
    market: [{ at: 3000, trade: ['sell', 100, 2] }, { at: 4000, trade: ['buy', 107, 9] }, ...falls],
    expected: {
      1: ['accepted', 'restated 2 sized-by-entry', 'canceled oco-filled'],
      2: ['accepted', 'restated 2 sized-by-entry', 'fill 2@106 maker'],
      3: ['accepted', 'fill 2@101 maker', 'canceled exit-filled'],
    },
  },
  {
    name: 'reduce-only: cut to the position while it waits to take',
    steps: [
      [2000, 'submit', 1, buy],
      [3500, 'submit', 2, { ...sell, reduceOnly: true }],
      [3501, 'submit', 3, { ...sell, qty: 9, reduceOnly: true }],
    ],
    market: [{ at: 3000, trade: ['buy', 102, 9] }, { at: 4000, trade: ['sell', 101, 3] }, ...falls],
    expected: {
      1: ['accepted', 'fill 5@103 taker'],
      2: ['accepted', 'fill 3@100 taker', 'fill 2@94 taker'],
      3: [
        'accepted',
        'restated 5 cut-to-position',
        'restated 2 cut-to-position',
        'canceled no-position-to-reduce',
      ],
    },
  },
  {
    name: 'self-trade prevention: our own order in the way is canceled',
    steps: [
      [2000, 'submit', 1, { ...sell, price: 105 }],
      [3000, 'submit', 2, { ...buy, price: 105, selfTradePrevention: 'cancel-oldest' }],
    ],
    market: [{ at: 4000, trade: ['buy', 103, 9] }],
    expected: { 1: ['accepted', 'canceled self-trade'], 2: ['accepted', 'fill 5@104 taker'] },
  },
]
