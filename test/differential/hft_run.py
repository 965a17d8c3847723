"""Plays scripted schedules through hftbacktest 2.4.4 and writes what became of every order.

usage: hft_run.py MANIFEST.json

Schedules and results are files of float64, row after row; prices in ticks, quantities in lots, times in microseconds.
  schedule: time, what (0 submit, 1 cancel, 2 amend), id, side, tick, lots, time in force (0 gtc, 1 post-only, 2 fok, 3 ioc), is market
  fills:    id, exchange time, tick, lots, is maker
  states:   id, status, tick
"""
import json
import sys

import numpy as np
from numba import njit

from hftbacktest import BacktestAsset, HashMapMarketDepthBacktest

NEW, FILLED, PARTIALLY_FILLED = 1, 3, 5


@njit
def note_fills(hbt, live, leaves, ticks, amended, lot, fills, count):
    """Partial fills: the difference of what an order has left, at each response. Returns the number of fills."""
    orders = hbt.orders(0)
    kept = 0
    for at in range(live[0]):
        order_id = live[1 + at]
        order = orders.get(order_id)
        if order is None:
            continue
        data = order.arr[0]
        # Quantity and price are set when an amend is asked for, and mean nothing before its answer.
        if data.req != 0:
            kept += 1
            live[kept] = order_id
            continue
        if 0 < amended[order_id] <= data.exch_timestamp:
            # It keeps its place, and both quantities are the new one; or it goes on with what was left before.
            total = round(data.qty / lot)
            if data.price_tick == ticks[order_id] and total <= leaves[order_id]:
                leaves[order_id] = total
            ticks[order_id] = data.price_tick
            amended[order_id] = 0
        left = round(data.leaves_qty / lot)
        if left < leaves[order_id] and data.exec_qty > 0:
            fills[count, 0] = order_id
            fills[count, 1] = data.exch_timestamp // 1000
            # A remainder of rounding, less than a lot, hides the price of the last real slice.
            is_residue = round(data.exec_qty / lot) == 0
            fills[count, 2] = -1 if is_residue else data.exec_price_tick
            fills[count, 3] = leaves[order_id] - left
            fills[count, 4] = 1.0 if data.maker else 0.0
            count += 1
            leaves[order_id] = left
        if data.status == NEW or data.status == PARTIALLY_FILLED:
            kept += 1
            live[kept] = order_id
    live[0] = kept
    return count


@njit
def play(hbt, actions, entry, is_partial, lot, tick, lot_mantissa, lot_scale, fills):
    count = 0
    most = int(actions[:, 2].max()) + 1
    leaves = np.zeros(most, np.float64)
    ticks = np.zeros(most, np.int64)
    amended = np.zeros(most, np.int64)
    live = np.zeros(most + 1, np.int64)
    hbt.elapse(0)
    for row in range(len(actions)):
        at = np.int64(actions[row, 0]) * 1000
        while hbt.current_timestamp < at:
            if is_partial:
                code = hbt.wait_next_feed(True, at - hbt.current_timestamp)
                count = note_fills(hbt, live, leaves, ticks, amended, lot, fills, count)
                if code == 0:
                    break
            else:
                code = hbt.elapse(at - hbt.current_timestamp)
            if code != 0 and code != 2 and code != 3:
                return code, count
        code = hbt.elapse(0)
        if is_partial:
            count = note_fills(hbt, live, leaves, ticks, amended, lot, fills, count)
        if code != 0:
            return code, count
        order_id = np.int64(actions[row, 2])
        price = actions[row, 4] * tick
        amount = actions[row, 5] * lot_mantissa / lot_scale
        what = actions[row, 1]
        if what == 0:
            tif = np.uint8(actions[row, 6])
            kind = np.uint8(actions[row, 7])
            leaves[order_id] = actions[row, 5]
            ticks[order_id] = np.int64(actions[row, 4])
            live[0] += 1
            live[live[0]] = order_id
            if actions[row, 3] > 0:
                code = hbt.submit_buy_order(0, order_id, price, amount, tif, kind, False)
            else:
                code = hbt.submit_sell_order(0, order_id, price, amount, tif, kind, False)
        else:
            order = hbt.orders(0).get(order_id)
            if order is None or not order.cancellable:
                continue
            if what == 1:
                code = hbt.cancel(0, order_id, False)
            else:
                code = hbt.modify(0, order_id, price, amount, False)
                amended[order_id] = at + entry
        if code != 0:
            return code, count
    while True:
        if is_partial:
            code = hbt.wait_next_feed(True, 1_000_000_000)
            count = note_fills(hbt, live, leaves, ticks, amended, lot, fills, count)
        else:
            code = hbt.elapse(1_000_000_000)
        if code == 1:
            return 0, count
        if code != 0 and code != 2 and code != 3:
            return code, count


@njit
def final_states(hbt, ids, states, fills, is_partial, lot):
    count = 0
    orders = hbt.orders(0)
    for row in range(len(ids)):
        order = orders.get(ids[row])
        states[row, 0] = ids[row]
        if order is None:
            states[row, 1] = -1
            continue
        data = order.arr[0]
        states[row, 1] = data.status
        states[row, 2] = data.price_tick
        if not is_partial and data.status == FILLED:
            fills[count, 0] = ids[row]
            fills[count, 1] = data.exch_timestamp // 1000
            fills[count, 2] = data.exec_price_tick
            fills[count, 3] = round(data.exec_qty / lot)
            fills[count, 4] = 1.0 if data.maker else 0.0
            count += 1
    return count


@njit
def account(hbt):
    values = hbt.state_values(0)
    return values.position, values.balance, values.fee, values.num_trades


def asset_of(job):
    asset = BacktestAsset().data([job["data"]]).linear_asset(1.0)
    asset = asset.constant_order_latency(job["entryUs"] * 1000, job["responseUs"] * 1000)
    family, _, power = job["queue"].partition(":")
    models = {
        "risk-averse": lambda: asset.risk_adverse_queue_model(),
        "prob-power": lambda: asset.power_prob_queue_model(float(power)),
        "prob-power2": lambda: asset.power_prob_queue_model2(float(power)),
        "prob-power3": lambda: asset.power_prob_queue_model3(float(power)),
        "prob-log": lambda: asset.log_prob_queue_model(),
        "prob-log2": lambda: asset.log_prob_queue_model2(),
    }
    asset = models[family]()
    asset = asset.partial_fill_exchange() if job["exchange"] == "partial" else asset.no_partial_fill_exchange()
    asset = asset.trading_value_fee_model(job["makerFee"], job["takerFee"])
    return asset.tick_size(job["tick"]).lot_size(job["lot"]).last_trades_capacity(0)


def run(job):
    actions = np.fromfile(job["schedule"], np.float64).reshape(-1, 8)
    is_partial = job["exchange"] == "partial"
    hbt = HashMapMarketDepthBacktest([asset_of(job)])
    ids = np.unique(actions[actions[:, 1] == 0][:, 2]).astype(np.int64)
    fills = np.zeros((40 * len(ids) + 1000, 5), np.float64)
    code, count = play(
        hbt, actions, job["entryUs"] * 1000, is_partial, job["lot"], job["tick"], job["lotMantissa"], job["lotScale"], fills
    )
    states = np.zeros((len(ids), 3), np.float64)
    filled = final_states(hbt, ids, states, fills, is_partial, job["lot"])
    position, balance, fee, trades = account(hbt)
    hbt.close()
    fills[: count if is_partial else filled].tofile(job["fills"])
    states.tofile(job["states"])
    return {"code": int(code), "position": position, "balance": balance, "fee": fee, "trades": int(trades)}


def main():
    with open(sys.argv[1]) as file:
        jobs = json.load(file)
    for job in jobs:
        print(json.dumps(run(job)), flush=True)


main()
