/**
 * The contract on a market with a book: what each order type answers to each thing that can happen. The same for all
 * depths of data, so nothing here depends on levels behind the touch. Times in µs; arrival a little after sending.
 */
import type { SelfTradePrevention } from '../../src/model/order.ts'
import type { MarketStep, Step } from './harness.ts'

export interface ContractCase {
  readonly name: string
  readonly steps: readonly Step[]
  /** After the opening: touch 100 (50) / 102 (50), last trade 102. */
  readonly market?: readonly MarketStep[]
  /** By order id. */
  readonly expected: Readonly<Record<number, readonly string[]>>
  readonly minNotional?: string
  /** Exchange time of the last report on an order. */
  readonly lastTimes?: Readonly<Record<number, number>>
}

export const opening: readonly MarketStep[] = [
  { at: 1000, bid: [100, 50], ask: [102, 50] },
  { at: 1100, trade: ['buy', 102, 1] },
]
/** The market falls to 95 / 97 and prints 95; or rises to 107 / 109 and prints 109. */
export const falls: readonly MarketStep[] = [
  { at: 5000, bid: [95, 50], ask: [97, 50] },
  { at: 5100, trade: ['sell', 95, 3] },
]
export const rises: readonly MarketStep[] = [
  { at: 5000, bid: [107, 50], ask: [109, 50] },
  { at: 5100, trade: ['buy', 109, 3] },
]
const buy = { side: 'buy', qty: 5 } as const
const sell = { side: 'sell', qty: 5 } as const

/** Beyond the touch, so that it shows on prints alone as well. */
export const pairAmendCases: readonly ContractCase[] = [
  {
    name: 'an amend does not give back what the other order of the pair has filled',
    steps: [
      [2000, 'submit', 1, { ...sell, price: 107 }],
      [2001, 'submit', 2, { ...sell, type: 'stop', triggerPrice: 90, ocoWith: 1 }],
      [6000, 'amend', 2, { triggerPrice: 91 }],
      // Two of five are filled: as many as before leaves 3, six leave 4.
      [6001, 'amend', 2, { qty: 5 }],
      [6002, 'amend', 2, { qty: 6 }],
      [6003, 'amend', 1, { price: 108 }],
    ],
    market: [{ at: 5000, trade: ['buy', 108, 2] }],
    expected: {
      1: ['accepted', 'fill 2@107 maker', 'amended 5@108'],
      2: ['accepted', 'restated 3 oco-filled', 'amended 3@91', 'amended 3@91', 'amended 4@91'],
    },
  },
]

export const pairCases: readonly ContractCase[] = [
  {
    name: 'a pair is two: a third that names one of them is rejected and changes nothing',
    steps: [
      [2000, 'submit', 1, { ...sell, price: 107 }],
      [2001, 'submit', 2, { ...sell, type: 'stop', triggerPrice: 90, ocoWith: 1 }],
      [2002, 'submit', 3, { ...sell, type: 'stop', triggerPrice: 89, ocoWith: 1 }],
      [2003, 'submit', 4, { ...sell, type: 'stop', triggerPrice: 88, ocoWith: 2 }],
    ],
    market: [{ at: 5000, trade: ['buy', 108, 9] }],
    expected: {
      1: ['accepted', 'fill 5@107 maker'],
      2: ['accepted', 'canceled oco-filled'],
      3: ['rejected linked-order-over'],
      4: ['rejected linked-order-over'],
    },
  },
  {
    name: 'a pair with an order that has filled: what was known counts for it alone, the rest for both',
    steps: [
      [2000, 'submit', 1, { ...sell, price: 107 }],
      [2000, 'submit', 2, { ...sell, price: 110 }],
      [4500, 'submit', 3, { side: 'sell', qty: 2, type: 'stop', triggerPrice: 90, ocoWith: 1, ocoFilled: 3 }],
      [4501, 'amend', 3, { qty: 3 }],
      // Three of five are filled, which its sender does not know: of four one is left.
      [8500, 'submit', 4, { side: 'sell', qty: 4, type: 'stop', triggerPrice: 90, ocoWith: 2 }],
    ],
    market: [
      { at: 4000, trade: ['buy', 108, 3] },
      { at: 7000, trade: ['buy', 108, 2] },
      { at: 8000, trade: ['buy', 111, 3] },
      { at: 9000, trade: ['buy', 111, 1] },
    ],
    expected: {
      1: ['accepted', 'fill 3@107 maker', 'fill 2@107 maker'],
      2: ['accepted', 'fill 3@110 maker', 'fill 1@110 maker'],
      3: ['accepted', 'amended 3@90', 'canceled oco-filled'],
      4: ['accepted', 'restated 1 oco-filled', 'canceled oco-filled'],
    },
  },
]

export const rejectedCases: readonly ContractCase[] = [
  {
    name: 'a pair: when one is rejected the other is canceled',
    steps: [
      [2000, 'submit', 1, { ...sell, price: 107 }],
      [2001, 'submit', 2, { ...sell, type: 'stop', triggerPrice: 120, ocoWith: 1 }],
    ],
    expected: { 1: ['accepted', 'canceled linked-order-over'], 2: ['rejected trigger-reached'] },
  },
  {
    name: 'a bracket: when an exit is rejected so is the entry, whichever exit it is',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 90, expireTime: 1500, exitOf: 3 }],
      [2000, 'submit', 2, { ...sell, price: 107, exitOf: 3, ocoWith: 1 }],
      [2000, 'submit', 3, buy],
      [3000, 'submit', 4, { ...sell, type: 'stop', triggerPrice: 90, exitOf: 6 }],
      [
        3000,
        'submit',
        5,
        { ...sell, type: 'stop', triggerPrice: 89, expireTime: 1500, exitOf: 6, ocoWith: 4 },
      ],
      [3000, 'submit', 6, buy],
    ],
    expected: {
      1: ['rejected expire-time'],
      2: ['rejected linked-order-over'],
      3: ['rejected linked-order-over'],
      4: ['accepted', 'canceled linked-order-over'],
      5: ['rejected expire-time'],
      6: ['rejected linked-order-over'],
    },
  },
]

const marketCases: readonly ContractCase[] = [
  {
    name: 'a market order takes the touch',
    steps: [[2000, 'submit', 1, buy]],
    expected: { 1: ['accepted', 'fill 5@102 taker'] },
  },
  {
    name: 'the remainder of a market order expires',
    market: [{ at: 1500, bid: [100, 3] }],
    steps: [[2000, 'submit', 1, { side: 'sell', qty: 5000 }]],
    expected: { 1: ['accepted', 'fill 3@100 taker', 'expired ioc-remainder'] },
  },
  {
    name: 'a market order without anything to take expires',
    market: [{ at: 1500, bid: [100, 0] }],
    steps: [[2000, 'submit', 1, sell]],
    expected: { 1: ['accepted', 'expired no-liquidity'] },
  },
  {
    name: 'a market order below the minimum notional is rejected',
    steps: [[2000, 'submit', 1, buy]],
    minNotional: '1',
    expected: { 1: ['rejected below-min-notional'] },
  },
  {
    name: 'a filled order can be neither canceled nor amended',
    steps: [
      [2000, 'submit', 1, buy],
      [3000, 'cancel', 1],
      [3500, 'amend', 1, { price: 100, qty: 9 }],
    ],
    expected: {
      1: ['accepted', 'fill 5@102 taker', 'cancel-rejected unknown-order', 'amend-rejected unknown-order'],
    },
  },
]

const limitCases: readonly ContractCase[] = [
  {
    name: 'a limit order rests, and is canceled',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 101 }],
      [3000, 'cancel', 1],
    ],
    expected: { 1: ['accepted', 'canceled canceled-by-strategy'] },
  },
  {
    name: 'a limit order inside the spread fills in part, then whole',
    steps: [[2000, 'submit', 1, { ...buy, price: 101 }]],
    market: [
      { at: 3000, trade: ['sell', 101, 2] },
      { at: 4000, trade: ['sell', 101, 9] },
    ],
    expected: { 1: ['accepted', 'fill 2@101 maker', 'fill 3@101 maker'] },
  },
  {
    name: 'a limit order waits behind what is displayed, also after it is amended down',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 100 }],
      [3500, 'amend', 1, { price: 100, qty: 4 }],
    ],
    market: [
      { at: 3000, trade: ['sell', 100, 30] },
      { at: 4000, trade: ['sell', 100, 22] },
    ],
    // 50 ahead; 30 and 22 trade: 2 are left for us.
    expected: { 1: ['accepted', 'amended 4@100', 'fill 2@100 maker'] },
  },
  {
    name: 'an amend up goes to the back of the queue',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 100 }],
      [3500, 'amend', 1, { price: 100, qty: 6 }],
    ],
    market: [
      { at: 3000, trade: ['sell', 100, 30] },
      { at: 4000, trade: ['sell', 100, 22] },
    ],
    expected: { 1: ['accepted', 'amended 6@100'] },
  },
  {
    name: 'an amend that crosses takes',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 100 }],
      [3000, 'amend', 1, { price: 102, qty: 5 }],
    ],
    expected: { 1: ['accepted', 'amended 5@102', 'fill 5@102 taker'] },
  },
  {
    name: 'an amend to what is filled already cancels the rest',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 101 }],
      [4000, 'amend', 1, { price: 101, qty: 2 }],
    ],
    market: [{ at: 3000, trade: ['sell', 101, 2] }],
    expected: { 1: ['accepted', 'fill 2@101 maker', 'canceled amended-below-filled'] },
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
    name: 'a post-only order that would take is rejected, and so is an amend that would make it take',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 102, postOnly: true }],
      [2500, 'submit', 2, { ...buy, price: 101, postOnly: true }],
      [3000, 'amend', 2, { price: 102, qty: 5 }],
    ],
    expected: {
      1: ['rejected post-only-would-take'],
      2: ['accepted', 'amend-rejected post-only-would-take'],
    },
  },
  {
    name: 'a fill-or-kill order fills whole or not at all',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 102, timeInForce: 'fok' }],
      [2500, 'submit', 2, { ...buy, qty: 46, price: 102, timeInForce: 'fok' }],
      [3000, 'submit', 3, { ...buy, price: 101, timeInForce: 'ioc' }],
    ],
    expected: {
      1: ['accepted', 'fill 5@102 taker'],
      2: ['accepted', 'expired fok-not-fillable'],
      3: ['accepted', 'expired not-marketable'],
    },
  },
  {
    name: 'a good-till-date order ends exactly at its time',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 101, timeInForce: 'gtd', expireTime: 4321 }],
      [2001, 'submit', 2, { ...buy, price: 100, timeInForce: 'gtd', expireTime: 1999 }],
      [2002, 'submit', 3, { ...sell, price: 101, timeInForce: 'gtd', expireTime: 9000 }],
      [2003, 'cancel', 3],
    ],
    market: [{ at: 4321, trade: ['sell', 101, 2] }],
    expected: {
      1: ['accepted', 'fill 2@101 maker', 'expired expire-time'],
      2: ['rejected expire-time'],
      3: ['accepted', 'canceled canceled-by-strategy'],
    },
    lastTimes: { 1: 4321 },
  },
  {
    name: 'an iceberg shows its next slice at the back of the queue',
    steps: [[2000, 'submit', 1, { ...buy, price: 101, displayQty: 2 }]],
    market: [
      { at: 3000, trade: ['sell', 101, 9] },
      { at: 4000, bid: [101, 3] },
      { at: 5000, trade: ['sell', 101, 9] },
      { at: 6000, trade: ['sell', 101, 4] },
    ],
    // One slice a print; the third slice was shown while 3 lots stood at 101: of 4 lots one is ours.
    expected: { 1: ['accepted', 'fill 2@101 maker', 'fill 2@101 maker', 'fill 1@101 maker'] },
  },
  {
    name: 'a trade through its price fills the hidden part of an iceberg too',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 101, displayQty: 1 }],
      [2500, 'amend', 1, { price: 101, qty: 4 }],
    ],
    market: [{ at: 3000, trade: ['sell', 100, 9] }],
    expected: { 1: ['accepted', 'amended 4@101', 'fill 4@101 maker'] },
  },
]

const triggerCases: readonly ContractCase[] = [
  {
    name: 'a stop becomes a market order when its price trades',
    steps: [[2000, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 96 }]],
    market: falls,
    expected: { 1: ['accepted', 'triggered', 'fill 5@95 taker'] },
    lastTimes: { 1: 5100 },
  },
  {
    name: 'a buy stop triggers upwards, and what is not displayed expires',
    steps: [
      [
        2000,
        'submit',
        1,
        { side: 'buy', qty: 60, type: 'stop-limit', triggerPrice: 105, price: 109, timeInForce: 'ioc' },
      ],
    ],
    market: rises,
    expected: { 1: ['accepted', 'triggered', 'fill 50@109 taker', 'expired ioc-remainder'] },
  },
  {
    name: 'a stop that would trigger at once is rejected',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 102 }],
      [2001, 'submit', 2, { ...buy, type: 'stop', triggerPrice: 101 }],
      [2002, 'submit', 3, { ...buy, type: 'take-profit', triggerPrice: 103 }],
      [2003, 'submit', 4, { ...sell, type: 'take-profit', triggerPrice: 102 }],
    ],
    expected: {
      1: ['rejected trigger-reached'],
      2: ['rejected trigger-reached'],
      3: ['rejected trigger-reached'],
      4: ['rejected trigger-reached'],
    },
  },
  {
    name: 'a waiting stop is canceled, or expires at its time',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 96 }],
      [2001, 'submit', 2, { ...sell, type: 'stop', triggerPrice: 96, expireTime: 4000 }],
      [3000, 'cancel', 1],
    ],
    market: falls,
    expected: {
      1: ['accepted', 'canceled canceled-by-strategy'],
      2: ['accepted', 'expired expire-time'],
    },
    lastTimes: { 2: 4000 },
  },
  {
    name: 'a waiting stop is amended, but not so that it would trigger at once',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 90 }],
      [3000, 'amend', 1, { qty: 4, triggerPrice: 96 }],
      [3500, 'amend', 1, { qty: 4, triggerPrice: 103 }],
    ],
    market: falls,
    expected: {
      1: ['accepted', 'amended 4@96', 'amend-rejected trigger-reached', 'triggered', 'fill 4@95 taker'],
    },
  },
  {
    name: 'a stop-limit rests at its limit once it has triggered',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'stop-limit', triggerPrice: 96, price: 96 }],
      [6000, 'amend', 1, { qty: 5, price: 96, triggerPrice: 90 }],
    ],
    market: [...falls, { at: 7000, trade: ['buy', 97, 3] }],
    expected: { 1: ['accepted', 'triggered', 'amend-rejected already-triggered', 'fill 3@96 maker'] },
  },
  {
    name: 'a stop-limit whose limit is reached takes; a post-only one expires instead',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'stop-limit', triggerPrice: 96, price: 94 }],
      [2001, 'submit', 2, { ...sell, type: 'stop-limit', triggerPrice: 96, price: 95, postOnly: true }],
      [
        2002,
        'submit',
        3,
        { ...sell, qty: 60, type: 'stop-limit', triggerPrice: 96, price: 95, timeInForce: 'fok' },
      ],
    ],
    market: falls,
    expected: {
      1: ['accepted', 'triggered', 'fill 5@95 taker'],
      2: ['accepted', 'triggered', 'expired post-only-would-take'],
      3: ['accepted', 'triggered', 'expired fok-not-fillable'],
    },
  },
  {
    name: 'a take-profit triggers in its favor',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'take-profit', triggerPrice: 108 }],
      [2001, 'submit', 2, { ...sell, type: 'take-profit-limit', triggerPrice: 109, price: 108 }],
      [2002, 'submit', 3, { ...sell, type: 'take-profit', triggerPrice: 110 }],
    ],
    market: [...rises, { at: 6000, trade: ['buy', 109, 4] }],
    expected: {
      1: ['accepted', 'triggered', 'fill 5@107 taker'],
      2: ['accepted', 'triggered', 'fill 4@108 maker'],
      3: ['accepted'],
    },
  },
  {
    name: 'a trailing stop follows the best price and never goes back',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'trailing-stop', trailingTicks: 4 }],
      // 10 per cent of 109, rounded away from the market: 98.
      [2001, 'submit', 2, { ...sell, type: 'trailing-stop', trailingBps: 1000 }],
      [2002, 'submit', 3, { ...buy, type: 'trailing-stop', trailingTicks: 20 }],
      [2003, 'submit', 4, { ...buy, type: 'trailing-stop', trailingTicks: 5, expireTime: 4000 }],
      [2004, 'submit', 5, { ...buy, type: 'trailing-stop', trailingTicks: 5 }],
      [2005, 'cancel', 5],
    ],
    market: [
      ...rises,
      { at: 6000, trade: ['sell', 106, 1] },
      { at: 7000, trade: ['sell', 105, 1] },
      { at: 8000, trade: ['sell', 99, 1] },
    ],
    expected: {
      1: ['accepted', 'triggered', 'fill 5@107 taker'],
      2: ['accepted'],
      3: ['accepted'],
      4: ['accepted', 'expired expire-time'],
      5: ['accepted', 'canceled canceled-by-strategy'],
    },
    lastTimes: { 1: 7000 },
  },
  {
    name: 'a trailing stop with an activation price follows from there only',
    steps: [
      // Follows from 109: 105 is 4 below. The second never begins.
      [2000, 'submit', 1, { ...sell, type: 'trailing-stop', trailingTicks: 4, activationPrice: 109 }],
      [2001, 'submit', 2, { ...sell, type: 'trailing-stop', trailingTicks: 4, activationPrice: 110 }],
      // The bid of 107 begins it, that of 104 is more than 2 below.
      [
        2003,
        'submit',
        4,
        { ...sell, type: 'trailing-stop', trailingTicks: 2, activationPrice: 107, triggerSource: 'touch' },
      ],
      [5500, 'submit', 5, { ...sell, type: 'trailing-stop', trailingTicks: 1, activationPrice: 109 }],
      // Follows from 103, which is at or below 104: 107 is 4 above.
      [5501, 'submit', 3, { ...buy, type: 'trailing-stop', trailingTicks: 4, activationPrice: 104 }],
    ],
    market: [
      ...rises,
      { at: 6000, trade: ['sell', 106, 1] },
      { at: 7000, trade: ['sell', 105, 1] },
      { at: 7500, trade: ['sell', 103, 1] },
      { at: 8000, trade: ['buy', 107, 1] },
      { at: 9000, bid: [104, 50], ask: [109, 50] },
    ],
    expected: {
      1: ['accepted', 'triggered', 'fill 5@107 taker'],
      2: ['accepted'],
      3: ['accepted', 'triggered', 'fill 5@109 taker'],
      4: ['accepted', 'triggered', 'fill 5@104 taker'],
      5: ['rejected trigger-reached'],
    },
    lastTimes: { 1: 7000, 3: 8000, 4: 9000 },
  },
  {
    name: 'an order that watches the touch triggers without a print',
    steps: [
      [2000, 'submit', 1, { ...sell, type: 'stop', triggerPrice: 96, triggerSource: 'touch' }],
      [2001, 'submit', 2, { ...buy, type: 'take-profit', triggerPrice: 97, triggerSource: 'touch' }],
      [2002, 'submit', 3, { ...sell, type: 'trailing-stop', trailingTicks: 2, triggerSource: 'touch' }],
      [2003, 'submit', 4, { ...sell, type: 'stop', triggerPrice: 96 }],
    ],
    market: [
      { at: 4000, bid: [101, 50], ask: [103, 50] },
      { at: 4500, bid: [99, 50], ask: [101, 50] },
      { at: 5000, bid: [95, 50], ask: [97, 50] },
    ],
    expected: {
      1: ['accepted', 'triggered', 'fill 5@95 taker'],
      2: ['accepted', 'triggered', 'fill 5@97 taker'],
      3: ['accepted', 'triggered', 'fill 5@99 taker'],
      4: ['accepted'],
    },
    lastTimes: { 1: 5000, 2: 5000, 3: 4500 },
  },
]

const profit = { ...sell, price: 106 } as const
const stop = { ...sell, type: 'stop', triggerPrice: 96 } as const

const linkedCases: readonly ContractCase[] = [
  {
    name: 'a pair: when one is whole the other is canceled',
    steps: [
      [2000, 'submit', 1, stop],
      [2001, 'submit', 2, { ...profit, ocoWith: 1 }],
    ],
    market: [{ at: 3000, trade: ['buy', 107, 9] }],
    expected: { 1: ['accepted', 'canceled oco-filled'], 2: ['accepted', 'fill 5@106 maker'] },
  },
  {
    name: 'a pair: what fills of one is taken off the other',
    steps: [
      [2000, 'submit', 1, stop],
      [2001, 'submit', 2, { ...profit, ocoWith: 1 }],
    ],
    market: [{ at: 3000, trade: ['buy', 107, 2] }, ...falls],
    expected: {
      1: ['accepted', 'restated 3 oco-filled', 'triggered', 'fill 3@95 taker'],
      2: ['accepted', 'fill 2@106 maker', 'canceled oco-filled'],
    },
  },
  {
    name: 'a pair: canceling one cancels the other, and a third finds nobody',
    steps: [
      [2000, 'submit', 1, stop],
      [2001, 'submit', 2, { ...profit, ocoWith: 1 }],
      [3000, 'cancel', 2],
      [4000, 'submit', 3, { ...profit, ocoWith: 1 }],
    ],
    expected: {
      1: ['accepted', 'canceled linked-order-over'],
      2: ['accepted', 'canceled canceled-by-strategy'],
      3: ['rejected linked-order-over'],
    },
  },
  {
    name: 'a bracket: the exits work once the entry has filled, and one ends the other',
    steps: [
      [2000, 'submit', 1, { ...stop, exitOf: 3 }],
      [2000, 'submit', 2, { ...profit, exitOf: 3, ocoWith: 1 }],
      [2000, 'submit', 3, { ...buy, price: 102 }],
    ],
    market: [{ at: 3000, trade: ['buy', 107, 9] }, ...falls],
    expected: {
      1: ['accepted', 'canceled oco-filled'],
      2: ['accepted', 'fill 5@106 maker'],
      3: ['accepted', 'fill 5@102 taker'],
    },
  },
  {
    name: 'a bracket: exits are as large as what has filled, and closing that ends the entry',
    steps: [
      [2000, 'submit', 1, { ...stop, exitOf: 3 }],
      [2000, 'submit', 2, { ...profit, exitOf: 3, ocoWith: 1 }],
      [2000, 'submit', 3, { ...buy, price: 101 }],
      [3700, 'amend', 2, { qty: 4, price: 106 }],
    ],
    market: [
      { at: 3000, trade: ['sell', 101, 2] },
      { at: 3500, trade: ['sell', 101, 1] },
      { at: 4000, bid: [100, 50], ask: [102, 50] },
      { at: 5000, trade: ['buy', 107, 9] },
    ],
    expected: {
      1: ['accepted', 'restated 2 sized-by-entry', 'restated 3 sized-by-entry', 'canceled oco-filled'],
      2: [
        'accepted',
        'restated 2 sized-by-entry',
        'restated 3 sized-by-entry',
        'amend-rejected sized-by-entry',
        'fill 3@106 maker',
      ],
      3: ['accepted', 'fill 2@101 maker', 'fill 1@101 maker', 'canceled exit-filled'],
    },
  },
  {
    name: 'a bracket: without an entry there are no exits',
    steps: [
      [2000, 'submit', 1, { ...stop, exitOf: 3 }],
      [2000, 'submit', 2, { ...profit, exitOf: 3, ocoWith: 1 }],
      [2000, 'submit', 3, { ...buy, price: 101 }],
      [3000, 'cancel', 3],
      [3001, 'submit', 4, { ...stop, exitOf: 5 }],
      [3001, 'submit', 5, { ...buy, price: 102, postOnly: true }],
      [3002, 'submit', 6, { ...stop, exitOf: 5 }],
    ],
    expected: {
      1: ['accepted', 'canceled linked-order-over'],
      2: ['accepted', 'canceled linked-order-over'],
      3: ['accepted', 'canceled canceled-by-strategy'],
      4: ['accepted', 'canceled linked-order-over'],
      5: ['rejected post-only-would-take'],
      6: ['rejected linked-order-over'],
    },
  },
]

const reducing = { ...sell, reduceOnly: true } as const

const reduceOnlyCases: readonly ContractCase[] = [
  {
    name: 'reduce-only: rejected without a position, or on the side that adds to it',
    steps: [
      [2000, 'submit', 1, reducing],
      [2001, 'submit', 2, buy],
      [2002, 'submit', 3, { ...buy, price: 101, reduceOnly: true }],
    ],
    expected: {
      1: ['rejected no-position-to-reduce'],
      2: ['accepted', 'fill 5@102 taker'],
      3: ['rejected no-position-to-reduce'],
    },
  },
  {
    name: 'reduce-only: cut to the position',
    steps: [
      [2000, 'submit', 1, { ...buy, qty: 4 }],
      [2001, 'submit', 2, { ...reducing, qty: 9 }],
    ],
    expected: {
      1: ['accepted', 'fill 4@102 taker'],
      2: ['accepted', 'restated 4 cut-to-position', 'fill 4@100 taker'],
    },
  },
  {
    name: 'reduce-only: two together do not turn the position',
    steps: [
      [2000, 'submit', 1, buy],
      [2001, 'submit', 2, { ...reducing, price: 104 }],
      [2002, 'submit', 3, { ...reducing, qty: 4, price: 105 }],
      [2003, 'submit', 4, { ...reducing, qty: 4, type: 'stop', triggerPrice: 96 }],
    ],
    market: [{ at: 3000, trade: ['buy', 105, 3] }, { at: 3500, trade: ['buy', 106, 9] }, ...falls],
    expected: {
      1: ['accepted', 'fill 5@102 taker'],
      2: ['accepted', 'fill 3@104 maker', 'fill 2@104 maker'],
      3: ['accepted', 'restated 2 cut-to-position', 'canceled no-position-to-reduce'],
      4: ['accepted', 'triggered', 'expired no-position-to-reduce'],
    },
  },
]

/** An own offer of 5 at 101, and a buy order that meets it. */
const meeting = (selfTradePrevention: SelfTradePrevention): readonly Step[] => [
  [2000, 'submit', 1, { ...sell, price: 101 }],
  [3000, 'submit', 2, { ...buy, qty: 3, price: 101, selfTradePrevention }],
]

const selfTradeCases: readonly ContractCase[] = [
  {
    name: 'self-trade prevention: cancel newest',
    steps: meeting('cancel-newest'),
    expected: { 1: ['accepted'], 2: ['accepted', 'canceled self-trade'] },
  },
  {
    name: 'self-trade prevention: cancel oldest',
    steps: meeting('cancel-oldest'),
    expected: { 1: ['accepted', 'canceled self-trade'], 2: ['accepted'] },
  },
  {
    name: 'self-trade prevention: cancel both',
    steps: meeting('cancel-both'),
    expected: { 1: ['accepted', 'canceled self-trade'], 2: ['accepted', 'canceled self-trade'] },
  },
  {
    name: 'self-trade prevention: decrement',
    steps: meeting('decrement'),
    expected: { 1: ['accepted', 'restated 2 self-trade'], 2: ['accepted', 'canceled self-trade'] },
  },
  {
    // Asked for 7 at 102 when 5 were thought to stand: 3 of them were met by our own order meanwhile. One more is asked
    // for by somebody who knows that 4 are left.
    name: 'self-trade prevention: an amend that had not heard of a decrement does not undo it, one that had may',
    steps: [
      ...meeting('decrement'),
      [3000, 'amend', 1, { price: 102, qty: 7, restatedAt: 0 }],
      [4000, 'amend', 1, { price: 102, qty: 5, restatedAt: 3900 }],
    ],
    expected: {
      1: ['accepted', 'restated 2 self-trade', 'amended 4@102', 'amended 5@102'],
      2: ['accepted', 'canceled self-trade'],
    },
  },
  {
    name: 'self-trade prevention: what stands in front of our own order is taken first',
    steps: [
      [2000, 'submit', 1, { ...sell, price: 102 }],
      [3000, 'submit', 2, { ...buy, qty: 60, price: 102, selfTradePrevention: 'decrement' }],
    ],
    expected: {
      1: ['accepted', 'canceled self-trade'],
      2: ['accepted', 'fill 50@102 taker', 'restated 55 self-trade'],
    },
  },
  {
    name: 'self-trade prevention: an amend of a post-only order that would meet our own is refused',
    steps: [
      [2000, 'submit', 1, { ...buy, price: 101 }],
      [2001, 'submit', 2, { ...sell, price: 105, postOnly: true, selfTradePrevention: 'cancel-newest' }],
      [3000, 'amend', 2, { price: 101 }],
    ],
    expected: { 1: ['accepted'], 2: ['accepted', 'amend-rejected post-only-would-take'] },
  },
  {
    name: 'self-trade prevention: a post-only order that would meet our own is rejected',
    steps: [
      [2000, 'submit', 1, { ...sell, price: 101 }],
      [3000, 'submit', 2, { ...buy, price: 101, postOnly: true, selfTradePrevention: 'cancel-oldest' }],
    ],
    expected: { 1: ['accepted'], 2: ['rejected post-only-would-take'] },
  },
]

export const bookCases: readonly ContractCase[] = [
  ...marketCases,
  ...limitCases,
  ...triggerCases,
  ...linkedCases,
  ...pairAmendCases,
  ...pairCases,
  ...rejectedCases,
  ...reduceOnlyCases,
  ...selfTradeCases,
]
