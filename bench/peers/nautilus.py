"""The cases of the bench in NautilusTrader, on the first ROWS rows. One JSON line; only the run itself is timed.

usage: nautilus.py CASE DATA.npz ROWS
"""
import json
import sys
import time
from datetime import timedelta
from decimal import Decimal

import numpy as np
from hftbacktest import DEPTH_CLEAR_EVENT, DEPTH_EVENT, LOCAL_EVENT, SELL_EVENT, TRADE_EVENT
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.backtest.models import LatencyModel
from nautilus_trader.config import LoggingConfig, RiskEngineConfig, StrategyConfig
from nautilus_trader.model.currencies import USDT
from nautilus_trader.model.data import BookOrder, OrderBookDelta, TradeTick
from nautilus_trader.model.enums import (
    AccountType,
    AggressorSide,
    BookAction,
    BookType,
    OmsType,
    OrderSide,
    RecordFlag,
)
from nautilus_trader.model.identifiers import TradeId, Venue
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

INSTRUMENT = TestInstrumentProvider.btcusdt_perp_binance()
QUOTE = Quantity(0.01, 3)
HALF_SPREAD_TICKS = 5


class Idle(Strategy):
    def on_start(self) -> None:
        pass


class Twap(Strategy):
    def on_start(self) -> None:
        self.clock.set_timer("slice", timedelta(seconds=1), callback=self.on_slice)

    def on_slice(self, _event) -> None:
        self.submit_order(self.order_factory.market(INSTRUMENT.id, OrderSide.BUY, QUOTE))


class MarketMaker(Strategy):
    def on_start(self) -> None:
        self.quotes = {OrderSide.BUY: None, OrderSide.SELL: None}
        self.subscribe_order_book_deltas(INSTRUMENT.id, book_type=BookType.L2_MBP)
        self.clock.set_timer("look", timedelta(milliseconds=100), callback=self.on_look)

    def on_look(self, _event) -> None:
        book = self.cache.order_book(INSTRUMENT.id)
        bid, ask = book.best_bid_price(), book.best_ask_price()
        if bid is None or ask is None:
            return
        bid_ticks, ask_ticks = round(float(bid) * 10), round(float(ask) * 10)
        mid = (bid_ticks + ask_ticks) / 2
        position = self.portfolio.net_position(INSTRUMENT.id)
        room = Decimal("0.1")
        self.refresh(
            OrderSide.BUY,
            min(int(np.floor(mid - HALF_SPREAD_TICKS)), ask_ticks - 1),
            position + Decimal("0.01") <= room,
        )
        self.refresh(
            OrderSide.SELL,
            max(int(np.ceil(mid + HALF_SPREAD_TICKS)), bid_ticks + 1),
            -position + Decimal("0.01") <= room,
        )

    def refresh(self, side: OrderSide, ticks: int, has_room: bool) -> None:
        order = self.quotes[side]
        price = Price(ticks / 10, 1)
        if order is not None and not order.is_closed:
            if order.is_open and not order.is_pending_cancel and (order.price != price or not has_room):
                self.cancel_order(order)
        elif has_room:
            order = self.order_factory.limit(INSTRUMENT.id, side, QUOTE, price, post_only=True)
            self.quotes[side] = order
            self.submit_order(order)


def data_of(rows: np.ndarray) -> list:
    """Rows as we received them: an object each, levels of one moment ended by a flag."""
    rows = rows[(rows["ev"] & LOCAL_EVENT) != 0]
    out = []
    for i, row in enumerate(rows):
        kind = int(row["ev"]) & 0xFF
        is_sell = (int(row["ev"]) & SELL_EVENT) == SELL_EVENT
        exch, local = int(row["exch_ts"]), int(row["local_ts"])
        if kind == TRADE_EVENT:
            side = AggressorSide.SELLER if is_sell else AggressorSide.BUYER
            price, size = Price(row["px"], 1), Quantity(row["qty"], 3)
            out.append(TradeTick(INSTRUMENT.id, price, size, side, TradeId(str(i)), exch, local))
        elif kind == DEPTH_CLEAR_EVENT:
            out.append(OrderBookDelta.clear(INSTRUMENT.id, 0, exch, local))
        elif kind == DEPTH_EVENT:
            is_last = i + 1 == len(rows) or rows[i + 1]["exch_ts"] != row["exch_ts"]
            side = OrderSide.SELL if is_sell else OrderSide.BUY
            action = BookAction.DELETE if row["qty"] == 0 else BookAction.UPDATE
            order = BookOrder(side, Price(row["px"], 1), Quantity(row["qty"], 3), 0)
            flags = RecordFlag.F_LAST if is_last else 0
            out.append(OrderBookDelta(INSTRUMENT.id, action, order, flags, 0, exch, local))
    return out


CASES = {"no-op": Idle, "twap": Twap, "market-maker": MarketMaker}


def main() -> None:
    case, path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    rows = np.load(path)["data"][:count]
    engine = BacktestEngine(
        BacktestEngineConfig(
            logging=LoggingConfig(bypass_logging=True), risk_engine=RiskEngineConfig(bypass=False)
        )
    )
    engine.add_venue(
        venue=Venue("BINANCE"),
        oms_type=OmsType.NETTING,
        account_type=AccountType.MARGIN,
        base_currency=None,
        starting_balances=[Money(50_000_000, USDT)],
        book_type=BookType.L2_MBP,
        latency_model=LatencyModel(base_latency_nanos=5_000_000),
        trade_execution=True,
    )
    engine.add_instrument(INSTRUMENT)
    engine.add_data(data_of(rows))
    engine.add_strategy(CASES[case](StrategyConfig()))
    wall, cpu = time.perf_counter(), time.process_time()
    engine.run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    orders = engine.cache.orders()
    fills = sum(len(order.trade_ids) for order in orders)
    result = {"case": case, "rows": len(rows), "wallMs": wall * 1e3, "cpuMs": cpu * 1e3}
    print(json.dumps({**result, "orders": len(orders), "fills": fills}), flush=True)


main()
