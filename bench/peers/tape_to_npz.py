"""Packed rows of our cache (Arrow) -> the array that hftbacktest reads. Same rows, same corrected times.

usage: tape_to_npz.py RECEIVE.arrow OUT.npz TICK LOT
"""
import sys

import numpy as np
import pyarrow as pa
from hftbacktest import (
    BUY_EVENT,
    DEPTH_CLEAR_EVENT,
    DEPTH_EVENT,
    SELL_EVENT,
    TRADE_EVENT,
    event_dtype,
)
from hftbacktest.data import correct_event_order, validate_event_order

SIDE_BIT = 1 << 20
INDEX_MASK = SIDE_BIT - 1
WINDOW = SIDE_BIT - 2
KIND_DEPTH, KIND_TRADE, KIND_CLEAR = 0, 1, 2


def rows_of(path: str, tick: float, lot: float) -> np.ndarray:
    parts = []
    with pa.memory_map(path) as file:
        reader = pa.ipc.open_file(file)
        for i in range(reader.num_record_batches):
            batch, meta = reader.get_batch_with_custom_metadata(i)
            rows, base = int(meta[b"rows"]), int(meta[b"baseTick"])
            code = batch.column("code").to_numpy()[:rows]
            kind = (code >> 21) & 15
            is_ask = (code & SIDE_BIT) != 0
            index = (code & INDEX_MASK).astype(np.int64)
            assert np.isin(kind, [KIND_DEPTH, KIND_TRADE, KIND_CLEAR]).all(), "a bench tape has no far rows"
            ticks = np.where(is_ask, base + WINDOW - index, base + index - 1)
            out = np.zeros(rows, event_dtype)
            event = np.select([kind == KIND_DEPTH, kind == KIND_TRADE], [DEPTH_EVENT, TRADE_EVENT], DEPTH_CLEAR_EVENT)
            side = np.where(is_ask, SELL_EVENT, BUY_EVENT)
            out["ev"] = event | np.where(kind == KIND_CLEAR, 0, side)
            out["exch_ts"] = batch.column("exchangeTime").to_numpy()[:rows].astype(np.int64) * 1000
            out["local_ts"] = batch.column("receiveTime").to_numpy()[:rows].astype(np.int64) * 1000
            out["px"] = np.where(kind == KIND_CLEAR, 0, ticks * tick)
            out["qty"] = batch.column("qty").to_numpy()[:rows] * lot
            parts.append(out)
    return np.concatenate(parts)


def main() -> None:
    source, target, tick, lot = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
    rows = rows_of(source, tick, lot)
    exch_order = np.argsort(rows["exch_ts"], kind="stable")
    local_order = np.argsort(rows["local_ts"], kind="stable")
    events = correct_event_order(rows, exch_order, local_order)
    validate_event_order(events)
    np.savez(target, data=events)
    print(f"{len(rows)} rows, {len(events)} events")


main()
