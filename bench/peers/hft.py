"""The cases of the bench in hftbacktest: no-op, twap, market-maker. One JSON line per run; the first includes compiling.

usage: hft.py CASE DATA.npz RUNS [FILLS]
"""
import json
import sys
import time

import numpy as np
from hftbacktest import (
    BUY,
    BacktestAsset,
    GTX,
    LIMIT,
    MARKET,
    NEW,
    NONE,
    ROIVectorMarketDepthBacktest,
    SELL,
)
from hftbacktest.order import IOC, PARTIALLY_FILLED
from numba import njit

MS = 1_000_000
SECOND = 1_000 * MS


@njit
def no_op(hbt, span):
    hbt.elapse(span)
    return 0


@njit
def twap(hbt, span):
    count = span // SECOND - 2
    for i in range(count):
        hbt.submit_buy_order(0, i + 1, 0.0, 0.01, IOC, MARKET, False)
        if hbt.elapse(SECOND) != 0:
            break
    return count


@njit
def is_working(orders, order_id):
    if order_id == 0 or order_id not in orders:
        return False
    order = orders.get(order_id)
    return order.status == NEW or order.status == PARTIALLY_FILLED or order.req != NONE


@njit
def market_maker(hbt, span):
    tick = hbt.depth(0).tick_size
    next_id = 1
    bid_id = 0
    ask_id = 0
    half = 5
    while hbt.elapse(100 * MS) == 0:
        depth = hbt.depth(0)
        mid = (depth.best_bid_tick + depth.best_ask_tick) / 2.0
        bid = min(int(np.floor(mid - half)), depth.best_ask_tick - 1)
        ask = max(int(np.ceil(mid + half)), depth.best_bid_tick + 1)
        position = hbt.position(0)
        orders = hbt.orders(0)
        wants_bid = position + 0.01 <= 0.1 + 1e-9
        wants_ask = -position + 0.01 <= 0.1 + 1e-9
        if is_working(orders, bid_id):
            order = orders.get(bid_id)
            if order.cancellable and (order.price_tick != bid or not wants_bid):
                hbt.cancel(0, bid_id, False)
        elif wants_bid:
            bid_id = next_id
            next_id += 1
            hbt.submit_buy_order(0, bid_id, bid * tick, 0.01, GTX, LIMIT, False)
        if is_working(orders, ask_id):
            order = orders.get(ask_id)
            if order.cancellable and (order.price_tick != ask or not wants_ask):
                hbt.cancel(0, ask_id, False)
        elif wants_ask:
            ask_id = next_id
            next_id += 1
            hbt.submit_sell_order(0, ask_id, ask * tick, 0.01, GTX, LIMIT, False)
        hbt.clear_inactive_orders(0)
    return next_id - 1


CASES = {"no-op": no_op, "twap": twap, "market-maker": market_maker}


def build(data: np.ndarray):
    asset = (
        BacktestAsset()
        .data([data])
        .linear_asset(1.0)
        .constant_order_latency(5_000_000, 5_000_000)
        .risk_adverse_queue_model()
        .no_partial_fill_exchange()
        .trading_value_fee_model(0.0002, 0.0005)
        .tick_size(0.1)
        .lot_size(0.001)
        .roi_lb(50_000.0)
        .roi_ub(70_000.0)
    )
    return ROIVectorMarketDepthBacktest([asset])


def main() -> None:
    case, path, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    data = np.load(path)["data"]
    rows = len(data)
    span = int(data["local_ts"].max() - data["local_ts"].min())
    for _ in range(runs):
        hbt = build(data)
        wall, cpu = time.perf_counter(), time.process_time()
        orders = CASES[case](hbt, span)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        values = hbt.state_values(0)
        result = {
            "case": case,
            "rows": rows,
            "wallMs": wall * 1e3,
            "cpuMs": cpu * 1e3,
            "orders": int(orders),
            "fills": int(values.num_trades),
            "position": float(values.position),
        }
        print(json.dumps(result), flush=True)
        hbt.close()


main()
