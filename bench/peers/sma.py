"""SMA cross (10, 30) over bars in vectorbt and backtesting.py. One JSON line per run.

usage: sma.py vectorbt|backtesting BARS.parquet RUNS
"""
import json
import sys
import time

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

FAST, SLOW, TICK = 10, 30, 0.1
POINTS = {5: "Open", 6: "High", 7: "Low", 8: "Close"}


def bars_of(path: str) -> pd.DataFrame:
    table = pq.read_table(path, columns=["kind", "price", "exchange_time", "receive_time"])
    kind = table["kind"].to_numpy()
    price = table["price"].to_numpy() * TICK
    closes = np.flatnonzero(kind == 8)
    opens = np.flatnonzero(kind == 5)
    assert len(opens) == len(closes)
    columns = {"Open": price[opens], "Close": price[closes]}
    columns["High"] = np.maximum.reduceat(price, opens)
    columns["Low"] = np.minimum.reduceat(price, opens)
    index = pd.to_datetime(table["receive_time"].to_numpy()[closes], unit="us")
    return pd.DataFrame(columns, index=index)


def run_vectorbt(bars: pd.DataFrame) -> int:
    import vectorbt as vbt

    close = bars["Close"]
    fast, slow = vbt.MA.run(close, FAST), vbt.MA.run(close, SLOW)
    above, below = fast.ma_crossed_above(slow), fast.ma_crossed_below(slow)
    portfolio = vbt.Portfolio.from_signals(
        close, entries=above, short_entries=below, size=0.01, fees=0.0005, init_cash=50_000_000, freq="1min"
    )
    portfolio.total_profit()
    return int(portfolio.orders.count())


def run_backtesting(bars: pd.DataFrame) -> int:
    from backtesting import Backtest, Strategy
    from backtesting.lib import crossover

    class Cross(Strategy):
        def init(self):
            self.fast = self.I(lambda x: pd.Series(x).rolling(FAST).mean(), self.data.Close)
            self.slow = self.I(lambda x: pd.Series(x).rolling(SLOW).mean(), self.data.Close)

        def next(self):
            if crossover(self.fast, self.slow):
                self.position.close()
                self.buy(size=1)
            elif crossover(self.slow, self.fast):
                self.position.close()
                self.sell(size=1)

    result = Backtest(bars, Cross, cash=50_000_000, commission=0.0005).run()
    return int(result["# Trades"])


def main() -> None:
    tool, path, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    bars = bars_of(path)
    run = {"vectorbt": run_vectorbt, "backtesting": run_backtesting}[tool]
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        orders = run(bars)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        result = {"case": "bars", "rows": len(bars), "wallMs": wall * 1e3, "cpuMs": cpu * 1e3, "orders": orders}
        print(json.dumps(result), flush=True)


main()
